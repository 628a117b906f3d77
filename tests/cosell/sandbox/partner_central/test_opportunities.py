"""Create, read, update and assign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cosell.sandbox.partner_central import User
from tests.cosell.sandbox.partner_central.partner import Document, complete, monthly, partner, refused, with_value
from tests.support.rules import Source, rule


@rule("What is written can be read, in the same words.", Source.PC_MODEL)
def test_what_is_created_can_be_read() -> None:
    us = partner()
    body = us.get(us.create())
    wanted = with_value(complete(), "Project.ExpectedCustomerSpend", [monthly("12500")])
    assert {name: body[name] for name in ("Project", "Customer", "Marketing", "OpportunityType")} == {
        name: wanted[name] for name in ("Project", "Customer", "Marketing", "OpportunityType")
    }
    assert body["LifeCycle"]["ReviewStatus"] == "Pending Submission"


@rule(
    "Creation answers with the id, the date for the next update, and the partner's own identifier.",
    Source.PC_MODEL,
    Source.PC_SAMPLES,
)
def test_creation_answers_with_id_date_and_partner_identifier() -> None:
    us = partner()
    answer = us.client.create_opportunity(Catalog="AWS", ClientToken="t", **complete())
    body = us.get(answer["Id"])
    assert answer["LastModifiedDate"] == body["LastModifiedDate"]
    assert answer["PartnerOpportunityIdentifier"] == "310001"
    assert body["Arn"] == f"arn:aws:partnercentral:us-east-1:111122223333:catalog/AWS/opportunity/{answer['Id']}"


@rule(
    "A sparse draft is legal: not of national security, new business, and Prospect unless it says otherwise.",
    Source.PC_FIELD_SHEET,
    Source.PC_SAMPLES,
)
def test_a_sparse_draft_is_legal_and_gets_the_services_defaults() -> None:
    us = partner()
    body = us.get(us.create({}))
    assert body["NationalSecurity"] == "No"
    assert body["OpportunityType"] == "Net New Business"
    assert body["LifeCycle"]["Stage"] == "Prospect"


@rule("What is not set is null in answers; kinds of associations without one are empty lists.", Source.PC_SAMPLES)
def test_answers_have_every_member_of_the_model_null_where_there_is_nothing() -> None:
    us = partner()
    body = us.raw(us.create({"Customer": {"Account": {"CompanyName": "Example", "Address": {"CountryCode": "DE"}}}}))
    assert body["SoftwareRevenue"] is None
    assert body["Marketing"] is None
    assert body["Customer"]["Account"]["Address"] == {
        "City": None,
        "PostalCode": None,
        "StateOrRegion": None,
        "CountryCode": "DE",
        "StreetAddress": None,
    }
    assert all(related == [] for related in body["RelatedEntityIdentifiers"].values())
    assert body["LifeCycle"]["NextStepsHistory"] is None


@rule("CreatedDate has whole seconds, LastModifiedDate milliseconds.", Source.PC_SAMPLES)
def test_dates_have_the_precision_of_the_recordings() -> None:
    us = partner()
    us.clock.advance(1.591)
    body = us.raw(us.create())
    assert body["CreatedDate"] == "2026-11-24T09:00:01Z"
    assert body["LastModifiedDate"] == "2026-11-24T09:00:01.591Z"


@rule("The service adds an OpportunityOwner to the team.", Source.PC_SAMPLES)
def test_the_service_names_an_owner() -> None:
    us = partner()
    team = [
        {"Email": "pam@partner.example", "FirstName": "Pam", "LastName": "M", "BusinessTitle": "PartnerAccountManager"}
    ]
    members = us.get(us.create(OpportunityTeam=team))["OpportunityTeam"]
    assert [member["BusinessTitle"] for member in members] == ["PartnerAccountManager", "OpportunityOwner"]


@rule("A member of the team is PartnerAccountManager or OpportunityOwner.", Source.PC_MODEL)
@pytest.mark.parametrize("title", ["Seller", None])
def test_the_team_has_two_roles(title: str | None) -> None:
    us = partner()
    member = {"Email": "p@partner.example"} | ({"BusinessTitle": title} if title else {})
    with refused() as refusal:
        us.create({}, OpportunityTeam=[member])
    assert refusal.reason == "BUSINESS_VALIDATION_FAILED"
    assert refusal.errors == [("INVALID_VALUE", "partnerOpportunityTeam[].member.businessTitle")]


@rule("In the catalog AWS a partner creates nothing but Partner Referrals.", Source.PC_MODEL)
def test_only_the_sandbox_can_play_a_referral() -> None:
    us = partner()
    with refused() as refusal:
        us.create({}, Origin="AWS Referral")
    assert refusal.errors == [("ACTION_NOT_PERMITTED", "origin")]
    with refused() as refusal:
        us.create(complete(NationalSecurity="Yes"), Origin="AWS Referral")
    assert sorted(field or "" for _, field in refusal.errors) == ["nationalSecurity", "origin"]
    response = partner("Sandbox").post("CreateOpportunity", Catalog="Sandbox", ClientToken="t", Origin="AWS Referral")
    assert response.json()["__type"].endswith("#UnknownOperationException")


@rule("An update replaces the whole opportunity: what is left out becomes null.", Source.PC_MODEL)
def test_an_update_replaces_everything() -> None:
    us = partner()
    identifier = us.create(complete(SoftwareRevenue={"DeliveryModel": "Contract"}))
    us.client.update_opportunity(
        Catalog="AWS",
        Identifier=identifier,
        LastModifiedDate=us.get(identifier)["LastModifiedDate"],
        LifeCycle={"Stage": "Qualified"},
        Marketing={"Source": "None"},
    )
    body = us.raw(identifier)
    left_out = {*complete(), "SoftwareRevenue"} - {"LifeCycle", "Marketing"}
    assert {name: body[name] for name in left_out} == dict.fromkeys(left_out)
    assert (body["LifeCycle"]["Stage"], body["LifeCycle"]["TargetCloseDate"]) == ("Qualified", None)


@rule("A structure is replaced as a whole, and so is a list.", Source.PC_MODEL)
def test_a_struct_is_replaced_as_a_whole() -> None:
    us = partner()
    identifier = us.create()
    us.sets(identifier, "Customer", {"Account": {"CompanyName": "Example Inc"}})
    customer = us.raw(identifier)["Customer"]
    assert customer["Contacts"] is None
    assert customer["Account"]["Address"] is None


@rule(
    "An update names the last change by its LastModifiedDate; any other date is a ConflictException.",
    Source.PC_BEST_PRACTICES,
    Source.PC_MODEL,
)
def test_an_update_needs_the_date_of_the_last_change() -> None:
    us = partner()
    identifier = us.create()
    read = us.get(identifier)["LastModifiedDate"]
    first = us.update(identifier)
    for stale in (read, first["LastModifiedDate"] + timedelta(milliseconds=1), read - timedelta(days=1)):
        with refused() as refusal:
            us.update(identifier, LastModifiedDate=stale)
        assert refusal.code == "ConflictException"
    us.update(identifier, LastModifiedDate=first["LastModifiedDate"])


@rule("Dates are compared as moments, however many digits they have.", Source.PC_MODEL, Source.PC_SAMPLES)
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00.000000Z",
        "2026-11-24T10:00:00.000+01:00",
        "2026-11-24T09:00:00.000000000Z",
    ],
)
def test_the_lock_compares_moments_not_texts(text: str) -> None:
    us = partner()
    identifier = us.create({})
    response = us.post(
        "UpdateOpportunity",
        Catalog="AWS",
        Identifier=identifier,
        LastModifiedDate=text,
        LifeCycle={"Stage": "Prospect"},
        Marketing={"Source": "None"},
    )
    assert response.status == 200


@rule(
    "LastModifiedDate moves forward with every write.",
    Source.PC_BEST_PRACTICES,
    Source.PC_SAMPLES,
    switch="whole_seconds",
)
def test_the_date_moves_with_every_write_also_within_a_millisecond() -> None:
    us = partner()
    identifier = us.create()
    dates = [us.get(identifier)["LastModifiedDate"]]
    dates += [us.update(identifier)["LastModifiedDate"] for _ in range(3)]
    us.clock.advance(60)
    dates.append(us.update(identifier)["LastModifiedDate"])
    assert dates == sorted(set(dates))
    assert dates[-1] == datetime(2026, 11, 24, 9, 1, tzinfo=UTC)


@rule("An opportunity that does not exist is a ResourceNotFoundException.", Source.PC_MODEL)
def test_an_update_of_what_is_not_there_is_not_found() -> None:
    us = partner()
    with refused() as refusal:
        us.client.update_opportunity(Catalog="AWS", Identifier="O1", LastModifiedDate=datetime(2026, 1, 1, tzinfo=UTC))
    assert refusal.code == "ResourceNotFoundException"


@rule("Each new text of NextSteps is added to NextStepsHistory, with its time.", Source.PC_MODEL)
def test_next_steps_are_remembered_newest_first() -> None:
    us = partner()
    identifier = us.create()
    us.clock.advance(60)
    us.sets(identifier, "LifeCycle.NextSteps", "Send the offer")
    us.sets(identifier, "LifeCycle.TargetCloseDate", "2027-04-01")
    history = us.raw(identifier)["LifeCycle"]["NextStepsHistory"]
    assert history == [
        {"Value": "Send the offer", "Time": "2026-11-24T09:01:00Z"},
        {"Value": "Call the customer", "Time": "2026-11-24T09:00:00Z"},
    ]


@rule("NextStepsHistory keeps the newest fifty.", Source.PC_MODEL)
def test_fifty_next_steps_are_kept() -> None:
    us = partner()
    identifier = us.create()
    for number in range(50):
        us.sets(identifier, "LifeCycle.NextSteps", f"Step {number}")
    history = us.get(identifier)["LifeCycle"]["NextStepsHistory"]
    assert [one["Value"] for one in history] == [f"Step {number}" for number in reversed(range(50))]


@rule("Review status, comments, reason and the history of next steps are read-only.", Source.PC_MODEL)
def test_what_the_partner_cannot_write_stays() -> None:
    us = partner()
    step = {"Value": "Mine", "Time": "2026-01-01T00:00:00Z"}
    read_only = {
        "ReviewStatus": "Approved",
        "ReviewComments": "Fine",
        "ReviewStatusReason": "Good",
        "NextStepsHistory": [step],
    }
    identifier = us.create(with_value(complete(), "LifeCycle", {**complete()["LifeCycle"], **read_only}))
    for _ in range(2):
        lifecycle = us.raw(identifier)["LifeCycle"]
        status, comments, reason = (lifecycle[name] for name in list(read_only)[:3])
        assert (status, comments, reason) == ("Pending Submission", None, None)
        assert step not in lifecycle["NextStepsHistory"]
        us.update(identifier, lambda body: {**body, "LifeCycle": {**body["LifeCycle"], **read_only}})


@rule("An update that changes nothing moves the date and is told.", Source.PC_UPDATES, Source.PC_EVENTS)
def test_a_write_that_changes_nothing_is_a_write() -> None:
    us = partner()
    identifier = us.create()
    us.told()
    before = us.raw(identifier)
    us.update(identifier)
    after = us.raw(identifier)
    assert after != before
    assert (after, us.told()) == ({**before, "LastModifiedDate": after["LastModifiedDate"]}, ["Opportunity Updated"])


@rule("Team, origin, tags and associations are not changed by an update.", Source.PC_MODEL, Source.PC_SAMPLES)
def test_an_update_has_no_members_of_creation() -> None:
    us = partner()
    identifier = us.create(Tags=[{"Key": "team", "Value": "north"}])
    body = us.raw(identifier)
    sent = {**body, "Identifier": identifier, "Origin": "AWS Referral", "OpportunityTeam": [], "Tags": []}
    related = {**body["RelatedEntityIdentifiers"], "Solutions": ["S-1"]}
    response = us.post("UpdateOpportunity", **{**sent, "RelatedEntityIdentifiers": related})
    assert response.status == 200
    names = ("OpportunityTeam", "RelatedEntityIdentifiers")
    assert [us.raw(identifier)[name] for name in names] == [body[name] for name in names]
    assert us.client.list_tags_for_resource(ResourceArn=body["Arn"])["Tags"] == [{"Key": "team", "Value": "north"}]
    assert us.central.opportunity(identifier).summary["Origin"] == "Partner Referral"


@rule("AssignOpportunity makes a user of the partner the owner.", Source.PC_MODEL, Source.PC_ASSOCIATING)
def test_an_owner_is_assigned() -> None:
    us = partner()
    us.central.users.append(User("grace@partner.example", "Grace", "Hopper"))
    identifier = us.create()
    before = us.get(identifier)["LastModifiedDate"]
    us.client.assign_opportunity(Catalog="AWS", Identifier=identifier, Assignee=_grace())
    body = us.get(identifier)
    owners = [one for one in body["OpportunityTeam"] if one["BusinessTitle"] == "OpportunityOwner"]
    assert [one["Email"] for one in owners] == ["grace@partner.example"]
    assert body["LastModifiedDate"] > before


@rule("The owner is a user of the partner, known by e-mail.", Source.PC_MODEL, Source.PC_FIELD_SHEET)
def test_only_a_user_of_the_partner_can_own() -> None:
    us = partner()
    identifier = us.create()
    with refused() as refusal:
        us.client.assign_opportunity(
            Catalog="AWS", Identifier=identifier, Assignee={**_grace(), "BusinessTitle": "Boss"}
        )
    assert refusal.errors == [("INVALID_VALUE", "assignee.businessTitle"), ("INVALID_VALUE", "assignee.email")]
    assert refusal.messages[1] == "User not found for Opportunity Owner email:grace@partner.example"


@rule("No owner is assigned while AWS reviews.", switch="associations_wait_for_review")
def test_nobody_is_assigned_while_aws_reviews() -> None:
    us = partner()
    us.central.users.append(User("grace@partner.example", "Grace", "Hopper"))
    identifier = us.submitted()
    with refused() as refusal:
        us.client.assign_opportunity(Catalog="AWS", Identifier=identifier, Assignee=_grace())
    assert refusal.errors == [("INVALID_RESOURCE_STATE", "lifeCycle.reviewStatus")]


def _grace() -> Document:
    return {
        "Email": "grace@partner.example",
        "FirstName": "Grace",
        "LastName": "Hopper",
        "BusinessTitle": "PartnerAccountManager",
    }
