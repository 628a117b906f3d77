"""Everything a task can raise. A class name is an error name in the state machines: renaming one changes a contract.

    CosellError
     ├─ retried by every task state, then left to fail it (redrive)
     │   ├─ RateLimited         a remote said "slow down"
     │   └─ RemoteUnavailable   a remote timed out, broke, or answered 5xx
     ├─ caught by every writing state, back to taking a turn
     │   ├─ LeaseLost           the turn is over, or another execution has it
     │   └─ Conflict            the opportunity moved since the plan read it
     └─ never retried, never caught: a person must look, then redrive
         ├─ Misconfigured       a setting, secret or mapping is missing or wrong, or HubSpot refuses a property
         └─ NotPermitted        our own credentials lack a right

What AWS refuses for good reasons is no error: the task returns it as an outcome, and the seller is told.
"""

from __future__ import annotations


class CosellError(Exception):
    """Base of all errors a task raises on purpose. Messages carry ids and names, never values."""


class RateLimited(CosellError):
    """A remote refused the call because of its quota."""


class RemoteUnavailable(CosellError):
    """A remote did not answer, or answered with a fault of its own. What was asked may have been done."""


class LeaseLost(CosellError):
    """The turn has expired or moved on since this execution took it."""


class Conflict(CosellError):
    """The opportunity changed between the plan's read and this write."""


class Misconfigured(CosellError):
    """A setting, secret, mapping or property is missing or wrong; the message names it."""

    def __init__(self, message: str, *, properties: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.properties = properties
        """HubSpot's properties whose values it refused."""


class NotPermitted(CosellError):
    """Our credentials lack a right at a remote; the message names it."""
