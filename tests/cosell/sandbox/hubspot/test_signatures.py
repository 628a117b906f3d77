"""Signatures against published vectors, vectors of our own, and the validator of HubSpot's client."""

from __future__ import annotations

import pytest
from hubspot.utils.signature import Signature

from cosell.sandbox.hubspot.signatures import sign, v1, v2, v3
from tests.support.rules import Source, rule

PUBLISHED_SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
PUBLISHED_URL = "https://www.example.com/webhook_uri"
SECRET = "test-client-secret-0000-0000-000000000001"
URL = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/webhooks/hubspot"
BODY = (
    '[{"eventId":100,"subscriptionId":200,"portalId":300,"appId":400,"occurredAt":1790000000000,'
    '"subscriptionType":"deal.propertyChange","attemptNumber":0,"objectId":500,"propertyName":"dealstage",'
    '"propertyValue":"closedwon","changeSource":"CRM_UI","sourceId":"userId:900"}]'
)
PUBLISHED_BODY = (
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,'
    '"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM",'
    '"changeFlag":"NEW","appId":54321}]'
)


@rule("Version 1 is the SHA-256 of client secret and body, in hex.", Source.HS_SIGNATURES, Source.HS_CLIENT)
@pytest.mark.parametrize(
    ("secret", "body", "signature"),
    [
        (PUBLISHED_SECRET, PUBLISHED_BODY, "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"),
        (SECRET, BODY, "67321b1a8342bf23bfe81b1bdba497c9433fc50d6058efaed3ba85ce62efc9ee"),
    ],
    ids=["v1-docs", "v1-deal"],
)
def test_v1(secret: str, body: str, signature: str) -> None:
    assert v1(secret, body.encode()) == signature
    assert Signature.is_valid(signature, secret, body, signature_version="v1")


@rule(
    "Version 2 is the SHA-256 of client secret, method, URL and body, in hex.", Source.HS_SIGNATURES, Source.HS_CLIENT
)
@pytest.mark.parametrize(
    ("secret", "method", "url", "body", "signature"),
    [
        (
            PUBLISHED_SECRET,
            "GET",
            PUBLISHED_URL,
            "",
            "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e",
        ),
        (
            PUBLISHED_SECRET,
            "POST",
            PUBLISHED_URL,
            '{"example_field":"example_value"}',
            "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
        ),
        (SECRET, "POST", URL, BODY, "1f9fb2008193e1a1f2ee6d0a8a74b3c8fced8d6f56b92cdcda7bf34f311916b1"),
    ],
    ids=["v2-docs-get", "v2-docs-post", "v2-deal"],
)
def test_v2(secret: str, method: str, url: str, body: str, signature: str) -> None:
    assert v2(secret, method, url, body.encode()) == signature
    assert Signature.is_valid(signature, secret, body, url, method, "v2")


@rule(
    "Version 3 is the HMAC-SHA-256, in base64, of method, URL, body as UTF-8 and timestamp under the client secret.",
    Source.HS_SIGNATURES,
    Source.HS_CLIENT,
)
@pytest.mark.parametrize(
    ("secret", "url", "body", "timestamp", "signature"),
    [
        (
            PUBLISHED_SECRET,
            PUBLISHED_URL,
            "{'example_field':'example_value'}",
            1693657560000,
            "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=",
        ),
        (
            PUBLISHED_SECRET,
            PUBLISHED_URL,
            "{'example_field':'example_value'}",
            1700000300000,
            "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=",
        ),
        (SECRET, URL, BODY, 1790000001000, "KvwkDoH/cQZHMXnDeC+55uncLIvYZgRK3ZPfY1RQd8o="),
        (
            SECRET,
            URL,
            BODY.replace("closedwon", "Zoë — café ☕"),
            1790000002000,
            "d5/KBkKvt+DJHi8uhXonGaYWLurwBFLNL0tozROSp9U=",
        ),
    ],
    ids=["v3-pysdk", "v3-rbsdk", "v3-deal-apigw", "v3-deal-utf8"],
)
def test_v3(secret: str, url: str, body: str, timestamp: int, signature: str) -> None:
    assert v3(secret, "POST", url, body.encode(), timestamp) == signature
    assert Signature.get_signature(secret, body, "v3", url, "POST", str(timestamp)) == signature


@rule("Version 3 decodes twelve escapes of the URL before, which HubSpot's client does not do.", Source.HS_SIGNATURES)
def test_v3_decodes_twelve_escapes_of_the_url() -> None:
    url = f"{URL}?src=hs%3Aapp%2Fv3&x=%28a%29"
    undecoded = "cjcXz0O0TWncVYZtRHXOfdlvbVnbYj5vD7nDUnEgPwQ="

    assert v3(SECRET, "POST", url, b"[]", 1790000004000) == "CdvmEvwvupRg/ZMF+6mrBilQEr5+SKQwR9KKZUpteLE="
    assert Signature.get_signature(SECRET, "[]", "v3", url, "POST", "1790000004000") == undecoded
    every = "%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B"
    assert v3(SECRET, "POST", f"{URL}?{every}", b"", 1) == v3(SECRET, "POST", f"{URL}?:/?@!$'()*,;", b"", 1)
    assert v3(SECRET, "POST", f"{URL}?{every.lower()}", b"", 1) == v3(SECRET, "POST", f"{URL}?{every}", b"", 1)


@rule("All other escapes of the URL stay as they are.", Source.HS_SIGNATURES)
@pytest.mark.parametrize(("escaped", "plain"), [("%20", " "), ("%26", "&"), ("%3D", "="), ("%2B", "+"), ("%25", "%")])
def test_all_other_escapes_stay(escaped: str, plain: str) -> None:
    url = f"{URL}?q=a{escaped}b"

    assert v3(SECRET, "POST", url, b"", 1) != v3(SECRET, "POST", url.replace(escaped, plain), b"", 1)
    assert v3(SECRET, "POST", url, b"", 1) == Signature.get_signature(SECRET, "", "v3", url, "POST", "1")


@rule("A webhook carries versions 1 and 3, and the milliseconds that version 3 signs.", Source.HS_SIGNATURES)
def test_a_delivery_carries_v1_and_v3() -> None:
    headers = sign(SECRET, "POST", URL, BODY.encode(), 1790000001000)

    assert headers == {
        "x-hubspot-signature": v1(SECRET, BODY.encode()),
        "x-hubspot-signature-version": "v1",
        "x-hubspot-signature-v3": "KvwkDoH/cQZHMXnDeC+55uncLIvYZgRK3ZPfY1RQd8o=",
        "x-hubspot-request-timestamp": "1790000001000",
    }
