"""HubSpot's secret: kept for a while, read again on demand, never shown."""

from __future__ import annotations

import json
from typing import Protocol

import boto3
import pytest

from lambdas.adapters import secrets
from lambdas.errors import Misconfigured

pytestmark = pytest.mark.usefixtures("cloud")


class Now(Protocol):
    seconds: float


def _put(text: str) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId="cosell-test/hubspot", SecretString=text)


def _whole(**members: str | None) -> str:
    return json.dumps({"hubspot_token": "t", "hubspot_client_secret": "c", **members})


def test_the_secret_is_kept_for_five_minutes(now: Now) -> None:
    assert secrets.read().hubspot_token == "pat-na1-first"
    _put(_whole(hubspot_token="pat-na1-second"))

    assert secrets.read().hubspot_token == "pat-na1-first"
    now.seconds += 300
    assert secrets.read().hubspot_token == "pat-na1-second"


def test_the_secret_can_be_read_afresh() -> None:
    secrets.read()
    _put(_whole(hubspot_token="pat-na1-second"))

    assert secrets.read(fresh=True).hubspot_token == "pat-na1-second"
    assert secrets.read().hubspot_token == "pat-na1-second"


def test_both_client_secrets_count_during_a_rotation_and_empty_ones_never() -> None:
    assert secrets.read().client_secrets == ("current", "previous")
    _put(_whole(hubspot_previous_client_secret=""))

    assert secrets.read(fresh=True).client_secrets == ("c",)


def test_a_null_is_nothing_and_never_the_word_for_it() -> None:
    """As text it would be a client secret that everybody knows."""
    _put(_whole(hubspot_previous_client_secret=None, portal_id=None))

    assert secrets.read().client_secrets == ("c",)
    assert secrets.portal_id() == ""
    _put(_whole(hubspot_client_secret=None))
    with pytest.raises(Misconfigured, match="hubspot_client_secret is missing"):
        secrets.read(fresh=True)


def test_ids_may_be_numbers() -> None:
    assert secrets.read().hubspot_app_id == "9000001"
    assert secrets.portal_id() == "44000001"


def test_nothing_of_the_secret_is_shown() -> None:
    shown = repr(secrets.read()) + str(secrets.read())

    assert not any(word in shown for word in ("pat-na1", "current", "previous"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"hubspot_client_secret": "kept-quiet"}', "hubspot_token is missing"),
        ("kept-quiet", "not a JSON object"),
        ('["kept-quiet"]', "not a JSON object"),
    ],
)
def test_a_broken_secret_is_named_and_not_quoted(text: str, says: str) -> None:
    _put(text)

    with pytest.raises(Misconfigured, match=says) as caught:
        secrets.read()
    assert "kept-quiet" not in str(caught.value)


def test_a_missing_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSELL_SECRET", "nowhere/hubspot")

    with pytest.raises(Misconfigured, match="secret nowhere/hubspot is missing"):
        secrets.read()
