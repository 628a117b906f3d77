"""AWS's refusals in a seller's words."""

from __future__ import annotations

import pytest

from lambdas.domain.refusals import FieldError, Refusal, problems_of
from tests.lambdas.domain.builders import MAPPING


def sentences(*errors: FieldError, message: str = "") -> list[str]:
    return [problem.sentence for problem in problems_of(Refusal(errors=errors, message=message), MAPPING)]


@pytest.mark.parametrize(
    ("field", "code", "said", "sentence"),
    [
        (
            "project.customerUseCase",
            "REQUIRED_FIELD_MISSING",
            "",
            "AWS: use case: AWS needs it, for example Migration / Database Migration",
        ),
        (
            "primaryNeedsFromAws",
            "INVALID_ENUM_VALUE",
            "Bad.",
            'AWS: help wanted: AWS does not have this option, for example Co-Sell - Deal Support (AWS says: "Bad.")',
        ),
        (
            "project.expectedCustomerSpend.amount",
            "INVALID_STRING_FORMAT",
            "",
            "AWS: expected monthly AWS spend: AWS does not take it in this form, for example 5000",
        ),
        (
            "project.expectedCustomerSpend.1.member.amount",
            "VALUE_OUT_OF_RANGE",
            "",
            "AWS: expected monthly AWS spend: it is outside of what AWS takes, for example 5000",
        ),
        (
            "project.expectedCustomerSpend",
            "INVALID_VALUE",
            "",
            "AWS: expected monthly AWS spend: AWS does not take this value, for example 5000",
        ),
        (
            "customer.account.address.postalCode",
            "INVALID_VALUE",
            "",
            "Company postal code: AWS does not take this value, for example 10115",
        ),
        (
            "customer.contacts[0].email",
            "INVALID_STRING_FORMAT",
            "",
            "Contact email: AWS does not take it in this form, for example ada@example.com",
        ),
        ("Project.Title", "ACTION_NOT_PERMITTED", "", "AWS: project title: AWS does not allow this change now"),
        ("lifeCycle.targetCloseDate", "SOMETHING_NEW", "No Sundays.", "AWS: go-live (AWS billing starts): No Sundays."),
        ("lifeCycle.targetCloseDate", "SOMETHING_NEW", "", "AWS: go-live (AWS billing starts): something new"),
        (
            "relatedEntityIdentifiers.solutions",
            "REQUIRED_FIELD_MISSING",
            "",
            "AWS: our solutions: AWS needs it, for example S-0012345",
        ),
        ("involvementType", "INVALID_VALUE", "", "AWS: involvement: AWS does not take this value"),
        (
            "marketing.source",
            "REQUIRED_FIELD_MISSING",
            "Source is required.",
            "AWS refused marketing.source: Source is required.",
        ),
        (None, "INVALID_RESOURCE_STATE", "Record is not editable.", "AWS refused this: Record is not editable."),
        (None, "", "", "AWS refused this: it gave no reason"),
    ],
)
def test_one_error(field: str | None, code: str, said: str, sentence: str) -> None:
    assert sentences(FieldError(field=field, code=code, message=said)) == [sentence]


def test_each_once() -> None:
    twice = FieldError(field="project.title", code="REQUIRED_FIELD_MISSING", message="")

    assert len(sentences(twice, twice)) == 1


@pytest.mark.parametrize(
    ("message", "sentence"),
    [("Closed on Sundays.", "AWS refused this: Closed on Sundays."), ("", "AWS refused this: it gave no reason")],
)
def test_without_errors_aws_speaks_for_itself(message: str, sentence: str) -> None:
    assert sentences(message=message) == [sentence]
