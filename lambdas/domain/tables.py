"""Lists that AWS fixes, and what people type for their values.

The data lies beside the field mapping (`lambdas/mapping/*.csv`, `options.yaml`) and is looked up here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import TypeVar

from pydantic import Field

from lambdas.domain.records import Frozen

T = TypeVar("T")

NO_POSTAL_CODES = "none"
# Letters that no accent makes, and the sign that AWS's lists spell in either way.
_WHOLE_LETTERS = str.maketrans({"&": "and", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


class Country(Frozen):
    code: str
    """ISO 3166-1 alpha-2, as AWS lists it."""
    name: str
    aliases: tuple[str, ...] = ()
    calling_code: str = ""
    postal_codes: str = ""
    """Formats separated by `|`, `#` for any digit and `A` for any letter; `none` where there are no postal codes;
    empty where any goes."""

    @property
    def postal_formats(self) -> tuple[str, ...]:
        """Empty where any code goes, or none is needed."""
        return () if self.postal_codes in {"", NO_POSTAL_CODES} else tuple(self.postal_codes.split("|"))


class State(Frozen):
    name: str
    """The spelling AWS takes."""
    aliases: tuple[str, ...] = ()


class Tables(Frozen):
    options: Mapping[str, tuple[str, ...]]
    """AWS's option lists by name."""
    countries: tuple[Country, ...]
    states: tuple[State, ...]
    """States and territories of the United States."""
    industries: Mapping[str, str]
    """HubSpot's value of a company's industry -> AWS's."""
    aliases: Mapping[str, Mapping[str, tuple[str, ...]]] = Field(default_factory=dict)
    """Option list -> AWS's value -> what else people and older versions of AWS's lists call it."""

    def country(self, text: str) -> Country | None:
        """The country that a code, a name or one of its other names means."""
        found = _first(self._countries, text)
        if found is None:
            # "Germany (DE)", "England, UK": parts that mean one country.
            parts = [_first(self._countries, part) for part in re.split(r"[,()/;]", text) if part.strip()]
            found = parts[0] if parts and all(part == parts[0] for part in parts) else None
        return found

    def state(self, text: str) -> str | None:
        """AWS's spelling of a state of the United States, from its name or its postal abbreviation."""
        return _first(self._states, text)

    def option(self, name: str, text: str) -> str | None:
        """The value of an option list that this text means, whatever its letters, blanks and punctuation."""
        return text if text in self.options[name] else self._options(name).get(_key(text))

    def industry(self, text: str) -> str | None:
        """AWS's industry for HubSpot's, or for AWS's own wording."""
        return self._industries.get(_key(text))

    def _options(self, name: str) -> dict[str, str]:
        found = self._known_options.get(name)
        if found is None:
            others = self.aliases.get(name, {})
            found = {_key(alias): value for value, aliases in others.items() for alias in aliases}
            found |= {_key(value): value for value in self.options[name]}
            self._known_options[name] = found
        return found

    @cached_property
    def _known_options(self) -> dict[str, dict[str, str]]:
        """Filled list by list, when one is asked for."""
        return {}

    def has_postal_codes(self, code: str | None) -> bool:
        country = self._countries.get(_key(code or ""))
        return country is not None and country.postal_codes != NO_POSTAL_CODES

    @cached_property
    def _countries(self) -> dict[str, Country]:
        names = {_key(alias): country for country in self.countries for alias in (*country.aliases, country.name)}
        return names | {_key(country.code): country for country in self.countries}

    @cached_property
    def _states(self) -> dict[str, str]:
        return {_key(alias): state.name for state in self.states for alias in (*state.aliases, state.name)}

    @cached_property
    def _industries(self) -> dict[str, str]:
        own = {_key(value): value for value in self.options["industries"]}
        return own | {_key(hubspot): aws for hubspot, aws in self.industries.items()}


def _first(known: Mapping[str, T], text: str) -> T | None:
    """What a name means: as it stands, turned round ("Korea, South"), or without what leads it ("the Netherlands")."""
    turned = re.sub(r"^([^,(]+)[,(]([^,()]+)\)?$", r"\2 \1", text.strip())
    bare = re.sub(r"(?i)^\s*(?:the|republic of|state of|rep\.? of)\s+", "", text)
    return next((found for name in (text, turned, bare) if (found := known.get(_key(name)))), None)


def _key(text: str) -> str:
    """What is left of a name when case, accents, blanks and punctuation do not count."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE_LETTERS))
    return re.sub(r"[^0-9a-z]", "", plain)
