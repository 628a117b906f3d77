"""The values that sellers type and AWS writes in the interleavings; texts are new ones each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Final

Draw = Callable[[Random], dict[str, str]]

USE_CASES: Final = ("SAP", "Containers & Serverless", "Migration / Database Migration", "Storage & Backup")
NEEDS: Final = ("Co-Sell - Deal Support", "Co-Sell - Pricing Assistance", "Co-Sell - Technical Consultation")
MODELS: Final = ("SaaS or PaaS", "Resell", "Managed Services")
ACTIVITIES: Final = ("Initialized discussions with customer", "SOW Signed", "Conducted POC / Demo")
DATES: Final = ("2027-03-31", "2027-06-30", "2027-09-15")
STAGES: Final = (
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "decisionmakerboughtin",
    "contractsent",
    "closedwon",
    "closedlost",
)
SOLUTIONS: Final = ("S-1234567", "S-7654321", "S-1234567;S-7654321", "")
PRODUCTS: Final = ("AmazonS3", "AmazonS3;AmazonEC2", "AmazonEC2", "")
OWNERS: Final = ("12000001", "")


def text(subject: str) -> Callable[[Random], str]:
    return lambda chance: f"{subject} {chance.randrange(10**6)}, as was agreed on the telephone"


def _amount(chance: Random) -> str:
    return str(chance.randrange(1, 400) * 250)


def _one(*values: str) -> Callable[[Random], str]:
    return lambda chance: chance.choice(values)


def _several(*values: str) -> Callable[[Random], list[str]]:
    return lambda chance: chance.sample(values, chance.randint(1, len(values)))


def _property(name: str, value: Callable[[Random], str]) -> Draw:
    return lambda chance: {name: value(chance)}


def _properties(name: str, values: Callable[[Random], list[str]]) -> Draw:
    return lambda chance: {name: ";".join(values(chance))}


def _cleared(name: str) -> Draw:
    return lambda _: {name: ""}


DEAL: Final[tuple[Draw, ...]] = (
    _property("aws_comments", text("Comment")),
    _property("aws_next_step", text("Workshop")),
    _property("aws_customer_problem", text("The warehouse is full, number")),
    _property("aws_project_title", text("Data platform")),
    _property("dealname", text("Deal")),
    _property("aws_use_case", _one(*USE_CASES)),
    _property("aws_monthly_spend", _amount),
    _property("aws_golive_date", _one(*DATES)),
    _properties("aws_primary_needs", _several(*NEEDS)),
    _properties("aws_delivery_models", _several(*MODELS)),
    _properties("aws_sales_activities", _several(*ACTIVITIES)),
    _property("aws_opportunity_type", _one("Net New Business", "Expansion")),
    _property("aws_tags", _one("tier=1", "tier=2\nsegment=enterprise", "", "no tag at all")),
    _cleared("aws_comments"),
    _cleared("aws_next_step"),
    _property("aws_customer_problem", _one("", "Too short")),
    _property("aws_monthly_spend", _one("", "-5")),
    _property("closedate", _one("2027-04-30T17:00:00.000Z", "2020-04-30T17:00:00.000Z")),
)
"""What is wrong in some of them is as likely to be put right by the next edit as not."""

COMPANY: Final[tuple[Draw, ...]] = (
    _property("city", _one("Albany", "Buffalo", "New York")),
    _property("address", text("Main Street")),
    _property("zip", _one("12207", "10024", "", "no code")),
    _property("aws_account_id", _one("123456789012", "", "12")),
    _property("name", text("Vandelay")),
)
CONTACT: Final[tuple[Draw, ...]] = (
    _property("jobtitle", text("Architect")),
    _property("phone", _one("+12125550100", "+12125550199", "")),
    _property("aws_share_contact", _one("true", "false")),
)


def _at_aws(path: str, value: Callable[[Random], object]) -> Draw:
    return lambda chance: {"path": path, "value": json.dumps(value(chance))}


def _spend(chance: Random) -> list[dict[str, str]]:
    return [{"Amount": _amount(chance), "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}]


AT_AWS: Final[tuple[Draw, ...]] = (
    _at_aws("Project.AdditionalComments", text("AWS's comment")),
    _at_aws("LifeCycle.NextSteps", text("AWS's next step")),
    _at_aws("Project.CustomerBusinessProblem", text("What AWS heard is")),
    _at_aws("Project.Title", text("AWS's title")),
    _at_aws("Project.CustomerUseCase", _one(*USE_CASES)),
    _at_aws("Project.ExpectedCustomerSpend", _spend),
    _at_aws("LifeCycle.TargetCloseDate", _one(*DATES)),
    _at_aws("PrimaryNeedsFromAws", _several(*NEEDS)),
    _at_aws("Project.DeliveryModels", _several(*MODELS)),
    _at_aws("Project.SalesActivities", _several(*ACTIVITIES)),
    _at_aws("Project.AdditionalComments", lambda _: None),
    _at_aws("Customer.Account.Address.City", _one("Albany", "Rochester")),
    _at_aws("Customer.Account.Duns", _one("123456789", "987654321")),
    _at_aws("Customer.Account.WebsiteUrl", _one("https://vandelay.example.org")),
)
