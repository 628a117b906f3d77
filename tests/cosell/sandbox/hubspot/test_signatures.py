"""Signatures against published vectors, vectors of our own, and the validator of HubSpot's client."""

from __future__ import annotations

import pytest
from hubspot.utils.signature import Signature

from cosell.sandbox.hubspot.signatures import sign, v1, v2, v3

PUBLISHED_SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
PUBLISHED_URL = "https://www.example.com/webhook_uri"
SECRET = "test-client-secret-0000-0000-000000000001"
URL = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/webhooks/hubspot"
BODY = (
    b'[{"eventId":100,"subscriptionId":200,"portalId":300,"appId":400,"occurredAt":1790000000000,'
    b'"subscriptionType":"deal.propertyChange","attemptNumber":0,"objectId":500,"propertyName":"dealstage",'
    b'"propertyValue":"closedwon","changeSource":"CRM_UI","sourceId":"userId:900"}]'
)


def test_v1_of_the_documentation() -> None:
    body = (
        b'[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,'
        b'"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM",'
        b'"changeFlag":"NEW","appId":54321}]'
    )
    assert v1(PUBLISHED_SECRET, body) == "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"
    assert v1(SECRET, BODY) == "67321b1a8342bf23bfe81b1bdba497c9433fc50d6058efaed3ba85ce62efc9ee"


@pytest.mark.parametrize(
    ("method", "body", "signature"),
    [
        ("GET", b"", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"),
        (
            "POST",
            b'{"example_field":"example_value"}',
            "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
        ),
    ],
)
def test_v2_of_the_documentation(method: str, body: bytes, signature: str) -> None:
    assert v2(PUBLISHED_SECRET, method, PUBLISHED_URL, body) == signature


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        (1693657560000, "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="),
        (1700000300000, "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw="),
    ],
)
def test_v3_of_the_public_clients(timestamp: int, signature: str) -> None:
    body = b"{'example_field':'example_value'}"
    assert v3(PUBLISHED_SECRET, "POST", PUBLISHED_URL, body, timestamp) == signature


def test_v3_behind_a_gateway() -> None:
    assert v3(SECRET, "POST", URL, BODY, 1790000001000) == "KvwkDoH/cQZHMXnDeC+55uncLIvYZgRK3ZPfY1RQd8o="


def test_v3_signs_utf_8() -> None:
    body = BODY.replace(b"closedwon", "Zoë — café ☕".encode())
    assert v3(SECRET, "POST", URL, body, 1790000002000) == "d5/KBkKvt+DJHi8uhXonGaYWLurwBFLNL0tozROSp9U="


def test_v3_decodes_twelve_escapes_of_the_url() -> None:
    url = f"{URL}?src=hs%3Aapp%2Fv3&x=%28a%29"

    assert v3(SECRET, "POST", url, b"[]", 1790000004000) == "CdvmEvwvupRg/ZMF+6mrBilQEr5+SKQwR9KKZUpteLE="
    undecoded = Signature.get_signature(SECRET, "[]", "v3", url, "POST", "1790000004000")
    assert undecoded == "cjcXz0O0TWncVYZtRHXOfdlvbVnbYj5vD7nDUnEgPwQ="


def test_all_other_escapes_stay() -> None:
    escaped, plain = f"{URL}?q=a%20b%26c", f"{URL}?q=a b&c"
    assert v3(SECRET, "POST", escaped, b"", 1) != v3(SECRET, "POST", plain, b"", 1)


def test_a_delivery_carries_v1_and_v3() -> None:
    headers = sign(SECRET, "POST", URL, BODY, 1790000001000)

    assert headers == {
        "x-hubspot-signature": v1(SECRET, BODY),
        "x-hubspot-signature-version": "v1",
        "x-hubspot-signature-v3": "KvwkDoH/cQZHMXnDeC+55uncLIvYZgRK3ZPfY1RQd8o=",
        "x-hubspot-request-timestamp": "1790000001000",
    }
    assert Signature.is_valid(headers["x-hubspot-signature"], SECRET, BODY.decode(), signature_version="v1")
