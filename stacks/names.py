"""Names that hold without a synth: where a deployment is, and what its bus is called."""

from __future__ import annotations

REGION = "us-east-1"
"""Partner Central and its events exist only there."""


def bus(deployment: str) -> str:
    """Its bus, and the archive of what came over it."""
    return f"{deployment}-events"
