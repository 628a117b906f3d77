"""Values of lists: AWS's own, and HubSpot's where a table translates them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lambdas.domain.transforms.common import Context, Unfit, clean, for_example, short


def option(raw: Any, context: Context) -> str:
    """A value of the row's list, also in an older wording of AWS's, in other letters and with other punctuation."""
    said = clean(str(raw))
    found = _known(said, context)
    if found is None:
        raise Unfit(f'AWS has no option "{short(said)}"{for_example(context.row)}')
    return found


def canonical_option(value: Any, context: Context) -> str | None:
    """A value that is newer than the list stays as it is."""
    said = clean(str(value))
    return _known(said, context) or said or None


def options(raw: str, context: Context) -> list[str]:
    chosen = [part for part in (clean(part) for part in raw.split(";")) if part]
    return _in_order([option(part, context) for part in chosen], context)


def options_to_hubspot(value: Any, context: Context) -> str:
    return ";".join(option(part, context) for part in _listed(value))


def canonical_options(value: Any, context: Context) -> list[str] | None:
    found = [canonical_option(part, context) for part in _listed(value)]
    return _in_order([part for part in found if part], context) or None


def lookup(raw: str, context: Context) -> str:
    value = context.row.values.get(raw.strip())
    if value is None:
        taken = f"; it takes {' or '.join(context.row.values)}"
        raise Unfit(f'AWS knows nothing like "{short(raw)}"{_instead(context) or taken}')
    return value


def industry(raw: str, context: Context) -> str:
    value = context.mapping.tables.industry(raw)
    if value is None:
        raise Unfit(f'AWS has no industry for "{short(raw)}"{_instead(context)}')
    return value


def lost_reason(raw: str, context: Context) -> str:
    """AWS's reason for HubSpot's, which is free text in most portals: never a reason that the words do not name."""
    value = context.mapping.tables.option("closed_lost_reasons", clean(raw))
    if value is None:
        raise Unfit(f'AWS has no reason like "{short(raw)}"{_instead(context)}')
    return value


def stage(raw: str, context: Context) -> str | None:
    mapped, value = context.mapping.stage(context.record.get("pipeline"), raw.strip())
    if not mapped:
        raise Unfit("this stage is not mapped to a stage of AWS; the operator of Cosell adds it to the field mapping")
    return value


def _instead(context: Context) -> str:
    """The end of a sentence: the property that holds AWS's own values, where the portal has it."""
    row = context.row
    fitting = (one for one in context.mapping.active if one.path == row.path and one.direction == "both")
    own = next(fitting, None)
    elsewhere = f'; choose one in "{own.label}"' if own is not None and own.property != row.property else ""
    return elsewhere + for_example(row)


def _known(said: str, context: Context) -> str | None:
    row = context.row
    if isinstance(row.options, str):
        return context.mapping.tables.option(row.options, said)
    return said if said in (row.options or {}) else None


def _in_order(values: Sequence[str], context: Context) -> list[str]:
    """Each once, in the list's order: neither side promises one."""
    order = list(context.mapping.options(context.row))
    return sorted(set(values), key=lambda value: (order.index(value) if value in order else len(order), value))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
