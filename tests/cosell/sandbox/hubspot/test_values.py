"""What may be written into a property, what is kept, and how HubSpot says no."""

from __future__ import annotations

import json

import httpx
import pytest

from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.hubspot.values import instant, milliseconds
from tests.cosell.sandbox.hubspot.conftest import Portal
from tests.support.rules import Source, rule

V3 = "/crm/v3/objects"
DATED = "/crm/objects/2026-09"


@pytest.fixture
def deal(hubspot: HubSpot) -> str:
    hubspot.define("deals", "kind", type="enumeration", options=["new", "old"])
    hubspot.define("deals", "tags", type="enumeration", field_type="checkbox", options=["a", "b", "c"])
    hubspot.define("deals", "go_live", type="date")
    hubspot.define("deals", "agreed", type="bool")
    hubspot.define("deals", "phone_of_desk", type="phone_number", field_type="phonenumber")
    return hubspot.people.creates("deals", {"dealname": "Data platform"})


@rule("Each property type has its formats, and one in which it is read back.", Source.HS_PROPERTIES)
@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("amount", "1500.00", "1500.00"),
        ("amount", 1500.5, "1500.5"),
        ("amount", "-.5", "-.5"),
        ("description", "  as it is\n", "  as it is\n"),
        ("closedate", "2026-12-31T15:30:00Z", "2026-12-31T15:30:00Z"),
        ("closedate", "2026-12-31T15:30:00.120+01:00", "2026-12-31T14:30:00.120Z"),
        ("closedate", "2026-12-31", "2026-12-31T00:00:00Z"),
        ("closedate", "1798675200000", "2026-12-31T00:00:00Z"),
        ("closedate", 1798675200001, "2026-12-31T00:00:00.001Z"),
        ("go_live", "2026-12-31", "2026-12-31"),
        ("go_live", "1798675200000", "2026-12-31"),
        ("go_live", "2026-12-31T00:00:00Z", "2026-12-31"),
        ("kind", "new", "new"),
        ("tags", "c;a;c", "c;a"),
        ("agreed", True, "true"),
        ("agreed", "false", "false"),
        ("phone_of_desk", "(0)30 / 12 34 56", "(0)30 / 12 34 56"),
        ("description", "x" * 65_536, "x" * 65_536),
        ("hubspot_owner_id", "12000001", "12000001"),
        ("amount", "", None),
        ("description", "   ", "   "),
    ],
)
def test_accepted(
    hubspot: HubSpot, api: httpx.Client, deal: str, *, name: str, written: object, kept: str | None
) -> None:
    response = api.patch(f"{V3}/deals/{deal}", json={"properties": {name: written}})

    assert response.status_code == 200
    assert hubspot.record("deals", deal).properties[name] == kept


@rule(
    "A value that its property does not take is refused with a code, in the message and in `errors`.",
    Source.HS_PROPERTIES,
    Source.HS_ERRORS,
)
@pytest.mark.parametrize(
    ("name", "written", "code", "message"),
    [
        ("nope", "1", "PROPERTY_DOESNT_EXIST", 'Property "nope" does not exist'),
        ("amount", " 7", "INVALID_INTEGER", " 7 was not a valid number."),
        ("amount", "1,500", "INVALID_INTEGER", "1,500 was not a valid number."),
        ("amount", 1.4210854715202004e-14, "INVALID_INTEGER", "1.4210854715202004e-14 was not a valid number."),
        ("closedate", "next week", "INVALID_LONG", "next week was not a valid long."),
        ("closedate", "999999999999999", "INVALID_LONG", "999999999999999 was not a valid long."),
        ("closedate", "2026-12-31T15:30:00", "INVALID_LONG", "2026-12-31T15:30:00 was not a valid long."),
        ("closedate", "2026-13-01", "INVALID_LONG", "2026-13-01 was not a valid long."),
        ("go_live", "1641038400000", "INVALID_DATE", "1641038400000 is at 12:0:0.0 UTC, not midnight!"),
        ("go_live", "31.12.2026", "INVALID_DATE", "31.12.2026 was not a valid date."),
        ("hs_is_closed", "true", "READ_ONLY_VALUE", '"hs_is_closed" is a read only property; its value cannot be set.'),
        ("description", None, "INVALID_STRING", '"description" is null; an empty string clears a property.'),
        ("description", ["a"], "INVALID_STRING", "The value of description must be a string"),
        (
            "description",
            "x" * 65_537,
            "PROPERTY_VALUE_TOO_LONG",
            "description is longer than the 65536 characters allowed.",
        ),
    ],
)
def test_refused(
    hubspot: HubSpot, api: httpx.Client, deal: str, *, name: str, written: object, code: str, message: str
) -> None:
    response = api.patch(f"{V3}/deals/{deal}", json={"properties": {name: written}})

    body = response.json()
    assert (response.status_code, body["category"]) == (400, "VALIDATION_ERROR")
    assert body["errors"] == [{"message": message, "code": code, "context": {"propertyName": [name]}}]
    prefix = "Property values were not valid: "
    assert body["message"].startswith(prefix)
    (inner,) = json.loads(body["message"].removeprefix(prefix))
    assert (inner["isValid"], inner["error"], inner["name"], inner["message"]) == (False, code, name, message)
    assert inner["portalId"] == hubspot.portal.id


@rule("A value that is none of the options is refused as INVALID_OPTION, with the list of them.", Source.HS_PROPERTIES)
@pytest.mark.parametrize(
    ("name", "value"),
    [("kind", "New"), ("tags", "a;d"), ("agreed", "TRUE"), ("agreed", 1), ("hubspot_owner_id", "75000001")],
)
def test_values_beside_the_options_are_refused_with_the_list(
    api: httpx.Client, deal: str, name: str, value: str | int
) -> None:
    error = api.patch(f"{V3}/deals/{deal}", json={"properties": {name: value}}).json()["errors"][0]

    assert error["code"] == "INVALID_OPTION"
    assert error["message"].startswith(f'{str(value).rpartition(";")[2]} was not one of the allowed options: [label: "')


@rule("All properties that are wrong are named at once.", Source.HS_ERRORS)
def test_all_problems_are_told_at_once(api: httpx.Client, deal: str) -> None:
    refused = api.patch(f"{V3}/deals/{deal}", json={"properties": {"nope": "1", "amount": "x", "closedate": "y"}})

    codes = [error["code"] for error in refused.json()["errors"]]
    assert codes == ["PROPERTY_DOESNT_EXIST", "INVALID_INTEGER", "INVALID_LONG"]


@rule("A value with a leading semicolon is added to those of a multiple-choice property.", Source.HS_PROPERTIES)
def test_a_leading_separator_appends(hubspot: HubSpot, api: httpx.Client, deal: str) -> None:
    api.patch(f"{V3}/deals/{deal}", json={"properties": {"tags": "a"}})
    api.patch(f"{V3}/deals/{deal}", json={"properties": {"tags": ";c"}})

    assert hubspot.record("deals", deal).properties["tags"] == "a;c"


@rule(
    "From 2026-09 on a date takes any moment of its day, with a warning that says what was made of it.",
    Source.HS_CHANGELOG,
)
def test_dated_versions_take_a_moment_for_a_day_and_say_so(api: httpx.Client, deal: str) -> None:
    response = api.patch(f"{DATED}/deals/{deal}", json={"properties": {"go_live": "2026-12-31T15:30:00Z"}})

    assert response.json()["properties"]["go_live"] == "2026-12-31"
    (warning,) = response.json()["warnings"]
    assert warning["category"] == "PROPERTY_VALUE_NORMALIZED"
    assert warning["context"] == {
        "propertyName": ["go_live"],
        "rawValue": ["2026-12-31T15:30:00Z"],
        "normalizedValue": ["2026-12-31"],
    }
    assert "warnings" not in api.patch(f"{DATED}/deals/{deal}", json={"properties": {"go_live": "2026-12-30"}}).json()


@rule(
    "An empty string clears a property; null is refused.",
    Source.HS_PROPERTIES,
    switch="null_value",
)
@pytest.mark.parametrize(("behaviour", "status", "kept"), [("refused", 400, "1"), ("clears", 200, None)])
def test_null(portal: Portal, behaviour: str, status: int, kept: str | None) -> None:
    hubspot, api = portal(null_value=behaviour)
    deal = hubspot.people.creates("deals", {"dealname": "Data platform", "amount": "1"})

    assert api.patch(f"{V3}/deals/{deal}", json={"properties": {"amount": None}}).status_code == status
    assert hubspot.record("deals", deal).properties["amount"] == kept
    assert api.patch(f"{V3}/deals/{deal}", json={"properties": {"amount": ""}}).status_code == 200
    assert hubspot.record("deals", deal).properties["amount"] is None


@rule("A contact's e-mail must look like one.", Source.HS_CONTACTS)
@pytest.mark.parametrize("email", ["art", "art@", "@vandelay.com", "a b@vandelay.com", "art@vandelay"])
def test_an_email_must_look_like_one(api: httpx.Client, email: str) -> None:
    response = api.post(f"{V3}/contacts", json={"properties": {"email": email}})

    assert response.json()["errors"][0]["code"] == "INVALID_EMAIL"


@rule("A moment is printed in UTC, with milliseconds unless they are zero.", Source.HS_OBJECTS)
@pytest.mark.parametrize(("ms", "text"), [(0, "1970-01-01T00:00:00Z"), (1_795_510_800_123, "2026-11-24T09:00:00.123Z")])
def test_instants_read_as_java_prints_them(ms: int, text: str) -> None:
    assert instant(ms) == text
    assert milliseconds(text) == ms
