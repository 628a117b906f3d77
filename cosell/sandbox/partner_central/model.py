"""botocore's model of the service, read as the service reads it: every request is checked in full, every answer
completed.

botocore itself checks required members, types and minimum sizes only; enums, patterns and maximum sizes are the
server's.
"""

from __future__ import annotations

import re
import warnings
from functools import cache
from typing import Any

from botocore.loaders import create_loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StringShape, StructureShape

from cosell.sandbox.partner_central import instants, vocabulary
from cosell.sandbox.partner_central.errors import Problem, malformed_request
from cosell.sandbox.partner_central.state import Document
from cosell.sandbox.partner_central.switches import Switches

SERVICE = "partnercentral-selling"

_DEFAULTS = Switches()
_OPPORTUNITY_WRITES = ("CreateOpportunity", "UpdateOpportunity")


@cache
def service() -> ServiceModel:
    """The model that comes with botocore."""
    return ServiceModel(create_loader().load_service_model(SERVICE, "service-2"), SERVICE)


@cache
def operation_names() -> frozenset[str]:
    return frozenset(service().operation_names)


@cache
def operation(name: str) -> OperationModel:
    return service().operation_model(name)


def takes(name: str, member: str) -> bool:
    return member in operation(name).input_shape.members


def check(name: str, body: Document, switches: Switches = _DEFAULTS) -> Document:
    """The request without members that the model does not have; explicit nulls stay.

    Unknown members are ignored, as AWS's own samples show. Raises ServiceError (REQUEST_VALIDATION_FAILED) listing all
    that is wrong.
    """
    newer = switches.newer_value if name in _OPPORTUNITY_WRITES else None
    checker = _Checker(() if newer is None else (newer,), indexed=switches.indexed_field_names)
    cleaned: Document = checker.check(operation(name).input_shape, body, ())
    if checker.problems:
        raise malformed_request(checker.problems)
    return cleaned


def complete(name: str, answer: Document, *, nested_types: bool = False) -> Document:
    """The answer with exactly the members of the operation's output, null where there is nothing."""
    completed: Document = _complete(operation(name).output_shape, answer, nested_types=nested_types, in_list=False)
    return completed


def _complete(shape: Shape, value: Any, *, nested_types: bool, in_list: bool) -> Any:
    if value is None:
        return None
    if isinstance(shape, StructureShape):
        members = {
            name: _complete(member, value.get(name), nested_types=nested_types, in_list=False)
            for name, member in shape.members.items()
        }
        return {"__type": f"{SERVICE}#{shape.name}", **members} if nested_types and in_list else members
    if isinstance(shape, ListShape):
        return [_complete(shape.member, item, nested_types=nested_types, in_list=True) for item in value]
    return value


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A pattern of the model, which is Java's: character classes are ASCII there, except for the Unicode properties.

    Python has no `\\p{..}`; letters, digits and separators are spelled out, as far as a tag or a name can contain them.
    """
    flags = re.NOFLAG if r"\p{" in text else re.ASCII
    separators = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\w"), (r"\p{Z}", separators)):
        text = text.replace(java, python)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # Java means what Python only reserves
        return re.compile(text, flags)


def field_name(path: tuple[str, ...]) -> str:
    """`project.expectedCustomerSpend.amount`: how ErrorList names a member."""
    return ".".join(name[:1].lower() + name[1:] for name in path)


class _Checker:
    """Walks a request along its shape and collects what is wrong with it.

    `newer` are values that each enum has beyond the model; `indexed`: names of members in lists say which item.
    """

    def __init__(self, newer: tuple[str, ...], *, indexed: bool) -> None:
        self.problems: list[Problem] = []
        self._newer, self._indexed = newer, indexed

    def check(self, shape: Shape, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(shape, StructureShape):
            return self._structure(shape, value, path)
        if isinstance(shape, ListShape):
            return self._list(shape, value, path)
        return self._scalar(shape, value, path)

    def _report(self, code: str, message: str, path: tuple[str, ...]) -> None:
        self.problems.append(Problem(code, message, field_name(path) or None))

    def _structure(self, shape: StructureShape, value: Any, path: tuple[str, ...]) -> Document:
        if not isinstance(value, dict):
            self._report("INVALID_VALUE", f"{_last(path)} must be an object", path)
            return {}
        for name in shape.required_members:
            if value.get(name) is None:
                self._report("REQUIRED_FIELD_MISSING", f"{name} is required", (*path, name))
        given = {name: value[name] for name in shape.members if name in value}
        if shape.metadata.get("union") and sum(item is not None for item in given.values()) != 1:
            self._report("INVALID_VALUE", f"{_last(path)} must have exactly one member", path)
        cleaned: Document = {}
        for name, item in given.items():
            cleaned[name] = None if item is None else self._member(shape, name, item, (*path, name))
        return cleaned

    def _member(self, shape: StructureShape, name: str, value: Any, path: tuple[str, ...]) -> Any:
        known = vocabulary.FIXED_LISTS.get((shape.name, name))
        checked = self.check(shape.members[name], value, path)
        if known is None:
            return checked
        if isinstance(shape.members[name], ListShape):
            return [self._listed(item, known, path) for item in checked]
        return self._listed(checked, known, path)

    def _listed(self, value: Any, known: tuple[str, ...], path: tuple[str, ...]) -> Any:
        if not isinstance(value, str):
            return value  # reported already
        settled = vocabulary.OTHER_SPELLINGS.get(value, value)
        if settled not in known and settled not in self._newer:
            self._report("INVALID_ENUM_VALUE", f"{_last(path)} does not have {value!r} among its values", path)
        return settled

    def _list(self, shape: ListShape, value: Any, path: tuple[str, ...]) -> list[Any]:
        if not isinstance(value, list):
            self._report("INVALID_VALUE", f"{_last(path)} must be a list", path)
            return []
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if least is not None and len(value) < least:
            self._report("NOT_ENOUGH_VALUES", f"{_last(path)} needs at least {least} value(s)", path)
        if most is not None and len(value) > most:
            self._report("TOO_MANY_VALUES", f"{_last(path)} takes at most {most} value(s)", path)
        items = enumerate(value, start=1)
        return [self.check(shape.member, item, self._item(path, number)) for number, item in items]

    def _item(self, path: tuple[str, ...], number: int) -> tuple[str, ...]:
        return (*path, str(number), "member") if self._indexed else path

    def _scalar(self, shape: Shape, value: Any, path: tuple[str, ...]) -> Any:
        complaint = _complaint(shape, value, self._newer)
        if complaint is not None:
            code, predicate = complaint
            self._report(code, f"{_last(path)} {predicate}", path)
        return value


def _complaint(shape: Shape, value: Any, newer: tuple[str, ...]) -> tuple[str, str] | None:
    """The code and the predicate of a sentence about a value that does not fit its shape."""
    match shape.type_name:
        case "string":
            return _string_complaint(shape, value, newer)
        case "timestamp":
            return _timestamp_complaint(value)
        case "integer":
            return _integer_complaint(shape, value)
    raise NotImplementedError(f"{shape.name} is a {shape.type_name}, which no request of this service has")


def _string_complaint(shape: Shape, value: Any, newer: tuple[str, ...]) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return "INVALID_VALUE", "must be a string"
    allowed = _allowed(shape, newer)
    if allowed and value not in allowed:
        return "INVALID_ENUM_VALUE", f"does not have {value!r} among its values"
    return None if _fits(shape, value) else ("INVALID_STRING_FORMAT", "does not have the required format or length")


def _timestamp_complaint(value: Any) -> tuple[str, str] | None:
    try:
        instants.read(value)
    except (TypeError, ValueError):
        return "INVALID_STRING_FORMAT", "must be a date and time in ISO 8601"
    return None


def _integer_complaint(shape: Shape, value: Any) -> tuple[str, str] | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "INVALID_VALUE", "must be a whole number"
    least, most = shape.metadata.get("min", value), shape.metadata.get("max", value)
    return None if least <= value <= most else ("VALUE_OUT_OF_RANGE", f"must be between {least} and {most}")


def _allowed(shape: Shape, newer: tuple[str, ...]) -> tuple[str, ...]:
    if shape.name == "CatalogIdentifier":
        return vocabulary.CATALOGS
    values = tuple(shape.enum) if isinstance(shape, StringShape) else ()
    return (*values, *vocabulary.BEYOND_THE_ENUM.get(shape.name, ()), *newer) if values else ()


def _fits(shape: Shape, value: str) -> bool:
    least, most, text = (shape.metadata.get(name) for name in ("min", "max", "pattern"))
    if (least is not None and len(value) < least) or (most is not None and len(value) > most):
        return False
    return text is None or pattern(text).fullmatch(value) is not None


def _last(path: tuple[str, ...]) -> str:
    return next((name for name in reversed(path) if name != "member" and not name.isdigit()), "The request")
