"""The way of one opportunity, and the protocol around it."""

from __future__ import annotations

import json

import pytest

from cosell.sandbox.partner_central.model import operation_names
from cosell.sandbox.partner_central.simulator import OPERATIONS
from cosell.sandbox.wire import Request
from tests.cosell.sandbox.partner_central.partner import URL, complete, partner, refused
from tests.support.rules import Source, rule


@rule("An opportunity is created, associated, submitted and reviewed before it moves on.", Source.PC_OPPORTUNITIES)
def test_an_opportunity_is_created_submitted_approved_and_moved_on() -> None:
    us = partner()
    identifier = us.create()
    us.associate(identifier)
    assert us.start(identifier)["TaskStatus"] == "IN_PROGRESS"
    us.clock.run_until_quiet()
    assert us.task(identifier)["TaskStatus"] == "COMPLETE"
    us.central.aws.starts_review(identifier)
    us.central.aws.approves(identifier)
    us.sets(identifier, "LifeCycle.Stage", "Committed")
    view = us.central.opportunity(identifier)
    assert (view.review_status, view.stage, view.solutions) == ("Approved", "Committed", ("S-1234567",))
    assert view.submitted
    assert view.partner_id == "310001"
    assert view.title == "Warehouse in the cloud"
    assert us.central.opportunities == [view]


@rule("Answers are AWS JSON 1.0, each with a request id.", Source.PC_MODEL, Source.PC_SAMPLES)
def test_answers_json_with_a_request_id() -> None:
    us = partner()
    response = us.post("ListOpportunities", Catalog="AWS")
    assert response.status == 200
    assert response.headers["content-type"] == "application/x-amz-json-1.0"
    assert response.headers["content-length"] == str(len(response.body))
    other = us.post("ListOpportunities", Catalog="AWS")
    assert response.headers["x-amzn-requestid"] != other.headers["x-amzn-requestid"]


@rule("The operation stands in X-Amz-Target, or is the last part of the path.", Source.PC_SAMPLES)
def test_takes_the_operation_from_the_path_too() -> None:
    us = partner()
    body = json.dumps({"Catalog": "AWS"}).encode()
    by_path = us.central.handle(Request("POST", f"{URL}ListSolutions", {"content-type": "application/json"}, body))
    assert by_path.json() == us.post("ListSolutions", Catalog="AWS").json()


@rule("Operations without output answer 200 with an empty body.", Source.PC_SAMPLES)
def test_operations_without_output_answer_with_nothing() -> None:
    us = partner()
    identifier = us.create()
    response = us.post(
        "AssociateOpportunity",
        Catalog="AWS",
        OpportunityIdentifier=identifier,
        RelatedEntityType="Solutions",
        RelatedEntityIdentifier="S-1234567",
    )
    assert (response.status, response.body, response.headers["content-length"]) == (200, b"", "0")


@rule("What is no operation of the model is an UnknownOperationException, 404.", Source.PC_ERRORS)
def test_knows_nothing_outside_the_model() -> None:
    assert operation_names() > OPERATIONS.keys()
    us = partner()
    other_service = {"x-amz-target": "DynamoDB_20120810.GetOpportunity"}
    assert us.central.handle(Request("POST", URL, other_service, b"{}")).status == 404
    assert us.central.handle(Request("GET", f"{URL}GetOpportunity", {}, b"")).status == 404
    assert us.central.handle(Request("POST", URL, {}, b"{}")).status == 404


@rule("A body that is not an object of JSON is a SerializationException.", Source.PC_MODEL)
@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"null", b"[" * 100_000, b'{"Catalog": "\\ud800"}'])
def test_refuses_what_is_not_an_object_of_json(body: bytes) -> None:
    headers = {"x-amz-target": "AWSPartnerCentralSelling.GetOpportunity"}
    response = partner().central.handle(Request("POST", URL, headers, body))
    assert response.status == 400
    assert response.json()["__type"].endswith("#SerializationException")


@rule(
    "A ValidationException has `__type`, Message, Reason and an ErrorList of code, field and message.",
    Source.PC_MODEL,
    Source.PC_SAMPLES,
)
def test_refusals_have_the_form_of_the_service() -> None:
    us = partner()
    response = us.post("CreateOpportunity", Catalog="AWS", ClientToken="t", Marketing={"Source": "Nowhere"})
    assert response.status == 400
    assert response.headers["x-amzn-errortype"].startswith("ValidationException:http://internal.amazon.com/coral/")
    body = response.json()
    assert body["__type"] == "com.amazon.partnerintegrationapi.common#ValidationException"
    assert body["Reason"] == "REQUEST_VALIDATION_FAILED"
    assert [(one["FieldName"], one["Code"]) for one in body["ErrorList"]] == [
        ("marketing.source", "INVALID_ENUM_VALUE")
    ]
    assert set(body["ErrorList"][0]) == {"FieldName", "Message", "Code"}


@rule("Catalogs do not see each other's opportunities.", Source.PC_TESTING)
def test_catalogs_do_not_see_each_other() -> None:
    us = partner("Sandbox")
    identifier = us.create()
    us.catalog = "AWS"
    with refused() as refusal:
        us.get(identifier)
    assert refusal.code == "ResourceNotFoundException"
    assert us.client.list_opportunities(Catalog="AWS")["OpportunitySummaries"] == []


@rule("Ids and ARNs have the forms of the model and are unique.", Source.PC_MODEL, Source.PC_IAM)
def test_ids_have_the_forms_of_the_model() -> None:
    us = partner()
    identifiers = [us.create() for _ in range(20)]
    assert len(set(identifiers)) == 20
    assert all(identifier.startswith("O") and identifier[1:].isdigit() for identifier in identifiers)
    us.associate(identifiers[0])
    us.start(identifiers[0])
    us.clock.run_until_quiet()
    task = us.task(identifiers[0])
    lengths = {name: len(task[name].partition("-")[2]) for name in ("TaskId", "EngagementId", "EngagementInvitationId")}
    assert lengths == {"TaskId": 13, "EngagementId": 14, "EngagementInvitationId": 13}
    assert task["TaskArn"] == (
        f"arn:aws:partnercentral:us-east-1::catalog/AWS/engagement-from-opportunity-task/{task['TaskId']}"
    )


@rule("There are two catalogs, AWS and Sandbox, which take the same requests.", Source.PC_TESTING)
def test_a_complete_body_is_taken_by_every_catalog() -> None:
    for catalog in ("AWS", "Sandbox"):
        us = partner(catalog)
        assert us.get(us.create(complete()))["Catalog"] == catalog
