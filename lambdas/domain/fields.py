"""The canonical form: both sides as AWS paths with AWS's values, so that they can be compared.

A value is text, a list of options in AWS's order, or, for `Customer.Contacts`, a list of structures ordered by e-mail
address. None is "empty here". A path that is missing is "no opinion": HubSpot's value has a problem, its stage says
nothing, or AWS rewrites that field on its own; it is then neither sent nor taken for an edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from typing import Any, Final, NamedTuple

from lambdas.domain import paths, rewrites, transforms
from lambdas.domain.mapping import Condition, FieldRule, Mapping, Row
from lambdas.domain.records import ORDINARY, Base, Deal, Opportunity, PortalFacts, Problem, Record
from lambdas.domain.tables import Tables
from lambdas.domain.transforms import Context, Unfit

COUNTRY: Final = "Customer.Account.Address.CountryCode"
MONTHS: Final = "Project.ExpectedContractDuration.Value"
ESTIMATE: Final = "Project.ExpectedCustomerSpend[].EstimationUrl"

CONDITIONS: Final[dict[Condition, Callable[[Dict[str, Any], Tables], bool]]] = {
    "always": lambda _values, _tables: True,
    "in_us": lambda values, _tables: values.get(COUNTRY) == "US",
    "has_postal_codes": lambda values, tables: tables.has_postal_codes(values.get(COUNTRY)),
    "industry_other": lambda values, _tables: values.get("Customer.Account.Industry") == "Other",
    "closed_lost": lambda values, _tables: values.get("LifeCycle.Stage") == "Closed Lost",
    "renewal": lambda values, _tables: values.get("OpportunityType") == "Flat Renewal",
    "competitor_other": lambda values, _tables: values.get("Project.CompetitorName") == "*Other",
    "marketing_activity": lambda values, _tables: values.get("Marketing.Source") == "Marketing Activity",
    "marketing_funded": lambda values, _tables: values.get("Marketing.AwsFundingUsed") == "Yes",
    "software_revenue": lambda values, _tables: values.get("SoftwareRevenue.Value.Amount") is not None,
    "contract": lambda values, _tables: values.get(MONTHS) is not None,
    "no_contract": lambda values, _tables: values.get(MONTHS) is None,
    "no_estimate": lambda values, _tables: values.get(MONTHS) is None and values.get(ESTIMATE) is None,
    "launch": lambda _values, _tables: False,  # asked for by `launching.py` alone, when a seller launches the deal
}

# What AWS keeps and may not show. Left out of an update it is erased, or refused as a change of a locked field.
UNECHOED: Final = ("PartnerOpportunityIdentifier",)


class Wanted(NamedTuple):
    fields: dict[str, Any]
    problems: tuple[Problem, ...]
    idle: frozenset[str] = frozenset()
    """Paths that do not belong to an opportunity like this, such as a lost reason before anything is lost."""
    defaults: frozenset[str] = frozenset()
    """Paths whose value nobody wrote."""
    fillable: frozenset[str] = frozenset()
    """Paths of the company's that are empty and may take AWS's value (`companies.py`)."""


def wanted(deal: Deal, mapping: Mapping, portal: PortalFacts = ORDINARY) -> Wanted:
    """What HubSpot says, in AWS's values, and what stands in the way of saying it."""
    values: dict[str, Any] = {}
    problems: list[Problem] = _company_problems(deal)
    for field in mapping.fields:
        if field.object == "contact":
            values[field.path], found = _contacts(field, deal, mapping, values.get(COUNTRY))
            if found:
                del values[field.path]
        else:
            found = _wanted_field(field, deal, mapping, values, portal)
        problems += found
    return Wanted(values, tuple(problems), idle(values, mapping), _defaults(values, deal, mapping))


def _defaults(values: Dict[str, Any], deal: Deal, mapping: Mapping) -> frozenset[str]:
    records = {"deal": deal, "company": deal.company}
    return frozenset(
        field.path
        for field in mapping.fields
        if values.get(field.path) is not None
        and (record := records.get(field.object)) is not None
        and not any(record.get(row.property) for row in field.rows)
    )


def idle(values: Dict[str, Any], mapping: Mapping) -> frozenset[str]:
    """The paths whose condition these values do not meet."""
    tables = mapping.tables
    return frozenset(f.path for f in mapping.fields if f.only is not None and not CONDITIONS[f.only](values, tables))


def seen(opportunity: Opportunity, mapping: Mapping) -> dict[str, Any]:
    """What AWS shows."""
    rewritten = rewrites.rewritten(opportunity)
    values = {field.path: _seen_field(field, opportunity.body, mapping) for field in mapping.fields}
    return {path: value for path, value in values.items() if path not in rewritten}


def sent(body: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    """What CreateOpportunity was told, by path."""
    values = {field.path: _seen_field(field, body, mapping) for field in mapping.fields}
    return {path: value for path, value in values.items() if value is not None}


def unechoed(shown: Dict[str, Any], base: Base) -> dict[str, Any]:
    """What AWS has without showing it, as far as we know from having agreed on it."""
    known = {path: base.fields[path] for path in UNECHOED if path in base.fields and shown.get(path) is None}
    return {path: value for path, value in known.items() if isinstance(value, str)}


def undisclosed_defaults(deal: Deal, mapping: Mapping, portal: PortalFacts = ORDINARY) -> dict[str, str]:
    """Deal properties that are empty while a default of theirs is sent, with the default as they would hold it.

    Where another property of HubSpot's stands in for an empty one, the default stays out of its way.
    """
    found = {}
    for field in mapping.fields:
        row = field.back
        if row is not None and row.default is not None and len(field.rows) == 1 and deal.get(row.property) is None:
            context = Context(mapping, row, deal, portal=portal)
            found[row.property] = transforms.to_hubspot(transforms.default(context), context)
    return found


def taker(field: FieldRule, deal: Deal, mapping: Mapping) -> Row | None:
    """The deal property that takes AWS's value: the deal's amount where the spend was made of it, if so configured."""
    giver = source(field.path, deal, mapping) if mapping.spend.back else None
    return giver if giver is not None and giver.transform == "spend" else field.back


def source(path: str, deal: Deal, mapping: Mapping) -> Row:
    """The row whose property gives the field its value; the first one where none does."""
    field = next(field for field in mapping.fields if field.path == path)
    record = deal.company if field.object == "company" else deal
    return next((row for row in field.rows if record is not None and record.get(row.property)), field.rows[0])


def _company_problems(deal: Deal) -> list[Problem]:
    if deal.company is not None:
        return []
    if deal.companies > 1:
        what = f"the deal has {deal.companies} companies and none is the primary one; mark the customer as primary"
    else:
        what = "the deal has none; add the customer's company"
    return [Problem(record="deal", label="Company", what=what, path="Customer.Account")]


def _wanted_field(
    field: FieldRule, deal: Deal, mapping: Mapping, values: dict[str, Any], portal: PortalFacts
) -> list[Problem]:
    """Puts the field's value into `values`, or leaves it out and says why."""
    record = deal.company if field.object == "company" else deal
    if record is None:
        return []
    if field.only is not None and not CONDITIONS[field.only](values, mapping.tables):
        return []
    row = next((row for row in field.rows if record.get(row.property)), None)
    if row is not None:
        try:
            context = Context(mapping, row, record, values.get(COUNTRY), portal)
            value = transforms.to_aws(record.get(row.property) or "", context)
        except Unfit as unfit:
            return [_problem(row, str(unfit), field.path)]
        if row.pattern and isinstance(value, str) and not re.fullmatch(row.pattern, value):
            return [_problem(row, f"it must be {row.looks_like}{transforms.for_example(row)}", field.path)]
        if value is not None:
            values[field.path] = value
        return []
    defaults = (transforms.default(Context(mapping, row, record, portal=portal)) for row in field.rows)
    default = next((value for value in defaults if value is not None), field.constant)
    values[field.path] = list(default) if isinstance(default, tuple) else default
    if default is None and any(CONDITIONS[condition](values, mapping.tables) for condition in field.required):
        del values[field.path]
        first = field.rows[0]
        return [_problem(first, f"it is empty{transforms.for_example(first)}", field.path)]
    return []


def _problem(row: Row, what: str, path: str) -> Problem:
    return Problem(record=row.object, label=row.label, what=what, path=path)


# Contacts


def _contacts(
    field: FieldRule, deal: Deal, mapping: Mapping, country: str | None
) -> tuple[list[dict[str, str]] | None, list[Problem]]:
    """The people marked to be shared, and nobody else."""
    people, problems = [], []
    for contact in deal.contacts:
        if contact.get("aws_share_contact") == "true":
            person, found = _person(field.rows, contact, mapping, country)
            people.append(person)
            problems += found
    return sorted(people, key=_by_email) or None, problems


def _person(
    rows: Sequence[Row], contact: Record, mapping: Mapping, company_country: str | None
) -> tuple[dict[str, str], list[Problem]]:
    own = mapping.tables.country(contact.get("country") or "")
    person: dict[str, str] = {}
    problems = []
    for row in rows:
        raw = contact.get(row.property)
        if raw is None:
            if row.required:
                problems.append(
                    _problem(row, f"{_name(contact)}: it is empty{transforms.for_example(row)}", row.path or "")
                )
            continue
        context = Context(mapping, row, contact, own.code if own else company_country)
        try:
            person[_member(row)] = transforms.to_aws(raw, context)
        except Unfit as unfit:
            problems.append(_problem(row, f"{_name(contact)}: {unfit}", row.path or ""))
    return person, problems


def _name(contact: Record) -> str:
    full = " ".join(name for name in (contact.get("firstname"), contact.get("lastname")) if name)
    return full or contact.get("email") or f"record {contact.id}"


def _member(row: Row) -> str:
    return (row.path or "").rpartition(".")[2]


def _by_email(person: Dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(person.get(member) or "") for member in ("Email", "LastName", "FirstName", "Phone"))


# What AWS shows


def _seen_field(field: FieldRule, body: dict[str, Any], mapping: Mapping) -> Any:
    value = paths.get(body, field.path)
    if field.object == "contact":
        people = [_seen_person(field.rows, person, mapping) for person in value or () if isinstance(person, dict)]
        return sorted((person for person in people if person), key=_by_email) or None
    return transforms.canonical(value, Context(mapping, field.rows[0]))


def _seen_person(rows: Sequence[Row], person: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    members = {_member(row): transforms.canonical(person.get(_member(row)), Context(mapping, row)) for row in rows}
    return {name: value for name, value in members.items() if value is not None}
