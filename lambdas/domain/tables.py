"""Lists that AWS fixes, and what people type for their values.

The data lies beside the field mapping (`lambdas/mapping/*.csv`, `options.yaml`) and is looked up here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property

from lambdas.domain.records import Frozen

NO_POSTAL_CODES = "none"


class Country(Frozen):
    code: str
    """ISO 3166-1 alpha-2, as AWS lists it."""
    name: str
    aliases: tuple[str, ...] = ()
    calling_code: str = ""
    postal_codes: str = ""
    """Formats separated by `|`, 9 for any digit; `none` where there are no postal codes; empty where any goes."""


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

    def country(self, text: str) -> Country | None:
        """The country that a code, a name or one of its other names means."""
        return self._countries.get(_key(text))

    def state(self, text: str) -> str | None:
        """AWS's spelling of a state of the United States, from its name or its postal abbreviation."""
        return self._states.get(_key(text))

    def industry(self, text: str) -> str | None:
        """AWS's industry for HubSpot's, or for AWS's own wording."""
        return self._industries.get(_key(text))

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


def _key(text: str) -> str:
    """What is left of a name when case, accents, blanks and punctuation do not count."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", "and"))
    return re.sub(r"[^0-9a-z]", "", plain)
