"""How set-up looks at the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cosell.setup import portal
from cosell.setup.api import Api, LacksScopes
from cosell.setup.plan import Plan, State, Step, plan
from cosell.terminal import Trouble
from lambdas.domain.mapping import Mapping

_STYLES: dict[State, str] = {"exists": "green", "new": "bold cyan", "differs": "yellow"}
_PLURALS = {"group": "groups", "property": "properties", "pipeline": "pipelines", "stage": "stages"}


def set_up(out: Console, api: Api, mapping: Mapping, *, called: str, is_applied: bool) -> int:
    """Plans, shows, and writes if asked to; returns the exit code, 1 where a person has to do something first.

    `called` is the mapping, for the reader. Raises Trouble.
    """
    _say_where(out, api, mapping, called)
    if lacking := portal.missing_scopes(api, mapping):
        _say_lacking(out, lacking)
        return 1
    try:
        planned = plan(mapping, portal.read(api, mapping))
        _show(out, planned)
        if planned.unmapped:
            said = f"Stages that the mapping does not know: {', '.join(planned.unmapped)}. `map init` drafts them."
            out.print(Text(said, style="yellow"))
        if planned.blocked:
            return _blocked(out, planned)
        if not planned.writes:
            out.print(Text("Everything is there.", style="bold green"))
            return 0
        if not is_applied:
            out.print("Nothing has been written. To write it, run this again with --apply.")
            return 0
        with out.status("Writing ..."):
            calls = portal.apply(api, planned)
    except LacksScopes as error:
        raise Trouble(f"The token lacks a scope: {error}") from None
    out.print(Text(f"Written in {calls} call{'s' * (calls > 1)}.", style="bold green"))
    out.print("What HubSpot lets only people do, such as the layout of the deal's page, is in docs/setup.md.")
    return 0


def _say_where(out: Console, api: Api, mapping: Mapping, called: str) -> None:
    try:
        account = api.get("account-info", "details")
    except LacksScopes as error:
        raise Trouble(f"HubSpot does not say which account this is: {error}") from None
    facts = (account.get(name) for name in ("accountType", "timeZone", "companyCurrency"))
    out.print(Text(f"HubSpot account {account.get('portalId')} ({', '.join(str(fact) for fact in facts if fact)})"))
    out.print(Text(f"Mapping {called}, profile {mapping.profile}"))
    out.print()


def _say_lacking(out: Console, lacking: Sequence[str]) -> None:
    out.print(Text("The app lacks scopes:", style="bold red"))
    for scope in lacking:
        out.print(f"  {scope}", markup=False)
    out.print(
        "`python -m cosell hubspot-app` writes the app's files with all of them: upload them, and accept the new "
        "scopes where HubSpot asks.",
        markup=False,
    )


def _show(out: Console, planned: Plan) -> None:
    out.print(_counted(planned.steps))
    out.print()
    for title, steps in (("New", planned.of("new")), ("Differs", planned.of("differs"))):
        if steps:
            out.print(_listed(title, steps))
            out.print()


def _counted(steps: Sequence[Step]) -> Table:
    table = Table(padding=(0, 1))
    for title in ("Record", "What"):
        table.add_column(title)
    for state in _STYLES:
        table.add_column(state.capitalize(), justify="right")
    for record, kind in dict.fromkeys((step.record, step.kind) for step in steps):
        some = [step.state for step in steps if (step.record, step.kind) == (record, kind)]
        counts = ((state, some.count(state)) for state in _STYLES)
        cells = (Text(str(count) if count else "", style=_STYLES[state]) for state, count in counts)
        table.add_row(_word(record), _PLURALS[kind], *cells)
    return table


def _listed(title: str, steps: Iterable[Step]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), title=title, title_justify="left", title_style="bold")
    table.add_column("Record", style="dim")
    table.add_column("Name", no_wrap=True)
    table.add_column("", overflow="fold")
    for step in steps:
        what = Text(step.label).append(f" {step.what}" if step.what else "", style="bold red" if step.blocks else "dim")
        table.add_row(_word(step.record), step.name, what)
    return table


def _word(record: str) -> str:
    return record.replace("_", " ").capitalize()


def _blocked(out: Console, planned: Plan) -> int:
    for sentence in planned.lacks:
        out.print(Text(sentence, style="bold red"))
    if any(step.blocks for step in planned.steps):
        out.print(Text("What stands in red above has to be mended by a person first.", style="bold red"))
    out.print("Nothing has been written.")
    return 1
