"""The portal's admin, who changes what a client has got used to. No webhook tells of it."""

from __future__ import annotations

from cosell.sandbox.hubspot.crm import Crm
from cosell.sandbox.hubspot.kinds import kind_of
from cosell.sandbox.hubspot.labels import FIRST_ID
from cosell.sandbox.hubspot.state import Label, Option, Stage


class Admin:
    """Somebody who may change the account's settings. Raises LookupError for what is not there."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm

    def adds_option(self, object_type: str, property_name: str, value: str, label: str | None = None) -> None:
        options = self._options(object_type, property_name)
        options.append(Option(label or value, value, len(options)))

    def renames_option(self, object_type: str, property_name: str, value: str, label: str) -> None:
        """Shows a value by another label; the value itself stays what it is."""
        self._option(object_type, property_name, value).label = label

    def removes_option(self, object_type: str, property_name: str, value: str) -> None:
        """Records that have the value keep it; nobody can set it any more."""
        self._options(object_type, property_name).remove(self._option(object_type, property_name, value))

    def renames_stage(self, stage_id: str, label: str) -> None:
        found = self._crm.portal.stage(stage_id)
        if found is None:
            raise LookupError(f"There is no stage {stage_id}")
        found[1].label = label

    def adds_stage(self, stage_id: str, label: str, *, pipeline: str = "default") -> None:
        """A further open stage, after the others."""
        found = self._crm.portal.pipelines.get(pipeline)
        if found is None:
            raise LookupError(f"There is no pipeline {pipeline}")
        now = self._crm.now_ms
        found.stages.append(Stage(stage_id, label, len(found.stages), "0.5", created_ms=now, updated_ms=now))

    def adds_label(self, origin: str, target: str, label: str) -> int:
        """A label of associations that reads the same from both ends: its number in this direction."""
        portal = self._crm.portal
        names = kind_of(origin).name, kind_of(target).name
        there, back = (int(portal.next_number("labels", FIRST_ID)) for _ in names)
        for number, inverse, (one, other) in ((there, back, names), (back, there, names[::-1])):
            portal.labels[number] = Label(number, f"label_{there}", label, one, other, inverse)
        return there

    def archives_owner(self, owner_id: str) -> None:
        """Somebody leaves: their records keep their id, and nothing can be given to them any more."""
        owner = self._crm.portal.owners.get(owner_id)
        if owner is None:
            raise LookupError(f"There is no owner {owner_id}")
        owner.archived = True

    def _option(self, object_type: str, property_name: str, value: str) -> Option:
        for option in self._options(object_type, property_name):
            if option.value == value:
                return option
        raise LookupError(f"{property_name} has no option {value}")

    def _options(self, object_type: str, property_name: str) -> list[Option]:
        definition = self._crm.portal.definition(kind_of(object_type).name, property_name)
        if definition is None or definition.external is not None:
            raise LookupError(f"{property_name} has no options of its own")
        return definition.options
