"""Every listed value of every field of an opportunity, in legal opportunities."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.partner_central import vocabulary
from tests.cosell.sandbox.partner_central.leaves import Leaf, leaves
from tests.cosell.sandbox.partner_central.partner import Document, Partner, complete, monthly, partner, with_value
from tests.support.rules import Source, rule

COMPANIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("NationalSecurity", "Yes"): {"Customer.Account.Industry": "Government"},
    ("Customer.Account.Industry", "Other"): {"Customer.Account.OtherIndustry": "Games"},
    ("Project.CompetitorName", "*Other"): {"Project.OtherCompetitorNames": "Someone"},
    ("Project.AwsPartition", "aws-eusc"): {"Project.ExpectedCustomerSpend": [monthly("5", CurrencyCode="EUR")]},
    ("Project.ExpectedContractDuration.Term", "Months"): {
        "Project.ExpectedCustomerSpend": [monthly("36", TargetCompany="Self", Frequency="None")]
    },
    ("Project.ExpectedCustomerSpend[].Frequency", "None"): {
        "Project.ExpectedCustomerSpend": [monthly("36", TargetCompany="Self", Frequency="None")],
        "Project.ExpectedContractDuration": {"Term": "Months", "Value": "36"},
    },
    ("LifeCycle.Stage", "Closed Lost"): {"LifeCycle.ClosedLostReason": "Price"},
    ("Marketing.Source", "None"): {"Marketing": {"Source": "None"}},
    ("Marketing.AwsFundingUsed", "No"): {"Marketing.UseCases": []},
}
"""What a value needs beside it, by the rules of test_field_rules and test_stages."""

FORBIDDEN: dict[tuple[str, str, str], str] = {
    ("CreateOpportunity", "Origin", "AWS Referral"): "ACTION_NOT_PERMITTED",  # only the Sandbox simulates referrals
    ("CreateOpportunity", "LifeCycle.Stage", "Closed Lost"): "INVALID_VALUE",  # nothing begins lost
    ("CreateOpportunity", "LifeCycle.Stage", "Committed"): "INVALID_VALUE",  # needs a solution, which comes later
    ("CreateOpportunity", "LifeCycle.Stage", "Launched"): "INVALID_VALUE",
    **{
        (operation, path, currency): "INVALID_VALUE"  # the guide accepts two of the model's currencies
        for operation in ("CreateOpportunity", "UpdateOpportunity")
        for path in ("Project.ExpectedCustomerSpend[].CurrencyCode", "SoftwareRevenue.Value.CurrencyCode")
        for leaf in leaves(operation)
        if str(leaf) == path
        for currency in leaf.listed
        if currency not in vocabulary.CURRENCIES
    },
}
"""Code of the refusal of a value that no companion makes legal, with the field itself as FieldName."""


class Family(Partner):
    """A partner with an opportunity that others can be renewals of."""

    parent: str


def legal(leaf: Leaf, value: str, parent: str) -> Document:
    """A complete opportunity with this value and what it needs. The address names no state and no postal code, which
    would belong to one country."""
    body = complete(
        SoftwareRevenue={"DeliveryModel": "Contract", "Value": {"Amount": "5", "CurrencyCode": "USD"}},
        Marketing={"Source": "Marketing Activity", "AwsFundingUsed": "Yes", "UseCases": ["Storage"]},
    )
    body = with_value(body, "Customer.Account.Address", {"CountryCode": "US"})
    body = with_value(body, "Project.RelatedOpportunityIdentifier", parent)
    body = with_value(body, "Project.ExpectedContractDuration", None)  # left out, the last one would stay
    for path, companion in COMPANIONS.get((str(leaf), value), {}).items():
        body = with_value(body, path, companion)
    return put(body, leaf.path, value)


def put(body: Document, path: tuple[str, ...], value: str) -> Document:
    """A copy with the value at the path, in the first item of a list on the way."""
    name, rest = path[0].removesuffix("[]"), path[1:]
    inner: Any = value
    if rest:
        there = body.get(name)
        inner = put((there[0] if isinstance(there, list) else there) or {"Value": "36"}, rest, value)
    return {**body, name: [inner] if path[0].endswith("[]") else inner}


def listed(operation: str) -> list[Leaf]:
    return [leaf for leaf in leaves(operation) if leaf.listed and leaf.path != ("Catalog",)]


def unexpected(us: Family, operation: str, leaf: Leaf, **members: Any) -> Document:
    """The leaf's values whose answer is not the one of the tables above, with that answer."""
    wrong: Document = {}
    for number, value in enumerate(leaf.listed):
        body = {**legal(leaf, value, us.parent), "Catalog": "AWS", **members}
        if operation == "CreateOpportunity":
            body["ClientToken"] = f"{leaf}{number}"
        answer = us.post(operation, **body).json()
        code = FORBIDDEN.get((operation, str(leaf), value))
        found = [(one["Code"], one["FieldName"]) for one in answer.get("ErrorList", [])]
        if found != ([] if code is None else [(code, leaf.field)]):
            wrong[value] = found
        if operation == "UpdateOpportunity":
            members["LastModifiedDate"] = answer.get("LastModifiedDate", body["LastModifiedDate"])
    return wrong


@pytest.fixture
def us() -> Family:
    made = partner(draft_may_move_stage=True)
    family = Family(made.central, made.clock)
    family.parent = family.create()
    return family


@rule(
    "Every listed value of every field can be created in an opportunity that says what the value needs beside it, but "
    "for Closed Lost, AWS Referral, and currencies other than USD and EUR.",
    Source.PC_MODEL,
    Source.PC_FIELD_SHEET,
)
def test_every_listed_value_can_be_created_unless_a_rule_forbids_it(us: Family) -> None:
    wrong = {str(leaf): unexpected(us, "CreateOpportunity", leaf) for leaf in listed("CreateOpportunity")}
    assert {field: values for field, values in wrong.items() if values} == {}


@rule(
    "Every listed value of every field can be written to an opportunity that says what the value needs beside it, but "
    "for currencies other than USD and EUR.",
    Source.PC_MODEL,
    Source.PC_FIELD_SHEET,
)
def test_every_listed_value_can_be_written_unless_a_rule_forbids_it(us: Family) -> None:
    draft = us.create()
    us.associate(draft)
    wrong = {}
    for leaf in listed("UpdateOpportunity"):
        modified = us.raw(draft)["LastModifiedDate"]
        wrong[str(leaf)] = unexpected(us, "UpdateOpportunity", leaf, Identifier=draft, LastModifiedDate=modified)
    assert {field: values for field, values in wrong.items() if values} == {}
