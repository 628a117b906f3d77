"""The search endpoint, with its limits and its index that lags behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from decimal import Decimal
from typing import Any

from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.encoding import whole_number
from cosell.sandbox.hubspot.errors import invalid
from cosell.sandbox.hubspot.kinds import kind_of
from cosell.sandbox.hubspot.links import ends
from cosell.sandbox.hubspot.shapes import Json, record_json
from cosell.sandbox.hubspot.state import Definition, Record
from cosell.sandbox.hubspot.values import milliseconds

MOST_GROUPS, MOST_FILTERS, MOST_FILTERS_IN_ALL = 5, 6, 18
MOST_RESULTS, LONGEST_PAGE, LONGEST_BODY = 10_000, 200, 3_000
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "LT": lambda a, b: a < b,
    "LTE": lambda a, b: a <= b,
    "GT": lambda a, b: a > b,
    "GTE": lambda a, b: a >= b,
}
_LISTS = {"IN", "NOT_IN"}
_ASSOCIATED = {"EQ", "NEQ", "IN", "NOT_IN"}
_PRESENCE = {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}
_TOKENS = {"CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}
_NEGATIVES = {"NEQ", "NOT_IN", "NOT_CONTAINS_TOKEN"}
_OPERATORS = {"EQ", "NEQ", "BETWEEN", *_COMPARE, *_LISTS, *_PRESENCE, *_TOKENS}

Values = Mapping[str, str | None]
Filter = dict[str, Any]


def search(call: Call) -> Reply:
    """Answers from the index as it was `search_lag` seconds ago; archived records are never in it."""
    if len(call.request.body.decode(errors="replace")) > LONGEST_BODY:
        raise invalid(f"The request body is longer than {LONGEST_BODY} characters")
    groups = _groups(call)
    after, limit = _after(call), call.body.get("limit", 10)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= LONGEST_PAGE:
        raise invalid(f"limit must be a number from 1 to {LONGEST_PAGE}")
    if after + limit > MOST_RESULTS:
        raise invalid(f"Paging further than {MOST_RESULTS} results is not supported")
    asked = _words(call.member("query", str, default=""))
    found = [entry for entry in _index(call) if _fits(call, entry, asked, groups)]
    _sort(call, found)
    names = call.texts("properties")
    body: Json = {
        "total": len(found),
        "results": [
            record_json(call.crm, record, names, values=values) for record, values in found[after : after + limit]
        ],
    }
    if len(found) > after + limit:
        body["paging"] = {"next": {"after": str(after + limit)}}
    return Reply(200, body)


def _after(call: Call) -> int:
    number = whole_number(str(call.body.get("after") or "0"))
    if number is None:
        raise invalid("after must be a number")
    return number


def _index(call: Call) -> list[tuple[Record, Values]]:
    records = sorted(call.crm.portal.records[call.kind.name].values(), key=lambda record: int(record.id))
    if not call.crm.switches.search_lag:
        return [(record, record.properties) for record in records if not record.archived]
    then = _then(call)
    return [
        (record, record.as_of(then))
        for record in records
        if record.created_ms <= then and (record.archived_ms is None or record.archived_ms > then)
    ]


def _then(call: Call) -> int:
    """The moment that the index shows."""
    return call.crm.now_ms - round(call.crm.switches.search_lag * 1000)


def _groups(call: Call) -> list[list[Filter]]:
    groups = [call.objects("filters", inside=group) for group in call.objects("filterGroups", default=[])]
    for count, most, what in (
        (len(groups), MOST_GROUPS, "filterGroups"),
        (max(map(len, groups), default=0), MOST_FILTERS, "filters in a group"),
        (sum(map(len, groups)), MOST_FILTERS_IN_ALL, "filters"),
    ):
        if count > most:
            raise invalid(f"Query contains too many {what} (count: {count}, max allowed: {most})")
    for one in (one for group in groups for one in group):
        _check_filter(call, one)
    return groups


def _check_filter(call: Call, one: Filter) -> None:
    name, operator = (call.member(member, str, inside=one) for member in ("propertyName", "operator"))
    if operator not in _OPERATORS:
        raise invalid(f"Invalid operator: {operator}")
    if name.startswith("associations."):
        kind_of(name.removeprefix("associations."))
        if operator not in _ASSOCIATED:
            raise invalid(f"Operator {operator} does not work on {name}")
    elif call.crm.portal.definition(call.kind.name, name) is None:
        raise invalid(f"There was a problem with the request. Property {name} does not exist")
    needed = ["values"] if operator in _LISTS else [] if operator in _PRESENCE else ["value"]
    needed += ["highValue"] if operator == "BETWEEN" else []
    if any(one.get(member) in (None, "", []) for member in needed):
        raise invalid(f"Operator {operator} requires {' and '.join(needed)}")
    if operator in _LISTS:
        call.member("values", list, inside=one)


def _fits(call: Call, entry: tuple[Record, Values], asked: list[str], groups: list[list[Filter]]) -> bool:
    record, values = entry
    return (not asked or _is_asked_for(call, asked, values)) and (
        not groups or any(all(_passes(call, record, values, one) for one in group) for group in groups)
    )


def _is_asked_for(call: Call, asked: list[str], values: Values) -> bool:
    """Whether each word of `query` begins a word of the properties that it looks into."""
    there = [word for name in call.kind.searched for word in _words(values.get(name) or "")]
    return all(any(word.startswith(begin) for word in there) for begin in asked)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w@.+-]+", text.casefold())


def _passes(call: Call, record: Record, values: Values, one: Filter) -> bool:
    name: str = one["propertyName"]
    operator: str = one["operator"]
    if name.startswith("associations."):
        kind, then = kind_of(name.removeprefix("associations.")), _then(call)
        return _associated(ends(call.crm.portal, record.end, kind, before_ms=then), one)
    definition, value = call.crm.portal.definition(call.kind.name, name), values.get(name)
    assert definition is not None
    if operator in _PRESENCE:
        return (value is not None) == (operator == "HAS_PROPERTY")
    if value is None:
        return operator in _NEGATIVES and call.crm.switches.search_negatives_find_empty
    return _compares(definition, value, one)


def _associated(there: Container[str], one: Filter) -> bool:
    """The pseudo-property `associations.<type>`: whether one of these ids is at the other end."""
    met = any(str(value) in there for value in one.get("values") or [one.get("value")])
    return met == (one["operator"] in {"EQ", "IN"})


def _compares(definition: Definition, value: str, one: Filter) -> bool:
    operator: str = one["operator"]
    if operator in _TOKENS:
        return _contains(value, str(one["value"])) == (operator == "CONTAINS_TOKEN")
    here = _comparable(definition, value)
    if operator in _LISTS:
        return (here in [_listed(definition, str(other)) for other in one["values"]]) == (operator == "IN")
    other = _comparable(definition, str(one["value"]))
    if operator in {"EQ", "NEQ"}:
        return bool(here == other) == (operator == "EQ")
    if operator == "BETWEEN":
        return bool(other <= here <= _comparable(definition, str(one["highValue"])))
    return _COMPARE[operator](here, other)


def _comparable(definition: Definition, text: str) -> Any:
    """Numbers and moments compare as such, texts without regard to case, enumerations as they are."""
    try:
        if definition.type == "number":
            return Decimal(text)
        if definition.type in {"date", "datetime"}:
            return int(text) if text.lstrip("-").isdigit() else milliseconds(text)
    except (ArithmeticError, ValueError) as wrong:
        raise invalid(f"{text} is not a value of {definition.name}") from wrong
    return text if definition.type == "enumeration" else text.casefold()


def _listed(definition: Definition, text: str) -> Any:
    """A value of IN or NOT_IN: of texts it must be in lower case already, or equals nothing."""
    return text if definition.type == "string" else _comparable(definition, text)


def _contains(value: str, token: str) -> bool:
    """Whether one of the value's words is the token; `*` stands for any part of a word."""
    pattern = re.compile(".*".join(re.escape(part) for part in token.casefold().split("*")))
    return any(pattern.fullmatch(word) for word in _words(value))


def _sort(call: Call, found: list[tuple[Record, Values]]) -> None:
    sorts = call.member("sorts", list, default=[])
    if len(sorts) > 1:
        raise invalid("Only one sort is allowed")
    for given in sorts:
        sort = given if isinstance(given, dict) else {"propertyName": given}
        name, descending = str(sort.get("propertyName")), sort.get("direction") == "DESCENDING"
        definition = call.crm.portal.definition(call.kind.name, name)
        if definition is None:
            raise invalid(f"Property {name} does not exist")
        without = [entry for entry in found if entry[1].get(definition.name) is None]
        having = [entry for entry in found if entry[1].get(definition.name) is not None]
        having.sort(key=lambda entry: _comparable(definition, str(entry[1][definition.name])), reverse=descending)
        found[:] = having + without
