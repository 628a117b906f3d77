"""What all commands share: how they print, how they fail, and how they get a synthesized deployment."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

DEFAULT_PORT = 4599
STATE = Path(".cosell", "sandbox.json")
"""Where the sandbox is kept, in the working directory."""
_APP = Path(__file__).parents[1] / "app.py"
Port = Annotated[int, typer.Option(min=1, max=65535, help="The sandbox's port on 127.0.0.1.")]


class Trouble(Exception):
    """Something the user can mend. The message is the whole of what they read: what is wrong, and what to do."""


def console(*, stderr: bool = False) -> Console:
    """Colours and moving parts on a terminal, plain text in a pipe."""
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")  # a dash that the terminal's encoding lacks is no reason to end
    return Console(file=stream, highlight=False)


def verbatim(console: Console, text: str, style: str = "") -> None:
    """Prints text that is to be copied: as it is, however narrow the terminal."""
    console.print(Text(text, style=style), soft_wrap=True)


def synthesized(console: Console) -> Path:
    """The synthesized stacks, with a spinner while they are made. Raises Trouble where the configuration is wrong.

    `app.py` makes them in a session of its own: CDK's Node is gone afterwards, and gets no Ctrl-C that is meant for us.
    """
    directory = tempfile.mkdtemp(prefix="cosell-assembly-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    with console.status("Synthesizing the stacks ..."):
        from cosell.sandbox.assembly import WITHOUT_BUNDLING  # noqa: PLC0415 - takes seconds to load

        told = {"CDK_OUTDIR": directory, "CDK_CONTEXT_JSON": json.dumps(WITHOUT_BUNDLING)}
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, str(_APP)],
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
    if done.returncode != 0:
        raise Trouble(done.stderr.strip())
    return Path(directory)
