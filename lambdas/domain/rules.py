"""What AWS asks of an opportunity's fields together, as tables.

The form of a single value (lists, lengths, patterns, phone numbers) is its conversion's business; here are the rules
between values, and what AWS wants by the time of the submission. Sources: the model's documentation, AWS's developer
guide, and the field sheet of the older interface to the same back end, `opportunity-samples/` in
github.com/aws-samples/partner-crm-integration-samples.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Dict
from typing import Any, Final, NamedTuple

from lambdas.domain import fields, rewrites
from lambdas.domain.plan import Submit
from lambdas.domain.tables import Tables
from lambdas.domain.transforms import places

INDUSTRY: Final = "Customer.Account.Industry"
OTHER_INDUSTRY: Final = "Customer.Account.OtherIndustry"
STATE: Final = "Customer.Account.Address.StateOrRegion"
POSTAL_CODE: Final = "Customer.Account.Address.PostalCode"
WEBSITE: Final = "Customer.Account.WebsiteUrl"
CONTACTS: Final = "Customer.Contacts"
SECURITY: Final = "NationalSecurity"
COMPETITOR: Final = "Project.CompetitorName"
OTHER_COMPETITORS: Final = "Project.OtherCompetitorNames"
RENEWED: Final = "Project.RelatedOpportunityIdentifier"
OTHER_SOLUTION: Final = "Project.OtherSolutionDescription"
ACTIVITIES: Final = "Project.SalesActivities"
NEEDS: Final = rewrites.NEEDS
TYPE: Final = "OpportunityType"
SOURCE: Final = "Marketing.Source"
FUNDED: Final = "Marketing.AwsFundingUsed"
STAGE: Final = "LifeCycle.Stage"
LOST_REASON: Final = "LifeCycle.ClosedLostReason"
CLOSE_DATE: Final = "LifeCycle.TargetCloseDate"
MONTHLY: Final = "Project.ExpectedCustomerSpend[].Amount"
CURRENCY: Final = "Project.ExpectedCustomerSpend[].CurrencyCode"
TOTAL: Final = "Project.ExpectedCustomerSpend[Self].Amount"
STARTS: Final = "SoftwareRevenue.EffectiveDate"
ENDS: Final = "SoftwareRevenue.ExpirationDate"

INVOLVEMENT: Final = "InvolvementType"
VISIBILITY: Final = "Visibility"
"""These two are the submission's, and members of AWS's summary afterwards."""

NO_SUPPORT: Final = rewrites.NO_SUPPORT[0]
FARTHEST: Final = 60
"""Years ahead that AWS takes for a close date, by the calendar's years."""

# A field that is needed where another one has this value.
NEEDED: Final = (
    (OTHER_INDUSTRY, INDUSTRY, "Other"),
    (OTHER_COMPETITORS, COMPETITOR, "*Other"),
    (FUNDED, SOURCE, "Marketing Activity"),
    (RENEWED, TYPE, "Flat Renewal"),
    (LOST_REASON, STAGE, "Closed Lost"),
)
# A field that must be empty unless another one has this value.
ONLY_WITH: Final = ((OTHER_COMPETITORS, COMPETITOR, "*Other"),)
# A field that must be empty where another one has this value.
NOT_WITH: Final = (
    ("Marketing.CampaignName", SOURCE, "None"),
    ("Marketing.Channels", SOURCE, "None"),
    ("Marketing.UseCases", SOURCE, "None"),
    (FUNDED, SOURCE, "None"),
    ("Marketing.UseCases", FUNDED, "No"),
)
# What a submission needs whatever else there is; drafts may do without.
REQUIRED: Final = (
    "Customer.Account.CompanyName",
    INDUSTRY,
    "Project.Title",
    "Project.CustomerBusinessProblem",
    "Project.CustomerUseCase",
    "Project.DeliveryModels",
    CLOSE_DATE,
)


class Case(NamedTuple):
    """What the rules look at. `values` are by path, missing or None where there is nothing."""

    values: Dict[str, Any]
    today: str
    tables: Tables
    before: Dict[str, Any] | None = None
    """What AWS has; None for an opportunity that is to be created."""
    submit: Submit | None = None
    involvement: str | None = None
    """As what the opportunity was submitted; None before."""
    has_solution: bool = True
    """Whether the opportunity has a solution that AWS lists."""

    def get(self, path: str) -> Any:
        return self.values.get(path) or None


class Rule(NamedTuple):
    path: str
    """Whose property a person mends."""
    what: str
    """The sentence; `{value}`, `{other}` (the label of `beside[0]`), `{example}` and `{today}` are filled in."""
    is_broken: Callable[[Case], bool]
    beside: tuple[str, ...] = ()
    """Other fields that it depends on."""


def _needed(path: str, other: str, value: str) -> Rule:
    what = f"it is empty; AWS wants it where {{other}} is {value}{{example}}"
    return Rule(path, what, lambda case: case.get(other) == value and not case.get(path), (other,))


def _only_with(path: str, other: str, value: str) -> Rule:
    what = f"AWS takes it only where {{other}} is {value}; empty it, or choose that"
    return Rule(path, what, lambda case: bool(case.get(path)) and case.get(other) != value, (other,))


def _not_with(path: str, other: str, value: str) -> Rule:
    what = f"AWS takes it not where {{other}} is {value}; empty it, or choose something else there"
    return Rule(path, what, lambda case: bool(case.get(path)) and case.get(other) == value, (other,))


def _is_past(case: Case) -> bool:
    """A day that AWS has had before may pass."""
    day = case.get(CLOSE_DATE)
    return day is not None and day < case.today and (case.before or {}).get(CLOSE_DATE) != day


def _is_too_far(case: Case) -> bool:
    year = str(case.get(CLOSE_DATE) or "")[:4]
    return year.isdecimal() and int(year) - int(case.today[:4]) > FARTHEST


def _lacks_of_contacts(case: Case) -> bool:
    return any(not all(person.get(name) for name in _NAMES) for person in case.get(CONTACTS) or ())


def _is_hidden(case: Case) -> bool:
    """Of a customer of national security AWS keeps no address."""
    return bool(case.get(SECURITY) == "Yes")


def _is_wrong_code(case: Case) -> bool:
    code, country = case.get(POSTAL_CODE), case.tables.country(case.get(fields.COUNTRY) or "")
    return code is not None and not _is_hidden(case) and not places.fits(code, country)


def _is_no_state(case: Case) -> bool:
    state = case.get(STATE)
    return (
        case.get(fields.COUNTRY) == "US"
        and not _is_hidden(case)
        and state is not None
        and case.tables.state(state) != state
    )


_NAMES: Final = ("Email", "FirstName", "LastName")
WRITE: Final[tuple[Rule, ...]] = (
    *(_needed(*row) for row in NEEDED),
    *(_only_with(*row) for row in ONLY_WITH),
    *(_not_with(*row) for row in NOT_WITH),
    Rule(
        SECURITY,
        "AWS takes Yes only for a customer whose industry is Government",
        lambda case: case.get(SECURITY) == "Yes" and case.get(INDUSTRY) not in {None, "Government"},
        (INDUSTRY,),
    ),
    Rule(
        NEEDS,
        f'"{NO_SUPPORT}" goes with no other choice',
        lambda case: NO_SUPPORT in (case.get(NEEDS) or ()) and len(case.get(NEEDS)) > 1,
    ),
    Rule(
        STAGE,
        "AWS takes no deal that is already lost",
        lambda case: case.before is None and case.get(STAGE) == "Closed Lost",
    ),
    Rule(CLOSE_DATE, "{value} is past; AWS takes today or a later day", _is_past),
    Rule(CLOSE_DATE, f"{{value}} is more than {FARTHEST} years ahead; AWS takes no such day", _is_too_far),
    Rule(
        STARTS,
        "{value} is after the day in {other}",
        lambda case: (case.get(STARTS) or "") > (case.get(ENDS) or case.get(STARTS) or ""),
        (ENDS,),
    ),
    Rule(STATE, "the United States have no state {value}{example}", _is_no_state, (fields.COUNTRY,)),
    Rule(POSTAL_CODE, "{value} is no postal code of the customer's country", _is_wrong_code, (fields.COUNTRY,)),
    Rule(CONTACTS, "AWS wants first name, last name and e-mail address of each person", _lacks_of_contacts),
    Rule(
        CURRENCY,
        "AWS takes USD and EUR, and no {value}",
        lambda case: case.get(CURRENCY) not in {None, *case.tables.options["currencies"]},
    ),
    Rule(
        fields.ESTIMATE,
        "AWS takes a link or the value of a contract, and not both; empty one of them",
        lambda case: bool(case.get(fields.ESTIMATE)) and bool(case.get(TOTAL)),
        (TOTAL,),
    ),
    Rule(
        TOTAL,
        "it is empty; AWS wants it beside the months of a contract{example}",
        lambda case: case.get(fields.MONTHS) is not None and not case.get(TOTAL),
        (fields.MONTHS,),
    ),
    Rule(
        TOTAL,
        "AWS takes the value of a contract only beside its months; fill in {other}",
        lambda case: bool(case.get(TOTAL)) and case.get(fields.MONTHS) is None,
        (fields.MONTHS,),
    ),
)


def _missing(path: str) -> Rule:
    return Rule(path, "it is empty; AWS wants it before a deal is submitted{example}", lambda case: not case.get(path))


def _missing_unless_secret(path: str, is_due: Callable[[Case], bool]) -> Rule:
    """AWS takes customers of national security without an address, and keeps none but the country US."""
    return Rule(
        path,
        "it is empty; AWS wants it before a deal is submitted{example}",
        lambda case: not case.get(path) and not _is_hidden(case) and is_due(case),
        (SECURITY, fields.COUNTRY),
    )


def _is_secret(case: Case, **choice: str) -> bool:
    chosen = case.submit is not None and any(getattr(case.submit, name) == value for name, value in choice.items())
    return chosen and _is_hidden(case)


def _wanted_of_co_sell(path: str) -> Rule:
    def is_broken(case: Case) -> bool:
        said = [value for value in case.get(path) or () if value != NO_SUPPORT]
        involvement = case.submit.involvement if case.submit else case.involvement
        return involvement == "Co-Sell" and not said

    return Rule(path, "it is empty; AWS wants it of a deal that is co-sold{example}", is_broken)


KEPT: Final[tuple[Rule, ...]] = (
    *(_missing(path) for path in REQUIRED),
    _missing_unless_secret(fields.COUNTRY, lambda _case: True),
    _missing_unless_secret(WEBSITE, lambda _case: True),
    _missing_unless_secret(POSTAL_CODE, lambda case: case.tables.has_postal_codes(case.get(fields.COUNTRY))),
    _missing_unless_secret(STATE, lambda case: case.get(fields.COUNTRY) == "US"),
    Rule(
        MONTHLY,
        "it is empty; AWS wants it before a deal is submitted{example}",
        lambda case: not any(case.get(path) for path in (MONTHLY, fields.ESTIMATE, TOTAL)),
        (fields.ESTIMATE, TOTAL),
    ),
    *(_wanted_of_co_sell(path) for path in (NEEDS, ACTIVITIES)),
    Rule(
        OTHER_SOLUTION,
        "it is empty; AWS keeps a solution, or the description of another one, from the submission on",
        lambda case: not case.has_solution and not case.get(OTHER_SOLUTION),
    ),
)
"""What a submission needs, and AWS keeps from then on."""

SUBMISSION: Final[tuple[Rule, ...]] = (
    *KEPT,
    Rule(
        INVOLVEMENT,
        "AWS takes no deal of national security for its visibility only; choose Co-Sell",
        lambda case: _is_secret(case, involvement="For Visibility Only"),
        (SECURITY,),
    ),
    Rule(
        VISIBILITY,
        "AWS takes no deal of national security with limited visibility; choose Full",
        lambda case: _is_secret(case, visibility="Limited"),
        (SECURITY,),
    ),
    Rule(STAGE, "AWS takes no submission of a deal that is lost", lambda case: case.get(STAGE) == "Closed Lost"),
)


FIELDS: Final = frozenset(path for rule in (*WRITE, *SUBMISSION) for path in (rule.path, *rule.beside))
"""All that the rules look at."""


def broken(case: Case) -> list[Rule]:
    """The rules that these values break: at any write, at the submission where one is chosen, and after it."""
    later = SUBMISSION if case.submit is not None else KEPT if case.involvement is not None else ()
    return [rule for rule in (*WRITE, *later) if rule.is_broken(case)]
