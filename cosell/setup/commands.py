"""The commands of set-up: `setup-hubspot`, `hubspot-app` and `map`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cosell.setup.api import Api, LacksScopes, hubspot, running_sandbox, shown
from cosell.terminal import DEFAULT_PORT, Port, Trouble, console, verbatim
from lambdas.errors import Misconfigured

if TYPE_CHECKING:
    from lambdas.domain.mapping import Mapping

TOKEN = "COSELL_HUBSPOT_TOKEN"  # noqa: S105 - a variable's name
DEFAULT = Path("lambdas", "mapping", "default.yaml")
_ROOT = Path(__file__).parents[2]

mapping_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Make and check a field mapping of your own."
)

Token = Annotated[str | None, typer.Option(envvar=TOKEN, help="The app's access token.", show_default=False)]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="The sandbox's portal, or an empty one if none runs.")]
File = Annotated[Path, typer.Option("--mapping", dir_okay=False, help="The field mapping.", show_default=False)]


def setup_hubspot(
    token: Token = None,
    mapping: File = DEFAULT,
    port: Port = DEFAULT_PORT,
    *,
    sandbox: Sandbox = False,
    apply: Annotated[bool, typer.Option("--apply", help="Write it. Without this, only show it.")] = False,
) -> None:
    """Gives a HubSpot portal the properties that it lacks.

    And the pipeline for referrals. It never deletes, and it is safe to run again: what is there stays as it is.
    """
    out, read = console(), _mapping(mapping)
    with _connected(out, token, port, sandbox=sandbox) as api:
        from cosell.setup.show import set_up  # noqa: PLC0415 - after what can go wrong at once

        raise typer.Exit(set_up(out, api, read, called=str(mapping), is_applied=apply))


def hubspot_app(
    directory: Annotated[Path, typer.Argument(file_okay=False, help="Where the project is, or is to be.")],
    target_url: Annotated[
        str | None, typer.Option(help="Where HubSpot sends webhooks: the stack's WebhookUrl.")
    ] = None,
    mapping: File = DEFAULT,
) -> None:
    """Writes the HubSpot app: its scopes and subscriptions.

    For `hs project upload`. What you have added to its files stays.
    """
    from cosell.setup import app_project  # noqa: PLC0415
    from lambdas.domain.properties import scopes, subscriptions  # noqa: PLC0415

    out, read = console(), _mapping(mapping)
    done = app_project.write(directory, read, target_url)
    for name, what in done.items():
        verbatim(out, f"{what:<10}  {directory / name}")
    count = len(scopes(read)), len(subscriptions(read))
    out.print(f"Scopes {count[0]}, subscriptions {count[1]}. Next, in that directory: hs project upload")


@mapping_app.command("init")
def init(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it, e.g. mapping.yaml.")],
    token: Token = None,
    port: Port = DEFAULT_PORT,
    *,
    sandbox: Sandbox = False,
) -> None:
    """Drafts a mapping from a portal's stages and owners.

    Each of them is decided or flagged.
    """
    from cosell.setup import own_mapping  # noqa: PLC0415

    out, default = console(), _mapping(DEFAULT)
    if file.exists():
        raise Trouble(f"{file} is there already, and stays. Name another file, or move it away.")
    if not file.parent.is_dir():
        raise Trouble(f"{file} cannot be written: there is no directory {file.parent}. Make it, or name another.")
    with _connected(out, token, port, sandbox=sandbox) as api:
        try:
            made = own_mapping.draft(api.get("crm/pipelines", "deals")["results"], _owners(api), default)
        except LacksScopes as error:
            raise Trouble(f"HubSpot does not show pipelines and owners: {error}") from None
    _parsed(made.text, str(file))
    try:
        file.write_text(made.text, encoding="utf-8")
    except OSError as error:
        raise Trouble(f"{file} cannot be written ({error.strerror}).") from None
    out.print(f"{file}: stages {made.stages}, owners {made.owners}.", markup=False, soft_wrap=True)
    _say_undecided(out, str(file), made.text)
    out.print(
        f'Then name it in cdk.json, by its path from the project\'s root: "mapping": "{file}"',
        markup=False,
        soft_wrap=True,
    )


@mapping_app.command("check")
def check(file: Annotated[Path, typer.Argument(dir_okay=False, help="A mapping file.")]) -> None:
    """Says what is wrong with a mapping, or what it changes.

    By file and line. It needs no portal.
    """
    from cosell.setup import own_mapping  # noqa: PLC0415

    out, text = console(), _text(file)
    found = own_mapping.differences(_parsed(text, str(file)), _mapping(DEFAULT))
    if found:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("Differs from the default", overflow="fold")
        table.add_column("", overflow="fold")
        for one in found:
            table.add_row(Text(one.where), Text(one.what))
        out.print(table)
    else:
        out.print("The same as the default mapping.")
    _say_undecided(out, str(file), text)


def _say_undecided(out: Console, file: str, text: str) -> None:
    from cosell.setup.own_mapping import DECIDE, undecided  # noqa: PLC0415

    if lines := undecided(text):
        said = f"To decide, marked with {DECIDE}: {file}, line {', '.join(map(str, lines))}."
        out.print(Text(said, style="bold yellow"), soft_wrap=True)
    else:
        out.print(Text("Everything is decided.", style="bold green"))


def _owners(api: Api) -> list[dict[str, object]]:
    """The active ones, all pages."""
    owners: list[dict[str, object]] = []
    query = {"limit": "100"}
    while True:
        page = api.get("crm/owners", **query)
        owners += page["results"]
        after = ((page.get("paging") or {}).get("next") or {}).get("after")
        if not after:
            return owners
        query["after"] = str(after)


def _mapping(file: Path) -> Mapping:
    """The default one wherever the command is run, another one from here."""
    return _parsed(_text(_ROOT / file if file == DEFAULT else file), str(file))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise Trouble(f"{file} cannot be read ({why}). Name a mapping file, as `map init` drafts one.") from None


def _parsed(text: str, name: str) -> Mapping:
    from stacks import mapping  # noqa: PLC0415

    try:
        return mapping.read(text, name)
    except Misconfigured as error:
        raise Trouble(str(error)) from None


@contextmanager
def _connected(out: Console, token: str | None, port: int, *, sandbox: bool) -> Iterator[Api]:
    """The portal that is meant. Raises Trouble where none is named."""
    if not sandbox:
        if not token:
            raise Trouble(
                f"Which HubSpot? Put the app's access token into {TOKEN} (docs/setup.md shows where it is), or try "
                "it on a simulated portal with --sandbox."
            )
        with hubspot(token, shown(out)) as api:
            yield api
        return
    with running_sandbox(port, shown(out)) as running:
        if running is None:
            out.print(f"No sandbox runs on port {port}: this is an empty portal, forgotten afterwards.")
        yield running or _empty_portal()


def _empty_portal() -> Api:
    from cosell.sandbox.hubspot import HubSpot  # noqa: PLC0415
    from cosell.sandbox.portal import api  # noqa: PLC0415
    from cosell.sandbox.stepfunctions.clock import Clock  # noqa: PLC0415

    return api(HubSpot(Clock()))
