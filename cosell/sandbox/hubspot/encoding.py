"""JSON as HubSpot writes it, numbers as it reads them from texts."""

from __future__ import annotations

import json
import re


def json_bytes(body: object) -> bytes:
    """JSON in UTF-8; half a surrogate pair becomes a question mark, as in Java."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def whole_number(text: str) -> int | None:
    """The number that a text of digits spells, None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
