"""Partner Central's client, against the simulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from cosell.sandbox.partner_central import PartnerCentral, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response
from lambdas.adapters import aws, partner_central
from lambdas.domain.associated import Assignee, Association
from lambdas.domain.intents import Intent
from lambdas.domain.plan import Submit
from lambdas.domain.records import Opportunity, SubmissionTask
from lambdas.domain.refusals import Refusal
from lambdas.errors import Conflict, Misconfigured, NotPermitted, RemoteUnavailable
from tests.support.in_process import answer_in_process

SOLUTION = "S-1234567"
TERMS = {"InvolvementType": "Co-Sell", "Visibility": "Full"}
SUBMIT = Submit(involvement="Co-Sell", visibility="Full", generation=1)
BODY: dict[str, Any] = {
    "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
    "NationalSecurity": "No",
    "PartnerOpportunityIdentifier": "31001",
    "OpportunityType": "Net New Business",
    "Customer": {
        "Account": {
            "CompanyName": "Example Inc",
            "Industry": "Retail",
            "WebsiteUrl": "https://example.com",
            "Address": {"CountryCode": "US", "PostalCode": "10001", "StateOrRegion": "New York", "City": "New York"},
        },
        "Contacts": [{"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com"}],
    },
    "Project": {
        "Title": "Warehouse: cloud & more",
        "CustomerBusinessProblem": "The warehouse is slow and costs too much.",
        "CustomerUseCase": "Database",
        "DeliveryModels": ["SaaS or PaaS"],
        "SalesActivities": ["Conducted POC / Demo"],
        "ExpectedCustomerSpend": [
            {"Amount": "12500", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
        ],
    },
    "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2027-03-01", "NextSteps": "Call the customer"},
    "Marketing": {"Source": "None"},
}


class Wire:
    """Carries the client's requests to a Partner Central; `instead` answers in its place, `sent` is what went out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = Clock()
        self.switches = Switches(throttling=False, task_seconds=None)
        self.central = PartnerCentral(self.clock, switches=self.switches)
        self.instead: dict[str, Callable[[Request], Response]] = {}
        self.sent: list[tuple[str, Request]] = []
        environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}
        for name, value in {**environment, "COSELL_CATALOG": "Sandbox"}.items():
            monkeypatch.setenv(name, value)
        aws.client.cache_clear()
        answer_in_process(aws.client(aws.PARTNER_CENTRAL), self._handle)

    def switch(self, **switches: Any) -> None:
        self.switches = replace(self.switches, **switches)
        self.central = PartnerCentral(self.clock, switches=self.switches)

    def answers(self, operation: str, status: int, **body: Any) -> None:
        answer = Response(status, {"content-type": "application/x-amz-json-1.0"}, json.dumps(body).encode())
        self.instead[operation] = lambda _: answer

    def operations(self) -> list[str]:
        return [operation for operation, _ in self.sent]

    def _handle(self, asked: Request) -> Response:
        operation = self.central.operation(asked)
        self.sent.append((operation, asked))
        return self.instead.get(operation, self.central.handle)(asked)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    yield Wire(monkeypatch)
    aws.client.cache_clear()


def _intent(wire: Wire, body: dict[str, Any], key: str = "key-1") -> Intent:
    return Intent(purpose="create_opportunity", generation=1, token=key, body=body, written=wire.clock.now)


def _created(wire: Wire, **members: Any) -> str:
    answer = partner_central.create_opportunity(_intent(wire, {**BODY, **members}))
    assert isinstance(answer, str)
    return answer


def _associate(opportunity: str, solution: str) -> Refusal | None:
    return partner_central.associate(opportunity, Association(kind="Solutions", id=solution))


def _submittable(wire: Wire) -> str:
    opportunity = _created(wire)
    assert _associate(opportunity, SOLUTION) is None
    return opportunity


def _submission(wire: Wire, opportunity: str, key: str = "key-2") -> Intent:
    return _intent(wire, {"Identifier": opportunity, "AwsSubmission": TERMS}, key)


def _lock(opportunity: str) -> str:
    found = partner_central.get_opportunity(opportunity)
    assert found is not None
    return found.last_modified


def test_what_was_created_is_read_as_plain_values(wire: Wire) -> None:
    opportunity = partner_central.read(_created(wire))

    assert opportunity is not None
    assert opportunity.body["Project"]["Title"] == "Warehouse: cloud & more"
    assert opportunity.body["LastModifiedDate"] == opportunity.last_modified
    assert opportunity.last_modified.endswith("Z")
    assert len(opportunity.last_modified) == len("2026-11-24T09:00:00.000000Z")
    assert "ResponseMetadata" not in opportunity.body
    assert "null" not in json.dumps(opportunity.body)
    assert opportunity.summary is not None
    assert opportunity.review_status == "Pending Submission"


def test_escaped_texts_are_read_as_they_were_written(wire: Wire) -> None:
    wire.switch(html_escapes=True, nested_types=True)
    opportunity = partner_central.get_opportunity(
        _created(wire, LifeCycle={**BODY["LifeCycle"], "NextSteps": "Do: a & b"})
    )

    assert opportunity is not None
    assert opportunity.body["LifeCycle"]["NextSteps"] == "Do: a & b"
    assert "__type" not in json.dumps(opportunity.body)


def test_what_is_not_there_is_none(wire: Wire) -> None:
    assert partner_central.get_opportunity("O404") is None
    assert partner_central.get_summary("O404") is None


@pytest.mark.parametrize("read", [partner_central.read, partner_central.must_see])
def test_what_must_be_there_is_waited_for(read: Callable[[str], Opportunity], wire: Wire) -> None:
    assert read(_created(wire)).review_status == "Pending Submission"
    with pytest.raises(RemoteUnavailable, match="O404"):
        read("O404")


def test_numbers_of_the_summary_stay_numbers(wire: Wire) -> None:
    opportunity = _created(wire)
    quality = {"OpportunityQuality": {"Score": 87, "Trend": "Improving"}}
    wire.central.aws.sets_summary(opportunity, Insights=quality)

    summary = partner_central.get_summary(opportunity)

    assert summary is not None
    assert summary["Insights"] == quality


def test_calls_say_who_we_are_and_go_to_the_only_region(wire: Wire) -> None:
    partner_central.get_opportunity("O404")

    _, request = wire.sent[0]
    assert request.headers["x-amzn-user-agent"] == "Cosell|HubSpot"
    assert request.host == "partnercentral-selling.us-east-1.api.aws"


def test_one_intent_creates_one_opportunity(wire: Wire) -> None:
    intent = _intent(wire, BODY)

    assert partner_central.create_opportunity(intent) == partner_central.create_opportunity(intent)
    assert len(wire.central.opportunities) == 1


def test_a_refusal_names_each_field(wire: Wire) -> None:
    wrong = {**BODY, "Marketing": {"Source": "Rumour"}, "OpportunityType": "Old Business"}

    refusal = partner_central.create_opportunity(_intent(wire, wrong))

    assert isinstance(refusal, Refusal)
    assert {error.field for error in refusal.errors} == {"marketing.source", "opportunityType"}


def test_a_token_that_aws_knows_with_another_body_leads_to_what_it_made(wire: Wire) -> None:
    opportunity = _created(wire)
    other = _intent(wire, {**BODY, "OpportunityType": "Expansion"})

    assert partner_central.create_opportunity(other) == opportunity
    with pytest.raises(Misconfigured, match="another body"):
        partner_central.create_opportunity(_intent(wire, {**BODY, "PartnerOpportunityIdentifier": "31002"}))


def test_an_old_intent_finds_what_it_made_among_others(wire: Wire) -> None:
    for number in range(3):
        partner_central.create_opportunity(
            _intent(wire, {**BODY, "PartnerOpportunityIdentifier": f"{number}"}, f"t-{number}")
        )
    opportunity = _created(wire)
    wire.clock.advance(3 * 86_400)
    intent = _intent(wire, BODY).model_copy(update={"written": wire.clock.now - 3 * 86_400})

    assert partner_central.find_created_by(intent) == opportunity
    assert partner_central.find_created_by(_intent(wire, BODY)) is None


def test_what_a_list_leaves_out_is_asked_of_the_record(wire: Wire) -> None:
    opportunity = _created(wire)
    pages = iter(
        [
            {"OpportunitySummaries": [], "NextToken": "more"},
            {"OpportunitySummaries": [{"Id": opportunity, "Catalog": "Sandbox"}]},
        ]
    )
    wire.instead["ListOpportunities"] = lambda _: Response(200, {}, json.dumps(next(pages)).encode())

    assert partner_central.find_created_by(_intent(wire, BODY)) == opportunity


@pytest.mark.parametrize("how", ["ValidationException", "ConflictException"])
def test_a_solution_that_is_linked_already_is_linked(wire: Wire, how: str) -> None:
    wire.switch(duplicate_association=how)
    opportunity = _created(wire)

    assert _associate(opportunity, SOLUTION) is None
    assert _associate(opportunity, SOLUTION) is None
    assert wire.central.opportunity(opportunity).solutions == (SOLUTION,)


def test_a_conflict_without_the_link_goes_back_to_planning(wire: Wire) -> None:
    opportunity = _created(wire)
    wire.answers("AssociateOpportunity", 400, __type="ConflictException", Message="busy")

    with pytest.raises(Conflict):
        _associate(opportunity, SOLUTION)


def test_a_solution_that_aws_will_not_link_is_refused(wire: Wire) -> None:
    too_many = {"FieldName": "relatedEntityIdentifier", "Code": "TOO_MANY_VALUES", "Message": "10 are linked."}
    wire.answers("AssociateOpportunity", 400, __type="ValidationException", Message="no", ErrorList=[too_many])

    refusal = _associate(_created(wire), SOLUTION)

    assert isinstance(refusal, Refusal)
    assert refusal.names("TOO_MANY_VALUES")


def test_an_unknown_solution_is_the_seller_s_mistake_and_an_unknown_opportunity_is_not(wire: Wire) -> None:
    refusal = _associate(_created(wire), "S-404")

    assert isinstance(refusal, Refusal)
    assert refusal.errors[0].code == "INVALID_VALUE"
    with pytest.raises(RemoteUnavailable, match="O404"):
        _associate("O404", SOLUTION)


def test_what_is_unlinked_already_is_unlinked(wire: Wire) -> None:
    opportunity, one = _submittable(wire), Association(kind="Solutions", id=SOLUTION)

    assert partner_central.disassociate(opportunity, one) is None
    assert partner_central.disassociate(opportunity, one) is None
    assert wire.central.opportunity(opportunity).solutions == ()


def test_the_last_solution_that_aws_keeps_is_a_refusal(wire: Wire) -> None:
    opportunity, one = _submittable(wire), Association(kind="Solutions", id=SOLUTION)
    terms = Submit(involvement="Co-Sell", visibility="Full", generation=1)
    assert not isinstance(partner_central.submit_directly(opportunity, terms), Refusal)
    wire.central.aws.approves(opportunity)

    refusal = partner_central.disassociate(opportunity, one)

    assert refusal is not None
    assert refusal.names("NOT_ENOUGH_VALUES")


def test_only_a_user_of_the_partner_s_can_own_an_opportunity(wire: Wire) -> None:
    opportunity = _created(wire)
    known, unknown = (
        Assignee(email=email, first_name="Alliance", last_name="Lead")
        for email in ("alliance.lead@partner.example", "somebody@else.example")
    )

    assert partner_central.assign(opportunity, known) is None
    refusal = partner_central.assign(opportunity, unknown)

    assert refusal is not None
    assert refusal.errors[0].field == "assignee.email"


def test_tags_are_set_listed_and_removed_without_naming_the_catalog(wire: Wire) -> None:
    arn = partner_central.must_see(_created(wire)).body["Arn"]

    assert partner_central.tag(arn, {"tier": "1", "segment": ""}) is None
    assert partner_central.untag(arn, ["segment", "nothing"]) is None
    assert partner_central.tags_of(arn) == {"tier": "1"}
    refusal = partner_central.tag(arn, {"aws:mine": "1"})
    assert refusal is not None
    assert refusal.names("ACTION_NOT_PERMITTED")


def test_an_update_moves_the_lock(wire: Wire) -> None:
    opportunity = _created(wire)
    first = _lock(opportunity)
    wire.clock.advance(1.5)

    assert partner_central.update_opportunity(opportunity, first, {**BODY, "OpportunityType": "Expansion"}) is None
    assert _lock(opportunity) != first
    with pytest.raises(Conflict, match=opportunity):
        partner_central.update_opportunity(opportunity, first, BODY)


def test_an_update_is_refused_while_aws_reviews(wire: Wire) -> None:
    opportunity = _submittable(wire)
    partner_central.submit_directly(opportunity, SUBMIT)

    assert isinstance(partner_central.update_opportunity(opportunity, _lock(opportunity), BODY), Refusal)


def test_an_update_of_what_is_not_to_be_seen_is_tried_again(wire: Wire) -> None:
    with pytest.raises(RemoteUnavailable, match="O404"):
        partner_central.update_opportunity("O404", "2026-11-24T09:00:00.000000Z", BODY)


def test_a_submission_is_a_task_that_can_be_followed(wire: Wire) -> None:
    opportunity = _submittable(wire)
    assert partner_central.submission_task(opportunity, None) is None

    started = partner_central.start_submission(_submission(wire, opportunity))

    assert isinstance(started, SubmissionTask)
    assert (started.status, partner_central.submission_task(opportunity, started.id)) == ("IN_PROGRESS", started)
    wire.central.aws.finishes_task(opportunity)
    done = partner_central.submission_task(opportunity, None)
    assert done is not None
    assert (done.id, done.status) == (started.id, "COMPLETE")
    assert done.engagement is not None


def test_one_intent_starts_one_task(wire: Wire) -> None:
    intent = _submission(wire, _submittable(wire))

    assert partner_central.start_submission(intent) == partner_central.start_submission(intent)


def test_an_unfinished_opportunity_is_refused(wire: Wire) -> None:
    assert isinstance(partner_central.start_submission(_submission(wire, _created(wire))), Refusal)


def test_a_conflict_finds_the_task_that_is_there(wire: Wire) -> None:
    opportunity = _submittable(wire)
    started = partner_central.start_submission(_submission(wire, opportunity))
    wire.answers("StartEngagementFromOpportunityTask", 400, __type="ConflictException", Message="token")

    assert partner_central.start_submission(_submission(wire, opportunity)) == started
    wire.central.aws.fails_task(opportunity, "OpportunitySubmissionFailed")
    with pytest.raises(Conflict):
        partner_central.start_submission(_submission(wire, opportunity))


def test_a_direct_submission_that_was_made_is_made(wire: Wire) -> None:
    opportunity = _submittable(wire)

    first = partner_central.submit_directly(opportunity, SUBMIT)

    assert first == partner_central.submit_directly(opportunity, SUBMIT) == SubmissionTask(id=None, status="COMPLETE")
    assert isinstance(partner_central.submit_directly(_created_again(wire), SUBMIT), Refusal)
    with pytest.raises(RemoteUnavailable):
        partner_central.submit_directly("O404", SUBMIT)
    wire.answers("SubmitOpportunity", 400, __type="ConflictException", Message="busy")
    with pytest.raises(Conflict):
        partner_central.submit_directly(_created_again(wire), SUBMIT)


def _created_again(wire: Wire) -> str:
    answer = partner_central.create_opportunity(_intent(wire, BODY, "token-9"))
    assert isinstance(answer, str)
    return answer


def test_a_missing_right_is_named(wire: Wire) -> None:
    wire.answers("GetOpportunity", 400, __type="AccessDeniedException", Message="user ada")

    with pytest.raises(NotPermitted, match=r"^partnercentral-selling get_opportunity: AccessDeniedException$"):
        partner_central.get_opportunity("O1")
