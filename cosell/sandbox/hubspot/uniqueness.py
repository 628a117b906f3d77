"""Values that no two records may hold: custom unique properties, and the e-mail addresses of contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cosell.sandbox.hubspot.errors import Refused, invalid
from cosell.sandbox.hubspot.kinds import KINDS, Kind
from cosell.sandbox.hubspot.state import Portal, Record
from cosell.sandbox.hubspot.switches import Switches
from cosell.sandbox.hubspot.values import Problem, values_refused

SECONDARY = "hs_additional_emails"
"""A contact's further addresses, apart by `;`. Each is taken like a first one."""

Claim = tuple[str, str]
"""A unique property and the value as it is compared."""


class Taken:
    """Who holds which unique value in a portal."""

    def __init__(self, portal: Portal, switches: Switches) -> None:
        self._portal, self._switches = portal, switches

    def names(self, kind: Kind) -> set[str]:
        """The properties of which no two records may hold the same value."""
        definitions = self._portal.definitions[kind.name].values()
        custom = {definition.name for definition in definitions if definition.unique}
        return custom | ({kind.email} if kind.email else set())

    def claims(self, kind: Kind, values: Mapping[str, str | None]) -> Iterator[Claim]:
        """The unique values among these."""
        for name in self.names(kind):
            if value := values.get(name):
                yield name, self._compared(kind, name, value)
        if kind.email:
            for address in addresses(values.get(SECONDARY)):
                yield kind.email, self._compared(kind, kind.email, address)

    def _compared(self, kind: Kind, name: str, value: str) -> str:
        return value.casefold() if name == kind.email or self._switches.unique_values_ignore_case else value

    def holder(self, kind: Kind, claim: Claim) -> str | None:
        """The id of the record that holds a value."""
        name, value = claim
        return self._portal.taken.get((kind.name, name), {}).get(value)

    def find(self, kind: Kind, name: str, value: str) -> str | None:
        """The id of the record that is found by a unique property. Raises Refused for a property that is not unique."""
        if name not in self.names(kind):
            raise invalid(f"The property {name} is not a unique property of {kind.legacy}")
        compared = self._compared(kind, name, value)
        holder = self.holder(kind, (name, compared))
        if holder is None or name != kind.email or self._switches.secondary_email_finds:
            return holder
        first = self._portal.records[kind.name][holder].value(name)
        return holder if (first or "").casefold() == compared else None

    def take(self, record: Record) -> None:
        """Gives a record the unique values it has, apart from those that another one holds."""
        for name, value in self.claims(KINDS[record.kind], record.properties):
            self._portal.taken.setdefault((record.kind, name), {}).setdefault(value, record.id)

    def free(self, record: Record) -> None:
        """Gives up all unique values of a record."""
        for name, value in self.claims(KINDS[record.kind], record.properties):
            taken = self._portal.taken.get((record.kind, name), {})
            if taken.get(value) == record.id:
                del taken[value]

    def refusal(self, kind: Kind, id_: str, claim: Claim, values: Mapping[str, str | None], holder: str) -> Refused:
        """What a write is told that would take another record's value.

        A contact's e-mail is a 409, any other unique value a 400 that names the record under `id_`, new ones too.
        """
        name, compared = claim
        if name == kind.email:
            return Refused(409, f"Contact already exists. Existing ID: {holder}", "CONFLICT")
        value = str(values.get(name) or compared)
        coordinates = (
            f"portalId={self._portal.id}, objectTypeId=ObjectTypeId{{legacyObjectType={kind.legacy}}}, "
            f"propertyName={name}, value={value}"
        )
        message = f"Cannot set PropertyValueCoordinates{{{coordinates}}} on {id_}. {holder} already has that value."
        if self._switches.unique_conflict_has_code:
            return values_refused(self._portal.id, [Problem(name, "CONFLICTING_UNIQUE_VALUE", message, value)])
        return invalid(message)


def addresses(value: str | None) -> list[str]:
    """The e-mail addresses of a list apart by `;`."""
    return [address.strip() for address in (value or "").split(";") if address.strip()]
