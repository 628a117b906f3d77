"""What each stage asks for."""

from __future__ import annotations

from itertools import product

import pytest

from cosell.sandbox.partner_central.model import service
from tests.cosell.sandbox.partner_central.partner import complete, partner, refused, with_value
from tests.support.rules import Source, rule


@rule("An opportunity is not created as Closed Lost.", switch="may_begin_lost")
def test_nothing_begins_lost() -> None:
    lost = complete(LifeCycle={"Stage": "Closed Lost", "ClosedLostReason": "Price"})
    with refused() as refusal:
        partner().create(lost)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]
    free = partner(may_begin_lost=True)
    assert free.central.opportunity(free.create(lost)).stage == "Closed Lost"


@rule("An opportunity is not created as Committed or Launched: both need a solution.", switch="may_begin_late")
@pytest.mark.parametrize("stage", ["Committed", "Launched"])
def test_nothing_begins_late(stage: str) -> None:
    body = with_value(complete(), "LifeCycle.Stage", stage)
    with refused() as refusal:
        partner().create(body)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]
    partner(may_begin_late=True).submitted(body=body)


@rule("Stages can be skipped and gone back.", Source.PC_SALES_STAGES, Source.PC_MODEL)
def test_every_stage_follows_every_other() -> None:
    us = partner()
    identifier = us.approved()
    stages = service().shape_for("Stage").enum
    body = {**us.raw(identifier), "Identifier": identifier}
    for before, after in product(stages, repeat=2):
        for stage in (before, after):
            reason = "Price" if stage == "Closed Lost" else None
            body["LifeCycle"] = {**body["LifeCycle"], "Stage": stage, "ClosedLostReason": reason}
            answer = us.post("UpdateOpportunity", **body)
            assert answer.status == 200, answer.body
            body["LastModifiedDate"] = answer.json()["LastModifiedDate"]
        assert us.central.opportunity(identifier).stage == after


@rule("An update needs a stage.", Source.PC_FIELD_SHEET, switch="stage_required")
def test_an_update_needs_the_stage() -> None:
    us = partner(draft_may_move_stage=True)
    identifier = us.create()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle", {"NextSteps": "Call"})
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "lifeCycle.stage")]
    free = partner(draft_may_move_stage=True, stage_required=False)
    identifier = free.create()
    free.sets(identifier, "LifeCycle", {"NextSteps": "Call"})
    assert free.raw(identifier)["LifeCycle"]["Stage"] is None


@rule("Closed Lost needs a reason.", Source.PC_FIELD_SHEET)
def test_a_lost_deal_has_a_reason() -> None:
    us = partner()
    identifier = us.approved()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", "Closed Lost")
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "lifeCycle.closedLostReason")]
    us.update(
        identifier,
        lambda body: with_value(
            with_value(body, "LifeCycle.Stage", "Closed Lost"), "LifeCycle.ClosedLostReason", "Price"
        ),
    )
    assert us.central.opportunity(identifier).stage == "Closed Lost"


@rule(
    "Committed and Launched need an associated solution or product, which a description does not replace.",
    Source.PC_MODEL,
    Source.PC_SALES_UPDATING,
)
@pytest.mark.parametrize("stage", ["Committed", "Launched"])
def test_late_stages_need_a_solution_that_other_does_not_replace(stage: str) -> None:
    us = partner()
    identifier = us.create(with_value(complete(), "Project.OtherSolutionDescription", "Our own"))
    us.start(identifier)
    us.clock.run_until_quiet()
    us.central.aws.approves(identifier)
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", stage)
    assert refusal.errors == [("INVALID_VALUE", "lifeCycle.stage")]
    us.associate(identifier)
    us.sets(identifier, "LifeCycle.Stage", stage)


@rule(
    "A services partner gives the customer's AWS account at Launched.",
    Source.PC_FIELD_SHEET,
    Source.PC_SALES_UPDATING,
    switch="services_partner",
)
def test_a_services_partner_names_the_account_at_launch() -> None:
    us = partner(services_partner=True)
    identifier = us.approved()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", "Launched")
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", "customer.account.awsAccountId")]
    us.sets(identifier, "Customer.Account.AwsAccountId", "111122223333")
    us.sets(identifier, "LifeCycle.Stage", "Launched")


@rule(
    "Some programs need all of SoftwareRevenue at Launched.",
    Source.PC_FIELD_SHEET,
    Source.PC_MODEL,
    switch="special_program",
)
def test_a_special_program_wants_the_revenue_at_launch() -> None:
    us = partner(special_program=True)
    identifier = us.approved()
    with refused() as refusal:
        us.sets(identifier, "LifeCycle.Stage", "Launched")
    names = ("deliveryModel", "value", "effectiveDate", "expirationDate")
    assert refusal.errors == [("REQUIRED_FIELD_MISSING", f"softwareRevenue.{name}") for name in names]
    revenue = {
        "DeliveryModel": "Contract",
        "Value": {"Amount": "5", "CurrencyCode": "USD"},
        "EffectiveDate": "2027-01-01",
        "ExpirationDate": "2027-12-31",
    }
    us.sets(identifier, "SoftwareRevenue", revenue)
    us.sets(identifier, "LifeCycle.Stage", "Launched")
