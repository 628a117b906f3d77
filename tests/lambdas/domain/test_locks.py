"""What may be edited in which review status."""

from __future__ import annotations

import pytest

from lambdas.domain.locks import locked_in

TITLE = "Project.Title"
PROBLEM = "Project.CustomerBusinessProblem"
USE_CASE = "Project.CustomerUseCase"
SPEND = "Project.ExpectedCustomerSpend[].Amount"
CITY = "Customer.Account.Address.City"
POSTAL_CODE = "Customer.Account.Address.PostalCode"
STAGE = "LifeCycle.Stage"


@pytest.mark.parametrize(
    ("status", "open_", "locked"),
    [
        ("Pending Submission", {TITLE, PROBLEM, USE_CASE, SPEND, CITY, POSTAL_CODE}, {STAGE}),
        ("Submitted", set(), {TITLE, PROBLEM, USE_CASE, SPEND, CITY, POSTAL_CODE, STAGE}),
        ("In review", set(), {TITLE, PROBLEM, USE_CASE, SPEND, CITY, POSTAL_CODE, STAGE}),
        ("Action Required", {PROBLEM, SPEND, CITY, POSTAL_CODE}, {TITLE, USE_CASE, STAGE}),
        ("Approved", {USE_CASE, SPEND, CITY, STAGE}, {TITLE, PROBLEM, POSTAL_CODE}),
        ("Rejected", set(), {TITLE, PROBLEM, USE_CASE, SPEND, CITY, POSTAL_CODE, STAGE}),
        ("Something new", set(), {TITLE, STAGE}),
    ],
)
def test_locks(status: str, open_: set[str], locked: set[str]) -> None:
    is_locked = locked_in(status)

    assert {path for path in open_ | locked if is_locked(path)} == locked
