"""Co-selling on one side: opportunities for deals, submitted and kept up to date; every event is followed by a read."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Any

from cosell.sandbox.partner_central import PartnerCentral
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.soak.book import Broken, Opportunities, OpportunityEntry
from cosell.soak.integration import Integration
from cosell.soak.partner_client import Json, PartnerClient, refusal
from cosell.soak.processes import Process, spawn

_SOLUTION = "S-1234567"
_READ_ONLY = ("Id", "Arn", "CreatedDate", "OpportunityTeam", "RelatedEntityIdentifiers")
_CLOSED = ("Submitted", "In review", "Rejected")
_BY_ID = {"SortBy": "Identifier", "SortOrder": "ASCENDING"}
_TRIES = 5
_UPDATES = (0, 2)


class Alliance:
    """Every method that gives a Process raises Broken, on its way, when Partner Central answers what it must not."""

    def __init__(
        self,
        clock: Clock,
        central: PartnerCentral,
        client: PartnerClient,
        integration: Integration,
        opportunities: Opportunities,
        *,
        chance: random.Random,
    ) -> None:
        self._clock, self._client, self._integration = clock, client, integration
        self._opportunities, self._chance = opportunities, chance
        self._numbers = itertools.count()
        self._told: dict[str, str] = {}
        """The review status that the deal was told last."""
        self.events: Counter[str] = Counter()
        """Events of the bus by detail type."""
        self.announced: set[str] = set()
        """Opportunities whose creation was told."""
        central.on_event.append(self._hears)

    def submits(self, deal: str) -> Process[str]:
        """Creates an opportunity for a deal, writes its id on the deal, and submits it; returns the id."""
        identifier = yield from self._creates(deal)
        yield from self._integration.writes(deal, {"aws_opportunity": identifier})
        association = {"RelatedEntityType": "Solutions", "RelatedEntityIdentifier": _SOLUTION}
        yield from self._client.expect("AssociateOpportunity", OpportunityIdentifier=identifier, **association)
        yield from self._submits(identifier)
        return identifier

    def keeps_up(self, identifier: str) -> Process[None]:
        """Comes back with another amount, some times or never."""
        for _ in range(self._chance.randint(*_UPDATES)):
            yield self._chance.expovariate(1 / 7200)
            yield from self.updates(identifier)
            yield from self._reads_summary(identifier)

    def _creates(self, deal: str) -> Process[str]:
        body = self._body(deal)
        token = f"create-{next(self._numbers)}"
        answer = yield from self._client.expect("CreateOpportunity", ClientToken=token, **body)
        spend = body["Project"]["ExpectedCustomerSpend"][0]
        entry = OpportunityEntry(deal, body["Project"]["Title"], body["LifeCycle"]["Stage"], spend["Amount"])
        self._opportunities.created(answer["Id"], entry)
        return str(answer["Id"])

    def _submits(self, identifier: str) -> Process[None]:
        submission = {"InvolvementType": "Co-Sell", "Visibility": "Full"}
        token = f"submit-{identifier}"
        yield from self._client.expect(
            "StartEngagementFromOpportunityTask", ClientToken=token, Identifier=identifier, AwsSubmission=submission
        )
        for _ in range(_TRIES):
            yield 3.0
            listed = yield from self._client.expect(
                "ListEngagementFromOpportunityTasks", OpportunityIdentifier=[identifier]
            )
            if listed["TaskSummaries"][0]["TaskStatus"] == "COMPLETE":
                return
        raise Broken(f"The submission of {identifier} does not end.")

    def updates(self, identifier: str) -> Process[None]:
        """Reads, writes everything back with another amount; reads again when somebody was faster."""
        amount = str(self._chance.randrange(1_000, 90_000))
        for _ in range(_TRIES):
            read = yield from self.reads(identifier)
            if read["LifeCycle"]["ReviewStatus"] in _CLOSED:
                return
            body = {name: value for name, value in _without_nulls(read).items() if name not in _READ_ONLY}
            body["Project"]["ExpectedCustomerSpend"][0]["Amount"] = amount
            yield self._chance.uniform(0.2, 5.0)
            response = yield from self._client.call("UpdateOpportunity", Identifier=identifier, **body)
            if response.status == 200:
                self._opportunities.entries[identifier].amount = amount
                return
            if refusal(response) != "ConflictException":
                raise Broken(f"Partner Central refused an update of {identifier}: {response.body.decode()[:300]}")

    def reads(self, identifier: str) -> Process[Json]:
        """An opportunity must be what was written."""
        read = yield from self._client.expect("GetOpportunity", Identifier=identifier)
        self._opportunities.check(read)
        return read

    def _reads_summary(self, identifier: str) -> Process[None]:
        """AWS's own side, too, must be what AWS wrote."""
        read = yield from self._client.expect("GetAwsOpportunitySummary", RelatedOpportunityIdentifier=identifier)
        shown = (read["LifeCycle"] or {}).get("NextSteps")
        written = self._opportunities.entries[identifier].aws_next_steps
        if shown != written:
            raise Broken(f"AWS's next steps for {identifier} show as {shown!r}; last written was {written!r}.")

    def lists(self) -> Process[list[str]]:
        """The ids of all opportunities, page by page."""
        listed: list[str] = []
        token: Json = {}
        while True:
            page = yield from self._client.expect("ListOpportunities", MaxResults=100, Sort=_BY_ID, **token)
            listed += [row["Id"] for row in page["OpportunitySummaries"]]
            if page["NextToken"] is None:
                return listed
            token = {"NextToken": page["NextToken"]}

    # Following events

    def _hears(self, event: Json) -> None:
        kind, opportunity = event["detail-type"], event["detail"].get("opportunity")
        self.events[kind] += 1
        if opportunity is None:
            return
        if kind == "Opportunity Created":
            self.announced.add(opportunity["identifier"])
        spawn(self._clock, self._follows(opportunity["identifier"]))

    def _follows(self, identifier: str) -> Process[None]:
        """Whatever happened: reads, tells the deal about a new review status, mends what AWS wants mended."""
        read = yield from self.reads(identifier)
        entry, status = self._opportunities.entries[identifier], read["LifeCycle"]["ReviewStatus"]
        if self._told.get(identifier) == status:
            return
        self._told[identifier] = status
        if entry.deal is None:
            entry.deal = yield from self._integration.creates_deal({"aws_opportunity": identifier})
        yield from self._integration.writes(entry.deal, {"aws_review": status})
        if status == "Action Required":
            yield self._chance.uniform(300, 3600)
            yield from self.updates(identifier)

    def _body(self, deal: str) -> Json:
        number = len(self._opportunities.entries)
        account = {
            "CompanyName": f"Company {number}",
            "Industry": "Retail",
            "WebsiteUrl": f"https://company-{number}.example",
            "Address": {"CountryCode": "US", "PostalCode": "10001", "StateOrRegion": "New York", "City": "New York"},
        }
        amount = str(self._chance.randrange(1_000, 90_000))
        spend = {"Amount": amount, "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
        return {
            "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
            "NationalSecurity": "No",
            "PartnerOpportunityIdentifier": deal,
            "OpportunityType": "Net New Business",
            "Customer": {
                "Account": account,
                "Contacts": [{"FirstName": "Ada", "LastName": "Byron", "Email": f"ada@company-{number}.example"}],
            },
            "Project": {
                "Title": f"Migration {number} to AWS",
                "CustomerBusinessProblem": "The data centre closes, and nobody wants to build another one.",
                "CustomerUseCase": "Migration / Database Migration",
                "DeliveryModels": ["SaaS or PaaS"],
                "SalesActivities": ["Conducted POC / Demo"],
                "ExpectedCustomerSpend": [spend],
            },
            "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2027-11-30", "NextSteps": "Call the customer"},
            "Marketing": {"Source": "None"},
        }


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
