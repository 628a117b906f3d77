"""The tables of `docs/field-mapping.md`: every property of the default mapping, and every AWS field without a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from lambdas.domain.mapping import Mapping, Row
from lambdas.mapping import load
from stacks.mapping import MEMBERS, SUMMARY

_OBJECTS = {
    "deal": "Deals",
    "company": "Companies",
    "contact": "Contacts",
    "product": "Products",
    "line_item": "Line items",
}
_WAYS = {"to_aws": "→ AWS", "from_aws": "← AWS", "both": "↔"}
_WRITERS = {"seller": "seller", "cosell": "Cosell", "seller_then_cosell": "seller, then Cosell"}
NEEDED = {
    "always": "always",
    "in_us": "in the United States",
    "has_postal_codes": "where the country has postal codes",
    "industry_other": "when the industry is Other",
    "closed_lost": "when the deal is lost",
    "renewal": "for a renewal",
    "competitor_other": "when the competitor is *Other",
    "marketing_activity": "for a marketing activity",
    "marketing_funded": "when AWS paid in part",
    "software_revenue": "when there is a software value",
    "contract": "for a contract of so many months",
    "no_contract": "without a contract",
    "no_estimate": "without a contract or an estimate",
    "launch": "at launch",
}

NO_ROW = {
    # AWS's path, with all below it -> who looks after it, or why nothing does
    "Catalog": "the deployment's setting `catalog`",
    "ClientToken": "made by Cosell for each create, so that a repeated one is the same",
    "Identifier": "the opportunity that is updated",
    "Arn": "where the tags are set",
    "CreatedDate": "compared with the day of `go_live`",
    "LastModifiedDate": "the lock of an update: what the plan read",
    "LifeCycle.NextStepsHistory": "AWS's record of `aws_next_step`; HubSpot keeps a history of its own",
    "LifeCycle.ReviewStatusReason": "part of the sentence that says why AWS rejected a deal",
    "OpportunityTeam": "the deal's owner is assigned, and AWS's owner comes back onto a deal without one",
    "RelatedEntityIdentifiers": "associated, not updated: `aws_solutions`, `aws_products`, `aws_offer`",
    "Tags": "`aws_tags`, set on the opportunity by operations of their own",
    "Project.AwsPartition": "only for AWS's European sovereign cloud, whose deals are made at Partner Central",
    "Project.ExpectedContractDuration.Term": "always Months",
    "Project.ExpectedCustomerSpend[].Frequency": "always Monthly, but for a contract's total",
    "Project.ExpectedCustomerSpend[].TargetCompany": "tells the entry of AWS from the contract's total",
}
NO_ROW_OF_SUMMARY = {
    "Catalog": "the deployment's setting `catalog`",
    "Origin": "decides `aws_origin` of a deal that Cosell makes",
    "RelatedOpportunityId": "the opportunity that was asked for",
    "CosellMotion": "how AWS staffs the deal; nothing for the seller to do",
    "Customer.Contacts": "people AWS knows at the customer: they reach HubSpot only as a person enters them",
    "InvolvementTypeChangeReason": "part of the sentence that says that AWS changed the involvement",
    "LifeCycle.ClosedLostReason": "why AWS closed its own record; the seller's reason is `aws_lost_reason`",
    "LifeCycle.NextSteps": "the newest of the next steps, which `aws_next_steps_from_aws` shows with the two before it",
    "Project.AwsPartition": "see above",
    "Project.ExpectedCustomerSpend[].CurrencyCode": "AWS's forecast is in the currency of the spend",
    "Project.ExpectedCustomerSpend[].EstimationUrl": "a copy of the opportunity's",
    "Project.ExpectedCustomerSpend[].Frequency": "always Monthly",
    "Project.ExpectedCustomerSpend[].TargetCompany": "always AWS",
    "RelatedEntityIds": "what AWS's own record is linked to; the opportunity has what we linked",
    "SoftwareRevenue": "a copy of the opportunity's, which the deal has",
}


def leaves(operation: str) -> list[str]:
    """The members that the operation takes or answers, as botocore has them."""
    with MEMBERS.open(encoding="utf-8", newline="") as file:
        return [line["path"] for line in csv.DictReader(file) if line[operation]]


def without_row(operation: str) -> list[str]:
    """Members that no row or constant of the default mapping stands for, itself or as part of something larger."""
    mapping, of = load(), "summary" if operation == SUMMARY else "opportunity"
    said = {_plain(row.path) for row in mapping.rows if row.path and row.of == of}
    if of == "opportunity":
        said |= {constant.path for constant in mapping.constants}
    return [leaf for leaf in leaves(operation) if not said & set(covering(leaf))]


def covering(leaf: str) -> list[str]:
    """The member, and every structure and list it is part of."""
    steps = leaf.split(".")
    ways = [".".join(steps[:end]) for end in range(1, len(steps) + 1)]
    return [*ways, *(way.removesuffix("[]") for way in ways)]


def reasons(operation: str) -> dict[str, str]:
    return NO_ROW_OF_SUMMARY if operation == SUMMARY else NO_ROW


def properties() -> str:
    """All rows as Markdown, a table for each kind of record."""
    mapping = load()
    kinds = dict.fromkeys(row.object for row in mapping.rows)
    return "\n".join(_object_table(mapping, kind) for kind in kinds)


def members_without_row() -> str:
    """What no property stands for, as Markdown."""
    head = "| AWS field | what becomes of it |\n|---|---|\n"
    opportunity = "".join(f"| `{path}` | {reason} |\n" for path, reason in sorted(NO_ROW.items()))
    summary = "".join(f"| `{path}` | {reason} |\n" for path, reason in sorted(NO_ROW_OF_SUMMARY.items()))
    return f"{head}{opportunity}\nOf AWS's own summary:\n\n{head}{summary}"


def constants() -> str:
    """What AWS is told although no property says so, as Markdown."""
    rows = [f"| `{one.path}` | {one.value} |" for one in load().constants]
    return "\n".join(("| AWS field | value |", "|---|---|", *rows, ""))


def _object_table(mapping: Mapping, kind: str) -> str:
    rows = [row for row in mapping.rows if row.object == kind]
    head = "| property | AWS field | way | written by | needed | limits | profile |\n|---|---|---|---|---|---|---|\n"
    return f"### {_OBJECTS[kind]}\n\n{head}" + "".join(_line(mapping, row) for row in rows)


def _line(mapping: Mapping, row: Row) -> str:
    path = f"`{row.path}`" if row.path else ""
    cells = (
        f"{row.label}<br>`{row.property}`",
        path + (" of the summary" if row.of == "summary" else ""),
        _WAYS.get(row.direction, ""),
        _WRITERS[row.writer],
        NEEDED.get(row.required or "", row.required or ""),
        "; ".join(_limits(mapping, row)),
        "HubSpot's own" if row.standard else row.profile,
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |\n"


def _limits(mapping: Mapping, row: Row) -> Iterator[str]:
    options = mapping.options(row)
    if options:
        yield f"{len(options)} options"
    if row.looks_like:
        yield row.looks_like
    elif row.max_length < Row.model_fields["max_length"].default:
        yield f"{row.min_length or 1} to {row.max_length:,} characters"
    if row.default is not None:
        yield f"empty: {_listed((row.default,) if isinstance(row.default, str) else row.default)}"
    if row.only is not None and row.only != row.required:
        yield f"only {NEEDED.get(row.only, row.only)}"
    if row.unique:
        yield "unique"
    if row.modes:
        yield f"only in spend mode {_listed(row.modes)}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values)


def _plain(path: str) -> str:
    return re.sub(r"\[\w*\]", "[]", path)
