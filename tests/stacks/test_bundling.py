"""The zip of all functions. The first build on a machine fetches the wheels for Lambda's platform; uv keeps them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import aws_cdk
import botocore.loaders
import botocore.session
import pytest

import app
from lambdas.mapping import parse
from stacks import bundling
from stacks.mapping import read

ROOT = Path(__file__).parents[2]
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("built")
    bundling.build(target)
    return target


def _files(folder: Path) -> dict[str, tuple[str, int]]:
    """Path -> hash and mode of each file."""
    return {
        path.relative_to(folder).as_posix(): (sha256(path.read_bytes()).hexdigest(), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_another_build_is_equal_byte_for_byte_and_the_synth_packs_it_once(built: Path, tmp_path: Path) -> None:
    app.build(outdir=str(tmp_path))

    (packed,) = tmp_path.glob("asset.*")
    assert _files(packed) == _files(built)
    assert aws_cdk.FileSystem.fingerprint(str(packed)) == aws_cdk.FileSystem.fingerprint(str(built))


def test_compiled_parts_are_for_python_3_13_on_arm(built: Path) -> None:
    compiled = [path.name for path in built.rglob("*.so")]

    assert "_pydantic_core.cpython-313-aarch64-linux-gnu.so" in compiled
    assert [name for name in compiled if not name.endswith(".cpython-313-aarch64-linux-gnu.so")] == []


def test_nothing_is_packed_that_does_not_run(built: Path) -> None:
    parts = {part for path in _files(built) for part in path.split("/")}

    assert not parts & {"__pycache__", "bin", ".lock", "RECORD", "tests"}
    assert not [part for part in parts if part.endswith(".pyc")]
    assert not {"aws_cdk", "moto", "pytest", "typer", "cosell", "stacks", "statemachines"} & parts


def test_botocore_knows_the_services_used_and_no_other(built: Path) -> None:
    data = built / "botocore" / "data"

    assert {path.name for path in data.iterdir() if path.is_dir()} == set(bundling.SERVICES)
    loader = botocore.loaders.Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    session = botocore.session.Session()
    session.register_component("data_loader", loader)
    session.set_credentials("none", "none")
    for service in bundling.SERVICES:
        assert session.create_client(service, region_name="us-east-1").meta.endpoint_url.startswith("https://")


def test_every_module_that_lambdas_import_is_packed(built: Path) -> None:
    imported = {name for path in (ROOT / "lambdas").rglob("*.py") for name in _imported(path)}

    packed = {path.name.removesuffix(".py") for path in built.iterdir()}
    assert imported - packed - set(sys.stdlib_module_names) == set()


def test_it_stays_small(built: Path) -> None:
    size = sum(path.stat().st_size for path in built.rglob("*") if path.is_file())

    assert size < 30 * MEGABYTE  # unpacked; Lambda takes 250, and loads them with every cold start


def test_a_mapping_of_the_partners_own_takes_the_defaults_place(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text("groups: []\n")

    bundling.copy_lambdas(tmp_path / "default")
    bundling.copy_lambdas(tmp_path / "own", str(own))

    default, files = _files(tmp_path / "default"), _files(tmp_path / "own")
    assert files["mapping/default.yaml"][0] == sha256(own.read_bytes()).hexdigest()
    assert files | {"mapping/default.yaml": default["mapping/default.yaml"]} == default


def test_differences_from_the_default_mapping_are_packed_whole(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text("extends: default\nalso: [aws_tags]\n")

    bundling.copy_lambdas(tmp_path / "own", str(own))

    text = (tmp_path / "own" / "mapping" / "default.yaml").read_text()
    assert parse(text, "default.yaml") == read(own.read_text(), "ours.yaml")


def test_a_build_that_fails_says_what_uv_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "PYTHON", "no.such")

    with pytest.raises(bundling.BundlingError, match=r"uv pip failed: .*no\.such"):
        bundling.build(tmp_path)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
