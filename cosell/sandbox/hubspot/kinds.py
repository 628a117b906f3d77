"""The object types of the portal: names on the wire, scopes, and what reading and creating one takes for granted."""

from __future__ import annotations

from dataclasses import dataclass

from cosell.sandbox.hubspot.errors import unknown_type


@dataclass(frozen=True, kw_only=True)
class Kind:
    """An object type."""

    name: str
    """Plural, as in paths and as in this simulator's own dictionaries."""
    singular: str
    type_id: str
    first_id: int
    """Ids count up from here, so that a reader can tell a deal's id from a company's."""
    scope: str
    """The word in `crm.objects.<word>.read`; tasks and notes are guarded by those of contacts."""
    defaults: tuple[str, ...] = ()
    """Properties a read returns when none are asked for, besides the three that always come."""
    required: tuple[tuple[str, ...], ...] = ()
    """What a create must set: one property of each group."""
    created: str = "createdate"
    modified: str = "hs_lastmodifieddate"
    mergeable: bool = False
    email: str | None = None
    """The property that is unique although its definition does not say so, with a conflict of its own (409)."""
    searched: tuple[str, ...] = ()
    """The properties that a search's `query` looks into."""
    labelled: bool = False
    """Whether people may add association labels of their own between this type and others."""

    @property
    def legacy(self) -> str:
        """The name in messages and association types: DEAL, LINE_ITEM."""
        return self.singular.upper()

    @property
    def always(self) -> tuple[str, str, str]:
        return (self.created, self.modified, "hs_object_id")


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="deals",
            singular="deal",
            type_id="0-3",
            first_id=31_000_000_001,
            scope="deals",
            defaults=("dealname", "amount", "closedate", "pipeline", "dealstage"),
            required=(("dealname",), ("dealstage",)),
            searched=("dealname", "pipeline", "dealstage", "description", "dealtype"),
            mergeable=True,
            labelled=True,
        ),
        Kind(
            name="contacts",
            singular="contact",
            type_id="0-1",
            first_id=21_000_000_001,
            scope="contacts",
            defaults=("firstname", "lastname", "email"),
            required=(("email", "firstname", "lastname"),),
            searched=("firstname", "lastname", "email", "phone", "hs_additional_emails", "mobilephone", "company"),
            modified="lastmodifieddate",
            email="email",
            mergeable=True,
            labelled=True,
        ),
        Kind(
            name="companies",
            singular="company",
            type_id="0-2",
            first_id=11_000_000_001,
            scope="companies",
            defaults=("name", "domain"),
            required=(("name", "domain"),),
            searched=("website", "phone", "name", "domain"),
            mergeable=True,
            labelled=True,
        ),
        Kind(
            name="products",
            singular="product",
            type_id="0-7",
            first_id=41_000_000_001,
            scope="products",
            defaults=("name", "description", "price"),
            required=(("name",),),
            searched=("name", "description", "price", "hs_sku"),
        ),
        Kind(
            name="line_items",
            singular="line_item",
            type_id="0-8",
            first_id=52_000_000_001,
            scope="line_items",
            defaults=("quantity", "amount", "price"),
            searched=("name", "description", "hs_sku"),
        ),
        Kind(
            name="tasks",
            singular="task",
            type_id="0-27",
            first_id=71_000_000_001,
            scope="contacts",
            required=(("hs_timestamp",),),
            searched=("hs_task_body", "hs_task_subject"),
            created="hs_createdate",
        ),
        Kind(
            name="notes",
            singular="note",
            type_id="0-46",
            first_id=81_000_000_001,
            scope="contacts",
            required=(("hs_timestamp",),),
            searched=("hs_note_body",),
            created="hs_createdate",
        ),
    )
}

_BY_NAME = {name: kind for kind in KINDS.values() for name in (kind.name, kind.singular, kind.type_id)}


def kind_of(name: str) -> Kind:
    """The type behind a plural, a singular or a type id. Raises the service's refusal for anything else."""
    kind = _BY_NAME.get(name.lower())
    if kind is None:
        raise unknown_type(name)
    return kind
