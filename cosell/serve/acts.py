"""What people do in a running sandbox, over HTTP: the seller's, AWS's and the weather's part.

A seller works in HubSpot's pages, not through its API: what an app writes there is taken for Cosell's own echo. So the
sandbox has a page of its own for them, `POST /sandbox/acts/<act>`, which `python -m cosell act` calls.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.partner_central.people import NotPossible
from cosell.sandbox.remotes import Faulty
from cosell.sandbox.wire import Request, Response, json_response
from cosell.views.sides import shown

PATH = "/sandbox/acts/"
REMOTES = ("hubspot", "partner_central", "dynamodb", "lambda")
"""What can break."""

_OPTION = re.compile(r'label: ".*"\nvalue: "(.*)"\ndisplay_order: .*\nhidden: .*\nread_only: .*\n')
"""An option in HubSpot's list of those that are allowed."""

_SHOWN = ("aws_opportunity_id", "aws_review_status", "aws_sync_status")

Told = dict[str, Any]
"""`said`: a sentence; `rows`: a table with its header first, where there is more to see."""


def page(world: Sandbox) -> Callable[[Request], Response | None]:
    """A page for `Router.pages`: does one act and says what was done; a 400 says why it cannot be done."""

    def answer(request: Request) -> Response | None:
        if request.method != "POST" or not request.path.startswith(PATH):
            return None
        act = ACTS.get(request.path.removeprefix(PATH))
        if act is None:
            return json_response(404, {"message": f"there is no such act; there are: {', '.join(ACTS)}"})
        try:
            return json_response(200, act(world, **json.loads(request.body or b"{}")))
        except Refused as refused:
            return json_response(400, {"message": _why(refused)})
        except (NotPossible, LookupError, ValueError, TypeError) as error:
            return json_response(400, {"message": str(error.args[0]) if error.args else type(error).__name__})

    return answer


def _why(refused: Refused) -> str:
    """HubSpot's reasons as sentences; its message holds them as JSON, and each option with all that is known of it."""
    reasons = refused.body().get("errors") or [{"message": refused.message}]
    return "; ".join(_OPTION.sub(r"\1", str(reason["message"])) for reason in reasons)


def _create_deal(world: Sandbox, *, name: str, company: str, contact: str, share: bool, submit: bool) -> Told:
    properties = {"aws_action": "submit"} if submit else {}
    seller = world.hubspot.seller
    deal = seller.creates_deal(name=name, company=company, contact=contact, shared_with_aws=share, **properties)
    return {"said": f"Deal {deal.id} is created{' and shared with AWS' if share else ''}."}


def _edit_deal(world: Sandbox, *, deal: str, properties: dict[str, str]) -> Told:
    world.hubspot.simulator.people.edits("deals", deal, properties)
    return {"said": f"Deal {deal} has new values for {', '.join(properties)}."}


def _approve(world: Sandbox, *, opportunity: str) -> Told:
    world.partner_central.aws.approves(opportunity)
    return {"said": f"AWS has approved {opportunity}."}


def _reject(world: Sandbox, *, opportunity: str, reason: str) -> Told:
    world.partner_central.aws.rejects(opportunity, reason)
    return {"said": f"AWS has rejected {opportunity}: {reason}."}


def _ask_for_changes(world: Sandbox, *, opportunity: str, comments: str) -> Told:
    world.partner_central.aws.asks_for_changes(opportunity, comments)
    return {"said": f"AWS wants {opportunity} changed: {comments}"}


def _break(world: Sandbox, *, remote: str) -> Told:
    if remote not in REMOTES:
        raise ValueError(f"{remote} cannot be broken; what can: {', '.join(REMOTES)}")
    Faulty(world.cloud, remote).fail(until_healed=True)
    return {"said": f"Every call of {remote} fails from now on, until `heal`."}


def _heal(world: Sandbox) -> Told:
    world.heal()
    again = "The sandbox's terminal has a command that redrives each failed execution."
    return {"said": f"Everything works again. {again}"}


def _look(world: Sandbox, *, last: int) -> Told:
    records = [record for record in world.hubspot.simulator.records("deals") if not record.archived]
    header = ["Deal", "Name", "Opportunity", "AWS's review", "Where it stands", "Runs"]
    rows = [
        [
            record.id,
            record.properties.get("dealname") or "",
            *(shown(record.properties, name)[1] for name in _SHOWN),
            str(len(world.executions.of(record.id))),
        ]
        for record in records[: -last - 1 : -1]
    ]
    if not rows:
        return {"said": "There are no deals yet: `act create-deal` makes one.", "rows": []}
    left = len(records) - len(rows)
    said = f"The newest first. `act look --last {len(records)}` shows {left} more." if left else "The newest first."
    return {"said": said, "rows": [header, *rows]}


ACTS: dict[str, Callable[..., Told]] = {
    "create-deal": _create_deal,
    "edit-deal": _edit_deal,
    "approve": _approve,
    "reject": _reject,
    "ask-for-changes": _ask_for_changes,
    "break": _break,
    "heal": _heal,
    "look": _look,
}
