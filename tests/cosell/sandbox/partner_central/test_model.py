"""Requests against the service model, generated from it: each value of each enum, each length and size off by one."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ListShape

from cosell.sandbox.partner_central import Switches, model, vocabulary
from cosell.sandbox.partner_central.errors import ServiceError
from cosell.sandbox.partner_central.simulator import OPERATIONS
from tests.cosell.sandbox.partner_central.leaves import (
    Leaf,
    leaves,
    minimal,
    placed,
    refusals,
    structures,
)
from tests.cosell.sandbox.partner_central.partner import Document, complete, partner, with_value
from tests.support.rules import Source, rule

HEX = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
NEARLY = {
    "Amount": ["01", "-1", "1,5", "1e3", " 1", "1\n", "١"],
    "AwsAccount": ["1234-5678", "é"],
    "AwsMarketplaceSolutionArn": ["sol-1", "ARN:x"],
    "ClientToken": ["a\nb"],
    "Date": ["2027-1-31", "0999-01-01", "2027-13-01", "2027-01-32", "2027-01-01T00:00:00Z", "01/31/2027"],
    "DunsNumber": ["12345678a", "१२३४५६७८९"],
    "Email": ["A@example.com", "a@b", "a@b..c", "a b@example.com", "a@example.com\n"],
    "EngagementArnOrIdentifier": ["eng-0123456789abcD", "ENG-0123456789abcd"],
    "EstimationUrl": [f"http://calculator.aws/#/estimate?id={HEX}", f"https://calculator.aws/estimate?id={HEX}", HEX],
    "OpportunityIdentifier": ["o1", "1", "O1 ", "O-1"],
    "PhoneNumber": ["+02", "12", "+1 2", "0012", "+1-202-555-0177"],
    "ResourceSnapshotJobRoleIdentifier": ["a role", "arn:aws:iam::111122223333:user/u"],
    "SolutionIdentifier": ["1", "s-1", "S1"],
    "TagKey": ["a;b", "a\nb", "a*"],
    "TagValue": ["a;b", "a\tb"],
    "TaggableResourceArn": ["O1", "arn:aws:partnercentral:us-east-1::catalog/AWS/opportunity/O1"],
    "TaskArnOrIdentifier": ["task-0123456789abC", "oit-0123456789abc"],
}
"""By shape: texts of the right length that the pattern does not have."""

LENGTH_ONLY = "(?s).{"
"""How patterns begin that say nothing but a length."""

NO_LOOKALIKES = {"MonetaryValueAmountString"}  # as Amount, without the empty text

of_each_operation = pytest.mark.parametrize("operation", sorted(OPERATIONS))


def strings(operation: str) -> list[Leaf]:
    return [leaf for leaf in leaves(operation) if leaf.shape.type_name == "string"]


def refused_values(leaf: Leaf, values: Any) -> dict[str, Any]:
    """The values that are not taken, with what is said about them."""
    return {f"{leaf}: {value!r}": found for value in values if (found := leaf.refusals(value))}


def differently(leaf: Leaf, values: Any, code: str) -> dict[str, Any]:
    """The values that are not refused with this code and the leaf's name, and nothing else."""
    found = {f"{leaf}: {value!r}": leaf.refusals(value) for value in values}
    return {value: errors for value, errors in found.items() if errors != [(code, leaf.field)]}


@rule(
    "Every value of an enum is taken; another is an INVALID_ENUM_VALUE, named by its path in lower camel case.",
    Source.PC_MODEL,
    Source.PC_SAMPLES,
)
@of_each_operation
def test_every_listed_value_is_taken_and_no_other(operation: str) -> None:
    for leaf in strings(operation):
        if leaf.listed:
            assert refused_values(leaf, leaf.listed) == {}
            others = ["Something else", "", leaf.listed[0].swapcase(), f"{leaf.listed[0]} "]
            assert differently(leaf, others, "INVALID_ENUM_VALUE") == {}


@rule(
    "A text fits its pattern from end to end, to the character, and otherwise is of INVALID_STRING_FORMAT.",
    Source.PC_MODEL,
)
@of_each_operation
def test_patterns_are_exact_at_each_of_their_limits(operation: str) -> None:
    for leaf in strings(operation):
        if "pattern" in leaf.shape.metadata and not leaf.listed:
            within, beyond = leaf.around()
            assert within
            assert refused_values(leaf, within) == {}
            assert differently(leaf, beyond, "INVALID_STRING_FORMAT") == {}


@rule(
    "Patterns know no other case, digits or signs than they say: addresses of mail are lower-case, digits are ASCII.",
    Source.PC_MODEL,
)
@of_each_operation
def test_what_looks_alike_is_refused(operation: str) -> None:
    for leaf in strings(operation):
        pattern = leaf.shape.metadata.get("pattern", LENGTH_ONLY)
        known_here = leaf.listed or pattern.startswith(LENGTH_ONLY) or leaf.shape.name in NO_LOOKALIKES
        nearly = [] if known_here else NEARLY[leaf.shape.name]
        assert differently(leaf, nearly, "INVALID_STRING_FORMAT") == {}


@rule("Keys and values of tags have letters and digits of any alphabet, and `_.:/=+-@` and spaces.", Source.PC_MODEL)
@pytest.mark.parametrize("text", ["clé à 2_.:/=+-@", "東京", "naïve 3", "Ⅻ", "a\u00a0b"])
def test_tags_are_of_any_alphabet(text: str) -> None:
    assert refusals("TagResource", _tagged(text, text)) == []


@rule("A list has its least and its greatest size: NOT_ENOUGH_VALUES, TOO_MANY_VALUES.", Source.PC_MODEL)
@of_each_operation
def test_lists_have_their_sizes(operation: str) -> None:
    for leaf in leaves(operation):
        if isinstance(leaf.shape, ListShape):
            least, most = leaf.shape.metadata.get("min", 0), leaf.shape.metadata.get("max", 30)
            item = leaf.item
            assert refused_values(leaf, [[item] * least, [item] * most]) == {}
            if least:
                assert differently(leaf, [[item] * (least - 1)], "NOT_ENOUGH_VALUES") == {}
            if "max" in leaf.shape.metadata:
                assert differently(leaf, [[item] * (most + 1)], "TOO_MANY_VALUES") == {}


@rule("A whole number is within its range: VALUE_OUT_OF_RANGE.", Source.PC_MODEL)
@of_each_operation
def test_numbers_have_their_range(operation: str) -> None:
    for leaf in leaves(operation):
        if leaf.shape.type_name == "integer":
            least, most = leaf.shape.metadata["min"], leaf.shape.metadata["max"]
            assert refused_values(leaf, [least, most]) == {}
            assert differently(leaf, [least - 1, most + 1], "VALUE_OUT_OF_RANGE") == {}
            assert differently(leaf, [str(least), float(least), True], "INVALID_VALUE") == {}


@rule("A moment is text in ISO 8601 with a zone, and up to nine digits of a second; never a number.", Source.PC_MODEL)
@of_each_operation
def test_moments_are_text(operation: str) -> None:
    right = ["2026-11-24T09:00:00Z", "2026-11-24T09:00:00.123456789Z", "2026-11-24T10:00:00+01:00"]
    right += ["2026-11-24T04:00:00.5-0500"]
    texts = ["", "2026-11-24", "2026-11-24T09:00:00", "2026-13-24T09:00:00Z", "2026-11-24T09:00:00.1234567890Z"]
    wrong = [1_764_000_000, 1_764_000_000.5, *texts, "yesterday", True, {"a": 1}]
    for leaf in leaves(operation):
        if leaf.shape.type_name == "timestamp":
            assert refused_values(leaf, right) == {}
            assert differently(leaf, wrong, "INVALID_STRING_FORMAT") == {}


@rule(
    "A value of another type is an INVALID_VALUE: text where a structure belongs, a number for text.", Source.PC_MODEL
)
@of_each_operation
def test_values_have_their_types(operation: str) -> None:
    for leaf in strings(operation):
        assert differently(leaf, [5, True, ["x"], {"a": 1}], "INVALID_VALUE") == {}
    for leaf in leaves(operation):
        if isinstance(leaf.shape, ListShape):
            assert differently(leaf, [{"a": 1}, "x", 5], "INVALID_VALUE") == {}
    for path, _ in structures(operation):
        if path:
            field = model.field_name(tuple(name.removesuffix("[]") for name in path))
            for value in ("x", 5, True, ["x"]):
                assert refusals(operation, placed(operation, path, value)) == [("INVALID_VALUE", field)]


@rule("Required members are required in each structure that is there, and null is none.", Source.PC_MODEL)
@of_each_operation
def test_required_members_are_required(operation: str) -> None:
    for path, shape in structures(operation):
        inside = tuple(name.removesuffix("[]") for name in path)
        wanted = sorted(("REQUIRED_FIELD_MISSING", model.field_name((*inside, one))) for one in shape.required_members)
        for empty in ({}, dict.fromkeys(shape.required_members)):
            body = placed(operation, path, empty) if path else empty
            assert sorted(refusals(operation, body)) == wanted


@rule("Null stands for any member that is not required.", Source.PC_MODEL, Source.PC_SAMPLES)
@of_each_operation
def test_null_stands_for_what_is_not_there(operation: str) -> None:
    for path, shape in structures(operation):
        nothing = {**dict.fromkeys(shape.members), **minimal(shape)}
        assert refusals(operation, placed(operation, path, nothing) if path else nothing) == []


@rule("Members that the model does not have are ignored, wherever they are.", Source.PC_SAMPLES)
@of_each_operation
def test_unknown_members_are_ignored(operation: str) -> None:
    for path, shape in structures(operation):
        known = minimal(shape)
        bodies = [placed(operation, path, one) if path else one for one in (known, {**known, "Colour": {"red": [1]}})]
        assert model.check(operation, bodies[1]) == model.check(operation, bodies[0])


@rule("What is not in the model is not kept either, such as a `__type` that came with an answer.", Source.PC_SAMPLES)
def test_unknown_members_are_not_kept() -> None:
    us = partner()
    spend = {"Amount": "5", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
    project = {"Title": "T", "Colour": "red", "ExpectedCustomerSpend": [{**spend, "__type": "x#Y"}]}
    body = us.raw(us.create_raw(CreatedDate="whenever", Project=project))
    assert body["CreatedDate"] == "2026-11-24T09:00:00Z"
    assert "Colour" not in body["Project"]
    assert body["Project"]["ExpectedCustomerSpend"] == [{**spend, "EstimationUrl": None}]


@rule("A union has exactly one member.", Source.PC_MODEL)
def test_a_union_has_exactly_one_member() -> None:
    def refused_with(payload: Document) -> set[tuple[str, str | None]]:
        context = {"Type": "CustomerProject", "Payload": payload}
        return set(refusals("CreateEngagement", {"Catalog": "AWS", "ClientToken": "t", "Contexts": [context]}))

    two_members: Document = {"CustomerProject": {}, "ProspectingResult": {}}
    assert refused_with({"CustomerProject": {}}) == set()
    assert refused_with({}) == {("INVALID_VALUE", "contexts.payload")}
    assert ("INVALID_VALUE", "contexts.payload") in refused_with(two_members)


@rule("All that is wrong with the form of a request is told at once.", Source.PC_RELEASE_NOTES)
def test_everything_that_is_wrong_comes_in_one_answer() -> None:
    response = partner().post(
        "CreateOpportunity",
        Catalog="Nowhere",
        Project={"Title": 5, "ExpectedCustomerSpend": [{"Amount": "x", "CurrencyCode": "USD", "TargetCompany": "AWS"}]},
    )
    assert sorted((one["FieldName"], one["Code"]) for one in response.json()["ErrorList"]) == [
        ("catalog", "INVALID_ENUM_VALUE"),
        ("clientToken", "REQUIRED_FIELD_MISSING"),
        ("project.expectedCustomerSpend.amount", "INVALID_STRING_FORMAT"),
        ("project.expectedCustomerSpend.frequency", "REQUIRED_FIELD_MISSING"),
        ("project.title", "INVALID_VALUE"),
    ]


@rule("Business rules are looked at only when the form of the request is right.", Source.PC_RELEASE_NOTES)
def test_the_form_comes_first() -> None:
    body = complete(NationalSecurity="Yes", PartnerOpportunityIdentifier="1" * 65)
    response = partner().post("CreateOpportunity", Catalog="AWS", ClientToken="t", **body).json()
    assert response["Reason"] == "REQUEST_VALIDATION_FAILED"
    assert [one["FieldName"] for one in response["ErrorList"]] == ["partnerOpportunityIdentifier"]


@rule("Some use cases and programs have two published spellings: both are taken, one is given back.", Source.PC_SAMPLES)
@pytest.mark.parametrize(("sent", "kept"), vocabulary.OTHER_SPELLINGS.items())
def test_other_spellings_are_given_back_in_one(sent: str, kept: str) -> None:
    us = partner()
    is_program = kept in vocabulary.PROGRAMS
    name, values = ("ApnPrograms", ([sent], [kept])) if is_program else ("CustomerUseCase", (sent, kept))
    assert us.get(us.create({"Project": {name: values[0]}}))["Project"][name] == values[1]


@rule("By switch, each enum of an opportunity has a value that the model does not know.", switch="newer_value")
def test_values_that_the_model_does_not_know_by_switch() -> None:
    us = partner(newer_value="Quantum")
    writable = [leaf for leaf in leaves("UpdateOpportunity") if leaf.listed and leaf.path != ("Catalog",)]
    switches = Switches(newer_value="Quantum")
    for leaf in writable:
        model.check("UpdateOpportunity", leaf.body("Quantum"), switches)
    with pytest.raises(ServiceError):
        model.check("ListOpportunities", {"Catalog": "Quantum"}, switches)
    identifier = us.create(with_value(complete(), "Project.DeliveryModels", ["Quantum", "Resell"]))
    us.update(identifier)
    assert us.get(identifier)["Project"]["DeliveryModels"] == ["Quantum", "Resell"]


@rule("The FieldName of a member in a list does not say which item.", Source.PC_DEAL_SIZE, switch="indexed_field_names")
@pytest.mark.parametrize(("indexed", "name"), [(False, "customer.contacts"), (True, "customer.contacts.2.member")])
def test_names_of_members_in_lists(indexed: bool, name: str) -> None:
    contacts = [{"Email": "a@b.co"}, {"Email": "A@b.co", "FirstName": 5}]
    response = partner(indexed_field_names=indexed).post(
        "CreateOpportunity", Catalog="AWS", ClientToken="t", Customer={"Contacts": contacts}
    )
    errors = [(one["FieldName"], one["Message"].split(" ")[0]) for one in response.json()["ErrorList"]]
    assert errors == [(f"{name}.email", "Email"), (f"{name}.firstName", "FirstName")]


def _tagged(key: str, value: str) -> Document:
    arn = "arn:aws:partnercentral:us-east-1:111122223333:catalog/AWS/opportunity/O1"
    return {"ResourceArn": arn, "Tags": [{"Key": key, "Value": value}]}
