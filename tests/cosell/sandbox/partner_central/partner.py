"""A partner with a boto3 client whose requests go to the simulator instead of a socket."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from cosell.sandbox.partner_central import PartnerCentral, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response
from tests.support.in_process import answer_in_process

URL = "https://partnercentral-selling.us-east-1.api.aws/"
SOLUTION = "S-1234567"
Document = dict[str, Any]


def complete(**members: Any) -> Document:
    """Everything that submission for co-sell needs, less the solution; `members` replace whole members."""
    return {
        "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
        "NationalSecurity": "No",
        "PartnerOpportunityIdentifier": "310001",
        "OpportunityType": "Net New Business",
        "Customer": {
            "Account": {
                "CompanyName": "Example Inc",
                "Industry": "Retail",
                "WebsiteUrl": "https://example.com",
                "Address": {
                    "CountryCode": "US",
                    "PostalCode": "10001",
                    "StateOrRegion": "New York",
                    "City": "New York",
                },
            },
            "Contacts": [{"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com"}],
        },
        "Project": {
            "Title": "Warehouse in the cloud",
            "CustomerBusinessProblem": "The warehouse is slow and costs too much.",
            "CustomerUseCase": "Database",
            "DeliveryModels": ["SaaS or PaaS"],
            "SalesActivities": ["Conducted POC / Demo"],
            "ExpectedCustomerSpend": [monthly("12500.00")],
        },
        "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2027-03-01", "NextSteps": "Call the customer"},
        "Marketing": {"Source": "None"},
        **members,
    }


def monthly(amount: str | None = None, **members: Any) -> Document:
    entry = {"CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS", **members}
    return entry if amount is None else {"Amount": amount, **entry}


def with_value(document: Document, path: str, value: Any) -> Document:
    """A copy with `value` at `Customer.Account.Industry`; structures on the way are made."""
    name, _, rest = path.partition(".")
    inner = with_value(document.get(name) or {}, rest, value) if rest else value
    return {**document, name: inner}


@dataclass
class Partner:
    """`client` for what boto3 can send, `post` for what only raw HTTP can; `events` fill as time passes."""

    central: PartnerCentral
    clock: Clock
    catalog: str = "AWS"
    events: list[Document] = field(default_factory=list)
    seed: int = 0
    switches: Switches = field(default_factory=Switches)

    @cached_property
    def client(self) -> Any:
        return _client(self.central)

    def post(self, operation: str, **body: Any) -> Response:
        headers = {
            "x-amz-target": f"AWSPartnerCentralSelling.{operation}",
            "content-type": "application/x-amz-json-1.0",
        }
        return self.central.handle(Request("POST", URL, headers, json.dumps(body).encode()))

    def create(self, body: Document | None = None, **members: Any) -> str:
        answer = self.client.create_opportunity(
            Catalog=self.catalog, **(complete() if body is None else body), **members
        )
        return str(answer["Id"])

    def create_raw(self, **members: Any) -> str:
        """Creates with what boto3 would not send."""
        answer = self.post("CreateOpportunity", **{"Catalog": self.catalog, "ClientToken": "t", **members}).json()
        return str(answer["Id"])

    def get(self, identifier: str) -> Document:
        answer = self.client.get_opportunity(Catalog=self.catalog, Identifier=identifier)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def raw(self, identifier: str) -> Document:
        answer: Document = self.post("GetOpportunity", Catalog=self.catalog, Identifier=identifier).json()
        return answer

    def update(self, identifier: str, change: Callable[[Document], Document] = dict, **members: Any) -> Document:
        """Reads, changes, and writes everything back, as AWS recommends."""
        read_only = ("Id", "Arn", "CreatedDate", "OpportunityTeam", "RelatedEntityIdentifiers")
        body = {name: value for name, value in self.get(identifier).items() if name not in read_only}
        answer: Document = self.client.update_opportunity(**{**change(body), "Identifier": identifier, **members})
        return answer

    def sets(self, identifier: str, path: str, value: Any) -> Document:
        return self.update(identifier, lambda body: with_value(body, path, value))

    def associate(self, identifier: str, entity: str = SOLUTION, kind: str = "Solutions") -> None:
        self.client.associate_opportunity(
            Catalog=self.catalog,
            OpportunityIdentifier=identifier,
            RelatedEntityType=kind,
            RelatedEntityIdentifier=entity,
        )

    def disassociate(self, identifier: str, entity: str = SOLUTION, kind: str = "Solutions") -> None:
        self.client.disassociate_opportunity(
            Catalog=self.catalog,
            OpportunityIdentifier=identifier,
            RelatedEntityType=kind,
            RelatedEntityIdentifier=entity,
        )

    def start(self, identifier: str, involvement: str = "Co-Sell", again: str = "", **members: Any) -> Document:
        answer: Document = self.client.start_engagement_from_opportunity_task(
            Catalog=self.catalog,
            ClientToken=f"{identifier}{again}",
            Identifier=identifier,
            AwsSubmission={"InvolvementType": involvement},
            **members,
        )
        return answer

    def task(self, identifier: str) -> Document:
        tasks = self.client.list_engagement_from_opportunity_tasks(
            Catalog=self.catalog, OpportunityIdentifier=[identifier]
        )
        newest: Document = tasks["TaskSummaries"][0]
        return newest

    def submitted(self, involvement: str = "Co-Sell", body: Document | None = None) -> str:
        """An opportunity that AWS has before it, with a solution."""
        identifier = self.create(body)
        self.associate(identifier)
        self.start(identifier, involvement)
        self.clock.run_until_quiet()
        return identifier

    def approved(self, body: Document | None = None) -> str:
        identifier = self.submitted(body=body)
        self.central.aws.approves(identifier)
        self.clock.run_until_quiet()
        return identifier

    def restarted(self) -> Partner:
        """The same partner at a simulator of a new process, which has read the file that the old one wrote."""
        text = json.dumps(self.central.dump())
        clock = Clock(self.clock.now)
        central = PartnerCentral(clock, seed=self.seed, switches=self.switches)
        central.load(json.loads(text))
        assert central.dump() == json.loads(text)
        central.on_event.append(self.events.append)
        return replace(self, central=central, clock=clock)

    def told(self) -> list[str]:
        """The kinds of the events since the last time, in the order of their delivery."""
        self.clock.run_until_quiet()
        kinds = [str(event["detail-type"]) for event in self.events]
        self.events.clear()
        return kinds


@dataclass
class Refusal:
    """A caught refusal, filled in when the block ends. `errors` are (Code, FieldName) of ErrorList."""

    code: str = ""
    reason: str | None = None
    message: str = ""
    errors: list[tuple[str, str | None]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


class refused:  # noqa: N801 - reads as a sentence: with refused() as refusal
    """The block must end in a ClientError."""

    def __enter__(self) -> Refusal:
        self._refusal = Refusal()
        return self._refusal

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if error is None:
            pytest.fail("the service did not refuse")
        if not isinstance(error, ClientError):
            return False
        response: Document = dict(error.response)
        listed = response.get("ErrorList") or []
        self._refusal.code, self._refusal.message = response["Error"]["Code"], response["Error"]["Message"]
        self._refusal.reason = response.get("Reason")
        self._refusal.errors = [(one["Code"], one.get("FieldName")) for one in listed]
        self._refusal.messages = [one["Message"] for one in listed]
        return True


def partner(catalog: str = "AWS", *, seed: int = 0, **switches: Any) -> Partner:
    """Quotas are off unless asked for: most tests are about something else."""
    clock, chosen = Clock(), replace(Switches(throttling=False), **switches)
    central = PartnerCentral(clock, seed=seed, switches=chosen)
    made = Partner(central, clock, catalog, seed=seed, switches=chosen)
    central.on_event.append(made.events.append)
    return made


def _client(central: PartnerCentral) -> Any:
    client = boto3.client(
        "partnercentral-selling",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )

    answer_in_process(client, central.handle)
    return client
