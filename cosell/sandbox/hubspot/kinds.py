"""The object types of the portal: names on the wire, scopes, and what reading and creating one takes for granted."""

from __future__ import annotations

from dataclasses import dataclass

from cosell.sandbox.hubspot.errors import unknown_type


@dataclass(frozen=True)
class Kind:
    """An object type."""

    name: str
    """Plural, as in paths and as in this simulator's own dictionaries."""
    singular: str
    type_id: str
    first_id: int
    """Ids count up from here, so that a reader can tell a deal's id from a company's."""
    defaults: tuple[str, ...]
    """Properties a read returns when none are asked for, besides the three that always come."""
    required: tuple[tuple[str, ...], ...] = ()
    """What a create must set: one property of each group."""
    created: str = "createdate"
    modified: str = "hs_lastmodifieddate"
    scope: str = ""
    """The word in `crm.objects.<word>.read`; tasks and notes are guarded by those of contacts."""
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
            "deals",
            "deal",
            "0-3",
            31_000_000_001,
            ("dealname", "amount", "closedate", "pipeline", "dealstage"),
            required=(("dealname",), ("dealstage",)),
            scope="deals",
            mergeable=True,
            searched=("dealname", "pipeline", "dealstage", "description", "dealtype"),
            labelled=True,
        ),
        Kind(
            "contacts",
            "contact",
            "0-1",
            21_000_000_001,
            ("firstname", "lastname", "email"),
            required=(("email", "firstname", "lastname"),),
            modified="lastmodifieddate",
            scope="contacts",
            mergeable=True,
            email="email",
            searched=("firstname", "lastname", "email", "phone", "hs_additional_emails", "mobilephone", "company"),
            labelled=True,
        ),
        Kind(
            "companies",
            "company",
            "0-2",
            11_000_000_001,
            ("name", "domain"),
            required=(("name", "domain"),),
            scope="companies",
            mergeable=True,
            searched=("website", "phone", "name", "domain"),
            labelled=True,
        ),
        Kind(
            "products",
            "product",
            "0-7",
            41_000_000_001,
            ("name", "description", "price"),
            (("name",),),
            scope="products",
            searched=("name", "description", "price", "hs_sku"),
        ),
        Kind(
            "line_items",
            "line_item",
            "0-8",
            52_000_000_001,
            ("quantity", "amount", "price"),
            scope="line_items",
            searched=("name", "description", "hs_sku"),
        ),
        Kind(
            "tasks",
            "task",
            "0-27",
            71_000_000_001,
            (),
            (("hs_timestamp",),),
            "hs_createdate",
            scope="contacts",
            searched=("hs_task_body", "hs_task_subject"),
        ),
        Kind(
            "notes",
            "note",
            "0-46",
            81_000_000_001,
            (),
            (("hs_timestamp",),),
            "hs_createdate",
            scope="contacts",
            searched=("hs_note_body",),
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
