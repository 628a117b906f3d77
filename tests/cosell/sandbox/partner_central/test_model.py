"""Requests against botocore's model, generated from it: each value of each enum, each length and size off by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.model import ListShape, Shape, StringShape, StructureShape

from cosell.sandbox.partner_central import model, vocabulary
from cosell.sandbox.partner_central.errors import ServiceError
from cosell.sandbox.partner_central.simulator import OPERATIONS
from tests.cosell.sandbox.partner_central.partner import Document, partner

UUID = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
ARN = "arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/Solution/sol-1"
ANYTHING = re.compile(r"\(\?s\)\.\{(\d+),(\d+)\}")

EXAMPLES: dict[str, tuple[list[str], list[str]]] = {
    "Amount": (["", "0", "1", "10.", "10.5", "10.55", "9" * 31], ["01", "1.555", "-1", "1,5", "1e3", "9" * 32]),
    "MonetaryValueAmountString": (["0", "1.5", "9" * 31], ["", "01", "1.555", "9" * 32]),
    "AwsAccount": (["123456789012", "alias", "a" * 12], ["", "a" * 13, "1234-5678"]),
    "AwsMarketplaceSolutionArn": ([ARN], ["sol-1", "ARN:x"]),
    "CatalogIdentifier": (["AWS", "Sandbox"], ["aws", "Production", "AWS1", ""]),
    "ClientToken": (["t", "t" * 255], ["", "t" * 256, "a\nb"]),
    "Date": (
        ["2027-01-31", "9999-12-31"],
        ["2027-1-31", "0999-01-01", "2027-13-01", "2027-01-32", "2027-01-01T00:00:00Z"],
    ),
    "DunsNumber": (["123456789"], ["12345678", "1234567890", "12345678a", "१२३४५६७८९"]),
    "Email": (
        ["a.b+c@example.co", f"{'a' * 68}@example.com"],
        [f"{'a' * 69}@example.com", "A@example.com", "a@b", "a@b..c"],
    ),
    "EngagementArnOrIdentifier": (["eng-0123456789abcd", "arn:aws:x"], ["eng-0123456789abc", "eng-0123456789abcD"]),
    "EstimationUrl": (
        [f"https://calculator.aws/#/estimate?id={UUID}", f"https://pricing.calculator.aws.eu/#/estimate?id={UUID * 2}"],
        [f"https://calculator.aws/#/estimate?id={UUID[1:]}", f"http://calculator.aws/#/estimate?id={UUID}", UUID],
    ),
    "OpportunityIdentifier": (["O1", f"O{'1' * 19}"], ["O", f"O{'1' * 20}", "o1", "1"]),
    "PhoneNumber": (["+12", f"+1{'2' * 14}"], ["+1", f"+1{'2' * 15}", "+02", "12", "+1 2"]),
    "ResourceSnapshotJobRoleIdentifier": (
        ["role", "arn:aws:iam::111122223333:role/path/role", "r" * 64],
        ["", "a role", "r" * 65, "arn:aws:iam::1:role/role"],
    ),
    "SolutionIdentifier": (["S-1", f"S-{'1' * 19}"], ["S-", f"S-{'1' * 20}", "1"]),
    "TagKey": (["k", "k" * 128, "clé à 2_.:/=+-@"], ["", "k" * 129, "a;b", "a\nb"]),
    "TagValue": (["", "v" * 256, "naïve 3"], ["v" * 257, "a;b"]),
    "TaggableResourceArn": (
        ["arn:aws:partnercentral:us-east-1:111122223333:catalog/AWS/opportunity/O1"],
        ["arn:aws:partnercentral:us-east-1::catalog/AWS/opportunity/O1", "O1"],
    ),
    "TaskArnOrIdentifier": (["task-0123456789abc", "arn:aws:x"], ["task-0123456789ab", "task-0123456789abC"]),
}
"""By shape: values that fit its pattern, and values that miss it by a little."""

REQUIRED_INSIDE = {
    "CompanyName": "Example",
    "Amount": "1",
    "Value": "12",
    "TargetCompany": "AWS",
    "Key": "k",
    "Email": "a@b.co",
}


@dataclass(frozen=True)
class Leaf:
    """One member of a request; `path` has a trailing `[]` on each list."""

    operation: str
    path: tuple[str, ...]
    shape: Shape
    owner: str

    def __str__(self) -> str:
        return f"{self.operation}:{'.'.join(self.path)}"

    @property
    def field(self) -> str:
        return model.field_name(tuple(name.removesuffix("[]") for name in self.path))

    def body(self, value: Any) -> Document:
        """A request that is right but for what stands at this leaf."""
        shape = model.operation(self.operation).input_shape
        body: Document = minimal(shape)
        place(body, shape, self.path, value)
        return body


def leaves(operation: str, shape: Shape, path: tuple[str, ...] = (), owner: str = "") -> Iterator[Leaf]:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from leaves(operation, member, (*path, name), shape.name)
    elif isinstance(shape, ListShape):
        yield Leaf(operation, path, shape, owner)
        yield from leaves(operation, shape.member, (*path[:-1], f"{path[-1]}[]"), owner)
    else:
        yield Leaf(operation, path, shape, owner)


def minimal(shape: Shape, name: str = "") -> Any:
    """A value of the shape with nothing that is not required."""
    if isinstance(shape, StructureShape):
        return {member: minimal(shape.members[member], member) for member in shape.required_members}
    if isinstance(shape, ListShape):
        return [minimal(shape.member)] * max(1, shape.metadata.get("min", 0))
    if shape.name == "CatalogIdentifier":
        return "AWS"
    if isinstance(shape, StringShape) and shape.enum:
        return shape.enum[0]
    if shape.name in EXAMPLES:
        return next(filter(None, EXAMPLES[shape.name][0]))
    return REQUIRED_INSIDE.get(name, "2026-11-24T09:00:00Z" if shape.type_name == "timestamp" else "x" * 20)


def place(body: Document, shape: Shape, path: tuple[str, ...], value: Any) -> None:
    name, rest = path[0], path[1:]
    key = name.removesuffix("[]")
    member = shape.members[key]
    if name.endswith("[]"):
        item = minimal(member.member) if rest else value
        if rest:
            place(item, member.member, rest, value)
        body[key] = [item] + [minimal(member.member)] * (member.metadata.get("min", 0) - 1)
    elif rest:
        body[key] = minimal(member)
        place(body[key], member, rest, value)
    else:
        body[key] = value


ALL = [leaf for name in sorted(OPERATIONS) for leaf in leaves(name, model.operation(name).input_shape)]
STRINGS = [leaf for leaf in ALL if leaf.shape.type_name == "string"]
WRITABLE = [leaf for leaf in ALL if leaf.operation in ("CreateOpportunity", "UpdateOpportunity")]


def listed(leaf: Leaf) -> tuple[str, ...]:
    """The values of an enum, or of a fixed list that the model does not have."""
    known = vocabulary.FIXED_LISTS.get((leaf.owner, leaf.path[-1].removesuffix("[]")))
    if known is not None:
        return (*known, *(one for one, other in vocabulary.OTHER_SPELLINGS.items() if other in known))
    values = tuple(leaf.shape.enum)
    return values + vocabulary.BEYOND_THE_ENUM.get(leaf.shape.name, ()) if values else ()


def refusals(leaf: Leaf, value: Any) -> list[tuple[str, str | None]]:
    try:
        model.check(leaf.operation, leaf.body(value))
    except ServiceError as refusal:
        found = [(problem.code, problem.field) for problem in refusal.problems]
        return found if refusal.reason == "REQUEST_VALIDATION_FAILED" else [("?", refusal.reason)]
    return []


@pytest.mark.parametrize("leaf", [leaf for leaf in STRINGS if listed(leaf)], ids=str)
def test_every_listed_value_is_taken_and_no_other(leaf: Leaf) -> None:
    assert {value: refusals(leaf, value) for value in listed(leaf) if refusals(leaf, value)} == {}
    assert refusals(leaf, "Something else") == [("INVALID_ENUM_VALUE", leaf.field)]
    assert refusals(leaf, listed(leaf)[0].swapcase()) == [("INVALID_ENUM_VALUE", leaf.field)]


@pytest.mark.parametrize(
    "leaf", [one for one in STRINGS if ANYTHING.fullmatch(str(one.shape.metadata.get("pattern")))], ids=str
)
def test_texts_of_every_allowed_length_are_taken_and_no_other(leaf: Leaf) -> None:
    least, most = map(int, ANYTHING.fullmatch(leaf.shape.metadata["pattern"]).groups())  # type: ignore[union-attr]
    assert [refusals(leaf, "é" * length) for length in (least, most)] == [[], []]
    assert refusals(leaf, "x" * (most + 1)) == [("INVALID_STRING_FORMAT", leaf.field)]
    if least:
        assert refusals(leaf, "x" * (least - 1)) == [("INVALID_STRING_FORMAT", leaf.field)]


@pytest.mark.parametrize("leaf", [leaf for leaf in STRINGS if leaf.shape.name in EXAMPLES], ids=str)
def test_patterns_hold_to_the_last_character(leaf: Leaf) -> None:
    right, wrong = EXAMPLES[leaf.shape.name]
    code = "INVALID_ENUM_VALUE" if leaf.shape.name == "CatalogIdentifier" else "INVALID_STRING_FORMAT"
    assert {value: refusals(leaf, value) for value in right if refusals(leaf, value)} == {}
    assert {value: refusals(leaf, value) for value in wrong} == {value: [(code, leaf.field)] for value in wrong}


def needs_a_companion(leaf: Leaf, value: str) -> str | None:
    """The field that a rule asks for, or objects to, when only this value is given. Everything else stands alone."""
    forbidden = {
        ("lifeCycle.stage", "Closed Lost"): "lifeCycle.closedLostReason",
        ("customer.account.industry", "Other"): "customer.account.otherIndustry",
        ("project.competitorName", "*Other"): "project.otherCompetitorNames",
        ("marketing.source", "Marketing Activity"): "marketing.awsFundingUsed",
        ("opportunityType", "Flat Renewal"): "project.relatedOpportunityIdentifier",
        ("origin", "AWS Referral"): "origin",
        ("project.expectedCustomerSpend.frequency", "None"): "project.expectedCustomerSpend.frequency",
    }
    if leaf.shape.name == "CurrencyCode" and value not in ("USD", "EUR"):
        return leaf.field
    if leaf.field == "project.awsPartition":
        return None
    return forbidden.get((leaf.field, value))


@pytest.mark.parametrize(
    "leaf", [leaf for leaf in STRINGS if listed(leaf) and leaf.operation == "CreateOpportunity"], ids=str
)
def test_every_listed_value_can_be_created_unless_a_rule_forbids_it(leaf: Leaf) -> None:
    us = partner(contacts_complete=False)
    for number, value in enumerate(listed(leaf)):
        body = {**leaf.body(value), "ClientToken": f"t{number}"}
        if leaf.shape.name == "ExpectedContractDurationTerm":
            own = {"CurrencyCode": "USD", "Frequency": "None", "TargetCompany": "Self", "Amount": "12"}
            body["Project"]["ExpectedCustomerSpend"] = [own]
        response = us.post("CreateOpportunity", **body)
        named = [one["FieldName"] for one in response.json().get("ErrorList", [])]
        wanted = needs_a_companion(leaf, value)
        assert (value, wanted in named if wanted else named) == (value, True if wanted else [])


def test_no_pattern_is_left_out() -> None:
    tested = {leaf.shape.name for leaf in STRINGS if ANYTHING.fullmatch(str(leaf.shape.metadata.get("pattern")))}
    assert {leaf.shape.name for leaf in STRINGS if "pattern" in leaf.shape.metadata} == tested | EXAMPLES.keys()


@pytest.mark.parametrize("leaf", [leaf for leaf in ALL if isinstance(leaf.shape, ListShape)], ids=str)
def test_lists_have_their_sizes(leaf: Leaf) -> None:
    least, most = (leaf.shape.metadata.get(name) for name in ("min", "max"))
    item = minimal(leaf.shape.member)
    if most is not None:
        assert refusals(leaf, [item] * most) == []
        assert refusals(leaf, [item] * (most + 1)) == [("TOO_MANY_VALUES", leaf.field)]
    if least:
        assert refusals(leaf, [item] * least) == []
        assert refusals(leaf, [item] * (least - 1)) == [("NOT_ENOUGH_VALUES", leaf.field)]
    assert refusals(leaf, {"a": 1}) == [("INVALID_VALUE", leaf.field)]


@pytest.mark.parametrize("leaf", [leaf for leaf in ALL if not isinstance(leaf.shape, ListShape)], ids=str)
def test_values_have_their_types(leaf: Leaf) -> None:
    code = "INVALID_STRING_FORMAT" if leaf.shape.type_name == "timestamp" else "INVALID_VALUE"
    assert refusals(leaf, {"a": 1}) == [(code, leaf.field)]
    assert refusals(leaf, True) == [(code, leaf.field)]


@pytest.mark.parametrize("leaf", [leaf for leaf in ALL if leaf.shape.type_name == "integer"], ids=str)
def test_numbers_have_their_range(leaf: Leaf) -> None:
    least, most = leaf.shape.metadata["min"], leaf.shape.metadata["max"]
    assert refusals(leaf, least) == refusals(leaf, most) == []
    assert refusals(leaf, least - 1) == refusals(leaf, most + 1) == [("VALUE_OUT_OF_RANGE", leaf.field)]


@pytest.mark.parametrize("leaf", [leaf for leaf in ALL if leaf.shape.type_name == "timestamp"], ids=str)
def test_moments_are_text(leaf: Leaf) -> None:
    right = ["2026-11-24T09:00:00Z", "2026-11-24T09:00:00.123456789Z", "2026-11-24T10:00:00+01:00"]
    assert [refusals(leaf, text) for text in right] == [[], [], []]
    for wrong in (1_764_000_000, "2026-11-24", "yesterday"):
        assert refusals(leaf, wrong) == [("INVALID_STRING_FORMAT", leaf.field)]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_required_members_are_required(name: str) -> None:
    required = model.operation(name).input_shape.required_members
    for body in ({}, dict.fromkeys(required)):
        with pytest.raises(ServiceError) as caught:
            model.check(name, body)
        missing = [(problem.code, problem.field) for problem in caught.value.problems]
        assert sorted(missing) == sorted(("REQUIRED_FIELD_MISSING", model.field_name((one,))) for one in required)


def test_required_members_of_structures_are_required_too() -> None:
    leaf = next(one for one in WRITABLE if one.path == ("Customer", "Account", "CompanyName"))
    assert refusals(leaf, None) == [("REQUIRED_FIELD_MISSING", "customer.account.companyName")]


def test_structures_are_objects() -> None:
    for name, value in (("Customer", "x"), ("Project", []), ("LifeCycle", 5)):
        response = partner().post("CreateOpportunity", Catalog="AWS", ClientToken="t", **{name: value})
        errors = [(one["Code"], one["FieldName"]) for one in response.json()["ErrorList"]]
        assert errors == [("INVALID_VALUE", model.field_name((name,)))]


def test_a_union_has_exactly_one_member() -> None:
    def refused_with(payload: Document) -> set[tuple[str, str | None]]:
        try:
            model.check("CreateEngagement", {"Catalog": "AWS", "ClientToken": "t", "Contexts": [_context(payload)]})
        except ServiceError as refusal:
            return {(problem.code, problem.field) for problem in refusal.problems}
        return set()

    two_members: Document = {"CustomerProject": {}, "ProspectingResult": {}}
    assert refused_with({"CustomerProject": {}}) == set()
    assert refused_with({}) == {("INVALID_VALUE", "contexts.payload")}
    assert ("INVALID_VALUE", "contexts.payload") in refused_with(two_members)


def test_everything_that_is_wrong_comes_in_one_answer() -> None:
    response = partner().post(
        "CreateOpportunity",
        Catalog="Nowhere",
        Project={"Title": 5, "ExpectedCustomerSpend": [{"Amount": "x", "CurrencyCode": "USD", "TargetCompany": "AWS"}]},
    )
    assert sorted((one["FieldName"], one["Code"]) for one in response.json()["ErrorList"]) == [
        ("catalog", "INVALID_ENUM_VALUE"),
        ("clientToken", "REQUIRED_FIELD_MISSING"),
        ("project.expectedCustomerSpend.amount", "INVALID_STRING_FORMAT"),
        ("project.expectedCustomerSpend.frequency", "REQUIRED_FIELD_MISSING"),
        ("project.title", "INVALID_VALUE"),
    ]


def test_unknown_members_are_ignored() -> None:
    us = partner()
    response = us.post(
        "CreateOpportunity",
        Catalog="AWS",
        ClientToken="t",
        CreatedDate="whenever",
        Project={"Title": "T", "Colour": "red", "ExpectedCustomerSpend": [{**_spend(), "__type": "x#Y"}]},
    )
    body = us.raw(response.json()["Id"])
    assert "CreatedDate" in body
    assert body["CreatedDate"] != "whenever"
    assert "Colour" not in body["Project"]
    assert body["Project"]["ExpectedCustomerSpend"] == [{**_spend(), "EstimationUrl": None}]


def test_other_spellings_are_given_back_in_one() -> None:
    us = partner()
    identifier = us.create({"Project": {"CustomerUseCase": "Migration/Database Migration"}})
    assert us.get(identifier)["Project"]["CustomerUseCase"] == "Migration / Database Migration"


def test_every_pattern_of_the_model_can_be_read() -> None:
    shapes = [model.service().shape_for(name) for name in model.service().shape_names]
    texts = {shape.metadata["pattern"] for shape in shapes if "pattern" in shape.metadata}
    assert len(texts) > 40
    assert all(model.pattern(text) for text in texts)


def _spend() -> Document:
    return {"Amount": "5", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}


def _context(payload: Document) -> Document:
    return {"Type": "CustomerProject", "Payload": payload}
