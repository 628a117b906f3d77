"""The portal as Cosell's set-up leaves it: the mapping's properties exist, the app hears of what sellers write."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.hubspot.pipelines import pipeline_json
from cosell.sandbox.hubspot.properties import definition_json
from cosell.sandbox.wire import Request
from cosell.setup import portal
from cosell.setup.api import Answer, Api
from cosell.setup.plan import Found, plan
from lambdas.domain.mapping import Mapping
from lambdas.domain.properties import PLURALS, subscriptions


def set_up(hubspot: HubSpot, mapping: Mapping, *, solutions: Iterable[tuple[str, str]]) -> None:
    """Gives the portal what `setup-hubspot` would, through HubSpot's API, and subscribes the app.

    What is there already stays, and costs no call. `solutions`, by id and name, become options of the property that
    holds the deal's solutions. Raises Trouble where the portal refuses something.
    """
    portal.apply(api(hubspot), plan(mapping, _found(hubspot), {"aws_solutions": dict(solutions)}))
    heard = {(known.event_type, known.property_name) for known in hubspot.app.subscriptions}
    for wanted in subscriptions(mapping):
        if (wanted.type, wanted.property) not in heard:
            hubspot.app.subscribe(wanted.type, *([wanted.property] if wanted.property else []))


def api(hubspot: HubSpot) -> Api:
    """The simulator's API for set-up, without a socket."""

    def send(method: str, path: str, body: Any) -> Answer:
        headers = {"authorization": f"Bearer {hubspot.app.token}", "content-type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        answer = hubspot.handle(Request(method, f"https://api.hubapi.com{path}", headers, content))
        is_json = "json" in answer.headers.get("content-type", "")
        says = json.loads(answer.body) if is_json else {}
        return Answer(answer.status, says, answer.headers.get("retry-after", ""))

    return Api(send)


def _found(hubspot: HubSpot) -> Found:
    """What set-up would read, looked up without calls."""
    groups, definitions = hubspot.portal.groups, hubspot.portal.definitions
    return Found(
        groups={kind: frozenset(groups[plural]) for kind, plural in PLURALS.items()},
        properties={
            kind: {name: definition_json(one) for name, one in definitions[plural].items() if not one.archived}
            for kind, plural in PLURALS.items()
        },
        pipelines=[pipeline_json(one) for one in hubspot.portal.pipelines.values()],
    )
