"""The commands of an operator: `confirm-deletions` and `sync-catalog`."""

from __future__ import annotations

from typing import Annotated

import typer

from cosell.terminal import DEFAULT_PORT, Port, Trouble, console

Deployment = Annotated[
    str | None, typer.Option(help="Its block's name in cdk.json, e.g. cosell-sandbox.", show_default=False)
]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="The sandbox that runs on this machine, instead of AWS.")]


def confirm_deletions(deployment: Deployment = None, port: Port = DEFAULT_PORT, *, sandbox: Sandbox = False) -> None:
    """Says that many deletions at once were meant.

    It covers the deals that were deleted until now, and nothing after it.
    """
    named = _put("Deletions Confirmed", deployment, port, sandbox=sandbox)
    _say(
        f"Confirmed for {named}. What was deleted until now is looked at again: each opportunity becomes Closed Lost "
        "once the deal's hours of grace are over and AWS takes it. A deal that is restored before then keeps its own."
    )


def sync_catalog(deployment: Deployment = None, port: Port = DEFAULT_PORT, *, sandbox: Sandbox = False) -> None:
    """Brings your solutions at AWS into HubSpot now.

    Without this it happens once a day.
    """
    named = _put("Catalog Sync Requested", deployment, port, sandbox=sandbox)
    where = "the terminal of `make sandbox`" if sandbox else "the Step Functions console"
    _say(
        f"Asked of {named}. {named}-catalog-sync starts in a moment, and brings products and the choice of solutions "
        f"in HubSpot up to date; {where} shows its execution."
    )


def _say(sentence: str) -> None:
    console().print(sentence, markup=False)


def _put(detail_type: str, deployment: str | None, port: int, *, sandbox: bool) -> str:
    """Puts the event on the deployment's bus; returns the deployment. Raises Trouble."""
    if deployment is None and not sandbox:
        raise Trouble(
            "Which deployment? Name it as cdk.json does, with --deployment, or add --sandbox for the sandbox that runs "
            "on this machine."
        )
    from cosell.operate import bus  # noqa: PLC0415 - loads boto3

    return bus.put(detail_type, deployment, port if sandbox else None)
