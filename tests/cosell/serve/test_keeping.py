"""The file that `make sandbox` keeps its world in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.stored import NotLoadable
from cosell.serve.keeping import SECONDS, Keeping, ago
from cosell.terminal import Trouble


def test_what_happens_is_saved_from_time_to_time_and_nothing_else(sandbox: Sandbox, tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "new" / "sandbox.json")
    assert keeping.found() is None

    keeping.keep(sandbox, pytest.fail, speed=10)
    assert keeping.found() is not None, "at once, as nobody knows how it will end"
    keeping.path.unlink()
    sandbox.advance(5 * SECONDS * 10)
    assert keeping.found() is None

    sandbox.hubspot.seller.creates_deal()
    sandbox.advance(SECONDS * 10)
    found = keeping.found()
    assert found is not None
    assert json.dumps(found).count("Data platform") > 0
    assert [path.name for path in keeping.path.parent.iterdir()] == ["sandbox.json"]


def test_a_file_that_cannot_be_written_is_said_once_and_the_world_goes_on(sandbox: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.touch()
    keeping, told = Keeping(place / "sandbox.json"), list[str]()

    keeping.keep(sandbox, told.append, speed=1)
    sandbox.advance(3 * SECONDS)
    assert [text.startswith(f"Not saved: {keeping.path} cannot be written (") for text in told] == [True]

    place.unlink()
    sandbox.advance(SECONDS)
    assert keeping.found() is not None


def test_one_sandbox_at_a_time_has_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    in_use = pytest.raises(Trouble, match="is in use by another sandbox: stop that one, or name another file")
    with Keeping(path).claimed(), in_use:
        Keeping(path).claimed().__enter__()
    with Keeping(path).claimed():
        pass


def test_a_place_where_nothing_can_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Trouble, match=r"cannot be written .*: name another file with --state"):
        Keeping(tmp_path / "file" / "sandbox.json").claimed().__enter__()


def test_another_file_is_not_taken_for_a_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    path.write_text("{}")

    with pytest.raises(NotLoadable, match="is no saved sandbox"):
        Keeping(path).found()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59.9, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (90_000, "1 day ago")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words
