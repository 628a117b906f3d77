"""A seller edits something while the opportunity is in some status: what becomes of it, for every field there is."""

from __future__ import annotations

import pytest

from cosell.sandbox import Sandbox
from lambdas.domain import rules, status
from lambdas.domain.mapping import Mapping, Row
from lambdas.domain.plan import Results
from tests.support.edits import EDITS, EVERYTHING, NOT_EDITED, STATUSES, Status, at_rest, edited, outcome, plan_of, sent

NAMES = [where.name for where in STATUSES]
#                Pending  Submitted  In review  Action R.  Approved  Committed  Launched  Lost     Rejected
OPEN = "         sent     waits      waits      waits      sent      sent       sent      sent     stays"
OPEN_IF_ASKED = "sent     waits      waits      sent       sent      sent       sent      sent     stays"
FIXED = "        sent     waits      waits      waits      fixed     fixed      fixed     fixed    stays"
FIXED_LATER = "  sent     waits      waits      sent       fixed     fixed      fixed     fixed    stays"
NOT_IN_DRAFTS = "waits    waits      waits      waits      sent      sent       sent      sent     stays"
LINKED = "       sent     waits      waits      sent       sent      sent       sent      sent     stays"
OFFER = "        waits    waits      waits      sent       sent      sent       sent      stays    stays"
ALWAYS = "       sent     sent       sent       sent       sent      sent       sent      sent     sent"
AT_SUBMISSION = "submitted undone   undone     undone     undone    undone     undone    undone   undone"
ONLY_IF_LOST = " stays    stays      stays      stays      stays     stays      stays     sent     stays"

EXPECTED = {
    "project title": FIXED,
    "customer's problem": FIXED_LATER,
    "use case": OPEN,
    "delivery model": OPEN,
    "help wanted": OPEN,
    "sales activities": OPEN,
    "spend": OPEN_IF_ASKED,
    "calculator link": OPEN_IF_ASKED,
    "go-live date": OPEN_IF_ASKED,
    "deal stage": NOT_IN_DRAFTS,
    "why lost": ONLY_IF_LOST,
    "new, expansion or renewal": OPEN,
    "next step": OPEN,
    "comments": OPEN,
    "competitors": OPEN,
    "APN programs": OPEN,
    "marketing": OPEN,
    "other solution": OPEN,
    "software value and contract": OPEN,
    "national security": FIXED,
    "company name": FIXED,
    "country, state, postal code": FIXED_LATER,
    "city and street": OPEN_IF_ASKED,
    "website": FIXED_LATER,
    "industry": FIXED,
    "AWS account, DUNS": OPEN,
    "involvement": AT_SUBMISSION,
    "visibility": AT_SUBMISSION,
    "our solutions": LINKED,
    "AWS products": LINKED,
    "private offer": OFFER,
    "tags": ALWAYS,
    "deal owner": LINKED,
    "shared contacts": OPEN,
}
NOT_IN_THE_TABLE = {
    "aws_share": "whether anything is sent at all",
    "aws_action": "not a field: done once, and emptied",
    "aws_decision": "an answer to a referral",
    "aws_invite_account": "what an action needs",
    "aws_invite_roles": "the same",
    "aws_invite_message": "the same",
    "deal_currency_code": "what the amount is in",
    "pipeline": "goes with the stage",
    "aws_share_contact": "whether a person is sent at all",
    "country": "what the phone number of a person is read by",
    "hs_product_id": "what a line item is of",
    "hs_sku": "which solution a line item is of",
}
"""Properties that sellers write and that stand for no field of the opportunity."""


@pytest.mark.parametrize("name", EDITS)
def test_what_becomes_of_an_edit(name: str) -> None:
    expected = dict(zip(NAMES, EXPECTED[name].split(), strict=True))

    assert {where.name: outcome(name, where) for where in STATUSES} == expected


def test_every_field_of_the_mapping_is_in_the_table() -> None:
    covered = {path for edit in EDITS.values() for path in edit.paths} | NOT_EDITED.keys()

    assert {field.path for field in EVERYTHING.fields} - covered == set()


def _uncovered(mapping: Mapping) -> set[str]:
    """Properties that sellers write, and of which the table says nothing."""
    paths = {path for edit in EDITS.values() for path in edit.paths} | NOT_EDITED.keys()
    named = {name for edit in EDITS.values() for name in (*edit.deal, *edit.company, *edit.contact)}
    rows = [row for row in mapping.active if row.writer != "cosell"]
    return {row.property for row in rows if not _is_covered(row, named, paths)}


def _is_covered(row: Row, named: set[str], paths: set[str]) -> bool:
    """Of a person the table has one row for all that is said of them."""
    path = rules.CONTACTS if (row.path or "").startswith(rules.CONTACTS) else row.path
    return path in paths if path else (row.object in {"deal", "company"} and row.property in named)


def test_every_property_of_a_seller_is_in_the_table_or_no_field() -> None:
    assert _uncovered(EVERYTHING) == NOT_IN_THE_TABLE.keys()


@pytest.mark.parametrize("path", [None, "SoftwareRevenue.Value.Discount", "InvolvementReason"])
def test_a_property_that_is_new_in_the_mapping_is_missed_in_the_table(path: str | None) -> None:
    new = {"object": "deal", "property": "aws_new", "label": "AWS: new", "path": path, "group": "aws_we_share"}
    direction = {"direction": "both"} if path else {}
    rows = [*EVERYTHING.model_dump()["rows"], new | direction]

    mapping = Mapping.model_validate(EVERYTHING.model_dump() | {"rows": rows})

    assert _uncovered(mapping) - NOT_IN_THE_TABLE.keys() == {"aws_new"}


@pytest.mark.parametrize("name", EDITS)
def test_what_waits_goes_out_after_the_review_and_what_is_fixed_needs_nobody(name: str) -> None:
    edit = EDITS[name]
    for where in STATUSES:
        world, before = edited(edit, where), plan_of(at_rest(where))
        plan, result = plan_of(world), outcome(name, where)
        if result == "waits":
            approved = plan_of(world.applied(plan).reviewed("Approved"))
            is_sent = bool(sent(approved) & {*edit.paths})
            assert is_sent != ("Fixed by AWS" in status.message(approved, Results()))
        elif result in {"fixed", "stays", "undone"}:
            assert plan.steps() == ()
            assert status.status(plan, Results()) == status.status(before, Results())
        assert {*plan.problems} <= {*before.problems}


@pytest.mark.parametrize("where", [STATUSES[3], STATUSES[4], STATUSES[6]], ids=lambda where: where.name)
def test_aws_takes_what_the_table_sends(sandbox: Sandbox, where: Status) -> None:
    """All of a status in one go: an edit that AWS does not take would stop the others."""
    seller, aws = sandbox.hubspot.seller, sandbox.partner_central.aws
    deal = seller.creates_deal(shared_with_aws=True, aws_action="submit", dealstage=where.dealstage)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    if where.review == "Action Required":
        aws.asks_for_changes(opportunity.id, "Say more.")
    else:
        aws.approves(opportunity.id)
    sandbox.run_until_quiet()
    if where.stage == "Launched":
        seller.edits(deal, aws_action="launch")
        sandbox.run_until_quiet()

    taken = [edit for name, edit in EDITS.items() if outcome(name, where) == "sent" and name not in _OF_THEIR_OWN]
    properties = {name: value for edit in taken for name, value in edit.deal.items() if name in deal.now}
    company = {name: value for edit in taken for name, value in edit.company.items()}
    seller.edits_company(deal, **company)
    seller.edits(deal, **properties)
    sandbox.run_until_quiet()

    assert sandbox.executions.failed == []
    assert "AWS says" not in (deal.now["aws_sync_message"] or "")
    (after,) = sandbox.partner_central.opportunities
    for name, path in _SEEN.items():
        if name in properties:
            assert after.body[path[0]][path[1]] == properties[name]
    assert {name: deal.now[name] for name in properties} == properties

    undone = {name: value for edit in ("involvement", "visibility") for name, value in EDITS[edit].deal.items()}
    before = {name: deal.now[name] for name in undone}
    seller.edits(deal, **undone)
    sandbox.run_until_quiet()

    assert {name: deal.now[name] for name in undone} == before != undone
    assert "AWS: visibility: fixed when the deal was submitted" in (deal.now["aws_sync_message"] or "")


_OF_THEIR_OWN = {
    *("new, expansion or renewal", "deal stage", "country, state, postal code", "spend"),
    *("our solutions", "AWS products", "private offer", "deal owner"),
}
"""Renewals need an opportunity to renew, others each other; what is linked has scenarios of its own."""
_SEEN = {
    "aws_customer_problem": ("Project", "CustomerBusinessProblem"),
    "aws_use_case": ("Project", "CustomerUseCase"),
    "aws_golive_date": ("LifeCycle", "TargetCloseDate"),
    "aws_next_step": ("LifeCycle", "NextSteps"),
    "aws_comments": ("Project", "AdditionalComments"),
}
