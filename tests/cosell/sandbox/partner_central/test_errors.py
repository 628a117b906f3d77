"""Refusals: their codes, their HTTP status, and what is in them."""

from __future__ import annotations

import json

import pytest

from cosell.sandbox.partner_central import errors, model
from cosell.sandbox.partner_central.simulator import OPERATIONS
from tests.cosell.sandbox.partner_central.partner import Document, partner, refused
from tests.support.rules import Source, rule

PROBLEM = errors.Problem("INVALID_VALUE", "It cannot be.", "project.title")
REFUSALS = {
    "ValidationException": errors.broken_rules([PROBLEM]),
    "ConflictException": errors.conflict("Too late."),
    "ResourceNotFoundException": errors.not_found("Opportunity", "O1"),
    "AccessDeniedException": errors.wrong_partner_state(),
    "ThrottlingException": errors.throttled(),
    "InternalServerException": errors.internal(),
}


@rule("An error of the service has the members of the model, with a capital M in Message.", Source.PC_MODEL)
@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_errors_have_the_members_of_the_model(code: str) -> None:
    body = _json(REFUSALS[code])
    shape = model.service().shape_for(code)
    assert body.pop("__type") == f"com.amazon.partnerintegrationapi.common#{code}"
    assert body.keys() == shape.members.keys()
    if "Reason" in body:
        assert body["Reason"] in shape.members["Reason"].enum
    for problem in body.get("ErrorList", []):
        entry = model.service().shape_for("ValidationExceptionError")
        assert (problem.keys(), problem["Code"] in entry.members["Code"].enum) == (entry.members.keys(), True)


@rule(
    "Errors of the service are 400, its own fault 500; the front end refuses with 403, 404 and 503.", Source.PC_ERRORS
)
def test_errors_have_their_status() -> None:
    assert {code: refusal.status for code, refusal in REFUSALS.items() if refusal.status != 400} == {
        "InternalServerException": 500
    }
    front_end = (errors.no_permission("GetOpportunity"), errors.unavailable(), errors.unknown_operation("Get"))
    assert [refusal.status for refusal in front_end] == [403, 503, 404]


@rule("Type and header of an error name who refuses: the service, or the front end of all services.", Source.PC_SAMPLES)
def test_errors_name_who_refuses() -> None:
    refusals = (REFUSALS["ConflictException"], errors.no_permission("GetOpportunity"), errors.unreadable("Broken."))
    named = [(_json(refusal)["__type"], refusal.headers()["x-amzn-errortype"]) for refusal in refusals]
    coral = "http://internal.amazon.com/coral"
    service, front_end = "com.amazon.partnerintegrationapi.common", "com.amazon.coral.service"
    assert named == [
        (f"{service}#ConflictException", f"ConflictException:{coral}/{service}/"),
        (f"{front_end}#AccessDeniedException", f"AccessDeniedException:{coral}/{front_end}/"),
        (f"{front_end}#SerializationException", f"SerializationException:{coral}/{front_end}/"),
    ]


@rule("A caller without permission is refused by the front end, with 403.", Source.PC_ERRORS, switch="access")
@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_without_permission_nothing_is_done(operation: str) -> None:
    response = partner(access="no permission").post(operation)
    assert response.status == 403
    assert response.json() == {
        "__type": "com.amazon.coral.service#AccessDeniedException",
        "Message": f"User is not authorized to perform: partnercentral:{operation}",
    }


@rule("A partner in the wrong state is refused by the service, with 400 and a Reason.", Source.PC_API, switch="access")
def test_in_the_wrong_state_nothing_is_done() -> None:
    us = partner(access="wrong partner state")
    with refused() as refusal:
        us.client.list_opportunities(Catalog="AWS")
    assert (refusal.code, refusal.reason) == ("AccessDeniedException", "INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE")
    assert us.post("ListOpportunities", Catalog="AWS").status == 400


def _json(refusal: errors.ServiceError) -> Document:
    body: Document = json.loads(refusal.body())
    return body
