"""State as JSON and back: dataclasses by their annotations, and mappings whose keys JSON does not have.

document = saving.dump(State, state)
state = saving.load(State, json.loads(text))
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, TypeAdapter

from cosell.sandbox.stepfunctions.saving import at_position, position

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


def _pairs(mapping: Mapping[Any, Any]) -> list[list[Any]]:
    return [[key, _within(value)] for key, value in mapping.items()]


def _within(value: Any) -> Any:
    """A value of such a mapping may be one, too."""
    if isinstance(value, Mapping) and any(isinstance(key, tuple) for key in value):
        return _pairs(value)
    return value


def _mapping(saved: Any) -> Any:
    return {_key(key): value for key, value in saved} if isinstance(saved, list) else saved


def _key(saved: Any) -> Any:
    return tuple(saved) if isinstance(saved, list) else saved


Pairs = Annotated[dict[K, V], BeforeValidator(_mapping), PlainSerializer(_pairs)]
"""A dict with keys such as tuples, saved as a list of pairs: `tokens: Pairs[tuple[str, str], Use]`."""


def _generator(saved: Any) -> Any:
    return saved if isinstance(saved, random.Random) else at_position(saved)


Chance = Annotated[random.Random, PlainValidator(_generator), PlainSerializer(position)]
"""A source of chance, saved with its position: it goes on where it stood."""


def dump(kind: type[T], value: T) -> Any:
    """What JSON can hold. Raises pydantic's PydanticSerializationError for what cannot be saved."""
    return _adapter(cast("Hashable", kind)).dump_python(value, mode="json")


def load(kind: type[T], document: Any) -> T:
    """What was saved. Raises pydantic's ValidationError, which names what does not fit."""
    loaded: T = _adapter(cast("Hashable", kind)).validate_python(document)
    return loaded


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
