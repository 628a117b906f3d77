"""Text, addresses of the web and of mail."""

from __future__ import annotations

import re
from typing import Final

from lambdas.domain.transforms.common import Context, Unfit, clean, for_example

EMAIL: Final = re.compile(  # the service model's own pattern
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
)
WEBSITE: Final = re.compile(
    r"(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}(?::\d+)?(?:[/?#].*)?", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"[a-z]+://", re.IGNORECASE)


def text(raw: str, context: Context) -> str:
    row, said = context.row, clean(raw)
    if len(said) > row.max_length:
        raise Unfit(f"it has {len(said):,} characters; AWS takes {row.max_length:,}")
    if len(said) < row.min_length:
        raise Unfit(f"it has {len(said)} characters; AWS wants at least {row.min_length}{for_example(row)}")
    return said


def email(raw: str, context: Context) -> str:
    """In small letters: AWS's pattern has no others."""
    said = clean(raw).lower()
    if len(said) > context.row.max_length or not EMAIL.fullmatch(said):
        raise Unfit(f"AWS does not take it as an e-mail address{for_example(context.row)}")
    return said


def record_id(raw: str, _context: Context) -> str:
    return raw.strip()


def website(raw: str, context: Context) -> str:
    said = clean(raw).rstrip("/")
    scheme = _SCHEME.match(said)
    rest = said[scheme.end() :] if scheme else said
    host, slash, path = rest.partition("/")
    try:
        host = host.lower() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise Unfit(f"it is no web address{for_example(context.row)}") from None
    url = f"{scheme[0].lower() if scheme else 'https://'}{host}{slash}{path}"
    if not WEBSITE.fullmatch(url):
        raise Unfit(f"it is no web address{for_example(context.row)}")
    if len(url) > context.row.max_length:
        raise Unfit(f"it has {len(url)} characters; AWS takes {context.row.max_length}")
    return url
