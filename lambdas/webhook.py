"""HubSpot's webhook receiver: checks the signature, and puts one event per changed record on Cosell's bus.

Answers 200 for everything HubSpot may send, also for what Cosell has no use for: any other answer makes HubSpot repeat
the request ten times in a day. 401: not HubSpot's. 400: HubSpot's, but nothing it would send. 500: not everything is
on the bus; the repetition puts all of it there again, which costs a look at some deals.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final
from urllib.parse import quote

from lambdas import runtime
from lambdas.adapters import bus, secrets
from lambdas.domain import signature
from lambdas.errors import CosellError
from lambdas.runtime import logger
from lambdas.settings import settings

TYPES: Final = {"0-1": "contact", "0-2": "company", "0-3": "deal", "0-7": "product", "0-8": "line_item"}
"""Object type ids of HubSpot's newer `object.*` events -> the names its older events use."""
CHANGES: Final = frozenset(
    {"creation", "deletion", "restore", "merge", "propertyChange", "associationChange", "privacyDeletion"}
)
CONCERNS_OTHERS: Final = ("company", "propertyChange")
"""What Cosell fills in at a company for one deal is news to the company's other deals: no echo."""

Message = Mapping[str, Any]


class Malformed(Exception):
    """A signed body that is not a list of HubSpot's messages; the text names what is wrong, without values."""


@dataclass
class Changed:
    """A record and what happened to it, from all messages of one request."""

    portal: str
    type: str
    id: str
    changes: set[str] = field(default_factory=set)
    occurred_at: int = 0

    def event(self) -> bus.Event:
        return bus.record_changed(
            {
                "portal": self.portal,
                "type": self.type,
                "id": self.id,
                "changes": sorted(self.changes),
                "occurred_at": self.occurred_at,
            }
        )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The answer to an API Gateway REST proxy event."""
    request = event.get("requestContext") or {}
    logger.append_keys(request_id=request.get("requestId"))
    try:
        body = _raw_body(event)
        if reason := _why_not_genuine(event, context, body):
            logger.warning("webhook refused", reason=reason)
            return _answer(401)
        changed = changed_records(_messages(body), secrets.read().hubspot_app_id)
        bus.put([record.event() for record in changed])
    except Malformed as error:
        logger.warning("webhook malformed", reason=str(error))
        return _answer(400)
    except CosellError as error:
        logger.error("webhook failed", error=type(error).__name__, reason=str(error))
        return _answer(500)
    logger.info("webhook taken", records=len(changed))
    return _answer(200)


def changed_records(messages: list[Message], app_id: str) -> list[Changed]:
    """The records that messages tell of, without echoes of our own writes. Raises Malformed."""
    changed: dict[tuple[str, str, str], Changed] = {}
    ignored: set[str] = set()
    for message in messages:
        kind = _kind(message)
        if kind is None or (_is_echo(message, app_id) and kind != CONCERNS_OTHERS):
            ignored.add("echo" if kind else _type_name(message))
            continue
        subject, change = kind
        portal, occurred_at = _id(message, "portalId"), int(_id(message, "occurredAt"))
        for record_type, identifier in _records(message, subject, change):
            key = (portal, record_type, identifier)
            record = changed.setdefault(key, Changed(*key))
            record.changes.add(_change_name(message, change))
            record.occurred_at = max(record.occurred_at, occurred_at)
    if ignored:
        logger.info("webhook ignored", types=sorted(ignored))
    return list(changed.values())


def _type_name(message: Message) -> str:
    """Live messages say `subscriptionType`; HubSpot's documentation says `eventType` in places."""
    name = message.get("subscriptionType", message.get("eventType"))
    if not isinstance(name, str):
        raise Malformed("subscriptionType")
    return name


def _kind(message: Message) -> tuple[str, str] | None:
    """The record's type and what happened to it; None for events Cosell has no use for."""
    subject, _, change = _type_name(message).partition(".")
    if subject == "object":
        subject = _object_type(message.get("objectTypeId", message.get("fromObjectTypeId"))) or ""
    return (subject, change) if subject in TYPES.values() and change in CHANGES else None


def _is_echo(message: Message, app_id: str) -> bool:
    """Our own write, coming back."""
    return bool(app_id) and message.get("changeSource") == "INTEGRATION" and str(message.get("sourceId")) == app_id


def _records(message: Message, subject: str, change: str) -> Iterator[tuple[str, str]]:
    """Types and ids of the records that a message is about."""
    if change == "associationChange":
        yield _association(message, subject)
    elif change == "merge":
        yield from ((subject, identifier) for identifier in _merged(message))
    else:
        yield subject, _id(message, "objectId")


def _association(message: Message, subject: str) -> tuple[str, str]:
    """The deal, whichever end of the association it is; else the end that the message is named after."""
    start, end = message.get("fromObjectTypeId"), message.get("toObjectTypeId")
    types = [_object_type(start) or subject, _object_type(end)]
    name = message.get("associationType")
    if start is None and isinstance(name, str) and "_TO_" in name:
        types = [part.lower() for part in name.split("_TO_", 1)]
    if types[0] != "deal" and types[1] == "deal":
        return "deal", _id(message, "toObjectId")
    return subject if types[0] != "deal" else "deal", _id(message, "fromObjectId")


def _merged(message: Message) -> list[str]:
    """All records of a merge: the two that were merged, and the one that came of it, which can be a new one."""
    singles = [_id(message, name) for name in ("objectId", "primaryObjectId", "newObjectId") if name in message]
    losers = message.get("mergedObjectIds", [])
    if not isinstance(losers, list):
        raise Malformed("mergedObjectIds")
    found = [*singles, *(_id({"mergedObjectIds": loser}, "mergedObjectIds") for loser in losers)]
    if not found:
        raise Malformed("objectId")
    return list(dict.fromkeys(found))


def _change_name(message: Message, change: str) -> str:
    """`propertyChange:dealstage`, `associationChange:DEAL_TO_CONTACT`, else the change alone."""
    if change == "propertyChange":
        name = message.get("propertyName")
        if not isinstance(name, str):
            raise Malformed("propertyName")
        return f"{change}:{name}"
    name = message.get("associationType")
    return f"{change}:{name}" if change == "associationChange" and isinstance(name, str) else change


def _object_type(type_id: object) -> str | None:
    return TYPES.get(type_id) if isinstance(type_id, str) else None


def _id(message: Message, name: str) -> str:
    """A whole number, as text: HubSpot's ids are longer than some readers of JSON can keep."""
    value = message.get(name)
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise Malformed(name)
    return text


def _messages(body: bytes) -> list[Message]:
    try:
        messages = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise Malformed("not a list of objects")
    return messages


def _raw_body(event: Mapping[str, Any]) -> bytes:
    """The bytes HubSpot sent; those it cannot have sent fail the signature."""
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(text).encode(errors="replace")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _why_not_genuine(event: Mapping[str, Any], context: Any, body: bytes) -> str | None:
    keys = secrets.read().client_secrets
    v3, v1 = _header(event, "X-HubSpot-Signature-v3"), _header(event, "X-HubSpot-Signature")
    if v3 is None and v1 is not None and settings().accept_v1:
        return signature.why_not_v1(body, signature=v1, secrets=keys)
    signed = signature.Signed(
        method=str(event.get("httpMethod")),
        urls=_urls(event, context),
        body=body,
        timestamp=_header(event, "X-HubSpot-Request-Timestamp"),
    )
    return signature.why_not_v3(signed, signature=v3, secrets=keys, now=runtime.now())


def _header(event: Mapping[str, Any], name: str) -> str | None:
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name.lower()), None)


def _urls(event: Mapping[str, Any], context: Any) -> list[str]:
    """The URL that HubSpot called, in each spelling that reaches us as this event.

    Never by the Host header, which the sender chooses.
    """
    configured = settings().webhook_url
    if "?" in configured:
        return [configured]
    if not configured:
        request, region = event["requestContext"], context.invoked_function_arn.split(":")[3]
        host = f"{request['apiId']}.execute-api.{region}.amazonaws.com"
        configured = f"https://{host}/{request['stage']}{event['path']}"
    return [configured + query for query in _queries(event.get("multiValueQueryStringParameters") or {})]


def _queries(parameters: Mapping[str, list[str]]) -> list[str]:
    """The query strings that API Gateway decodes to these parameters.

    It does not pass the query on as it was received, and the signature covers that. What HubSpot decodes before it
    signs is left plain, the rest is encoded; what can be spelled in two ways is tried in both. Only the order of
    parameters between repetitions of one name is lost.
    """
    if not parameters:
        return [""]
    pairs = [(name, value) for name, values in parameters.items() for value in values]
    spellings = []
    for space, plus, equals, bare in product(("%20", "+"), ("%2B", "+"), ("%3D", "="), ("=", "")):
        rest = {"%20": space, "%2B": plus}
        sent = [(_encoded(name, rest), _encoded(value, {**rest, "%3D": equals})) for name, value in pairs]
        spellings.append("?" + "&".join(f"{name}={value}" if value else f"{name}{bare}" for name, value in sent))
    return list(dict.fromkeys(spellings))


def _encoded(text: str, spelled: Mapping[str, str]) -> str:
    encoded = quote(text, safe=":/?@!$'()*,;", errors="replace")
    for usual, other in spelled.items():
        encoded = encoded.replace(usual, other)
    return encoded


def _answer(status: int) -> dict[str, Any]:
    return {"statusCode": status, "body": ""}
