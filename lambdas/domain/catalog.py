"""The partner's solutions at AWS, as products and as options of a deal's property.

Cosell keeps up that they exist, and follows AWS where AWS changes something. What an admin made of them meanwhile, a
shorter label or an option hidden from sellers, stays: it is compared with what AWS said when it was last written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from lambdas.domain.mapping import Mapping as FieldMapping
from lambdas.domain.mapping import Row
from lambdas.domain.plan import Change
from lambdas.domain.records import Frozen, Record

SOLUTION_ID: Final = "aws_solution_id"
"""A product's unique property."""
STATUS: Final = "aws_solution_status"
SKU: Final = "hs_sku"
NAME: Final = "name"
OPTIONS: Final = "aws_solutions"
"""The deal's property with an option per solution."""
ACTIVE: Final = "Active"
"""The only status in which AWS takes an association."""
WITHDRAWN: Final = "Inactive"
"""What a solution counts as that AWS lists no longer: its product and option are never deleted."""

Option = Mapping[str, Any]
"""As HubSpot writes it: label, value, description, displayOrder, hidden."""


class Step(StrEnum):
    """What the router of catalog-sync can be told to do next, in this order."""

    UPDATE_PRODUCTS = "UPDATE_PRODUCTS"
    UPDATE_OPTIONS = "UPDATE_OPTIONS"
    DONE = "DONE"


class Solution(Frozen):
    id: str
    name: str
    status: str

    @property
    def label(self) -> str:
        """What HubSpot calls it; HubSpot takes no empty name."""
        return self.name.strip() or self.id


class Listing(Frozen):
    """What AWS listed last."""

    read_at: int
    """Milliseconds since the epoch when reading it began."""
    solutions: tuple[Solution, ...] = ()


class ProductWrite(Frozen):
    """What a product is to say of a solution."""

    solution: str
    record: str | None
    """Id of the product that does not know its solution yet; None: it is found, or made, by the solution's id."""
    before: dict[str, str | None]
    """What the product says of the same properties; nothing for a new one."""
    properties: dict[str, str]


def next_step(mapping: FieldMapping, after: Step | None) -> Step:
    """The first step after this one whose property is switched on."""
    wanted = {
        Step.UPDATE_PRODUCTS: _row(mapping, "product", SOLUTION_ID) is not None,
        Step.UPDATE_OPTIONS: _row(mapping, "deal", OPTIONS) is not None,
        Step.DONE: True,
    }
    steps = list(Step)
    return next(step for step in steps[steps.index(after) + 1 if after else 0 :] if wanted[step])


def merged(before: Iterable[Solution], listed: Iterable[Solution]) -> tuple[Solution, ...]:
    """What AWS lists now, and as withdrawn what it listed before."""
    withdrawn = {one.id: one.model_copy(update={"status": WITHDRAWN}) for one in before}
    now = {one.id: one for one in listed}
    return tuple(sorted((withdrawn | now).values(), key=lambda one: (len(one.id), one.id)))


def product_writes(
    mapping: FieldMapping,
    solutions: Iterable[Solution],
    *,
    agreed: Mapping[str, Solution],
    there: Mapping[str, Record],
    by_sku: Mapping[str, Record],
) -> list[ProductWrite]:
    """What is to be written so that every solution that can be sold has its product, and AWS's changes show.

    `agreed` is what was last written, by solution; `there` are the products that know their solution; `by_sku` are
    others that bear a solution's id as their SKU, made by hand before there was Cosell.
    """
    row = _row(mapping, "product", STATUS)
    statuses = mapping.options(row) if row else {}
    writes = []
    for one in solutions:
        adopted = None if one.id in there else by_sku.get(one.id)
        found = there.get(one.id) or adopted
        if found is None and one.status != ACTIVE:
            continue
        wanted = {STATUS: one.status} if one.status in statuses else {}
        if found is None:
            wanted |= {NAME: one.label, SKU: one.id}
        elif one.id in agreed and agreed[one.id].name != one.name:
            wanted |= {NAME: one.label}
        if adopted is not None:
            wanted |= {SOLUTION_ID: one.id}
        before = {name: found.get(name) if found else None for name in wanted}
        properties = {name: value for name, value in wanted.items() if before[name] != value}
        if properties:
            record = adopted.id if adopted else None
            writes.append(ProductWrite(solution=one.id, record=record, before=before, properties=properties))
    return writes


def changes_of(write: ProductWrite) -> list[Change]:
    """For the audit trail."""
    return [
        Change(path=name, before=write.before[name], after=value) for name, value in sorted(write.properties.items())
    ]


def without_product(solutions: Iterable[Solution], there: Mapping[str, Record]) -> list[str]:
    """Ids of the solutions that can be sold and have none."""
    return [one.id for one in solutions if one.status == ACTIVE and one.id not in there]


def merged_options(
    solutions: Iterable[Solution], agreed: Mapping[str, Solution], there: Sequence[Option]
) -> list[dict[str, Any]]:
    """The whole list of options, which HubSpot replaces as a whole: the portal's, with AWS's changes and new ones.

    Options that stand for no solution that AWS ever listed are the admin's, and stay as they are.
    """
    options = [dict(option) for option in there]
    by_value = {option["value"]: option for option in options}
    for one in solutions:
        last = agreed.get(one.id)
        if one.id not in by_value:
            by_value[one.id] = {"value": one.id, "description": "", "displayOrder": len(options)}
            options.append(by_value[one.id])
            last = None
        if last is None or last.name != one.name:
            by_value[one.id]["label"] = one.label
        if last is None or (last.status == ACTIVE) != (one.status == ACTIVE):
            by_value[one.id]["hidden"] = one.status != ACTIVE
    return _told_apart(options, {one.id for one in solutions})


def option_changes(before: Sequence[Option], after: Sequence[Option]) -> list[Change]:
    """For the audit trail: what each option said and says."""
    said = {option["value"]: _told(option) for option in before}
    return [
        Change(path=option["value"], before=said.get(option["value"]), after=_told(option))
        for option in after
        if said.get(option["value"]) != _told(option)
    ]


def _told(option: Option) -> str:
    return f"{option.get('label')}{' (hidden)' if option.get('hidden') else ''}"


def _told_apart(options: list[dict[str, Any]], solutions: Collection[str]) -> list[dict[str, Any]]:
    """Two solutions may have one name, two options of a property may not: the id follows the second one's."""
    taken = {option["label"].casefold() for option in options if option["value"] not in solutions}
    for option in options:
        if option["value"] in solutions:
            while option["label"].casefold() in taken:
                option["label"] = f"{option['label']} ({option['value']})"
            taken.add(option["label"].casefold())
    return options


def _row(mapping: FieldMapping, kind: str, name: str) -> Row | None:
    """The row of a property that the portal has."""
    return next((row for row in mapping.active if (row.object, row.property) == (kind, name)), None)
