"""Every member of every request that the simulator takes, from botocore's model, and requests that are right but for
one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.model import ListShape, Shape, StringShape, StructureShape

from cosell.sandbox.partner_central import model, vocabulary
from cosell.sandbox.partner_central.errors import ServiceError
from cosell.sandbox.partner_central.simulator import OPERATIONS
from tests.cosell.sandbox.partner_central.partner import Document
from tests.cosell.sandbox.partner_central.patterns import around

PLAIN_TEXTS = {"CompanyName": "Example", "Value": "12", "TargetCompany": "AWS", "Key": "k", "Email": "a@b.co"}
"""Values of required members of type string, where the first that fits the pattern would read strangely."""


@dataclass(frozen=True)
class Leaf:
    """One member of a request, with its structure's name; `path` has a trailing `[]` on each list."""

    operation: str
    path: tuple[str, ...]
    shape: Shape
    owner: str

    def __str__(self) -> str:
        return ".".join(self.path)

    @property
    def field(self) -> str:
        return model.field_name(tuple(name.removesuffix("[]") for name in self.path))

    @property
    def listed(self) -> tuple[str, ...]:
        """The values of an enum, or of a fixed list that the model does not have."""
        if not isinstance(self.shape, StringShape):
            return ()
        known = vocabulary.FIXED_LISTS.get((self.owner, self.path[-1].removesuffix("[]")))
        if known is not None:
            return (*known, *(one for one, other in vocabulary.OTHER_SPELLINGS.items() if other in known))
        if self.shape.name == "CatalogIdentifier":
            return vocabulary.CATALOGS
        values = tuple(self.shape.enum)
        return values + vocabulary.BEYOND_THE_ENUM.get(self.shape.name, ()) if values else ()

    @property
    def item(self) -> Any:
        """A value that a list can have."""
        shape = self.shape.member
        of_list = Leaf(self.operation, (*self.path[:-1], f"{self.path[-1]}[]"), shape, self.owner).listed
        return of_list[0] if of_list else minimal(shape)

    def body(self, value: Any) -> Document:
        """A request that is right but for what stands at this leaf."""
        return placed(self.operation, self.path, value)

    def refusals(self, value: Any) -> list[tuple[str, str | None]]:
        """Code and FieldName of each complaint about that request."""
        return refusals(self.operation, self.body(value))

    def around(self) -> tuple[frozenset[str], frozenset[str]]:
        """Texts just within the pattern and the length of a string, and texts just beyond."""
        metadata = self.shape.metadata
        length = (metadata["min"], metadata["max"]) if "min" in metadata else None
        return around(model.pattern(metadata["pattern"]), length)


def refusals(operation: str, body: Document) -> list[tuple[str, str | None]]:
    """Code and FieldName of each complaint about the shape of a request."""
    try:
        model.check(operation, body)
    except ServiceError as refusal:
        found = [(problem.code, problem.field) for problem in refusal.problems]
        return found if refusal.reason == "REQUEST_VALIDATION_FAILED" else [("?", refusal.reason)]
    return []


@cache
def leaves(operation: str) -> tuple[Leaf, ...]:
    """The members of the operation's request, lists themselves among them."""
    return tuple(_leaves(operation, model.operation(operation).input_shape, (), ""))


def every_leaf() -> tuple[Leaf, ...]:
    return tuple(leaf for operation in sorted(OPERATIONS) for leaf in leaves(operation))


def structures(operation: str) -> Iterator[tuple[tuple[str, ...], StructureShape]]:
    """Each structure in the operation's request, the request itself first, with its path."""
    yield from _structures(model.operation(operation).input_shape, ())


def minimal(shape: Shape, name: str = "") -> Any:
    """A value of the shape with nothing that is not required."""
    if isinstance(shape, StructureShape):
        return {member: minimal(shape.members[member], member) for member in shape.required_members}
    if isinstance(shape, ListShape):
        return [minimal(shape.member)] * max(1, shape.metadata.get("min", 0))
    if shape.type_name == "timestamp":
        return "2026-11-24T09:00:00Z"
    if shape.name == "CatalogIdentifier":
        return "AWS"
    if isinstance(shape, StringShape) and shape.enum:
        return shape.enum[0]
    if name in PLAIN_TEXTS:
        return PLAIN_TEXTS[name]
    if "pattern" in shape.metadata:
        return min(filter(None, around(model.pattern(shape.metadata["pattern"]))[0]))
    return "x"


def placed(operation: str, path: tuple[str, ...], value: Any) -> Document:
    """The smallest request with `value` at the path."""
    shape = model.operation(operation).input_shape
    body: Document = minimal(shape)
    _place(body, shape, path, value)
    return body


def _leaves(operation: str, shape: Shape, path: tuple[str, ...], owner: str) -> Iterator[Leaf]:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _leaves(operation, member, (*path, name), shape.name)
    elif isinstance(shape, ListShape):
        yield Leaf(operation, path, shape, owner)
        yield from _leaves(operation, shape.member, (*path[:-1], f"{path[-1]}[]"), owner)
    else:
        yield Leaf(operation, path, shape, owner)


def _structures(shape: Shape, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], StructureShape]]:
    if isinstance(shape, StructureShape):
        yield path, shape
        for name, member in shape.members.items():
            yield from _structures(member, (*path, name))
    elif isinstance(shape, ListShape):
        yield from _structures(shape.member, (*path[:-1], f"{path[-1]}[]"))


def _place(body: Document, shape: Shape, path: tuple[str, ...], value: Any) -> None:
    name, rest = path[0], path[1:]
    key = name.removesuffix("[]")
    member = shape.members[key]
    if name.endswith("[]"):
        item = minimal(member.member) if rest else value
        if rest:
            _place(item, member.member, rest, value)
        body[key] = [item] + [minimal(member.member)] * (member.metadata.get("min", 0) - 1)
    elif rest:
        body[key] = minimal(member)
        _place(body[key], member, rest, value)
    else:
        body[key] = value
