"""A sandbox in a file: one JSON document, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = 1
"""Goes up with every change after which an older document would be misread."""

_PARTS: Mapping[str, type | tuple[type, ...]] = {
    "seed": int,
    "portal": int,
    "now": (int, float),
    "cloud": dict,
    "hubspot": dict,
    "partner_central": dict,
}


class NotLoadable(ValueError):
    """This state cannot be gone on with here; the message says why, and begins with the file where it is one."""


def write(path: Path, document: Mapping[str, Any]) -> None:
    """Replaces the file in one step: whoever is stopped in the middle of it leaves the old one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
    new.replace(path)


def read(path: Path) -> dict[str, Any]:
    """The document in the file. Raises NotLoadable, and FileNotFoundError where there is no file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise NotLoadable(f"{path} cannot be read ({error})") from error
    return checked(document, str(path))


def checked(document: Any, what: str = "the state") -> dict[str, Any]:
    """The document, if it is a saved sandbox of this format. Raises NotLoadable; `what` names it there."""
    if not isinstance(document, dict) or "format" not in document:
        raise NotLoadable(f"{what} is no saved sandbox")
    if document["format"] != FORMAT:
        has = document["format"]
        raise NotLoadable(f"{what} was saved by another version of Cosell: its format is {has}, not {FORMAT}")
    if damaged := [part for part, kind in _PARTS.items() if not isinstance(document.get(part), kind)]:
        raise NotLoadable(f"{what} is damaged: {', '.join(damaged)} cannot be used")
    return document
