"""What must hold of a day: cheap counts at every hour, and at its end every record, read over the wire."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cosell.soak.book import UNIQUE, Broken
from cosell.soak.processes import Process

if TYPE_CHECKING:
    from cosell.soak.day import Day


def counts(day: Day) -> None:
    """Every message is somewhere, both ends count alike, no quota was exceeded. Raises Broken."""
    webhooks, receiver = day.hubspot.webhooks, day.receiver
    waiting, sent = webhooks.pending, webhooks.under_way
    somewhere = webhooks.delivered + webhooks.lost + len(waiting) + len(sent)
    if webhooks.queued != somewhere:
        raise Broken(f"HubSpot has queued {webhooks.queued:,} webhook messages and can account for {somewhere:,}.")
    if receiver.accepted != webhooks.delivered:
        raise Broken(
            f"HubSpot has delivered {webhooks.delivered:,} messages, the receiver accepted {receiver.accepted:,}."
        )
    again = sum(message["attemptNumber"] > 0 for message in waiting) + webhooks.lost
    again += len(sent)  # not answered yet: refused for now, as the receiver sees it
    if receiver.awaited != again:
        raise Broken(f"The receiver awaits {receiver.awaited:,} messages again, HubSpot has {again:,} to send or lost.")
    born = receiver.created | {str(message["objectId"]) for message in (*waiting, *sent) if _is_creation(message)}
    silent = day.deals.born - born
    if len(silent) > webhooks.lost:
        raise Broken(f"Nobody was told that deal {min(silent)} was created, and {len(silent) - 1:,} more.")
    for quota in (*day.to_hubspot.quotas, *day.to_central.quotas):
        if quota.exceeded:
            raise Broken(f"{quota.name}: exceeded {quota.exceeded:,} times.")


def _is_creation(message: dict[str, Any]) -> bool:
    return bool(message["subscriptionType"] == "deal.creation")


def everything(day: Day) -> Process[None]:
    """All deals, contacts, companies and opportunities. Raises Broken."""
    if day.deals.live != day.target:
        raise Broken(f"{day.deals.live:,} deals are there at the end of the day, not {day.target:,}.")
    seen: set[str] = set()
    deals = yield from day.integration.crawls("deals")
    deleted = yield from day.integration.crawls("deals", archived=True)
    entries = day.deals.entries
    _expect_exactly("deals", deals, {deal for deal in entries if not entries[deal].archived}, seen)
    _expect_exactly("deleted deals", deleted, {deal for deal in entries if entries[deal].archived}, seen)
    contacts = yield from day.integration.crawls("contacts")
    companies = yield from day.integration.crawls("companies")
    _expect_exactly("contacts", contacts, set(day.sellers.contacts), seen)
    _expect_exactly("companies", companies, set(day.sellers.companies), seen)
    for name in UNIQUE:
        _expect_unique(name, deals)
    _expect_unique("email", contacts)
    yield from _opportunities(day)


def _opportunities(day: Day) -> Process[None]:
    listed = yield from day.alliance.lists()
    twice = [identifier for identifier, count in Counter(listed).items() if count > 1]
    if twice or set(listed) != day.opportunities.entries.keys():
        raise Broken(f"{len(listed):,} opportunities are listed; {len(day.opportunities.entries):,} were created.")
    unannounced = day.opportunities.entries.keys() - day.alliance.announced
    if unannounced:
        raise Broken(f"Nobody was told that opportunity {min(unannounced)} was created.")
    for identifier in listed:
        yield from day.alliance.reads(identifier)


def _expect_exactly(what: str, records: list[Any], expected: set[str], seen: set[str]) -> None:
    """These records and no others, with ids that no other record has."""
    ids = [str(record["id"]) for record in records]
    if len(ids) != len(set(ids)) or not seen.isdisjoint(ids):
        raise Broken(f"Two records have the same id, at least one of them among the {what}.")
    seen.update(ids)
    if set(ids) != expected:
        raise Broken(f"{len(ids):,} {what} are listed, {len(expected):,} should be.")


def _expect_unique(name: str, records: list[Any]) -> None:
    values = Counter(value.casefold() for record in records if (value := record["properties"].get(name)))
    for value, count in values.most_common(1):
        if count > 1:
            raise Broken(f"{count} records hold the unique value {value} of {name}.")
