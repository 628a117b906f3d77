"""Lists: filters, order, pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cosell.sandbox.partner_central import Solution
from tests.cosell.sandbox.partner_central.partner import Partner, complete, partner, refused, with_value
from tests.support.rules import Source, rule


def named(us: Partner, company: str, close: str = "2027-03-01") -> str:
    body = with_value(complete(), "Customer.Account.CompanyName", company)
    identifier = us.create(with_value(body, "LifeCycle.TargetCloseDate", close))
    us.clock.advance(60)
    return identifier


def listed(us: Partner, **request: Any) -> list[str]:
    pages = us.client.get_paginator("list_opportunities").paginate(Catalog="AWS", **request)
    return [row["Id"] for page in pages for row in page["OpportunitySummaries"]]


@rule("Opportunities are listed by their last change, the latest first.", Source.PC_MODEL)
def test_the_last_change_comes_first() -> None:
    us = partner()
    first, second, third = (named(us, name) for name in "ABC")
    us.update(first)
    assert listed(us) == [first, third, second]


@rule("Opportunities are sorted by each of five fields, in either order.", Source.PC_MODEL)
@pytest.mark.parametrize(
    "by", ["LastModifiedDate", "Identifier", "CustomerCompanyName", "CreatedDate", "TargetCloseDate"]
)
def test_both_orders_of_every_sort(by: str) -> None:
    us = partner()
    made = [named(us, name, close) for name, close in (("A", "2027-01-01"), ("B", "2027-02-01"), ("C", "2027-03-01"))]
    assert listed(us, Sort={"SortBy": by, "SortOrder": "ASCENDING"}) == made
    assert listed(us, Sort={"SortBy": by, "SortOrder": "DESCENDING"}) == made[::-1]


@rule(
    "Opportunities are filtered by id, company, stage, review status and close date, by all that is asked.",
    Source.PC_MODEL,
)
def test_filters() -> None:
    us = partner()
    one, other = named(us, "A", "2027-01-01"), named(us, "B", "2027-02-01")
    us.associate(one)
    us.start(one)
    us.clock.run_until_quiet()
    assert listed(us, Identifier=[one]) == [one]
    assert listed(us, CustomerCompanyName=["B", "C"]) == [other]
    assert listed(us, LifeCycleReviewStatus=["Submitted"]) == [one]
    assert listed(us, LifeCycleStage=["Qualified"], LifeCycleReviewStatus=["Pending Submission"]) == [other]
    assert listed(us, LifeCycleStage=["Launched"]) == []
    assert listed(us, TargetCloseDate={"AfterTargetCloseDate": "2027-01-15"}) == [other]
    assert listed(us, TargetCloseDate={"BeforeTargetCloseDate": "2027-01-15"}) == [one]


@rule("A window of dates begins on its date and ends before the other.", Source.PC_MODEL)
def test_a_window_begins_on_its_date_and_ends_before_it() -> None:
    us = partner()
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    one, other = named(us, "A"), named(us, "B")
    minute = timedelta(minutes=1)
    assert listed(us, LastModifiedDate={"AfterLastModifiedDate": start + minute}) == [other]
    assert listed(us, LastModifiedDate={"BeforeLastModifiedDate": start + minute}) == [one]
    assert listed(us, CreatedDate={"AfterCreatedDate": start, "BeforeCreatedDate": start + 2 * minute}) == [other, one]


@rule("What has no close date is within no window.", Source.PC_MODEL)
def test_without_a_date_nothing_is_within_a_window() -> None:
    us = partner()
    us.create({})
    assert listed(us, TargetCloseDate={"AfterTargetCloseDate": "2020-01-01"}) == []


@rule("Pages have twenty rows unless asked otherwise, and a token while there is more.", Source.PC_MODEL)
def test_pages_of_twenty_until_there_is_no_token() -> None:
    us = partner()
    made = [named(us, "A") for _ in range(45)]
    first = us.client.list_opportunities(Catalog="AWS")
    assert len(first["OpportunitySummaries"]) == 20
    assert listed(us) == made[::-1]
    assert listed(us, MaxResults=7) == made[::-1]
    exactly = us.post("ListOpportunities", Catalog="AWS", MaxResults=45).json()
    assert (len(exactly["OpportunitySummaries"]), exactly["NextToken"]) == (45, None)


@rule("A token is opaque: another text is refused.", Source.PC_MODEL)
@pytest.mark.parametrize("token", ["nonsense", "AAMA-nonsense", "AAMA-////", "AAMA-é"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with refused() as refusal:
        partner().client.list_opportunities(Catalog="AWS", NextToken=token)
    assert refusal.errors == [("INVALID_VALUE", "nextToken")]


@rule("A token is refused with other filters than those of its list.", Source.PC_MODEL)
def test_a_token_belongs_to_its_filters() -> None:
    us = partner()
    for _ in range(3):
        named(us, "A")
    token = us.client.list_opportunities(Catalog="AWS", MaxResults=1)["NextToken"]
    us.client.list_opportunities(Catalog="AWS", MaxResults=1, NextToken=token)
    with refused() as refusal:
        us.client.list_opportunities(Catalog="AWS", LifeCycleStage=["Prospect"], NextToken=token)
    assert refusal.errors == [("INVALID_VALUE", "nextToken")]


@rule("Pages of one list can have different sizes.", Source.PC_MODEL)
def test_pages_need_not_be_of_one_size() -> None:
    us = partner()
    made = [named(us, "A") for _ in range(5)]
    first = us.client.list_opportunities(Catalog="AWS", MaxResults=1)
    second = us.client.list_opportunities(Catalog="AWS", MaxResults=4, NextToken=first["NextToken"])
    assert [row["Id"] for page in (first, second) for row in page["OpportunitySummaries"]] == made[::-1]
    assert "NextToken" not in second


@rule("A token is refused by another list and by the other catalog.", Source.PC_MODEL)
def test_a_token_belongs_to_its_operation_and_catalog() -> None:
    us = partner()
    us.central.solutions.extend(Solution(f"S-{number}", "One of many") for number in range(3))
    token = us.client.list_solutions(Catalog="AWS", MaxResults=1)["NextToken"]
    for ask, catalog in ((us.client.list_opportunities, "AWS"), (us.client.list_solutions, "Sandbox")):
        with refused() as refusal:
            ask(Catalog=catalog, NextToken=token)
        assert refusal.errors == [("INVALID_VALUE", "nextToken")]


@rule(
    "What changes while a list is read shifts its pages: in the default order rows are seen twice or missed.",
    Source.PC_MODEL,
)
def test_what_changes_between_pages_shifts_them() -> None:
    us = partner()
    made = [named(us, "A") for _ in range(4)]
    first = us.client.list_opportunities(Catalog="AWS", MaxResults=2)
    us.update(made[0])
    second = us.client.list_opportunities(Catalog="AWS", MaxResults=2, NextToken=first["NextToken"])
    assert [row["Id"] for row in second["OpportunitySummaries"]] == [made[2], made[1]]


@rule("ListSolutions has the Sandbox's example solution.", Source.PC_SANDBOX_FLOW, switch="sandbox_lists_solutions")
def test_the_sandbox_may_hide_its_solution_by_switch() -> None:
    us = partner("Sandbox", sandbox_lists_solutions=False)
    assert us.client.list_solutions(Catalog="Sandbox")["SolutionSummaries"] == []
    assert len(partner("Sandbox").client.list_solutions(Catalog="Sandbox")["SolutionSummaries"]) == 1
    identifier = us.create()
    us.associate(identifier)
    assert us.central.opportunity(identifier).solutions == ("S-1234567",)
    assert len(us.client.list_solutions(Catalog="AWS")["SolutionSummaries"]) == 1


@rule(
    "Solutions are listed by identifier, the last first, filtered by four fields and sorted by five.", Source.PC_MODEL
)
def test_solutions() -> None:
    us = partner()
    us.central.solutions[:] = [
        Solution("S-1", "C", category="Managed Service"),
        Solution("S-2", "B", status="Inactive"),
        Solution(
            "S-3", "A", marketplace_arn="arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/Solution/s"
        ),
        Solution("S-4", "D", catalog="Sandbox"),
    ]

    def found(**request: Any) -> list[str]:
        return [one["Id"] for one in us.client.list_solutions(Catalog="AWS", **request)["SolutionSummaries"]]

    assert found() == ["S-3", "S-2", "S-1"]
    assert found(Status=["Active"]) == ["S-3", "S-1"]
    assert found(Identifier=["S-2", "S-4"]) == ["S-2"]
    assert found(Category=["Managed Service"]) == ["S-1"]
    assert found(AwsMarketplaceSolutionArn=[str(us.central.solutions[2].marketplace_arn)]) == ["S-3"]
    for by, order in (
        ("Name", ["S-3", "S-2", "S-1"]),
        ("Identifier", ["S-1", "S-2", "S-3"]),
        ("Status", ["S-1", "S-3", "S-2"]),
    ):
        assert found(Sort={"SortBy": by, "SortOrder": "ASCENDING"}) == order
    assert found(Sort={"SortBy": "Category", "SortOrder": "ASCENDING"}) == ["S-1", "S-2", "S-3"]
    assert found(Sort={"SortBy": "CreatedDate", "SortOrder": "ASCENDING"}) == ["S-1", "S-2", "S-3"]


@rule("A solution is listed with its full ARN, although the model's pattern is that of its id.", Source.PC_SAMPLES)
def test_a_solution_as_it_is_listed() -> None:
    row = partner().post("ListSolutions", Catalog="AWS").json()["SolutionSummaries"]
    assert row == [
        {
            "Catalog": "AWS",
            "Id": "S-1234567",
            "Arn": "arn:aws:partnercentral:us-east-1:111122223333:catalog/AWS/solution/S-1234567",
            "Name": "Example solution",
            "Status": "Active",
            "Category": "Software Product",
            "CreatedDate": "2026-01-05T10:00:00Z",
            "AwsMarketplaceSolutionArn": None,
        }
    ]


@rule("What was created can be read at once.", switch="read_lag")
def test_what_cannot_be_read_yet_is_not_listed_either() -> None:
    us = partner(read_lag=3.0)
    us.clock.advance(0.9)
    identifier = us.create()
    us.clock.advance(2.9)
    assert listed(us) == []
    for read in (
        us.get,
        lambda one: us.client.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=one),
    ):
        with refused() as refusal:
            read(identifier)
        assert refusal.code == "ResourceNotFoundException"
    us.clock.advance(0.1)
    assert listed(us) == [identifier]
    us.get(identifier)
