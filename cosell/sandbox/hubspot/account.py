"""The endpoints that describe the account: details and owners. Read only."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.errors import Refused, invalid
from cosell.sandbox.hubspot.shapes import Json
from cosell.sandbox.hubspot.state import Owner
from cosell.sandbox.hubspot.values import instant


def details(call: Call) -> Reply:
    portal = call.crm.portal
    offset = datetime.fromtimestamp(call.crm.clock.now, ZoneInfo(portal.time_zone)).utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds()) // 60
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    answer = {
        "portalId": portal.id,
        "accountType": "STANDARD",
        "timeZone": portal.time_zone,
        "companyCurrency": portal.currency,
        "additionalCurrencies": [],
        "utcOffset": f"{sign}{hours:02}:{rest:02}",
        "utcOffsetMilliseconds": minutes * 60_000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }
    return Reply(200, answer)


# Owners


def _owner_json(owner: Owner) -> Json:
    """An archived owner has no user id any more, but the id it had."""
    return {
        "id": owner.id,
        "email": owner.email,
        "type": "PERSON",
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "userId": None if owner.archived else owner.user_id,
        "userIdIncludingInactive": owner.user_id,
        "createdAt": instant(owner.created_ms),
        "updatedAt": instant(owner.created_ms),
        "archived": owner.archived,
        "teams": [],
    }


def owners(call: Call) -> Reply:
    archived, email, limit = call.flag("archived"), call.text("email"), call.limit(100, 500)
    found = [
        owner
        for owner in call.crm.portal.owners.values()
        if owner.archived == archived and (email is None or owner.email.casefold() == email.casefold())
    ]
    start = call.after
    body: Json = {"results": [_owner_json(owner) for owner in found[start : start + limit]]}
    if len(found) > start + limit:
        after = str(start + limit)
        body["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
    return Reply(200, body)


def owner(call: Call) -> Reply:
    """One owner, by `id` or by `userId`."""
    key, kept, archived = call.params["id"], (call.text("idProperty") or "id").lower(), call.flag("archived")
    if kept not in {"id", "userid"}:
        raise invalid("idProperty must be id or userId")
    for one in call.crm.portal.owners.values():
        if key == (one.id if kept == "id" else str(one.user_id)) and one.archived == archived:
            return Reply(200, _owner_json(one))
    raise Refused(404, "resource not found")
