"""What is wrong with a mapping file, in words for who writes it: pydantic's are about types that they never see."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from lambdas.domain.mapping import Constant, Group, Mapping, Row, Spend
from lambdas.domain.mapping_checks import did_you_mean

KEY: Final = "[key]"
"""Where pydantic's place ends when it is about a key and not about its value."""
_PARTS: Final[dict[str, type[BaseModel]]] = {"groups": Group, "rows": Row, "constants": Constant, "spend": Spend}
_WHOLE: Final = frozenset({"groups", "rows", "stages"})
_MUST_BE: Final = {
    "bool": "true or false",
    "decimal": "a number",
    "dict": "keys with values",
    "int": "a whole number",
    "list": "a list",
    "model": "keys with values",
    "tuple": "a list",
}
"""By the first word of pydantic's type of an error."""


def sentence(error: ErrorDetails, value: Any) -> str:
    """The end of a sentence that begins with the place. `value` is what stands there in the file."""
    kind, where = error["type"], error["loc"]
    if kind == "extra_forbidden":
        return f"there is no such key{did_you_mean(str(where[-1]), _keys(where))}"
    if kind == "missing":
        hint = "; a file that says only what is different begins with extends: default" if where[-1] in _WHOLE else ""
        return f"is missing{hint}"
    if kind == "literal_error":
        known = error["ctx"]["expected"].replace("'", "")
        return f"must be {known}{did_you_mean(str(value), known.replace(' or ', ', ').split(', '))}"
    if kind == "string_type":
        return _no_text(where[-2] if where[-1] == KEY else value)
    if kind == "string_pattern_mismatch":
        return f"must match {error['ctx']['pattern']}"
    if wanted := _MUST_BE.get(kind.partition("_")[0]):
        return f"must be {wanted}"
    return error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")


def _keys(where: tuple[int | str, ...]) -> set[str]:
    """What may stand beside the key that nobody knows."""
    part = _PARTS.get(str(where[0])) if len(where) > 1 else Mapping
    return set(part.model_fields) - {"tables"} if part else set()


def _no_text(value: Any) -> str:
    """YAML takes ids for numbers, and yes and no for more than words."""
    if isinstance(value, bool):
        return "must be text, and YAML takes this word for more: put it in quotes"
    return f'must be text: put it in quotes, "{value}"' if isinstance(value, int | float | str) else "must be text"
