"""`python -m cosell act`: be the seller, or AWS, in a sandbox that runs in another terminal."""

from __future__ import annotations

from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cosell.terminal import DEFAULT_PORT, Port, Trouble, console

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Act as a seller or as AWS in a running sandbox.")

Deal = Annotated[str, typer.Argument(help="The deal's id, as `look` shows it.")]
Opportunity = Annotated[str, typer.Argument(help="The opportunity's id, as `look` shows it.")]

_COPIED = frozenset({"Deal", "Opportunity"})
"""Columns whose values the next command takes: never cut, however narrow the terminal."""


@app.callback()
def act(context: typer.Context, port: Port = DEFAULT_PORT) -> None:
    """Act as a seller or as AWS in a running sandbox."""
    context.obj = port


@app.command()
def create_deal(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="The deal's name.")] = "Data platform",
    company: Annotated[str, typer.Option(help="The customer.")] = "Vandelay",
    contact: Annotated[str, typer.Option(help="Somebody there, who may be named to AWS.")] = "Art Vandelay",
    *,
    share: Annotated[bool, typer.Option(help="Share it with AWS.")] = True,
    submit: Annotated[bool, typer.Option(help="Ask Cosell to submit it to AWS.")] = True,
) -> None:
    """A seller creates a deal with all that AWS asks for."""
    _do(context, "create-deal", name=name, company=company, contact=contact, share=share, submit=submit)


@app.command()
def edit_deal(
    context: typer.Context,
    deal: Deal,
    properties: Annotated[list[str], typer.Argument(help="PROPERTY=VALUE, by internal name; an empty VALUE clears.")],
) -> None:
    """A seller edits a deal."""
    wrong = [text for text in properties if "=" not in text]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]} is not PROPERTY=VALUE; e.g. aws_monthly_spend=20000")
    _do(context, "edit-deal", deal=deal, properties=dict(text.split("=", 1) for text in properties))


@app.command()
def submit_deal(context: typer.Context, deal: Deal) -> None:
    """A seller asks Cosell to submit a deal to AWS."""
    _do(context, "edit-deal", deal=deal, properties={"aws_action": "submit"})


@app.command()
def approve(context: typer.Context, opportunity: Opportunity) -> None:
    """AWS approves a submitted opportunity."""
    _do(context, "approve", opportunity=opportunity)


@app.command()
def reject(
    context: typer.Context,
    opportunity: Opportunity,
    reason: Annotated[str, typer.Option(help="AWS's reason.")] = "Not a fit",
) -> None:
    """AWS rejects a submitted opportunity."""
    _do(context, "reject", opportunity=opportunity, reason=reason)


@app.command()
def ask_for_changes(
    context: typer.Context,
    opportunity: Opportunity,
    comments: Annotated[str, typer.Option(help="What AWS wants changed.")] = "Say more about the customer's problem.",
) -> None:
    """AWS wants a submitted opportunity changed."""
    _do(context, "ask-for-changes", opportunity=opportunity, comments=comments)


@app.command(name="break")
def break_(
    context: typer.Context,
    remote: Annotated[str, typer.Argument(help="hubspot, partner_central, dynamodb or lambda.")],
) -> None:
    """Makes every call of a service fail, until `heal`."""
    _do(context, "break", remote=remote)


@app.command()
def heal(context: typer.Context) -> None:
    """Makes everything work again."""
    _do(context, "heal")


@app.command()
def look(
    context: typer.Context,
    last: Annotated[int, typer.Option(min=1, help="How many deals.")] = 40,
) -> None:
    """Shows the deals, the newest first, and where they stand."""
    _do(context, "look", last=last)


def _do(context: typer.Context, act_: str, **arguments: Any) -> None:
    show(console(), _ask(context.obj, act_, arguments))


def show(out: Console, told: dict[str, Any]) -> None:
    """Prints what was done, with its table where there is one. What people wrote is printed as they wrote it."""
    if rows := told.get("rows"):
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for title in rows[0]:
            table.add_column(title, overflow="fold", no_wrap=title in _COPIED)
        for row in rows[1:]:
            table.add_row(*map(Text, row))
        out.print(table)
    out.print(told["said"], markup=False)


def _ask(port: int, act_: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Raises Trouble where no sandbox answers, or where it says that this cannot be done."""
    try:
        url = f"http://127.0.0.1:{port}/sandbox/acts/{act_}"
        answer = httpx.post(url, json=arguments, timeout=60, trust_env=False)
    except httpx.TransportError:
        raise Trouble(
            f"No sandbox answers on port {port}: start one with `make sandbox` in another terminal, "
            "or name its port with `python -m cosell act --port`."
        ) from None
    try:
        told: dict[str, Any] = answer.json()
    except ValueError:
        told = {}
    if answer.status_code != 200:
        raise Trouble(f"Not done: {told.get('message') or f'port {port} is no sandbox'}")
    return told
