"""Lists: filters, order, pages."""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cosell.sandbox.partner_central import instants, opportunities, rules, spend
from cosell.sandbox.partner_central.errors import broken_rule
from cosell.sandbox.partner_central.state import Document, Opportunity, Solution
from cosell.sandbox.partner_central.world import World

_DEFAULT_PAGE = 20

T = TypeVar("T")
Key = Callable[[T], Any]


def list_opportunities(world: World, request: Document) -> Document:
    """OpportunitySummaries: a subset of each opportunity, without its title. The last change first unless asked
    otherwise."""
    found = [
        one
        for one in world.state.opportunities.values()
        if one.catalog == request["Catalog"] and world.is_readable(one) and _matches(one, request)
    ]
    sorted_ones = _sorted(found, request, _OPPORTUNITY_KEYS, "LastModifiedDate")
    page, token = paged(sorted_ones, request, of="opportunities", default=_DEFAULT_PAGE)
    return {"OpportunitySummaries": [_row(world, one) for one in page], "NextToken": token}


def list_solutions(world: World, request: Document) -> Document:
    """SolutionSummaries, by identifier unless asked otherwise."""
    wanted: dict[str, Key[Solution]] = {
        "Status": lambda one: one.status,
        "Identifier": lambda one: one.id,
        "Category": lambda one: one.category,
        "AwsMarketplaceSolutionArn": lambda one: one.marketplace_arn,
    }
    hidden = "" if world.switches.sandbox_lists_solutions else "Sandbox"
    found = [
        one
        for one in world.state.solutions
        if one.catalog == request["Catalog"] != hidden
        and all(not request.get(name) or value(one) in request[name] for name, value in wanted.items())
    ]
    page, token = paged(
        _sorted(found, request, _SOLUTION_KEYS, "Identifier"), request, of="solutions", default=_DEFAULT_PAGE
    )
    return {"SolutionSummaries": [_solution_row(world, one) for one in page], "NextToken": token}


def paged(
    found: Sequence[T], request: Document, *, of: str, default: int, empty_end: bool = False
) -> tuple[Sequence[T], str | None]:
    """One page and the token of the next. A token is a position in this list with these filters: what changes between
    pages shifts them, as it does at the service.

    `of` names the list, `default` is the size of a page when none is asked for. With `empty_end` the last page with
    rows has a token as well, which leads to a page without.
    """
    asked = {name: value for name, value in request.items() if name not in ("NextToken", "MaxResults")}
    digest = hashlib.sha256(json.dumps([of, asked], sort_keys=True).encode()).hexdigest()[:16]
    start = _position(request.get("NextToken"), digest)
    size = request.get("MaxResults") or default
    end = start + size
    page, goes_on = found[start:end], end < len(found)
    if not goes_on and not (empty_end and page):
        return page, None
    return page, f"AAMA-{base64.urlsafe_b64encode(f'{digest}:{end}'.encode()).decode()}"


def _position(token: str | None, digest: str) -> int:
    if token is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(token.removeprefix("AAMA-")).decode()
        of, _, position = text.partition(":")
        if of == digest and position.isdigit():
            return int(position)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise broken_rule("INVALID_VALUE", "NextToken does not belong to this list", "nextToken")


def _sorted(found: list[T], request: Document, keys: dict[str, Key[T]], default: str) -> list[T]:
    sort = request.get("Sort") or {"SortBy": default, "SortOrder": "DESCENDING"}
    return sorted(found, key=keys[sort["SortBy"]], reverse=sort["SortOrder"] == "DESCENDING")


_OPPORTUNITY_KEYS: dict[str, Key[Opportunity]] = {
    "LastModifiedDate": lambda one: (one.modified, one.id),
    "Identifier": lambda one: one.id,
    "CustomerCompanyName": lambda one: (rules.dig(one.fields, "Customer.Account.CompanyName") or "", one.id),
    "CreatedDate": lambda one: (one.created, one.id),
    "TargetCloseDate": lambda one: (rules.dig(one.fields, "LifeCycle.TargetCloseDate") or "", one.id),
}
_SOLUTION_KEYS: dict[str, Key[Solution]] = {
    "Identifier": lambda one: one.id,
    "Name": lambda one: (one.name, one.id),
    "Status": lambda one: (one.status, one.id),
    "Category": lambda one: (one.category, one.id),
    "CreatedDate": lambda one: (one.created, one.id),
}


def _matches(one: Opportunity, request: Document) -> bool:
    close = rules.dig(one.fields, "LifeCycle.TargetCloseDate")
    values = {
        "Identifier": one.id,
        "LifeCycleStage": one.stage,
        "LifeCycleReviewStatus": one.review_status,
        "CustomerCompanyName": rules.dig(one.fields, "Customer.Account.CompanyName"),
    }
    return (
        all(not request.get(name) or value in request[name] for name, value in values.items())
        and _within(one.modified, request.get("LastModifiedDate"), "LastModifiedDate", instants.read)
        and _within(one.created, request.get("CreatedDate"), "CreatedDate", instants.read)
        and _within(close, request.get("TargetCloseDate"), "TargetCloseDate", str)
    )


def _within(value: Any, window: Document | None, name: str, read: Callable[[str], Any]) -> bool:
    """On or after the one bound, before the other: the API reference says so of the first only."""
    after, before = ((window or {}).get(f"{side}{name}") for side in ("After", "Before"))
    if value is None:
        return after is None and before is None
    return (after is None or value >= read(after)) and (before is None or value < read(before))


def _row(world: World, one: Opportunity) -> Document:
    row = copy.deepcopy(opportunities.describe(world, one))
    if not world.switches.verbatim_amounts:
        for entry in rules.dig(row, "Project.ExpectedCustomerSpend") or []:
            entry["Amount"] = spend.listed(entry.get("Amount"))
    return row


def _solution_row(world: World, one: Solution) -> Document:
    return {
        "Catalog": one.catalog,
        "Id": one.id,
        "Arn": world.arn(one.catalog, "solution", one.id),
        "Name": one.name,
        "Status": one.status,
        "Category": one.category,
        "CreatedDate": instants.write(one.created),
        "AwsMarketplaceSolutionArn": one.marketplace_arn,
    }
