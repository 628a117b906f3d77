"""What submission asks for."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central import vocabulary
from tests.cosell.sandbox.partner_central.partner import Document, complete, partner, refused, with_value
from tests.support.rules import Source, rule

NO_SUPPORT = vocabulary.NO_SUPPORT_NEEDED

REQUIRED = [
    "Customer.Account.Industry",
    "Customer.Account.WebsiteUrl",
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Customer.Account.Address.StateOrRegion",
    "Project.DeliveryModels",
    "Project.Title",
    "Project.CustomerBusinessProblem",
    "Project.CustomerUseCase",
    "Project.ExpectedCustomerSpend",
    "LifeCycle.TargetCloseDate",
    "Marketing.Source",
    "PrimaryNeedsFromAws",
    "Project.SalesActivities",
]


@rule(
    "Submission for co-sell needs every field that the sheet marks required, each by its name.",
    Source.PC_FIELD_SHEET,
    Source.PC_MODEL,
)
@pytest.mark.parametrize("path", REQUIRED)
def test_submission_needs_each_required_field(path: str) -> None:
    us = partner()
    identifier = us.client.create_opportunity(Catalog="AWS", ClientToken="t", **_without(complete(), path))["Id"]
    us.associate(identifier)
    field = ".".join(part[0].lower() + part[1:] for part in path.split("."))
    for submit in (
        us.start,
        lambda one: us.client.submit_opportunity(Catalog="AWS", Identifier=one, InvolvementType="Co-Sell"),
    ):
        with refused() as refusal:
            submit(identifier)
        assert (refusal.reason, refusal.errors) == ("BUSINESS_VALIDATION_FAILED", [("REQUIRED_FIELD_MISSING", field)])


@rule(
    "Submission for visibility only needs neither needs nor sales activities.", Source.PC_FIELD_SHEET, Source.PC_SAMPLES
)
def test_visibility_only_needs_neither_needs_nor_activities() -> None:
    us = partner()
    identifier = us.create(_without(_without(complete(), "PrimaryNeedsFromAws"), "Project.SalesActivities"))
    us.associate(identifier)
    us.start(identifier, "For Visibility Only")


@rule(
    "By switch, co-sell needs stop a submission for visibility only.",
    Source.PC_FIELD_SHEET,
    switch="co_sell_needs_stop_visibility_only",
)
def test_co_sell_needs_stop_a_submission_for_visibility_by_switch() -> None:
    us = partner(co_sell_needs_stop_visibility_only=True)
    identifier = us.create()
    us.associate(identifier)
    with refused() as refusal:
        us.start(identifier, "For Visibility Only")
    assert refusal.errors == [("INVALID_VALUE", "primaryNeedsFromAws")]
    us.sets(identifier, "PrimaryNeedsFromAws", [NO_SUPPORT])
    us.start(identifier, "For Visibility Only")


@rule("The value for no support is no need that co-sell could serve.", Source.PC_FIELD_SHEET)
def test_what_needs_no_support_is_not_co_sold() -> None:
    us = partner()
    identifier = us.create(complete(PrimaryNeedsFromAws=[NO_SUPPORT]))
    us.associate(identifier)
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "primaryNeedsFromAws")]


@rule("Countries without postal codes need none.", Source.PC_FIELD_SHEET)
def test_countries_without_postal_codes_need_none() -> None:
    us = partner()
    identifier = us.create(with_value(complete(), "Customer.Account.Address", {"CountryCode": "AE"}))
    us.associate(identifier)
    us.start(identifier)


@rule(
    "By switch, creation asks for what submission asks for.",
    Source.PC_API,
    switch="strict_create",
)
def test_strict_creation_asks_for_everything_by_switch() -> None:
    us = partner(strict_create=True)
    us.create()
    with refused() as refusal:
        us.create(_without(complete(), "Project.Title"))
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "project.title")]


@rule(
    "Submission needs a solution or product, or the description of one.",
    Source.PC_OPPORTUNITIES,
    Source.PC_SAMPLES,
    switch="description_replaces_solution",
)
def test_submission_needs_a_solution_or_its_description() -> None:
    us = partner()
    identifier = us.create()
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "relatedEntityIdentifiers.solutions")]
    us.sets(identifier, "Project.OtherSolutionDescription", "Our own")
    us.start(identifier)


@rule(
    "By switch, submission needs an associated solution, whatever is described.",
    Source.PC_OPPORTUNITIES,
    switch="description_replaces_solution",
)
def test_the_description_replaces_no_solution_by_switch() -> None:
    us = partner(description_replaces_solution=False)
    identifier = us.create(with_value(complete(), "Project.OtherSolutionDescription", "Our own"))
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "relatedEntityIdentifiers.solutions")]


@rule(
    "Submission at Prospect goes through; by switch, Qualified is the first stage that does.",
    Source.PC_SAMPLES,
    Source.PC_MODEL,
    switch="submission_needs_qualified",
)
@pytest.mark.parametrize(("stage", "taken"), [("Prospect", False), ("Qualified", True), ("Business Validation", True)])
def test_submission_needs_a_qualified_stage_by_switch(stage: str, taken: bool) -> None:
    body = with_value(complete(), "LifeCycle.Stage", stage)
    relaxed = partner()
    relaxed.submitted(body=body)
    strict = partner(submission_needs_qualified=True)
    identifier = strict.create(body)
    strict.associate(identifier)
    if taken:
        strict.start(identifier)
        return
    with refused() as refusal:
        strict.start(identifier)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]


@rule("What was lost before submission is not submitted.", Source.PC_MODEL)
def test_a_lost_draft_cannot_be_submitted() -> None:
    us = partner(draft_may_move_stage=True)
    identifier = us.create()
    us.associate(identifier)
    us.update(
        identifier,
        lambda body: with_value(
            body, "LifeCycle", {**body["LifeCycle"], "Stage": "Closed Lost", "ClosedLostReason": "Price"}
        ),
    )
    with refused() as refusal:
        us.start(identifier)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]


def _without(body: Document, path: str) -> Document:
    name, _, rest = path.partition(".")
    if not rest:
        return {key: value for key, value in body.items() if key != name}
    return {**body, name: _without(body[name], rest)}
