"""How long the modules of the functions take to import: the part of a cold start that is ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASELINE = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"
_TIMED = """
import time
began = time.process_time()
{code}
print(time.process_time() - began)
"""


def modules() -> list[str]:
    """Every module that holds a Lambda handler."""
    tasks = sorted((ROOT / "lambdas/tasks").glob("[!_]*.py"))
    return [*(f"lambdas.tasks.{path.stem}" for path in tasks), "lambdas.webhook"]


def ratios(names: list[str], *, repetitions: int) -> Iterator[tuple[str, float]]:
    """Each module's import as a ratio to the baseline's, in processor time: the best of so many fresh processes."""
    baseline = min(_seconds(BASELINE) for _ in range(repetitions))
    for name in names:
        yield name, min(_seconds(f"import {name}") for _ in range(repetitions)) / baseline


def _seconds(code: str) -> float:
    shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COSELL_"))}
    run = subprocess.run(  # noqa: S603 the code is this file's
        [sys.executable, "-c", _TIMED.format(code=code)],
        cwd=ROOT,
        env={**shell, "PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(run.stdout)
