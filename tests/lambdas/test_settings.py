"""What a function reads from its environment."""

from __future__ import annotations

import pytest

from lambdas.errors import Misconfigured
from lambdas.settings import settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_CATALOG", "Sandbox")


def test_what_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_TURN_TTL", "240")

    assert (settings().turn_ttl, settings().submission) == (240, "task")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("COSELL_CATALOG", "sandbox"), ("COSELL_TURN_TTL", "soon"), ("COSELL_ACCEPT_V1", "perhaps")],
)
def test_a_variable_that_is_wrong_is_named_and_not_quoted(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(Misconfigured, match=f"environment: {variable} ") as caught:
        settings()
    assert f"'{value}'" not in str(caught.value)


def test_all_that_are_missing_or_wrong_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COSELL_CATALOG")
    monkeypatch.setenv("COSELL_TURN_TTL", "soon")

    with pytest.raises(Misconfigured, match=r"COSELL_CATALOG .*COSELL_TURN_TTL"):
        settings()
