"""Quotas."""

from __future__ import annotations

import pytest

from cosell.sandbox.partner_central.quotas import Bucket
from tests.cosell.sandbox.partner_central.partner import Partner, complete, partner, refused
from tests.support.rules import Source, rule


def throttled(us: Partner, operation: str, **body: object) -> bool:
    response = us.post(operation, Catalog="AWS", **body)
    return bool(response.json().get("__type", "").endswith("#ThrottlingException"))


@rule("A partner account has one write a second, whatever the operation.", Source.PC_QUOTAS, switch="throttling")
def test_one_write_a_second() -> None:
    us = partner(throttling=True)
    first = us.create()
    with refused() as refusal:
        us.associate(first)
    assert (refusal.code, refusal.message) == ("ThrottlingException", "Rate exceeded")
    us.clock.advance(0.99)
    with refused():
        us.create()
    us.clock.advance(0.01)
    us.create()


@rule("A partner account has ten reads a second, whatever the operation.", Source.PC_QUOTAS)
def test_ten_reads_a_second() -> None:
    us = partner(throttling=True)
    answers = [throttled(us, "ListSolutions") for _ in range(11)]
    assert answers == [False] * 10 + [True]
    us.clock.advance(0.1)
    assert [throttled(us, "ListOpportunities") for _ in range(2)] == [False, True]


@rule("Reads and writes have quotas of their own.", Source.PC_QUOTAS)
def test_reads_and_writes_have_buckets_of_their_own() -> None:
    us = partner(throttling=True)
    identifier = us.create()
    us.get(identifier)


@rule("A request that is refused for its content has used the quota.", Source.PC_QUOTAS)
def test_refused_requests_count_too() -> None:
    us = partner(throttling=True)
    assert not throttled(us, "CreateOpportunity")
    assert throttled(us, "CreateOpportunity", ClientToken="t", **complete())


@rule("Lists of tasks are not among the operations with a quota.", Source.PC_QUOTAS)
def test_operations_without_a_quota_are_free() -> None:
    us = partner(throttling=True)
    assert not any(throttled(us, "ListEngagementFromOpportunityTasks") for _ in range(100))


@rule(
    "All operations of a group share one quota; by switch, each has its own.",
    Source.PC_QUOTAS,
    switch="quota_per_operation",
)
def test_each_operation_has_its_own_bucket_by_switch() -> None:
    us = partner(throttling=True, quota_per_operation=True)
    us.associate(us.create())
    with refused() as refusal:
        us.create()
    assert refusal.code == "ThrottlingException"


@rule("Both catalogs share one quota; by switch, each has its own.", switch="quota_per_catalog")
def test_each_catalog_has_its_own_quota_by_switch() -> None:
    us, apart = partner(throttling=True), partner(throttling=True, quota_per_catalog=True)
    for one in (us, apart):
        one.create()
        one.catalog = "Sandbox"
    apart.create()
    with refused() as refusal:
        us.create()
    assert refusal.code == "ThrottlingException"


@rule("A request that is repeated under its ClientToken uses the quota, too.", Source.PC_QUOTAS)
def test_a_repeated_request_counts() -> None:
    us = partner(throttling=True)
    us.create(ClientToken="t")
    with refused() as refusal:
        us.create(ClientToken="t")
    assert refusal.code == "ThrottlingException"


@rule("By switch, there are no quotas.", switch="throttling")
def test_no_quota_by_switch() -> None:
    us = partner(throttling=False)
    for _ in range(20):
        us.create({})


@rule("There are 10,000 writes and 100,000 reads in any 24 hours.", Source.PC_QUOTAS)
@pytest.mark.parametrize(("per_second", "per_day"), [(1, 10_000), (10, 100_000)])
def test_a_day_rolls(per_second: int, per_day: int) -> None:
    bucket = Bucket(per_second, per_day)
    step = 1 / per_second
    assert all(bucket.take(number * step) for number in range(per_day))
    now = per_day * step
    assert not bucket.take(now)
    assert not bucket.take(86_399.9)
    assert bucket.take(86_400.0)


@rule("What a quiet time did not use is lost but for one second's worth.", Source.PC_QUOTAS)
def test_a_bucket_holds_one_second() -> None:
    bucket = Bucket(10, 1_000)
    assert bucket.take(0.0)
    assert [bucket.take(1_000.0) for _ in range(11)] == [True] * 10 + [False]


@rule("A client that keeps the pace of the quota is never throttled.", Source.PC_QUOTAS)
def test_a_steady_pace_is_never_refused() -> None:
    bucket = Bucket(10, 1_000_000)
    now = 1_795_510_800.0
    for _ in range(10):
        bucket.take(now)
    for _ in range(1_000):
        now += 0.1
        assert bucket.take(now)
