"""Functions an expression may call beside JSONata's own: those Step Functions adds, and deterministic stand-ins.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions
Time comes from the virtual clock and chance from a seed, so that a run can be repeated.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

from jsonata.functions import Functions as BuiltIn

_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_MOST_RANGE_ITEMS = 1000


def functions(random: Random, now: Callable[[], float]) -> dict[str, Callable[..., Any]]:
    """Functions by name, taking and giving plain JSON values; `now` is in seconds since the epoch."""

    def chance(seed: float | None = None) -> float:
        return (random if seed is None else Random(seed)).random()

    def new_uuid() -> str:
        return str(uuid.UUID(int=random.getrandbits(128), version=4))

    def millis() -> int:
        return round(now() * 1000)

    def time(picture: str | None = None, timezone: str | None = None) -> Any:
        return BuiltIn.datetime_from_millis(millis(), picture, timezone)

    def shuffle(items: list[Any]) -> list[Any]:
        return random.sample(items, len(items))

    return {
        "hash": _hash,
        "millis": millis,
        "now": time,
        "parse": json.loads,
        "partition": _partition,
        "random": chance,
        "range": _range,
        "shuffle": shuffle,
        "uuid": new_uuid,
    }


def _hash(text: str, algorithm: str) -> str:
    if algorithm not in _HASHES:
        raise ValueError(f"$hash knows {', '.join(_HASHES)}, not {algorithm!r}")
    return hashlib.new(_HASHES[algorithm], text.encode()).hexdigest()


def _partition(items: list[Any], size: float) -> list[list[Any]]:
    if int(size) != size or size < 1:
        raise ValueError(f"$partition takes a whole number of at least 1, not {size}")
    return [items[start : start + int(size)] for start in range(0, len(items), int(size))]


def _range(first: float, last: float, step: float) -> list[int]:
    if any(int(number) != number for number in (first, last, step)) or step == 0:
        raise ValueError("$range takes whole numbers and a step that is not 0")
    numbers = range(int(first), int(last) + (1 if step > 0 else -1), int(step))
    if len(numbers) > _MOST_RANGE_ITEMS:
        raise ValueError(f"$range makes at most {_MOST_RANGE_ITEMS} numbers, not {len(numbers)}")
    return list(numbers)
