"""A seller edits one group of fields while the opportunity is in one status: what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from lambdas.domain import associated, locks, ownership, status, tagging
from lambdas.domain.lookups import Known, Lookup, Owner
from lambdas.domain.mapping import Mapping
from lambdas.domain.plan import Plan, Results
from lambdas.domain.records import Record
from tests.lambdas.domain.builders import CONTACT, MAPPING, World, linked, plan_for

EVERYTHING: Final = Mapping.model_validate(MAPPING.model_dump() | {"profile": "extra"})
"""The mapping with all of its properties."""
OWNER: Final = Owner(id="12000001", email="elaine@example.com", first_name="Elaine", last_name="Benes")
KNOWN: Final = Known({Lookup(kind="owner", key=OWNER.id): OWNER})


@dataclass(frozen=True)
class Edit:
    """What a seller changes, and the fields of the opportunity that it is about."""

    paths: tuple[str, ...]
    deal: Dict[str, str] = field(default_factory=dict)
    company: Dict[str, str] = field(default_factory=dict)
    contact: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    review: str
    stage: str = "Qualified"
    dealstage: str = "qualifiedtobuy"

    @property
    def name(self) -> str:
        return self.review if self.stage == "Qualified" else self.stage


STATUSES: Final = (
    *(Status(review) for review in (locks.PENDING, locks.SUBMITTED, locks.IN_REVIEW, locks.ACTION_REQUIRED)),
    Status(locks.APPROVED),
    Status(locks.APPROVED, "Committed", "closedwon"),
    Status(locks.APPROVED, "Launched", "closedwon"),
    Status(locks.APPROVED, "Closed Lost", "closedlost"),
    Status(locks.REJECTED),
)

ACCOUNT, ADDRESS, SPEND = "Customer.Account", "Customer.Account.Address", "Project.ExpectedCustomerSpend[]"
MARKETING = tuple(f"Marketing.{name}" for name in ("Source", "AwsFundingUsed", "CampaignName", "Channels", "UseCases"))
REVENUE = tuple(
    f"SoftwareRevenue.{name}"
    for name in ("Value.Amount", "Value.CurrencyCode", "DeliveryModel", "EffectiveDate", "ExpirationDate")
)

EDITS: Final[dict[str, Edit]] = {
    "project title": Edit(("Project.Title",), {"aws_project_title": "Data platform, phase 1"}),
    "customer's problem": Edit(
        ("Project.CustomerBusinessProblem",), {"aws_customer_problem": "The warehouse is full."}
    ),
    "use case": Edit(("Project.CustomerUseCase",), {"aws_use_case": "SAP"}),
    "delivery model": Edit(("Project.DeliveryModels",), {"aws_delivery_models": "Resell"}),
    "help wanted": Edit(("PrimaryNeedsFromAws",), {"aws_primary_needs": "Co-Sell - Pricing Assistance"}),
    "sales activities": Edit(("Project.SalesActivities",), {"aws_sales_activities": "SOW Signed"}),
    "spend": Edit(
        (f"{SPEND}.Amount", f"{SPEND}.CurrencyCode"), {"aws_monthly_spend": "800", "aws_spend_currency": "EUR"}
    ),
    "calculator link": Edit(
        (f"{SPEND}.EstimationUrl",), {"aws_calculator_url": f"https://calculator.aws/#/estimate?id={'a' * 40}"}
    ),
    "go-live date": Edit(("LifeCycle.TargetCloseDate",), {"aws_golive_date": "2027-03-31"}),
    "deal stage": Edit(("LifeCycle.Stage",), {"dealstage": "contractsent"}),
    "why lost": Edit(("LifeCycle.ClosedLostReason",), {"aws_lost_reason": "Partner Gap"}),
    "new, expansion or renewal": Edit(
        ("OpportunityType", "Project.RelatedOpportunityIdentifier"),
        {"aws_opportunity_type": "Flat Renewal", "aws_renewed_opportunity": "O7654321"},
    ),
    "next step": Edit(("LifeCycle.NextSteps",), {"aws_next_step": "Workshop on Monday"}),
    "comments": Edit(("Project.AdditionalComments",), {"aws_comments": "The customer decides in March."}),
    "competitors": Edit(
        ("Project.CompetitorName", "Project.OtherCompetitorNames"),
        {"aws_competitor": "*Other", "aws_other_competitors": "Example Hosting"},
    ),
    "APN programs": Edit(("Project.ApnPrograms",), {"aws_programs": "Migration Acceleration Program"}),
    "marketing": Edit(
        MARKETING,
        {"aws_marketing_source": "Marketing Activity", "aws_funding_used": "No", "aws_campaign": "Cloud days"},
    ),
    "other solution": Edit(("Project.OtherSolutionDescription",), {"aws_other_solution": "Of our own make"}),
    "software value and contract": Edit(
        REVENUE,
        {
            "aws_software_value": "120000",
            "aws_software_model": "Subscription",
            "aws_contract_start": "2027-04-01",
            "aws_contract_end": "2028-03-31",
        },
    ),
    "national security": Edit(("NationalSecurity",), {"aws_national_security": "Yes"}, {"aws_industry": "Government"}),
    "company name": Edit((f"{ACCOUNT}.CompanyName",), company={"name": "Vandelay Industries"}),
    "country, state, postal code": Edit(
        (f"{ADDRESS}.CountryCode", f"{ADDRESS}.StateOrRegion", f"{ADDRESS}.PostalCode"),
        company={"country": "United States", "state": "New York", "zip": "10024"},
    ),
    "city and street": Edit(
        (f"{ADDRESS}.City", f"{ADDRESS}.StreetAddress"), company={"city": "Bonn", "address": "Markt 1"}
    ),
    "website": Edit((f"{ACCOUNT}.WebsiteUrl",), company={"domain": "vandelay.example.org"}),
    "industry": Edit(
        (f"{ACCOUNT}.Industry", f"{ACCOUNT}.OtherIndustry"),
        company={"aws_industry": "Other", "aws_industry_other": "Space tourism"},
    ),
    "AWS account, DUNS": Edit(
        (f"{ACCOUNT}.AwsAccountId", f"{ACCOUNT}.Duns"),
        company={"aws_account_id": "123456789012", "aws_duns": "123456789"},
    ),
    "involvement": Edit(("InvolvementType",), {"aws_involvement": "For Visibility Only"}),
    "visibility": Edit(("Visibility",), {"aws_visibility": "Limited"}),
    "our solutions": Edit((f"{associated.PATH}Solutions",), {"aws_solutions": "S-1234567;S-7654321"}),
    "AWS products": Edit((f"{associated.PATH}AwsProducts",), {"aws_products": "AmazonRedshift"}),
    "private offer": Edit(
        (f"{associated.PATH}AwsMarketplaceOffers",),
        {"aws_offer": "arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Offer/offer-abc123def456g"},
    ),
    "tags": Edit((tagging.PATH,), {"aws_tags": "region=emea"}),
    "deal owner": Edit((ownership.PATH,), {ownership.OWNER: OWNER.id}),
    "shared contacts": Edit(("Customer.Contacts",), contact={"jobtitle": "Architect"}),
}
SUBMITTED_AS: Final = {"InvolvementType": "Co-Sell", "Visibility": "Full"}
"""What AWS's summary says of every opportunity here that is submitted."""
NOT_EDITED: Final = {"PartnerOpportunityIdentifier": "the deal's id"}


@cache
def at_rest(where: Status) -> World:
    """A deal in step with an opportunity of this status, solution included."""
    draft = linked(aws_lost_reason="Price").aws_edits(RelatedEntityIdentifiers={"Solutions": ["S-1234567"]})
    if where.review == locks.PENDING:
        return draft.round().round()
    approved = (
        draft.summarised(**SUBMITTED_AS)
        .reviewed(locks.APPROVED)
        .round()
        .seller_edits(dealstage=where.dealstage)
        .round()
        .round()
    )
    if where.stage == "Launched":
        approved = approved.seller_edits(aws_action="launch").round().round()
    return approved.reviewed(where.review).round().round()


def edited(edit: Edit, where: Status) -> World:
    world = at_rest(where).seller_edits(**edit.deal).company_changes(**edit.company)
    if edit.contact:
        contact = Record(id="700", properties={**CONTACT, **edit.contact})
        return World(world.deal.model_copy(update={"contacts": (contact,)}), world.opportunity, world.base)
    return world


def plan_of(world: World) -> Plan:
    return plan_for(world.deal, world.opportunity, base=world.base, mapping=EVERYTHING, known=KNOWN)


def sent(plan: Plan) -> set[str]:
    """The paths that the plan changes at AWS, what is linked, tagged and assigned included."""
    links = {f"{associated.PATH}{one.kind}" for one in (*plan.associate, *plan.disassociate)}
    others = {tagging.PATH: plan.tags, ownership.PATH: plan.assign}
    return {change.path for change in plan.changes} | links | {path for path, step in others.items() if step}


def submitted(plan: Plan) -> set[tuple[str, str]]:
    """The deal's properties, with their values, that the plan submits the opportunity by."""
    chosen = plan.submit
    return {("aws_involvement", chosen.involvement), ("aws_visibility", chosen.visibility)} if chosen else set()


def undone(plan: Plan) -> set[str]:
    """The deal's properties that say what AWS has again, with a sentence."""
    says = status.message(plan, Results())
    labels = {row.property: row.label for row in EVERYTHING.shown}
    return {name for name in plan.deal_changes if f"{labels.get(name)}: fixed when the deal was submitted" in says}


@cache
def outcome(name: str, where: Status) -> str:
    """What becomes of an edit, in a word.

    sent; submitted: read by the submission, and by nothing else; waits: goes out by itself after the review;
    undone: the deal has AWS's value again, and says so; fixed: stays in HubSpot, and the deal says so; stays.
    """
    edit = EDITS[name]
    world = edited(edit, where)
    plan = plan_of(world)
    if sent(plan) & {*edit.paths}:
        return "sent"
    if where.review == locks.PENDING and {*edit.deal.items()} & submitted(
        plan_of(world.seller_edits(aws_action="submit"))
    ):
        return "submitted"
    if undone(plan) & edit.deal.keys():
        return "undone"
    if {*plan.held} & {*edit.paths}:
        return "waits"
    return "fixed" if "Fixed by AWS" in status.message(plan, Results()) else "stays"


def table() -> str:
    """One row for each group, one column for each status."""
    header = "| edit | " + " | ".join(where.name for where in STATUSES) + " |"
    rows = [f"| {name} | " + " | ".join(outcome(name, where) for where in STATUSES) + " |" for name in EDITS]
    return "\n".join([header, "|---" * (len(STATUSES) + 1) + "|", *rows, ""])
