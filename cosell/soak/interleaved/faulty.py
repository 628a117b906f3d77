"""What breaks in the interleavings: calls of one remote, everywhere or in one state, once or until it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final, cast

from cosell.sandbox.faults import Fault, Kind

_CALLS: Final[tuple[Kind, ...]] = ("failed", "throttled", "unavailable", "timeout", "reset", "lost answer", "slow")
REMOTES: Final[Mapping[str, tuple[Kind, ...]]] = {
    "hubspot": (*_CALLS, "locked"),
    "partner_central": _CALLS,
    "dynamodb": _CALLS,
    "lambda": ("failed", "throttled", "timeout", "lost answer", "slow"),
    "events": ("failed", "throttled", "timeout", "lost answer"),
    "secretsmanager": ("failed", "timeout"),
    "states": ("failed", "throttled", "lost answer"),
}
STATES: Final = (
    *("Take turn", "Plan sync", "Update opportunity", "Update deal", "Finish turn") * 2,
    "Create deal",
    "Create opportunity",
    "Associate opportunity",
    "Disassociate opportunity",
    "Assign opportunity",
    "Tag opportunity",
    "Submit opportunity",
    "Tell seller",
    "Resolve pairs",
)
"""Those that many runs enter come twice."""
_OFTEN: Final = ("hubspot", "hubspot", "partner_central", "partner_central", "dynamodb", "dynamodb", "lambda", "lambda")
_UNTIL_MENDED: Final = "until it is mended"


def draw(chance: Random) -> dict[str, str]:
    """A fault in words."""
    remote = chance.choice((*_OFTEN, *REMOTES))
    words = {"remote": remote, "kind": chance.choice(REMOTES[remote])}
    has_states = remote not in {"states", "events"}
    if has_states and chance.random() < 0.5:
        words["state"] = chance.choice(STATES)
        if remote != "lambda" and chance.random() < 0.6:
            words["nth"] = str(chance.randint(1, 5))
    words["times"] = chance.choice(("1", "3", "12", _UNTIL_MENDED, _UNTIL_MENDED))
    return words


def fault(words: Mapping[str, str]) -> Fault:
    times = words["times"]
    return Fault(
        cast("Kind", words["kind"]),
        words["remote"],
        state=words.get("state"),
        nth=int(words["nth"]) if "nth" in words else None,
        times=None if times == _UNTIL_MENDED else int(times),
    )
