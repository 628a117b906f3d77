"""HubSpot's signatures: published vectors, our own, and everything that must not pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambdas.domain.signature import Signed, why_not_v1, why_not_v3

# The first two come from HubSpot's documentation and its client libraries.
PUBLISHED = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
OURS = "test-client-secret-0000-0000-000000000001"
URL = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/webhooks/hubspot"
BODY = (
    '[{"eventId":100,"subscriptionId":200,"portalId":300,"appId":400,"occurredAt":1790000000000,'
    '"subscriptionType":"deal.propertyChange","attemptNumber":0,"objectId":500,"propertyName":"dealstage",'
    '"propertyValue":"closedwon","changeSource":"CRM_UI","sourceId":"userId:900"}]'
)
DEAL = Signed("POST", [URL], BODY.encode(), "1790000001000")
DEAL_SIGNATURE = "KvwkDoH/cQZHMXnDeC+55uncLIvYZgRK3ZPfY1RQd8o="
DOCS = Signed("POST", ["https://www.example.com/webhook_uri"], b"{'example_field':'example_value'}", "1693657560000")
QUERY = Signed("POST", [URL + "?src=hs%3Aapp%2Fv3&x=%28a%29"], b"[]", "1790000004000")
NOW = 1_790_000_001.0


def _why_not(request: Signed, signature: str | None, *secrets: str, late: float = 0.0) -> str | None:
    now = int(request.timestamp or 0) / 1000 + late
    return why_not_v3(request, signature=signature, secrets=secrets or (OURS,), now=now)


@pytest.mark.parametrize(
    ("request_", "signature", "secret"),
    [
        (DOCS, "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=", PUBLISHED),
        (replace(DOCS, timestamp="1700000300000"), "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=", PUBLISHED),
        (DEAL, DEAL_SIGNATURE, OURS),
        (
            replace(DEAL, body=BODY.replace("closedwon", "Zoë — café ☕").encode(), timestamp="1790000002000"),
            "d5/KBkKvt+DJHi8uhXonGaYWLurwBFLNL0tozROSp9U=",
            OURS,
        ),
        (QUERY, "CdvmEvwvupRg/ZMF+6mrBilQEr5+SKQwR9KKZUpteLE=", OURS),
    ],
    ids=["python client", "ruby client", "deal", "utf-8", "encoded query"],
)
def test_what_hubspot_signed_is_genuine(request_: Signed, signature: str, secret: str) -> None:
    assert _why_not(request_, signature, secret) is None


def test_a_query_that_was_hashed_encoded_is_not_hubspot_s() -> None:
    assert _why_not(QUERY, "cjcXz0O0TWncVYZtRHXOfdlvbVnbYj5vD7nDUnEgPwQ=") == "wrong signature"


@pytest.mark.parametrize("secrets", [(OURS, "other"), ("other", OURS)])
def test_either_secret_counts_during_a_rotation(secrets: tuple[str, str]) -> None:
    assert _why_not(DEAL, DEAL_SIGNATURE, *secrets) is None


def test_any_spelling_of_the_url_counts() -> None:
    assert _why_not(replace(DEAL, urls=[URL + "?x", URL]), DEAL_SIGNATURE) is None


@pytest.mark.parametrize(
    "changed",
    [
        replace(DEAL, method="PUT"),
        replace(DEAL, urls=[URL + "/"]),
        replace(DEAL, urls=[]),
        replace(DEAL, body=BODY.replace("500", "501").encode()),
        replace(DEAL, body=BODY.encode()[:-1]),
        replace(DEAL, body=b""),
        replace(DEAL, timestamp="1790000001001"),
        replace(DEAL, urls=["https://\udcff"]),
    ],
    ids=["method", "path", "no url", "body", "truncated", "empty", "time", "no text"],
)
def test_whatever_was_changed_shows(changed: Signed) -> None:
    assert _why_not(changed, DEAL_SIGNATURE) == "wrong signature"


@pytest.mark.parametrize("secrets", [("other",), ("",)])
def test_another_secret_does_not_do(secrets: tuple[str, ...]) -> None:
    assert _why_not(DEAL, DEAL_SIGNATURE, *secrets) == "wrong signature"
    assert why_not_v3(DEAL, signature=DEAL_SIGNATURE, secrets=(), now=NOW) == "wrong signature"


@pytest.mark.parametrize(
    ("late", "reason"), [(300.0, None), (300.1, "too old"), (-60.0, None), (-60.1, "from the future")]
)
def test_a_signature_is_good_for_five_minutes(late: float, reason: str | None) -> None:
    assert _why_not(DEAL, DEAL_SIGNATURE, late=late) == reason


@pytest.mark.parametrize(
    ("timestamp", "reason"),
    [
        (None, "no timestamp"),
        ("", "no timestamp"),
        ("yesterday", "malformed timestamp"),
        ("-1", "malformed timestamp"),
        ("1790000001000.0", "malformed timestamp"),
        ("١٧٩", "malformed timestamp"),
        ("9" * 5000, "malformed timestamp"),
        ("0", "too old"),
    ],
)
def test_a_timestamp_is_milliseconds(timestamp: str | None, reason: str) -> None:
    request = replace(DEAL, timestamp=timestamp)

    assert why_not_v3(request, signature=DEAL_SIGNATURE, secrets=(OURS,), now=NOW) == reason


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        (None, "no signature"),
        ("", "no signature"),
        ("Zoë", "malformed signature"),
        ("\udcff", "malformed signature"),
        (DEAL_SIGNATURE[:-1], "wrong signature"),
        (DEAL_SIGNATURE.lower(), "wrong signature"),
        ("A" * 10_000, "wrong signature"),
    ],
)
def test_a_signature_is_base64_text(signature: str | None, reason: str) -> None:
    assert _why_not(DEAL, signature) == reason


def test_the_old_signature_covers_secret_and_body() -> None:
    docs = (
        b'[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,'
        b'"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM",'
        b'"changeFlag":"NEW","appId":54321}]'
    )
    published = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"
    deal = "67321b1a8342bf23bfe81b1bdba497c9433fc50d6058efaed3ba85ce62efc9ee"

    assert why_not_v1(docs, signature=published, secrets=(PUBLISHED,)) is None
    assert why_not_v1(BODY.encode(), signature=deal, secrets=("new", OURS)) is None
    assert why_not_v1(BODY.encode(), signature=published, secrets=(OURS,)) == "wrong signature"
    assert why_not_v1(BODY.encode(), signature=None, secrets=(OURS,)) == "no signature"
    assert why_not_v1(BODY.encode(), signature="é", secrets=(OURS,)) == "malformed signature"
