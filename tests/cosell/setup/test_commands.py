"""The commands at a terminal, on a simulated portal."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import typer

from cosell.cli import app
from cosell.setup.api import running_sandbox
from cosell.setup.commands import TOKEN
from tests.support.terminal import Terminal
from tests.support.touring import toured


@pytest.fixture
def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.delenv(TOKEN, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return Terminal(monkeypatch, capsys)


def test_an_empty_portal_is_there_where_no_sandbox_runs(terminal: Terminal, free_port: str) -> None:
    code, said = terminal("setup-hubspot", "--sandbox", "--port", free_port, "--apply")

    assert code == 0
    assert f"No sandbox runs on port {free_port}: this is an empty portal, forgotten afterwards." in said
    assert "Written in 10 calls." in said


@pytest.mark.parametrize("command", [("setup-hubspot",), ("map", "init", "mapping.yaml")])
def test_without_a_token_both_ways_are_named(terminal: Terminal, command: tuple[str, ...]) -> None:
    code, said = terminal(*command)

    assert code == 1
    assert TOKEN in said
    assert "--sandbox" in said


@pytest.mark.parametrize("token", ["pat na1", "pat-na1-…"])
def test_what_is_no_token_is_not_sent(terminal: Terminal, token: str) -> None:
    assert terminal("setup-hubspot", "--token", token) == (
        1,
        "This is no access token: one looks like pat-na1-..., and has no spaces.",
    )


def test_a_running_sandbox_is_found_by_its_port() -> None:
    with toured() as served, running_sandbox(urlsplit(served.at.url).port or 0) as api:
        assert api is not None
        assert api.get("account-info", "details")["portalId"] == served.hubspot.portal.id


def test_the_app_is_written_and_counted(terminal: Terminal, tmp_path: Path) -> None:
    code, said = terminal("hubspot-app", str(tmp_path), "--target-url", "https://example.com/webhooks/hubspot")

    assert code == 0
    assert "Scopes 19, subscriptions" in said
    assert (tmp_path / "src" / "app" / "app-hsmeta.json").is_file()


def test_a_file_where_the_apps_directory_would_be_is_said(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "app").write_text("mine")

    code, said = terminal("hubspot-app", str(tmp_path / "app" / "hubspot"), "--target-url", "https://example.com/hook")

    assert code == 1
    assert said.endswith("hsproject.json cannot be written: a file stands where its directory would be. Name another.")
    assert (tmp_path / "app").read_text() == "mine"


def test_a_mapping_is_drafted_once(terminal: Terminal, tmp_path: Path, free_port: str) -> None:
    file = tmp_path / "mapping.yaml"
    command = ("map", "init", str(file), "--sandbox", "--port", free_port)

    code, said = terminal(*command)
    assert code == 0
    assert "stages 7, owners 1." in said
    assert "Everything is decided." in said

    text = file.read_text()
    code, said = terminal(*command)
    assert code == 1
    assert "is there already, and stays" in said
    assert file.read_text() == text


def test_a_place_that_is_none_is_said_before_hubspot_is_asked(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "ours" / "mapping.yaml"

    code, said = terminal("map", "init", str(file))

    assert (code, said) == (
        1,
        f"{file} cannot be written: there is no directory {file.parent}. Make it, or name another.",
    )


def test_a_check_names_file_and_line_of_each_mistake(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text("extends: default\nstages:\n  default:\n    contractsent: Comitted\nalso: [aws_tag]\n")

    code, said = terminal("map", "check", str(file))

    assert code == 1
    assert f"{file}:4: stages.default.contractsent: AWS has no stage Comitted; did you mean Committed?" in said
    assert f"{file}:5: also.0: no property of ours is called aws_tag" in said


def test_a_check_says_what_changes_and_what_is_to_decide(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text('extends: default\nstages:\n  "7001":\n    "7002": null  # Demo [red] # DECIDE: why\n')

    code, said = terminal("map", "check", str(file))

    assert code == 0
    assert "stages.7001.7002 not told" in said
    assert f"To decide, marked with # DECIDE: {file}, line 4." in said


def test_a_file_that_cannot_be_read_is_named(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"

    assert terminal("map", "check", str(file)) == (
        1,
        f"{file} cannot be read (No such file or directory). Name a mapping file, as `map init` drafts one.",
    )


PAGES = [Path("README.md"), Path("docs", "setup.md"), Path("docs", "field-mapping.md")]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_commands_of_the_pages_exist(page: Path) -> None:
    text = (Path(__file__).parents[3] / page).read_text()

    named = re.findall(r"(?<=python -m cosell )[a-z-]+(?: init| check)?|(?<=`)map (?:init|check)|setup-hubspot", text)

    assert named
    for words in {name.split()[0] for name in named}:
        assert words in typer.main.get_group(app).commands, words
