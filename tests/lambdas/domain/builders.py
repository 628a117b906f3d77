"""A deal that can be shared, its opportunity, and a round of Cosell over both, all in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from lambdas.domain import status
from lambdas.domain.plan import Plan, Results
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Base, Deal, Opportunity, Record, Submission, SubmissionTask
from lambdas.mapping import load
from lambdas.settings import Settings

NOW = 1_795_492_800.0  # 2026-11-24 04:00 UTC
SETTINGS = Settings(catalog="Sandbox", solutions="S-1234567")
MAPPING = load()

DEAL: dict[str, str | None] = {
    "hs_object_id": "310",
    "dealname": "Data platform",
    "dealstage": "qualifiedtobuy",
    "pipeline": "default",
    "dealtype": "newbusiness",
    "closedate": "2027-01-31T12:00:00Z",
    "aws_share": "yes",
    "aws_customer_problem": "Reports take two days, because the data lies in five systems.",
    "aws_use_case": "Database",
    "aws_monthly_spend": "12500",
}
COMPANY: dict[str, str | None] = {
    "name": "Vandelay",
    "domain": "vandelay.example.com",
    "country": "Germany",
    "zip": "10115",
    "city": "Berlin",
    "industry": "COMPUTER_SOFTWARE",
}
CONTACT: dict[str, str | None] = {
    "email": "ada@vandelay.example.com",
    "firstname": "Ada",
    "lastname": "Lovelace",
    "phone": "030 1234567",
    "aws_share_contact": "true",
}


def a_deal(
    *,
    company: dict[str, str | None] | None = None,
    contacts: tuple[Record, ...] = (),
    **properties: str | None,
) -> Deal:
    """A deal that is complete, but for what is given."""
    return Deal(
        id="310",
        portal="44000001",
        properties=DEAL | properties,
        company=Record(id="900", properties=COMPANY | (company or {})),
        companies=1,
        contacts=contacts,
    )


def a_contact(**properties: str | None) -> Record:
    return Record(id="700", properties=CONTACT | properties)


def a_submission(status: str, *, generation: int = 1, started: float = NOW, **members: str | None) -> Submission:
    task = SubmissionTask.model_validate({"id": "task-1", "status": status} | members)
    return Submission(generation=generation, started=started, task=task)


def plan_for(
    deal: Deal,
    opportunity: Opportunity | None = None,
    *,
    base: Base | None = None,
    submission: Submission | None = None,
    settings: Settings = SETTINGS,
) -> Plan:
    return make_plan(
        pair="pair-1",
        fence=1,
        deal=deal,
        opportunity=opportunity,
        base=base or Base(),
        submission=submission,
        settings=settings,
        mapping=MAPPING,
        now=NOW,
    )


@dataclass(frozen=True)
class World:
    """Both sides and the agreement between them. Every verb returns the world after it."""

    deal: Deal = field(default_factory=a_deal)
    opportunity: Opportunity | None = None
    base: Base = field(default_factory=Base)

    def plan(self) -> Plan:
        return plan_for(self.deal, self.opportunity, base=self.base)

    def round(self) -> World:
        """One plan, applied: AWS takes what it is sent, HubSpot what is shown."""
        plan = self.plan()
        opportunity, results = self.opportunity, Results()
        if plan.create is not None:
            body = {"Id": "O1", "LifeCycle": {}} | plan.create
            body["LifeCycle"] |= {"ReviewStatus": "Pending Submission"}
            opportunity, results = Opportunity(id="O1", last_modified="1", body=body), Results(created="O1")
        if plan.update is not None and opportunity is not None:
            read_only = {name: value for name, value in opportunity.body.items() if name not in {"Customer", "Project"}}
            life_cycle = opportunity.body["LifeCycle"] | plan.update["LifeCycle"]
            opportunity = replace_body(opportunity, read_only | plan.update | {"LifeCycle": life_cycle})
        if plan.associate and opportunity is not None:
            solutions = [*opportunity.solutions, *plan.associate]
            opportunity = replace_body(
                opportunity, opportunity.body | {"RelatedEntityIdentifiers": {"Solutions": solutions}}
            )
        properties = self.deal.properties | status.present(plan, results)
        return World(
            deal=self.deal.model_copy(update={"properties": properties}),
            opportunity=opportunity,
            base=status.base_after(plan, results) or self.base,
        )

    def seller_edits(self, **properties: str | None) -> World:
        return replace(self, deal=self.deal.model_copy(update={"properties": self.deal.properties | properties}))

    def company_changes(self, **properties: str | None) -> World:
        company = Record(id="900", properties=(self.deal.company or a_contact()).properties | properties)
        return replace(self, deal=self.deal.model_copy(update={"company": company}))

    def aws_edits(self, **members: Any) -> World:
        """`Project={"Title": "..."}` merges into the structure, a plain value replaces the member."""
        assert self.opportunity is not None
        body = dict(self.opportunity.body)
        for name, value in members.items():
            body[name] = body.get(name, {}) | value if isinstance(value, dict) else value
        return replace(self, opportunity=replace_body(self.opportunity, body))

    def reviewed(self, review_status: str, **life_cycle: str) -> World:
        return self.aws_edits(LifeCycle={"ReviewStatus": review_status} | life_cycle)

    def forgets(self) -> World:
        return replace(self, base=Base())

    @property
    def body(self) -> dict[str, Any]:
        assert self.opportunity is not None
        return self.opportunity.body


def replace_body(opportunity: Opportunity, body: dict[str, Any]) -> Opportunity:
    return opportunity.model_copy(update={"body": body})


def linked(**properties: str | None) -> World:
    """A shared deal with its opportunity, in step."""
    return World().seller_edits(**properties).round().round()
