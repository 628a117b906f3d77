"""The README says what is: its picture and its table come from the definition, its commands exist."""

from __future__ import annotations

import re

from stacks.config import Config
from tests.support.pages import README, readme
from tests.support.synth import synthesized

MAKEFILE = README.parent / "Makefile"


def test_the_picture_and_the_table_are_not_stale() -> None:
    assert README.read_text(encoding="utf-8") == readme(), "run: .venv/bin/python -m tests.support.pages"


def test_every_make_command_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"make ([a-z]+)\b", README.read_text(encoding="utf-8"))) <= targets


def test_the_properties_that_make_soak_runs_are_there() -> None:
    named = re.findall(r"\btests/\S+", MAKEFILE.read_text(encoding="utf-8"))

    assert "tests/lambdas/domain/test_plan_properties.py" in named
    assert [name for name in named if not (README.parent / name).is_file()] == []


def test_every_link_leads_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    files = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]

    assert files
    assert [link for link in files if not (README.parent / link).is_file()] == []


def test_every_key_of_the_configuration_is_explained() -> None:
    table = re.search(r"\| key \| meaning \| default \|\n(.*?)\n\n", README.read_text(encoding="utf-8"), re.DOTALL)

    assert table is not None
    explained = {key for row in table[1].splitlines() for key in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert explained == Config.model_fields.keys() - {"deployment", "region", "partner_central_account"}


def test_what_a_deployment_costs_at_rest_is_counted() -> None:
    alarms = len(synthesized().resources("AWS::CloudWatch::Alarm"))

    assert f"for {alarms} alarms and the secret" in README.read_text(encoding="utf-8")
