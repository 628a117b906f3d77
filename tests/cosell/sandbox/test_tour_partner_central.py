"""boto3 and the AWS CLI, used as their users use them, through every operation that Partner Central's simulator has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ParamValidationError

from cosell.sandbox.partner_central import PartnerCentral
from cosell.sandbox.partner_central.simulator import DEFAULT_SOLUTION, OPERATIONS
from cosell.sandbox.partner_central.state import User
from cosell.sandbox.stepfunctions.clock import Clock
from tests.cosell.sandbox.partner_central.partner import complete
from tests.support.touring import Served, served

ACCOUNT = "111122223333"
LEAD = "ada@partner.example"
KEY = {"AWS_ACCESS_KEY_ID": "AKIASANDBOX", "AWS_SECRET_ACCESS_KEY": "sandbox"}
READ_ONLY = {"Arn", "CreatedDate", "Id", "OpportunityTeam", "RelatedEntityIdentifiers", "ResponseMetadata"}


@dataclass
class Tour:
    """A Partner Central on a loopback port, and boto3's client of it."""

    central: PartnerCentral
    clock: Clock
    at: Served
    client: Any

    def called(self) -> set[str]:
        return {self.central.operation(request) for request in self.at.asked}

    def create(self, **members: Any) -> str:
        self.clock.advance(1)  # one write a second
        return str(self.client.create_opportunity(Catalog="AWS", **complete(**members))["Id"])

    def associate(self, opportunity: str) -> None:
        self.clock.advance(1)
        self.client.associate_opportunity(
            Catalog="AWS",
            OpportunityIdentifier=opportunity,
            RelatedEntityType="Solutions",
            RelatedEntityIdentifier=DEFAULT_SOLUTION,
        )

    def get(self, opportunity: str) -> dict[str, Any]:
        self.clock.advance(1)
        return dict(self.client.get_opportunity(Catalog="AWS", Identifier=opportunity))

    def update(self, opportunity: str, read: dict[str, Any], **members: Any) -> dict[str, Any]:
        """Writes back what was read, with other members, as AWS recommends."""
        self.clock.advance(1)
        body = {name: value for name, value in read.items() if name not in READ_ONLY}
        return dict(self.client.update_opportunity(**{**body, **members, "Identifier": opportunity}))


@pytest.fixture
def tour(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tour]:
    clock = Clock()
    central = PartnerCentral(clock, account=ACCOUNT)
    central.users.append(User(LEAD, "Ada", "Byron"))
    for name, value in KEY.items():
        monkeypatch.setenv(name, value)
    with served(clock, partner_central=central) as at:
        client = boto3.client("partnercentral-selling", region_name="us-east-1", endpoint_url=at.url)
        yield Tour(central, clock, at, client)
        client.close()


def test_every_operation_does_its_part_in_the_life_of_an_opportunity(tour: Tour) -> None:
    furnish(tour)
    opportunity = drafted(tour)
    submitted(tour, opportunity)
    reviewed(tour, opportunity)
    won(tour, opportunity)
    tagged(tour, opportunity)
    for_visibility_only(tour)
    listed(tour)

    assert tour.called() == OPERATIONS.keys()


def furnish(tour: Tour) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/Snapshots"
    assert tour.client.get_selling_system_settings(Catalog="AWS").get("ResourceSnapshotJobRoleArn") is None
    tour.clock.advance(1)
    tour.client.put_selling_system_settings(Catalog="AWS", ResourceSnapshotJobRoleIdentifier=role)
    assert tour.client.get_selling_system_settings(Catalog="AWS")["ResourceSnapshotJobRoleArn"] == role
    (solution,) = tour.client.list_solutions(Catalog="AWS", Status=["Active"])["SolutionSummaries"]
    assert (solution["Id"], solution["Arn"].rpartition("/")[2]) == (DEFAULT_SOLUTION, DEFAULT_SOLUTION)


def drafted(tour: Tour) -> str:
    opportunity = tour.create()
    first = tour.get(opportunity)
    assert (first["Project"]["Title"], first["LifeCycle"]["ReviewStatus"]) == (
        "Warehouse in the cloud",
        "Pending Submission",
    )
    written = tour.update(opportunity, first, OpportunityType="Expansion")
    assert written["LastModifiedDate"] > first["LastModifiedDate"]
    with pytest.raises(tour.client.exceptions.ConflictException):
        tour.update(opportunity, first, OpportunityType="Flat Renewal")
    assert tour.get(opportunity)["OpportunityType"] == "Expansion"

    tour.clock.advance(1)
    lead = {
        "Email": LEAD,
        "FirstName": "Ada",
        "LastName": "Byron",
        "BusinessTitle": "PartnerAccountManager",
    }
    tour.client.assign_opportunity(Catalog="AWS", Identifier=opportunity, Assignee=lead)
    assert [member["Email"] for member in tour.get(opportunity)["OpportunityTeam"]] == [LEAD]
    return opportunity


def submitted(tour: Tour, opportunity: str) -> None:
    def start() -> dict[str, Any]:
        tour.clock.advance(1)
        terms = {"InvolvementType": "Co-Sell", "Visibility": "Full"}
        answer = tour.client.start_engagement_from_opportunity_task(
            Catalog="AWS", Identifier=opportunity, AwsSubmission=terms, ClientToken="submission-1"
        )
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    with pytest.raises(tour.client.exceptions.ValidationException) as refused:
        start()
    assert refused.value.response["Reason"] == "BUSINESS_VALIDATION_FAILED"
    assert [error["Code"] for error in refused.value.response["ErrorList"]] == ["REQUIRED_FIELD_MISSING"]

    tour.associate(opportunity)
    task = start()
    assert (task["TaskStatus"], task["OpportunityId"], start()) == ("IN_PROGRESS", opportunity, task)
    tour.clock.advance(5)
    pages = tour.client.get_paginator("list_engagement_from_opportunity_tasks").paginate(
        Catalog="AWS", OpportunityIdentifier=[opportunity], PaginationConfig={"PageSize": 1}
    )
    (done,) = [row for page in pages for row in page["TaskSummaries"]]
    assert (done["TaskId"], done["TaskStatus"]) == (task["TaskId"], "COMPLETE")
    assert tour.get(opportunity)["LifeCycle"]["ReviewStatus"] == "Submitted"


def reviewed(tour: Tour, opportunity: str) -> None:
    tour.central.aws.starts_review(opportunity)
    tour.central.aws.asks_for_changes(opportunity, "When will they decide?")
    asked = tour.get(opportunity)
    assert asked["LifeCycle"]["ReviewStatus"] == "Action Required"
    tour.update(opportunity, asked, LifeCycle={**asked["LifeCycle"], "TargetCloseDate": "2027-04-01"})
    tour.central.aws.approves(opportunity)
    assert tour.get(opportunity)["LifeCycle"]["ReviewStatus"] == "Approved"

    tour.central.aws.sets_summary(opportunity, Insights={"NextBestActions": "Meet the customer"})
    summary = tour.client.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=opportunity)
    assert summary["Insights"]["NextBestActions"] == "Meet the customer"
    assert summary["RelatedEntityIds"]["Solutions"] == [DEFAULT_SOLUTION]


def won(tour: Tour, opportunity: str) -> None:
    offer = {"RelatedEntityType": "AwsProducts", "RelatedEntityIdentifier": "AmazonRedshift"}
    for verb in ("associate", "disassociate"):
        tour.clock.advance(1)
        call = getattr(tour.client, f"{verb}_opportunity")
        call(Catalog="AWS", OpportunityIdentifier=opportunity, **offer)
        related = tour.get(opportunity)["RelatedEntityIdentifiers"]
        assert ("AmazonRedshift" in related.get("AwsProducts", [])) == (verb == "associate")

    read = tour.get(opportunity)
    tour.update(opportunity, read, LifeCycle={**read["LifeCycle"], "Stage": "Launched"})
    assert tour.get(opportunity)["LifeCycle"]["Stage"] == "Launched"


def tagged(tour: Tour, opportunity: str) -> None:
    arn = tour.get(opportunity)["Arn"]
    tour.clock.advance(1)
    tour.client.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "east"}, {"Key": "cost", "Value": "7"}])
    tour.clock.advance(1)
    tour.client.untag_resource(ResourceArn=arn, TagKeys=["cost"])
    assert tour.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "east"}]


def for_visibility_only(tour: Tour) -> None:
    opportunity = tour.create(PartnerOpportunityIdentifier="310002")
    tour.associate(opportunity)
    tour.clock.advance(1)
    tour.client.submit_opportunity(
        Catalog="AWS", Identifier=opportunity, InvolvementType="For Visibility Only", Visibility="Full"
    )
    assert tour.get(opportunity)["LifeCycle"]["ReviewStatus"] == "Submitted"


def listed(tour: Tour) -> None:
    for number in range(3):
        tour.create(PartnerOpportunityIdentifier=f"31001{number}")
    pages = list(
        tour.client.get_paginator("list_opportunities").paginate(Catalog="AWS", PaginationConfig={"PageSize": 2})
    )
    rows = [row for page in pages for row in page["OpportunitySummaries"]]
    assert ([len(page["OpportunitySummaries"]) for page in pages], len({row["Id"] for row in rows})) == ([2, 2, 1], 5)
    assert [row["LastModifiedDate"] for row in rows] == sorted((row["LastModifiedDate"] for row in rows), reverse=True)
    launched = tour.client.list_opportunities(Catalog="AWS", LifeCycleStage=["Launched"])["OpportunitySummaries"]
    assert [row["LifeCycle"]["Stage"] for row in launched] == ["Launched"]


def test_boto3_raises_the_service_s_errors_and_its_own(tour: Tour) -> None:
    with pytest.raises(tour.client.exceptions.ResourceNotFoundException, match="O404"):
        tour.get("O404")
    with pytest.raises(ClientError) as refused:
        tour.create(Marketing={"Source": "Rumour"})
    error = refused.value.response
    assert (error["Error"]["Code"], error["Reason"]) == ("ValidationException", "REQUEST_VALIDATION_FAILED")
    assert [one["FieldName"] for one in error["ErrorList"]] == ["marketing.source"]
    with pytest.raises(ParamValidationError):
        tour.client.get_opportunity(Catalog="AWS")


def test_boto3_waits_where_it_is_throttled(tour: Tour, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its retries come without being asked for: a writer who is too quick is slowed down, not refused."""
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        tour.clock.advance(1)

    monkeypatch.setattr("botocore.endpoint.time.sleep", sleep)
    for number in range(2):
        tour.client.create_opportunity(Catalog="AWS", **complete(PartnerOpportunityIdentifier=f"{number}"))

    assert len(waited) == 1
    assert len(tour.central.opportunities) == 2


def test_an_operation_can_stand_in_the_path(tour: Tour) -> None:
    """As AWS's Postman collection sends it: signed, in JSON, without X-Amz-Target."""
    opportunity = tour.create()

    def ask(operation: str, **body: Any) -> tuple[int, Any]:
        request = AWSRequest(
            "POST", f"{tour.at.url}/{operation}", {"Content-Type": "application/json"}, json.dumps(body)
        )
        credentials = Credentials(KEY["AWS_ACCESS_KEY_ID"], KEY["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(credentials, "partnercentral-selling", "us-east-1").add_auth(request)
        sent = urllib.request.Request(  # noqa: S310 - a loopback URL
            request.url, request.data.encode(), dict(request.headers), method="POST"
        )
        try:
            with urllib.request.urlopen(sent) as answer:  # noqa: S310 - a loopback URL
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    status, body = ask("GetOpportunity", Catalog="AWS", Identifier=opportunity)
    assert (status, body["Id"]) == (200, opportunity)
    status, body = ask("GetOpportunity", Catalog="AWS", Identifier="O404")
    assert (status, body["__type"].rpartition("#")[2]) == (400, "ResourceNotFoundException")


def test_the_aws_cli_lists_opportunities_and_says_what_is_wrong(tour: Tour, tmp_path: Path) -> None:
    opportunity = tour.create()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": tour.at.url,
        "AWS_DEFAULT_REGION": "us-east-1",
        **KEY,
    }

    def aws(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).parent / "aws"), "partnercentral-selling", *arguments]
        return subprocess.run(  # noqa: S603 - the arguments are this test's
            command, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    listed = aws("list-opportunities", "--catalog", "AWS")
    refused = aws("get-opportunity", "--catalog", "AWS", "--identifier", "O404")

    assert (listed.returncode, listed.stderr) == (0, "")
    (row,) = json.loads(listed.stdout)["OpportunitySummaries"]
    assert (row["Id"], row["Customer"]["Account"]["CompanyName"]) == (opportunity, "Example Inc")
    assert (refused.returncode, refused.stdout) == (255, "")  # 254 in version 2 of the CLI, which no index has
    assert "(ResourceNotFoundException) when calling the GetOpportunity operation" in refused.stderr
    assert "O404" in refused.stderr
