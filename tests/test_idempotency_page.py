"""`docs/idempotency.md` has a row for each write there is, and none for a write that is not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import boto3

from tests.support.matrix import all_spots

_ROOT = Path(__file__).parents[1]
_PAGE = (_ROOT / "docs" / "idempotency.md").read_text(encoding="utf-8")
_ROW = re.compile(r"\| ([^|]+) \| ((?:Partner Central|HubSpot|events) [\w.]+) \| `([\w.]+)` \|")
_REMOTES = ("hubspot", "partner_central", "events")
_READS = re.compile(r"(Get|List)[A-Z]\w*|\w+\.(get|list|search|batch_read|details)")


def test_every_write_of_every_state_is_explained() -> None:
    """The calls are those of the redrive matrix, which goes through every Task state."""
    made = {
        (spot.state, spot.call.partition(" #")[0])
        for spot in all_spots()
        if spot.remote in _REMOTES and not _READS.fullmatch(spot.operation)
    }

    assert {(state, write) for state, write, _ in _ROW.findall(_PAGE)} == made


def test_every_function_that_writes_is_explained() -> None:
    """So nothing can be written that no life of the matrix comes to."""
    adapters = sorted((_ROOT / "lambdas" / "adapters").glob("*.py"))

    assert {by for _, _, by in _ROW.findall(_PAGE)} == {name for path in adapters for name in _writers(path)}


def _writers(path: Path) -> Iterator[str]:
    """Public functions of an adapter that write at a remote, by themselves or through a private one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    writing = {name for name, function in functions.items() if _writes(function)}
    private = {name for name in writing if name.startswith("_")}
    while more := {name for name, it in functions.items() if _called(it) & private} - writing:
        writing |= more
        private = {name for name in writing if name.startswith("_")}
    if path.stem != "hubspot_client":
        yield from (f"{path.stem}.{name}" for name in writing - private)


def _writes(function: ast.FunctionDef) -> bool:
    nodes = list(ast.walk(function))
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    sends = bool({"POST", "PATCH", "PUT", "DELETE"} & words) and not {"batch/read", "search"} & words
    return sends or "client.create" in calls or bool(_OPERATIONS & words)


def _called(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


_CLIENTS = [boto3.client(name, region_name="us-east-1") for name in ("partnercentral-selling", "events")]
_OPERATIONS = {
    method
    for client in _CLIENTS
    for method, operation in client.meta.method_to_api_mapping.items()
    if not _READS.fullmatch(operation)
}
"""boto3's names of the operations that write."""
