"""Members of an opportunity by path."""

from __future__ import annotations

from typing import Any

import pytest

from lambdas.domain import paths

AMOUNT = "Project.ExpectedCustomerSpend[].Amount"
OWN_PRICE = {"TargetCompany": "Self", "Frequency": "None", "Amount": "9", "CurrencyCode": "USD"}


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        ({"Project": {"Title": "a"}}, "Project.Title", "a"),
        ({"Project": {}}, "Project.Title", None),
        ({}, "Project.Title", None),
        ({"Project": "odd"}, "Project.Title", None),
        ({"Project": {"ExpectedCustomerSpend": [OWN_PRICE, {"TargetCompany": "AWS", "Amount": "5"}]}}, AMOUNT, "5"),
        ({"Project": {"ExpectedCustomerSpend": [OWN_PRICE]}}, AMOUNT, None),
        ({"Project": {}}, AMOUNT, None),
    ],
)
def test_get(body: dict[str, Any], path: str, value: Any) -> None:
    assert paths.get(body, path) == value


def test_put_makes_what_is_missing_on_the_way() -> None:
    body: dict[str, Any] = {"Project": {"ExpectedCustomerSpend": [OWN_PRICE]}}

    paths.put(body, AMOUNT, "5")
    paths.put(body, "LifeCycle.Stage", "Qualified")

    assert body == {
        "Project": {
            "ExpectedCustomerSpend": [{"TargetCompany": "AWS", "Frequency": "Monthly", "Amount": "5"}, OWN_PRICE]
        },
        "LifeCycle": {"Stage": "Qualified"},
    }


def test_put_nothing_takes_the_member_out() -> None:
    body = {"Project": {"Title": "a", "CustomerUseCase": "SAP"}}

    paths.put(body, "Project.Title", None)
    paths.put(body, "Project.Title", None)

    assert body == {"Project": {"CustomerUseCase": "SAP"}}


def test_tidy_leaves_nothing_that_aws_refuses() -> None:
    without_amount = {"TargetCompany": "AWS", "Frequency": "Monthly", "CurrencyCode": "USD"}
    calculated = without_amount | {"EstimationUrl": "https://calculator.aws/#/estimate?id=0"}

    assert paths.tidy({"A": None, "B": [], "C": {"D": {}}, "E": {"F": [{"G": None, "H": 1}]}, "I": "", "J": 0}) == {
        "E": {"F": [{"H": 1}]},
        "I": "",
        "J": 0,
    }
    assert paths.tidy({"Project": {"ExpectedCustomerSpend": [without_amount]}}) == {}
    assert paths.tidy({"Project": {"ExpectedCustomerSpend": [calculated, OWN_PRICE]}}) == {
        "Project": {"ExpectedCustomerSpend": [calculated, OWN_PRICE]}
    }
