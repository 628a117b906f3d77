"""The zip that all functions share: the locked requirements for Lambda's platform, `lambdas/`, and nothing else.

Needs no Docker: `uv` picks the wheels for Python 3.13 on arm64, whatever machine this runs on. Two builds are equal
byte for byte, so that an unchanged deployment deploys nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from stacks.config import DEFAULT_MAPPING, ROOT, Config
from stacks.mapping import packed

PLATFORM = "aarch64-manylinux2014"
PYTHON = "3.13"

SERVICES = ("dynamodb", "events", "partnercentral-selling", "secretsmanager")
"""What the functions call: botocore's data for the other 400 services is two thirds of the zip."""

_SOURCE_ONLY = ("__pycache__", "*.pyc")
_NOT_RUN = (
    *_SOURCE_ONLY,
    "bin",  # scripts hold the path of the interpreter that installed them
    ".lock",
    "RECORD",  # lists what is left out here
    "tests",
)


FAILED = "The functions' zip could not be built: "


class BundlingError(Exception):
    """The zip could not be built; the message begins with `FAILED` and carries what uv said."""


@jsii.implements(ILocalBundling)
class UvBundling:
    """Builds into the directory that CDK hands over."""

    def __init__(self, mapping: str) -> None:
        self._mapping = mapping

    def try_bundle(self, output_dir: str, *, image: DockerImage, **_options: object) -> bool:  # noqa: ARG002 not used
        build(Path(output_dir), self._mapping)
        return True


def code(config: Config) -> lambda_.Code:
    """One asset for all functions. Its hash is that of the built files: equal files, nothing to deploy."""
    return lambda_.Code.from_asset(
        str(ROOT / "lambdas"),
        exclude=[f"**/{pattern}" for pattern in _SOURCE_ONLY],
        asset_hash_type=AssetHashType.OUTPUT,
        bundling=BundlingOptions(
            image=DockerImage.from_registry("unused"),  # CDK asks for one, and falls back on it never
            local=UvBundling(config.mapping),
        ),
    )


def build(target: Path, mapping: str = DEFAULT_MAPPING) -> None:
    """Fills `target` with what runs in Lambda; a `mapping` of the partner's own takes the default's place.

    Raises BundlingError.
    """
    with tempfile.TemporaryDirectory(prefix="cosell-") as installed:
        # Copied from aside: uv only links there what it has, so leaving most of botocore's data behind costs little.
        _install(Path(installed))
        shutil.copytree(installed, target, ignore=_left_out, dirs_exist_ok=True)
    copy_lambdas(target / "lambdas", mapping)
    for path in target.rglob("*"):
        # What a file may depends on the umask of whoever builds.
        path.chmod(0o755 if path.is_dir() else 0o644)


def copy_lambdas(target: Path, mapping: str = DEFAULT_MAPPING) -> None:
    """The project's own part of the zip."""
    shutil.copytree(ROOT / "lambdas", target, ignore=shutil.ignore_patterns(*_SOURCE_ONLY))
    if mapping != DEFAULT_MAPPING:
        # Under the default's name: nothing has to be told, and no list beside it can be overwritten.
        text = packed((ROOT / mapping).read_text(encoding="utf-8"), mapping)
        (target / Path(DEFAULT_MAPPING).relative_to("lambdas")).write_text(text, encoding="utf-8")


def _install(target: Path) -> None:
    requirements = _uv("export", "--frozen", "--no-default-groups", "--no-emit-project", "--no-header", "--no-annotate")
    install = (
        *("pip", "install", "--requirements", "-", "--require-hashes", "--target", str(target)),
        *("--python-platform", PLATFORM, "--python-version", PYTHON),
        *("--only-binary", ":all:", "--no-installer-metadata"),
    )
    try:
        # Everything is pinned by its hash: what was fetched once is as good as what an index would say now.
        _uv(*install, "--offline", given=requirements)
    except BundlingError:
        _uv(*install, given=requirements)


def _uv(*arguments: str, given: str | None = None) -> str:
    run = subprocess.run(  # noqa: S603 the arguments are this file's
        [_uv_binary(), "--quiet", "--project", str(ROOT), *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if run.returncode:
        raise BundlingError(f"{FAILED}uv {arguments[0]} failed: {run.stderr.strip()}")
    return run.stdout


def _uv_binary() -> str:
    try:
        from uv import find_uv_bin  # noqa: PLC0415 only there where uv was installed as a package

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        if found := shutil.which("uv"):
            return found
        raise BundlingError(f"{FAILED}uv is missing; `make synth` installs it") from None


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Of the names in a folder of installed packages, those that no function needs."""
    path = Path(folder)
    left_out = shutil.ignore_patterns(*_NOT_RUN)(folder, names)
    if path.name == "data" and path.parent.name in {"botocore", "boto3"}:
        left_out |= {name for name in names if (path / name).is_dir() and name not in SERVICES}
    return left_out
