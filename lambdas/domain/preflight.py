"""What AWS would refuse of a deal, found before anything is sent and said so that a seller can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dict
from typing import Any

from lambdas.domain import fields, locks, paths
from lambdas.domain.mapping import Row
from lambdas.domain.plan import Change, Submit
from lambdas.domain.records import Problem
from lambdas.domain.rules import CONTACTS, FIELDS, FUNDED, INVOLVEMENT, NOT_WITH, ONLY_WITH, SOURCE, Case, Rule, broken
from lambdas.domain.situation import Situation
from lambdas.domain.transforms import for_example


def problems(
    now: Situation,
    values: Dict[str, Any],
    *,
    before: Dict[str, Any] | None = None,
    submit: Submit | None = None,
    but: Iterable[Problem] = (),
) -> list[Problem]:
    """What AWS would refuse of an opportunity with these values; of the fields in `but` enough is said already.

    `before` is what AWS has, None where there is no opportunity yet; with `submit`, what a submission needs counts too.
    """
    case = _case(now, values, before, submit)
    return _said(now, case, broken(case), but)


def sift(
    now: Situation,
    seen: Dict[str, Any],
    changes: Sequence[Change],
    but: Iterable[Problem] = (),
    *,
    standing: Sequence[object],
) -> tuple[tuple[Change, ...], list[Problem]]:
    """The changes that AWS takes together beside what it shows (`seen`), and what is wrong with the others.

    `standing`: the solutions, or what stands for one, that the opportunity has after this round.
    A rule that what AWS has breaks by itself is AWS's business. A change that stays away may break another rule, so the
    rest is looked at again.
    """
    kept, found, known = tuple(changes), list[Problem](), tuple(but)
    while True:
        values = {**seen, **{change.path: change.after for change in kept}}
        idle = fields.idle(values, now.mapping)
        alone = {change.path for change in kept if change.path in idle and change.after is not None}
        if alone:  # what it goes with stays away
            kept = tuple(change for change in kept if change.path not in alone)
            continue
        case = _case(now, {**values, **dict.fromkeys(idle)}, seen, None)._replace(
            involvement=_involvement(now), has_solution=bool(standing)
        )
        changed = {change.path for change in kept}
        rules = [rule for rule in broken(case) if changed & {rule.path, *rule.beside}]
        if not rules:
            return kept, found
        found += _said(now, case, rules, (*known, *found))
        away = {path for rule in rules for path in (rule.path, *rule.beside)}
        kept = tuple(change for change in kept if change.path not in away)


def left_out(now: Situation, idle: Iterable[str]) -> tuple[str, ...]:
    """A sentence on each property that a seller has filled and that does not belong to an opportunity like this one.

    Only where somebody may be waiting for it: the reason of a loss or the renewed opportunity may stand there for good.
    """
    rules = [*ONLY_WITH, *((path, SOURCE, "Marketing Activity") for path, source, _ in NOT_WITH if source == SOURCE)]
    rules += [(path, FUNDED, "Yes") for path, funded, _ in NOT_WITH if funded == FUNDED]
    sentences = []
    for path, other, value in rules:
        row = _row(now, path) if path in set(idle) else None
        if row is not None and now.deal.get(row.property) is not None:
            sentences.append(f"{row.label}: not sent, because AWS takes it only where {_label(now, other)} is {value}.")
    return tuple(sentences)


def _case(now: Situation, values: Dict[str, Any], before: Dict[str, Any] | None, submit: Submit | None) -> Case:
    """With what AWS has in fields that the mapping leaves alone, or that AWS itself has rewritten."""
    body = now.opportunity.body if now.opportunity else {}
    others = {path: paths.get(body, path) for path in FIELDS - values.keys()}
    return Case({**others, **values}, now.today, now.mapping.tables, before, submit)


def _involvement(now: Situation) -> str | None:
    """As what the opportunity was submitted, empty where AWS does not say; None before."""
    opportunity = now.opportunity
    if opportunity is None or opportunity.review_status == locks.PENDING:
        return None
    return str((opportunity.summary or {}).get(INVOLVEMENT) or "")


def _said(now: Situation, case: Case, rules: Iterable[Rule], but: Iterable[Problem]) -> list[Problem]:
    """One problem for each field, and none for those of which something is said already."""
    told = {_place(problem.path) for problem in but}
    return list(_told(now, case, rules, told))


def _told(now: Situation, case: Case, rules: Iterable[Rule], told: set[str]) -> Iterator[Problem]:
    for rule in rules:
        if _place(rule.path) in told:
            continue
        told.add(_place(rule.path))
        row = _row(now, rule.path)
        what = rule.what.format(
            value=case.get(rule.path),
            other=_label(now, rule.beside[0]) if rule.beside else "",
            example=for_example(row) if row else "",
        )
        record, label = (row.object, row.label) if row else ("aws", _last(rule.path))
        is_of_person = row is not None and row.object == "contact"
        yield Problem.model_validate(
            {"record": record, "label": "Details" if is_of_person else label, "what": what, "path": rule.path}
        )


def _place(path: str | None) -> str:
    """All members of a contact are one place."""
    return CONTACTS if (path or "").startswith(CONTACTS) else path or ""


def _row(now: Situation, path: str) -> Row | None:
    """The row whose property gives the field its value, or shows it; None where the mapping has none.

    What AWS makes of a deal (its own spend, say) has paths like ours, and is nobody's to mend.
    """
    if any(field.path == path for field in now.mapping.fields):
        return now.source(path)
    shown = (row for row in now.mapping.shown if row.path == path)
    return next((row for row in shown if row.of == "opportunity" or row.writer != "cosell"), None)


def _label(now: Situation, path: str) -> str:
    row = _row(now, path)
    return f'"{row.label}"' if row else _last(path)


def _last(path: str) -> str:
    """AWS's own name of a field."""
    return paths.bare(path).rpartition(".")[2]
