"""The three-way merge: what both sides agreed on last, what HubSpot wants, what AWS shows.

Changed on one side, that side wins. Changed on both, the field's policy decides and the loser is kept for the record.
A locked field is held: nothing is sent, the agreement stays as it was, and the edit goes out once the lock opens.

Where the two may differ for good (AWS was edited in a field that does not flow back to HubSpot), the agreement has a
value for each side, so that neither is taken for news again. That also ends ping-pong with a rewrite nobody knew of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import Field

from lambdas.domain.plan import Change
from lambdas.domain.records import Base, Frozen

_HUBSPOT, _AWS = "hubspot", "aws"


@dataclass(frozen=True)
class Rule:
    """How one field is merged."""

    policy: Literal["hubspot", "aws"] = "hubspot"
    flows_back: bool = True
    """Whether HubSpot has a property that takes AWS's value."""
    personal: bool = False
    is_default: bool = False
    """HubSpot's value is what AWS is told where nobody said anything."""


class Merge(Frozen):
    to_aws: tuple[Change, ...] = ()
    to_hubspot: tuple[Change, ...] = ()
    lost: tuple[Change, ...] = ()
    """Edits that a newer one on the other side overruled: `before` lost to `after`."""
    held: tuple[str, ...] = ()
    base: dict[str, Any] = Field(default_factory=dict)
    """The agreed values once `to_hubspot` is written; those of `to_aws` join when AWS has them (`agree`)."""


class Agreed(NamedTuple):
    """A field's last agreement: one value, or one for each side."""

    hubspot: Any = None
    aws: Any = None

    @classmethod
    def read(cls, stored: Any) -> Agreed:
        if isinstance(stored, dict) and stored.keys() == {_HUBSPOT, _AWS}:
            return cls(stored[_HUBSPOT], stored[_AWS])
        return cls(stored, stored)

    def stored(self) -> Any:
        return self.aws if self.hubspot == self.aws else {_HUBSPOT: self.hubspot, _AWS: self.aws}


def merge(
    base: Base,
    wanted: Dict[str, Any],
    seen: Dict[str, Any],
    locked: Callable[[str], bool],
    rules: Dict[str, Rule],
) -> Merge:
    """Paths that `wanted` or `seen` does not have keep their agreement and are left alone."""
    to_aws: list[Change] = []
    to_hubspot: list[Change] = []
    lost: list[Change] = []
    held: list[str] = []
    agreed = dict(base.fields) if base.known else {}
    for path, rule in rules.items():
        if path not in wanted or path not in seen:
            continue
        ours, theirs = wanted[path], seen[path]
        verdict = _judge(_last(base, path, theirs), ours, theirs, rule, known=base.known)
        if verdict.winner == _HUBSPOT and locked(path):
            held.append(path)
            _store(agreed, path, _last(base, path, theirs))
            continue
        if verdict.winner == _HUBSPOT:
            to_aws.append(Change(path=path, before=theirs, after=ours, personal=rule.personal))
            _store(agreed, path, _last(base, path, theirs))
        elif verdict.winner == _AWS:
            to_hubspot.append(Change(path=path, before=ours, after=theirs, personal=rule.personal))
            _store(agreed, path, Agreed(theirs, theirs))
        else:
            _store(agreed, path, Agreed(ours, theirs))
        if verdict.lost is not None:
            lost.append(Change(path=path, before=verdict.lost[0], after=verdict.lost[1], personal=rule.personal))
    return Merge(to_aws=tuple(to_aws), to_hubspot=tuple(to_hubspot), lost=tuple(lost), held=tuple(held), base=agreed)


def agree(fields: Dict[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """The agreed values after AWS took these changes."""
    agreed = dict(fields)
    for change in changes:
        _store(agreed, change.path, Agreed(change.after, change.after))
    return agreed


class _Verdict(NamedTuple):
    winner: str | None
    """Whose value goes to the other side; None: nothing moves."""
    lost: tuple[Any, Any] | None = None


def _judge(last: Agreed, ours: Any, theirs: Any, rule: Rule, *, known: bool) -> _Verdict:
    if ours == theirs:
        return _Verdict(None)
    ours_is_new = not known or ours != last.hubspot
    theirs_is_new = not known or theirs != last.aws
    if ours_is_new and theirs_is_new:
        return _clash(ours, theirs, rule, known=known)
    if ours_is_new:
        return _Verdict(_HUBSPOT)
    if theirs_is_new and rule.flows_back:
        return _Verdict(_AWS)
    return _Verdict(None)


def _clash(ours: Any, theirs: Any, rule: Rule, *, known: bool) -> _Verdict:
    # Two records that meet for the first time complete each other: an empty field is no edit then, and a default none.
    has_said = ours is not None and (known or not rule.is_default)
    hubspot_wins = theirs is None or (has_said and rule.policy == _HUBSPOT) if not known else rule.policy == _HUBSPOT
    if hubspot_wins:
        return _Verdict(_HUBSPOT, None if theirs is None else (theirs, ours))
    if rule.flows_back:
        return _Verdict(_AWS, (ours, theirs) if has_said else None)
    return _Verdict(None, (ours, theirs) if has_said else None)


def _last(base: Base, path: str, theirs: Any) -> Agreed:
    """A value we sent and now see is agreed on, whether or not we heard that it arrived; unseen it does not count."""
    if path in base.pending and base.pending[path] == theirs:
        return Agreed(theirs, theirs)
    return Agreed.read(base.fields.get(path)) if base.known else Agreed()


def _store(agreed: dict[str, Any], path: str, value: Agreed) -> None:
    if value == Agreed():
        agreed.pop(path, None)
    else:
        agreed[path] = value.stored()
