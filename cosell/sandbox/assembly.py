"""The synthesized stacks, made in this process and kept: what runs in the sandbox is what would be deployed."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

WITHOUT_BUNDLING: Mapping[str, list[str]] = {"aws:cdk:bundling-stacks": []}
"""CDK context: the functions' zip is not built, as handlers run from this directory."""


def synthesized(context: Mapping[str, object] | None = None) -> Path:
    """The directory of the cloud assembly for this CDK context; made once per process and context.

    Takes some seconds the first time. Raises what `app.build` raises.
    """
    return _synthesized(json.dumps({**(context or {}), **WITHOUT_BUNDLING}, sort_keys=True))


@cache
def _synthesized(context: str) -> Path:
    directory = Path(tempfile.mkdtemp(prefix="cosell-assembly-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    build = import_module("app").build  # the project's app.py: on the path with `cosell`, and finds CDK its Node
    build(json.loads(context), str(directory))
    return directory
