"""One API call on its way through: the request taken apart, the answer put together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cosell.sandbox.hubspot.app import App
from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.encoding import json_bytes, whole_number
from cosell.sandbox.hubspot.errors import Refused, invalid, invalid_json, missing_fields
from cosell.sandbox.hubspot.kinds import Kind, kind_of
from cosell.sandbox.hubspot.state import Source
from cosell.sandbox.hubspot.values import instant
from cosell.sandbox.wire import Request, Response


@dataclass(frozen=True)
class Reply:
    """What a call is answered with; a body of None is no body."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, headers: Mapping[str, str]) -> Response:
        if self.body is None:
            return Response(self.status, {**headers, **self.headers})
        body = json_bytes(self.body)
        content = {"content-type": "application/json;charset=utf-8", "content-length": str(len(body))}
        return Response(self.status, {**content, **headers, **self.headers}, body)


@dataclass
class Call:
    """A request that found its endpoint. `version` is `v3`, `v4` or a date; `params` are the parts of its path."""

    crm: Crm
    request: Request
    version: str
    params: Mapping[str, str]
    source: Source
    app: App

    @property
    def rules_of_2026_09(self) -> bool:
        """Whether the path's version is that one, or a later one: they honour admins' rules and help with dates."""
        return not self.version.startswith("v") and self.version >= "2026-09"

    @property
    def kind(self) -> Kind:
        return kind_of(self.params["type"])

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.request.url).query, keep_blank_values=True)

    def names(self, parameter: str) -> list[str]:
        """A list in the query: repeated keys, commas, or both."""
        return [name.strip() for text in self.query.get(parameter, []) for name in text.split(",") if name.strip()]

    def text(self, parameter: str) -> str | None:
        return next(iter(self.query.get(parameter, [])), None) or None

    def flag(self, parameter: str) -> bool:
        return (self.text(parameter) or "").lower() == "true"

    def limit(self, default: int, most: int) -> int:
        given = self.text("limit")
        if given is None:
            return default
        number = whole_number(given)
        if number is None or not 1 <= number <= most:
            raise invalid(f"limit must be a number from 1 to {most}")
        return number

    @property
    def after(self) -> int:
        """Where a page starts, 0 without. What it counts, ids or results, is the endpoint's matter."""
        number = whole_number(self.text("after") or "0")
        if number is None:
            raise invalid("after must be a number")
        return number

    @cached_property
    def json(self) -> Any:
        try:
            return json.loads(self.request.body)
        except (ValueError, RecursionError) as wrong:
            where = (
                f"line {wrong.lineno}, column {wrong.colno}"
                if isinstance(wrong, json.JSONDecodeError)
                else "line 1, column 1"
            )
            raise invalid_json(f"{where}. The body is not JSON.") from wrong

    @property
    def body(self) -> dict[str, Any]:
        if not isinstance(self.json, dict):
            raise invalid_json("line 1, column 1. An object is expected.")
        return self.json

    def location(self, name: str) -> dict[str, str]:
        """The header that says where a thing just made is."""
        return {"location": f"{self.request.url.partition('?')[0]}/{name}"}

    def member(self, name: str, expected: type, *, default: Any = None, inside: Mapping[str, Any] | None = None) -> Any:
        """A member of the body, or of an object in it. Without default it is required."""
        body = self.body if inside is None else inside
        if body.get(name) is None:
            if default is None:
                raise missing_fields([name])
            return default
        if not isinstance(body[name], expected):
            raise invalid_json(f"line 1, column 1. {name} is not of type {expected.__name__}.")
        return body[name]

    def texts(self, name: str) -> list[str]:
        """A member of the body that is a list of strings, empty when it is left out."""
        given: list[Any] = self.member(name, list, default=[])
        if not all(isinstance(entry, str) for entry in given):
            raise invalid_json(f"line 1, column 1. {name} are strings.")
        return given

    def objects(
        self, name: str, *, default: list[Any] | None = None, inside: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """A member of the body, or of an object in it, that is a list of objects."""
        given: list[Any] = self.member(name, list, default=default, inside=inside)
        if not all(isinstance(entry, dict) for entry in given):
            raise invalid_json(f"line 1, column 1. {name} are objects.")
        return given

    def inputs(self, most: int = 100) -> list[dict[str, Any]]:
        """The `inputs` of a batch. Raises Refused when there are none, too many, or one is no object."""
        inputs = self.objects("inputs")
        if not inputs:
            raise invalid("Request must contain at least one input")
        if len(inputs) > most:
            raise invalid(f"The maximum number of inputs supported in a batch request is {most}")
        return inputs


def batch_reply(call: Call, results: list[Any], errors: list[Refused], status: int = 200) -> Reply:
    """The envelope of a batch: 207 as soon as one input failed."""
    now = instant(call.crm.now_ms)
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if errors:
        body |= {"numErrors": len(errors), "errors": [error.body() for error in errors]}
    return Reply(207 if errors else status, body)
