"""Answers have the members, the nesting and the nulls of the recordings."""

from __future__ import annotations

from typing import Any

from cosell.sandbox.partner_central import model
from cosell.sandbox.partner_central.simulator import OPERATIONS
from tests.cosell.sandbox.partner_central.partner import Document, Partner, monthly, partner
from tests.support.rules import Source, rule

SENT: Document = {
    "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
    "Customer": {
        "Account": {
            "CompanyName": "Example Inc",
            "Industry": "Retail",
            "WebsiteUrl": "https://example.com",
            "Address": {"CountryCode": "US", "PostalCode": "10001", "StateOrRegion": "New York"},
        },
        "Contacts": [],
    },
    "Project": {
        "Title": "Example",
        "CustomerBusinessProblem": "At least twenty characters.",
        "CustomerUseCase": "Database",
        "DeliveryModels": ["SaaS or PaaS"],
        "SalesActivities": ["Conducted POC / Demo"],
        "ExpectedCustomerSpend": [monthly("12500.00")],
    },
    "LifeCycle": {"TargetCloseDate": "2027-09-30"},
    "Marketing": {"Source": "None"},
}
OPPORTUNITY: Document = {
    "Arn": "arn:aws:partnercentral:us-east-1:111122223333:catalog/Sandbox/opportunity/O1000001",
    "Catalog": "Sandbox",
    "Id": "O1000001",
    "CreatedDate": "2026-11-24T09:00:00Z",
    "LastModifiedDate": "2026-11-24T09:00:00Z",
    "Customer": {
        "Account": {
            "Address": {
                "City": None,
                "CountryCode": "US",
                "PostalCode": "10001",
                "StateOrRegion": "New York",
                "StreetAddress": None,
            },
            "AwsAccountId": None,
            "CompanyName": "Example Inc",
            "Duns": None,
            "Industry": "Retail",
            "OtherIndustry": None,
            "WebsiteUrl": "https://example.com",
        },
        "Contacts": [],
    },
    "LifeCycle": {
        "ClosedLostReason": None,
        "NextSteps": None,
        "NextStepsHistory": None,
        "ReviewComments": None,
        "ReviewStatus": "Pending Submission",
        "ReviewStatusReason": None,
        "Stage": "Prospect",
        "TargetCloseDate": "2027-09-30",
    },
    "Marketing": {"AwsFundingUsed": None, "CampaignName": None, "Channels": None, "Source": "None", "UseCases": None},
    "NationalSecurity": "No",
    "OpportunityType": "Net New Business",
    "PartnerOpportunityIdentifier": None,
    "OpportunityTeam": [
        {
            "BusinessTitle": "OpportunityOwner",
            "Email": "alliance.lead@partner.example",
            "FirstName": "Alliance",
            "LastName": "Lead",
            "Phone": None,
        }
    ],
    "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
    "Project": {
        "AdditionalComments": None,
        "ApnPrograms": None,
        "AwsPartition": None,
        "CompetitorName": None,
        "CustomerBusinessProblem": "At least twenty characters.",
        "CustomerUseCase": "Database",
        "DeliveryModels": ["SaaS or PaaS"],
        "ExpectedCustomerSpend": [
            {
                "Amount": "12500",
                "CurrencyCode": "USD",
                "EstimationUrl": None,
                "Frequency": "Monthly",
                "TargetCompany": "AWS",
            }
        ],
        "OtherCompetitorNames": None,
        "OtherSolutionDescription": None,
        "RelatedOpportunityIdentifier": None,
        "SalesActivities": ["Conducted POC / Demo"],
        "Title": "Example",
    },
    "RelatedEntityIdentifiers": {
        "AwsMarketplaceOfferSets": [],
        "AwsMarketplaceOffers": [],
        "AwsProducts": [],
        "Solutions": [],
    },
    "SoftwareRevenue": None,
}
"""GetOpportunity as it was recorded in 2025, with our values."""


def made(**switches: Any) -> tuple[Partner, str]:
    us = partner("Sandbox", **switches)
    return us, us.create(SENT)


def ready(us: Partner, identifier: str) -> None:
    us.associate(identifier)
    us.start(identifier)
    us.clock.run_until_quiet()


@rule(
    "GetOpportunity has the members of the model, of which the recordings of 2025 lack three and those of 2024 four.",
    Source.PC_SAMPLES,
    switch="answers_as_of",
)
def test_an_opportunity_as_it_was_recorded() -> None:
    us, identifier = made(answers_as_of="2025")
    assert us.raw(identifier) == {
        **OPPORTUNITY,
        "Id": identifier,
        "Arn": f"arn:aws:partnercentral:us-east-1:111122223333:catalog/Sandbox/opportunity/{identifier}",
    }
    us, identifier = made(answers_as_of="2024")
    lists: Document = {"AwsMarketplaceOffers": [], "AwsProducts": [], "Solutions": []}
    assert us.raw(identifier) == {**OPPORTUNITY, "Id": identifier, "Arn": None, "RelatedEntityIdentifiers": lists}
    us, identifier = made()
    body = us.raw(identifier)
    assert body.keys() == OPPORTUNITY.keys()
    assert body["Project"] == {**OPPORTUNITY["Project"], "ExpectedContractDuration": None}
    newer: Document = {"AwsMarketplaceSolutions": [], "AwsMarketplaceProducts": []}
    assert body["RelatedEntityIdentifiers"] == {**OPPORTUNITY["RelatedEntityIdentifiers"], **newer}


@rule("An update answers with the id and the date for the next one.", Source.PC_MODEL, Source.PC_SAMPLES)
def test_an_update_answers_with_id_and_date() -> None:
    us, identifier = made()
    body = {**us.raw(identifier), "Identifier": identifier}
    answer = us.post("UpdateOpportunity", **body).json()
    assert answer == {"Id": identifier, "LastModifiedDate": "2026-11-24T09:00:00.001Z"}


@rule("The ids that a task makes are null until it is complete.", Source.PC_MODEL, Source.PC_SAMPLES)
def test_a_task_as_it_was_recorded() -> None:
    us, identifier = made()
    us.associate(identifier)
    started = us.post(
        "StartEngagementFromOpportunityTask",
        Catalog="Sandbox",
        ClientToken="t",
        Identifier=identifier,
        AwsSubmission={"InvolvementType": "Co-Sell"},
    ).json()
    kind = "arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-from-opportunity-task"
    task = {
        "EngagementId": None,
        "EngagementInvitationId": None,
        "Message": None,
        "OpportunityId": identifier,
        "ReasonCode": None,
        "ResourceSnapshotJobId": None,
        "StartTime": started["StartTime"],
        "TaskArn": f"{kind}/{started['TaskId']}",
        "TaskId": started["TaskId"],
        "TaskStatus": "IN_PROGRESS",
    }
    assert started == task
    us.clock.run_until_quiet()
    (listed,) = us.post("ListEngagementFromOpportunityTasks", Catalog="Sandbox").json()["TaskSummaries"]
    assert listed.keys() == task.keys()
    assert sorted(name for name, value in listed.items() if value is None) == ["Message", "ReasonCode"]


@rule("In 2024 tasks had no ids, and `null` as text for a reason.", Source.PC_SAMPLES, switch="answers_as_of")
def test_a_task_of_2024() -> None:
    us, identifier = made(answers_as_of="2024")
    ready(us, identifier)
    (task,) = us.post("ListEngagementFromOpportunityTasks", Catalog="Sandbox").json()["TaskSummaries"]
    assert (task["TaskId"], task["TaskArn"], task["EngagementId"], task["ReasonCode"]) == (None, None, None, "null")
    assert task["EngagementInvitationId"].startswith("engi-")
    (solution,) = us.post("ListSolutions", Catalog="Sandbox").json()["SolutionSummaries"]
    assert solution["Arn"].endswith("/solution/S-1234567")


@rule("A listed opportunity has neither title nor team nor contacts, and of the address no street.", Source.PC_MODEL)
def test_a_row_of_the_list() -> None:
    us, identifier = made()
    (row,) = us.post("ListOpportunities", Catalog="Sandbox").json()["OpportunitySummaries"]
    account = OPPORTUNITY["Customer"]["Account"]
    shown = ("CompanyName", "Industry", "OtherIndustry", "WebsiteUrl")
    address = {name: value for name, value in account["Address"].items() if name != "StreetAddress"}
    lifecycle = {name: value for name, value in OPPORTUNITY["LifeCycle"].items() if name != "NextStepsHistory"}
    assert row == {
        **{name: OPPORTUNITY[name] for name in ("Catalog", "CreatedDate", "LastModifiedDate", "OpportunityType")},
        "Id": identifier,
        "Arn": us.raw(identifier)["Arn"],
        "PartnerOpportunityIdentifier": None,
        "Customer": {"Account": {**{name: account[name] for name in shown}, "Address": address}},
        "LifeCycle": lifecycle,
        "Project": {
            "DeliveryModels": ["SaaS or PaaS"],
            "ExpectedContractDuration": None,
            "ExpectedCustomerSpend": [{**OPPORTUNITY["Project"]["ExpectedCustomerSpend"][0], "Amount": "12500.0"}],
        },
    }


@rule(
    "AWS's summary has the origin first, the involvement once submitted, an empty LifeCycle once approved.",
    Source.PC_SAMPLES,
)
def test_the_summary_by_status() -> None:
    us, identifier = made()
    nothing = dict.fromkeys(model.operation("GetAwsOpportunitySummary").output_shape.members)
    draft = {"Catalog": "Sandbox", "RelatedOpportunityId": identifier, "Origin": "Partner Referral"}
    assert summary(us, identifier) == {**nothing, **draft}
    ready(us, identifier)
    related = {
        "AwsProducts": [],
        "Solutions": ["S-1234567"],
        "AwsMarketplaceSolutions": [],
        "AwsMarketplaceProducts": [],
    }
    submitted = {"InvolvementType": "Co-Sell", "Visibility": "Full", "OpportunityTeam": [], "RelatedEntityIds": related}
    assert summary(us, identifier) == {**nothing, **draft, **submitted}
    us.central.aws.approves(identifier)
    lifecycle = dict.fromkeys(("Stage", "ClosedLostReason", "NextSteps", "NextStepsHistory", "TargetCloseDate"))
    assert summary(us, identifier) == {**nothing, **draft, **submitted, "LifeCycle": lifecycle}


@rule(
    "AWS's stage and close date are told at any stage; by switch, only at Launched and Closed Lost.",
    Source.PC_UPDATES,
    switch="aws_stage_shared",
)
def test_aws_s_stage_is_shared_late_by_switch() -> None:
    told = {}
    for shared in ("always", "when closed"):
        us, identifier = made(aws_stage_shared=shared)
        ready(us, identifier)
        us.central.aws.approves(identifier)
        for stage in ("Qualified", "Launched"):
            us.central.aws.sets_summary(identifier, LifeCycle={"Stage": stage, "TargetCloseDate": "2027-09-30"})
            lifecycle = summary(us, identifier)["LifeCycle"]
            told[shared, stage] = (lifecycle["Stage"], lifecycle["TargetCloseDate"])
    assert told == {
        ("always", "Qualified"): ("Qualified", "2027-09-30"),
        ("always", "Launched"): ("Launched", "2027-09-30"),
        ("when closed", "Qualified"): (None, None),
        ("when closed", "Launched"): ("Launched", "2027-09-30"),
    }


@rule("The origin and what was chosen at submission are told in AWS's summary only.", Source.PC_MODEL)
def test_where_origin_and_involvement_are_told() -> None:
    us, identifier = made()
    ready(us, identifier)
    body = us.raw(identifier)
    assert not {"Origin", "InvolvementType", "Visibility", "Tags"} & body.keys()
    told = summary(us, identifier)
    assert (told["Origin"], told["InvolvementType"], told["Visibility"]) == ("Partner Referral", "Co-Sell", "Full")


@rule("Every answer has exactly the members of its operation's output, nulls included.", Source.PC_MODEL)
def test_answers_have_the_members_of_the_model() -> None:
    us, identifier = made()
    arn = us.raw(identifier)["Arn"]
    modified = us.raw(identifier)["LastModifiedDate"]
    related = {"RelatedEntityType": "Solutions", "RelatedEntityIdentifier": "S-1234567"}
    assignee = {"Email": "alliance.lead@partner.example", "FirstName": "A", "LastName": "L"}
    requests: dict[str, Document] = {
        "CreateOpportunity": {"ClientToken": "other"},
        "UpdateOpportunity": {
            "Identifier": identifier,
            "LastModifiedDate": modified,
            **SENT,
            "LifeCycle": {"Stage": "Prospect"},
        },
        "GetOpportunity": {"Identifier": identifier},
        "ListOpportunities": {},
        "AssociateOpportunity": {"OpportunityIdentifier": identifier, **related},
        "DisassociateOpportunity": {"OpportunityIdentifier": identifier, **related},
        "AssignOpportunity": {
            "Identifier": identifier,
            "Assignee": {**assignee, "BusinessTitle": "PartnerAccountManager"},
        },
        "GetAwsOpportunitySummary": {"RelatedOpportunityIdentifier": identifier},
        "ListSolutions": {},
        "GetSellingSystemSettings": {},
        "PutSellingSystemSettings": {"ResourceSnapshotJobRoleIdentifier": "role"},
        "ListEngagementFromOpportunityTasks": {},
        "TagResource": {"ResourceArn": arn, "Tags": [{"Key": "a", "Value": ""}]},
        "ListTagsForResource": {"ResourceArn": arn},
        "UntagResource": {"ResourceArn": arn, "TagKeys": ["a"]},
    }
    for name, members in requests.items():
        response = us.post(name, Catalog="Sandbox", **members)
        assert (name, response.status) == (name, 200)
        output = model.operation(name).output_shape
        assert (name, response.json().keys() if response.body else set()) == (
            name,
            output.members.keys() if output else set(),
        )
    assert OPERATIONS.keys() - requests.keys() == {"StartEngagementFromOpportunityTask", "SubmitOpportunity"}


def summary(us: Partner, identifier: str) -> Document:
    answer: Document = us.post(
        "GetAwsOpportunitySummary", Catalog="Sandbox", RelatedOpportunityIdentifier=identifier
    ).json()
    return answer
