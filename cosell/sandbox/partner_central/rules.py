"""Business rules: what the service refuses although the request has the right shape.

Rules on a write look only at what is there, so that a sparse draft passes; the list of required fields holds at
submission, and from then on. Sources: the model's documentation, the developer guide, and the field sheet of the older
interface to the same back end, `opportunity-samples/Opportunity-Fields.csv` in
github.com/aws-samples/partner-crm-integration-samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from cosell.sandbox.partner_central import postal, spend, vocabulary
from cosell.sandbox.partner_central.errors import Problem, ServiceError, broken_rules
from cosell.sandbox.partner_central.model import field_name
from cosell.sandbox.partner_central.state import Document, Opportunity
from cosell.sandbox.partner_central.switches import Switches

LATE_STAGES = ("Committed", "Launched")
NEW_BUSINESS = "Net New Business"

_FARTHEST_CLOSE = 60  # years


@dataclass(frozen=True)
class Case:
    """What the rules look at: the fields as they would be stored, and what stood there before (None at creation)."""

    fields: Document
    stored: Opportunity | None
    today: date
    switches: Switches
    owns: Callable[[str], bool]

    def get(self, path: str) -> Any:
        """The value at `Customer.Account.Industry`, None where a part of the way is missing."""
        return dig(self.fields, path)

    @property
    def national_security(self) -> bool:
        return bool(self.get("NationalSecurity") == "Yes")


Rule = Callable[[Case], Iterator[Problem]]


def dig(document: Document, path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def problems_of_write(case: Case) -> list[Problem]:
    return [problem for rule in _WRITE for problem in rule(case)]


def problems_of_submission(case: Case, involvement: str, visibility: str, *, has_solution: bool) -> list[Problem]:
    problems = [*problems_of_write(case), *_required(case), *_solution(case, has_solution=has_solution)]
    problems += [*_involvement(case, involvement), *_visibility_only(case, involvement)]
    problems += _limited_visibility(case, visibility)
    return [*problems, *_stage_at_submission(case)]


def problems_of_later_write(case: Case, involvement: str | None, *, has_solution: bool) -> list[Problem]:
    """After submission the required fields stay required."""
    problems = [*problems_of_write(case), *_required(case), *_solution(case, has_solution=has_solution)]
    return [*problems, *(_involvement(case, involvement) if involvement else ())]


def refuse(problems: list[Problem], switches: Switches) -> ServiceError:
    """All problems in one answer. A calculator link alone has its own sentence and Reason in the developer guide."""
    if all(problem.message.startswith(spend.UNKNOWN_URL) for problem in problems):
        return broken_rules(problems, "The provided Estimation URL is invalid", reason=switches.estimation_url_reason)
    return broken_rules(problems)


def _missing(path: str, why: str = "") -> Problem:
    name = path.rsplit(".", 1)[-1]
    return Problem("REQUIRED_FIELD_MISSING", f"{name} is required{why}", _field(path))


def _field(path: str) -> str:
    return field_name(tuple(path.split(".")))


def _day(text: str | None) -> date | None:
    """None for what is no day of the calendar."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def _needs(case: Case) -> Iterator[Problem]:
    needs = case.get("PrimaryNeedsFromAws") or []
    if len(set(needs)) < len(needs):
        yield Problem("DUPLICATE_KEY_VALUE", "PrimaryNeedsFromAws has a value twice", "primaryNeedsFromAws")
    if vocabulary.NO_SUPPORT_NEEDED in needs and len(needs) > 1:
        message = "Co-sell needs and the value for visibility only cannot be combined"
        yield Problem("INVALID_VALUE", message, "primaryNeedsFromAws")


def _national_security(case: Case) -> Iterator[Problem]:
    if case.national_security and case.get("Customer.Account.Industry") not in (None, "Government"):
        yield Problem("INVALID_VALUE", "NationalSecurity can be Yes only for Government", "nationalSecurity")


def _other_industry(case: Case) -> Iterator[Problem]:
    if case.get("Customer.Account.Industry") == "Other" and not case.get("Customer.Account.OtherIndustry"):
        yield _missing("Customer.Account.OtherIndustry", " when Industry is Other")


def _competitors(case: Case) -> Iterator[Problem]:
    named, other = case.get("Project.OtherCompetitorNames"), case.get("Project.CompetitorName") == "*Other"
    if named and not other:
        message = "OtherCompetitorNames is only allowed when CompetitorName is *Other"
        yield Problem("ACTION_NOT_PERMITTED", message, "project.otherCompetitorNames")
    if other and not named:
        yield _missing("Project.OtherCompetitorNames", " when CompetitorName is *Other")


def _marketing(case: Case) -> Iterator[Problem]:
    source, funded = case.get("Marketing.Source"), case.get("Marketing.AwsFundingUsed")
    if source == "Marketing Activity" and funded is None:
        yield _missing("Marketing.AwsFundingUsed", " when Source is Marketing Activity")
    if source == "None":
        for name in ("CampaignName", "Channels", "UseCases", "AwsFundingUsed"):
            if case.get(f"Marketing.{name}"):
                message = f"{name} must be empty when Source is None"
                yield Problem("ACTION_NOT_PERMITTED", message, _field(f"Marketing.{name}"))
    elif funded == "No" and case.get("Marketing.UseCases"):
        yield Problem("ACTION_NOT_PERMITTED", "UseCases must be empty when AwsFundingUsed is No", "marketing.useCases")


def _parent(case: Case) -> Iterator[Problem]:
    kind, parent = case.get("OpportunityType"), case.get("Project.RelatedOpportunityIdentifier")
    if kind == NEW_BUSINESS:
        return
    if parent is None and kind == "Flat Renewal":
        yield _missing("Project.RelatedOpportunityIdentifier", " for a Flat Renewal")
    if parent is not None and not case.owns(parent):
        message = f"{parent} is not an opportunity of this partner"
        yield Problem("INVALID_VALUE", message, "project.relatedOpportunityIdentifier")


def _stage(case: Case) -> Iterator[Problem]:
    stage = case.get("LifeCycle.Stage")
    if stage == "Closed Lost":
        if case.get("LifeCycle.ClosedLostReason") is None:
            yield _missing("LifeCycle.ClosedLostReason", " when Stage is Closed Lost")
        if case.stored is None and not case.switches.may_begin_lost:
            yield Problem("INVALID_VALUE", "An opportunity cannot begin as Closed Lost", "lifeCycle.stage")
    if stage is None and case.stored is not None and case.switches.stage_required:
        yield _missing("LifeCycle.Stage")
    if stage in LATE_STAGES and not _may_be_late(case):
        message = f"Stage {stage} needs an associated solution or Marketplace product"
        yield Problem("INVALID_VALUE", message, "lifeCycle.stage")


def _may_be_late(case: Case) -> bool:
    return case.switches.may_begin_late if case.stored is None else case.stored.has_solution


def _launch(case: Case) -> Iterator[Problem]:
    if case.get("LifeCycle.Stage") != "Launched":
        return
    if case.switches.services_partner and case.get("Customer.Account.AwsAccountId") is None:
        yield _missing("Customer.Account.AwsAccountId", " when Stage is Launched")
    if case.switches.special_program:
        for name in ("DeliveryModel", "Value", "EffectiveDate", "ExpirationDate"):
            if case.get(f"SoftwareRevenue.{name}") is None:
                yield _missing(f"SoftwareRevenue.{name}", " when Stage is Launched")


def _days(case: Case) -> Iterator[Problem]:
    """The model's pattern of a date has a 31st of February."""
    for path in _DAYS:
        text = case.get(path)
        if text is not None and _day(text) is None:
            yield Problem("INVALID_VALUE", f"{text} is not a day of the calendar", _field(path))


def _contract_dates(case: Case) -> Iterator[Problem]:
    begins, ends = case.get("SoftwareRevenue.EffectiveDate"), case.get("SoftwareRevenue.ExpirationDate")
    if begins is not None and ends is not None and begins > ends:
        yield Problem(
            "VALUE_OUT_OF_RANGE", "EffectiveDate cannot be after ExpirationDate", "softwareRevenue.effectiveDate"
        )


def _close_date(case: Case) -> Iterator[Problem]:
    text = case.get("LifeCycle.TargetCloseDate")
    day = _day(text)
    if day is None:
        return
    field = "lifeCycle.targetCloseDate"
    if day.year - case.today.year > _FARTHEST_CLOSE:
        message = f"TargetCloseDate cannot be more than {_FARTHEST_CLOSE} years ahead"
        yield Problem("VALUE_OUT_OF_RANGE", message, field)
    written_before = case.stored is not None and dig(case.stored.fields, "LifeCycle.TargetCloseDate") == text
    tolerated = written_before and case.switches.old_close_date_stays
    if day < case.today and not tolerated:
        yield Problem("VALUE_OUT_OF_RANGE", "TargetCloseDate cannot be in the past", field)


def _address(case: Case) -> Iterator[Problem]:
    country = case.get("Customer.Account.Address.CountryCode")
    state = case.get("Customer.Account.Address.StateOrRegion")
    code = case.get("Customer.Account.Address.PostalCode")
    if country == "US" and state and state not in vocabulary.US_STATES:
        message = f"{state!r} is not a state of the United States as the service spells them"
        yield Problem("INVALID_VALUE", message, "customer.account.address.stateOrRegion")
    complaint = postal.complaint(country, code) if code and case.switches.postal_code_formats else None
    if complaint:
        yield Problem("INVALID_VALUE", complaint, "customer.account.address.postalCode")


def _contacts(case: Case) -> Iterator[Problem]:
    if not case.switches.contacts_complete:
        return
    for contact in case.get("Customer.Contacts") or []:
        for name in ("FirstName", "LastName", "Email"):
            if not contact.get(name):
                yield _missing(f"Customer.Contacts.{name}", " for a contact")


def _currencies(case: Case) -> Iterator[Problem]:
    entries = case.get("Project.ExpectedCustomerSpend") or []
    field = f"{spend.FIELD}.currencyCode"
    used = [(field, entry["CurrencyCode"]) for entry in entries]
    revenue = case.get("SoftwareRevenue.Value.CurrencyCode")
    for where, currency in [*used, *([("softwareRevenue.value.currencyCode", revenue)] if revenue else [])]:
        if currency not in vocabulary.CURRENCIES:
            yield Problem("INVALID_VALUE", f"CurrencyCode {currency} is not accepted: USD or EUR", where)
        elif case.get("Project.AwsPartition") == "aws-eusc" and where == field and currency != "EUR":
            yield Problem("INVALID_VALUE", "CurrencyCode must be EUR for AwsPartition aws-eusc", where)


def _sales_activities(case: Case) -> Iterator[Problem]:
    if case.get("Project.SalesActivities") == [] and case.switches.activities_not_empty:
        yield Problem("NOT_ENOUGH_VALUES", "SalesActivities needs at least 1 value", "project.salesActivities")


def _marketing_source(case: Case) -> Iterator[Problem]:
    if case.stored is not None and case.switches.marketing_source_required and not case.get("Marketing.Source"):
        yield _missing("Marketing.Source")


_DAYS = ("LifeCycle.TargetCloseDate", "SoftwareRevenue.EffectiveDate", "SoftwareRevenue.ExpirationDate")
_WRITE: tuple[Rule, ...] = (
    _needs,
    _national_security,
    _other_industry,
    _competitors,
    _marketing,
    _marketing_source,
    _parent,
    _stage,
    _launch,
    _days,
    _close_date,
    _contract_dates,
    _address,
    _contacts,
    _currencies,
    _sales_activities,
)

_ALWAYS_REQUIRED = (
    "Customer.Account.Industry",
    "Customer.Account.CompanyName",
    "Customer.Account.Address.CountryCode",
    "Project.DeliveryModels",
    "Project.Title",
    "Project.CustomerBusinessProblem",
    "Project.CustomerUseCase",
    "LifeCycle.TargetCloseDate",
)


def _required(case: Case) -> Iterator[Problem]:
    """The fields that the sheet marks mandatory, with its exceptions."""
    for path in _ALWAYS_REQUIRED:
        if not case.get(path):
            yield _missing(path)
    if not case.get("Marketing.Source") and not any(_marketing_source(case)):
        yield _missing("Marketing.Source")
    country = case.get("Customer.Account.Address.CountryCode")
    if not case.national_security:
        if not case.get("Customer.Account.WebsiteUrl"):
            yield _missing("Customer.Account.WebsiteUrl")
        if not case.get("Customer.Account.Address.PostalCode") and postal.has_postal_codes(country):
            yield _missing("Customer.Account.Address.PostalCode")
        if not case.get("Customer.Account.Address.StateOrRegion") and country == "US":
            yield _missing("Customer.Account.Address.StateOrRegion")
    if not any(spend.is_monthly(entry) for entry in case.get("Project.ExpectedCustomerSpend") or []):
        yield _missing("Project.ExpectedCustomerSpend")


def _solution(case: Case, *, has_solution: bool) -> Iterator[Problem]:
    described = bool(case.get("Project.OtherSolutionDescription")) and case.switches.description_replaces_solution
    if not has_solution and not described:
        message = "At least one solution or Marketplace product must be associated"
        yield Problem("REQUIRED_FIELD_MISSING", message, "relatedEntityIdentifiers.solutions")


def _involvement(case: Case, involvement: str) -> Iterator[Problem]:
    needs = _co_sell_needs(case)
    if involvement == "Co-Sell":
        if not needs:
            yield _missing("PrimaryNeedsFromAws", " for Co-Sell")
        if not case.get("Project.SalesActivities"):
            yield _missing("Project.SalesActivities", " for Co-Sell")
    elif case.national_security:
        message = "An opportunity of national security cannot be for visibility only"
        yield Problem("INVALID_VALUE", message, "involvementType")


def _co_sell_needs(case: Case) -> list[str]:
    return [need for need in case.get("PrimaryNeedsFromAws") or [] if need != vocabulary.NO_SUPPORT_NEEDED]


def _visibility_only(case: Case, involvement: str) -> Iterator[Problem]:
    fits = involvement == "Co-Sell" or not _co_sell_needs(case)
    if case.switches.co_sell_needs_stop_visibility_only and not fits:
        message = "An opportunity with co-sell needs cannot be submitted for visibility only"
        yield Problem("INVALID_VALUE", message, "primaryNeedsFromAws")


def _limited_visibility(case: Case, visibility: str) -> Iterator[Problem]:
    if case.national_security and visibility != "Full":
        yield Problem("INVALID_VALUE", "Visibility must be Full for an opportunity of national security", "visibility")


def _stage_at_submission(case: Case) -> Iterator[Problem]:
    stage = case.get("LifeCycle.Stage")
    if stage == "Closed Lost":
        yield Problem("INVALID_VALUE", "A lost opportunity cannot be submitted", "lifeCycle.stage")
    elif stage in (None, "Prospect") and case.switches.submission_needs_qualified:
        yield Problem("INVALID_VALUE", "Stage must be Qualified or later", "lifeCycle.stage")
