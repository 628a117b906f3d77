"""EventBridge's API, as far as Cosell and an operator use it: PutEvents, and looking at what exists."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from cosell.sandbox.events import Event, EventBridge
from cosell.sandbox.wire import ACCOUNT, REGION, Refusal, Request, Response, json_response

_CONTENT_TYPE = "application/x-amz-json-1.1"
_ENTRIES = 10
_BYTES = 256 * 1024
"""Of all entries of a request together."""


class _Refused(Exception):
    """An answer with an error code of EventBridge's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class EventsApi:
    """A remote in front of EventBridge. `refuse_entries` makes so many of the next entries of PutEvents fail."""

    def __init__(self, events: EventBridge) -> None:
        self.refuse_entries = 0
        self._events = events
        self._operations: Mapping[str, Callable[[Any], Any]] = {
            "PutEvents": self._put_events,
            "ListEventBuses": self._list_buses,
            "ListRules": self._list_rules,
            "ListArchives": self._list_archives,
        }

    def operation(self, request: Request) -> str:
        return request.aws_operation or request.method

    def refuse(self, _request: Request, how: Refusal) -> Response:
        if how == "throttled":
            return _error(400, "ThrottlingException", "Rate exceeded")
        return _error(500, "InternalException", "This exception occurs due to unexpected causes.")

    def handle(self, request: Request) -> Response:
        operation = self.operation(request)
        if operation not in self._operations:
            known = ", ".join(self._operations)
            return _error(400, "UnknownOperationException", f"the sandbox's EventBridge knows {known}, not {operation}")
        try:
            return json_response(200, self._operations[operation](_parsed(request)), _CONTENT_TYPE)
        except _Refused as refused:
            return _error(400, refused.code, str(refused))

    def _put_events(self, body: Any) -> Any:
        entries = body.get("Entries", [])
        if not isinstance(entries, list) or not all(_is_entry(entry) for entry in entries):
            raise _Refused("SerializationException", "Entries is not a list of entries")
        if not 1 <= len(entries) <= _ENTRIES:
            raise _Refused("ValidationException", f"Entries must have 1 to {_ENTRIES} members, not {len(entries)}")
        if len(json.dumps(entries, ensure_ascii=False).encode()) > _BYTES:
            raise _Refused("ValidationException", "Total size of the entries in the request is over the limit.")
        results = [self._put(entry) for entry in entries]
        return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}

    def _put(self, entry: Mapping[str, Any]) -> dict[str, str]:
        try:
            event, bus = self._event(entry)
        except _Refused as refused:
            return {"ErrorCode": refused.code, "ErrorMessage": str(refused)}
        self._events.put(event, bus)
        return {"EventId": str(event["id"])}

    def _event(self, entry: Mapping[str, Any]) -> tuple[Event, str]:
        if self.refuse_entries > 0:
            self.refuse_entries -= 1
            raise _Refused("InternalFailure", "the sandbox was told to refuse this entry")
        source, detail_type = entry.get("Source"), entry.get("DetailType")
        if not source or not detail_type or "Detail" not in entry:
            raise _Refused("InvalidArgument", "Parameters Source, DetailType and Detail must be given")
        if source.startswith("aws."):
            raise _Refused("NotAuthorizedForSourceException", "Not authorized for the source.")
        try:
            detail = json.loads(entry["Detail"])
        except ValueError:
            detail = None
        if not isinstance(detail, dict):
            raise _Refused("MalformedDetail", "Detail is malformed.")
        bus = entry.get("EventBusName", "default").rpartition("/")[2]
        if bus not in self._events.buses:
            raise _Refused("ResourceNotFoundException", f"Event bus {bus} does not exist.")
        return self._events.event(source, detail_type, detail, resources=list(entry.get("Resources", []))), bus

    def _list_buses(self, _body: Any) -> Any:
        arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/"
        return {"EventBuses": [{"Name": name, "Arn": arn + name} for name in self._events.buses]}

    def _list_rules(self, body: Any) -> Any:
        bus = body.get("EventBusName", "default").rpartition("/")[2]
        if bus not in self._events.buses:
            raise _Refused("ResourceNotFoundException", f"Event bus {bus} does not exist.")
        return {
            "Rules": [
                {
                    "Name": rule.name,
                    "Arn": rule.arn,
                    "EventBusName": bus,
                    "State": "ENABLED" if rule.enabled else "DISABLED",
                    **({"EventPattern": json.dumps(rule.pattern)} if rule.pattern is not None else {}),
                }
                for rule in self._events.buses[bus]
            ]
        }

    def _list_archives(self, _body: Any) -> Any:
        return {
            "Archives": [
                {"ArchiveName": archive.name, "State": "ENABLED", "EventCount": len(archive.events)}
                for archive in self._events.archives.values()
            ]
        }


def _parsed(request: Request) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _Refused("SerializationException", "The request is not a JSON object")
    return body


def _is_entry(entry: Any) -> bool:
    texts = ("Source", "DetailType", "Detail", "EventBusName")
    return isinstance(entry, dict) and all(isinstance(entry[name], str) for name in texts if name in entry)


def _error(status: int, code: str, message: str) -> Response:
    return json_response(status, {"__type": code, "message": message}, _CONTENT_TYPE)
