"""EventBridge's pattern language, operator by operator."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.patterns import BadPattern, check, matches

EVENT: dict[str, Any] = {
    "source": "cosell.hubspot",
    "detail-type": "HubSpot Record Changed",
    "resources": ["arn:a", "arn:b"],
    "detail": {
        "type": "deal",
        "count": 5,
        "price": 1.5,
        "open": True,
        "nothing": None,
        "list": [],
        "opportunity": {"identifier": "O123", "tags": [{"key": "a"}, {"key": "b"}]},
    },
}


@pytest.mark.parametrize(
    ("detail", "fits"),
    [
        ({"type": ["deal"]}, True),
        ({"type": ["company", "deal"]}, True),
        ({"type": ["Deal"]}, False),
        ({"type": [{"equals-ignore-case": "DEAL"}]}, True),
        ({"type": [{"prefix": "de"}]}, True),
        ({"type": [{"prefix": ""}]}, True),
        ({"type": [{"prefix": {"equals-ignore-case": "DE"}}]}, True),
        ({"type": [{"suffix": "al"}]}, True),
        ({"type": [{"suffix": "de"}]}, False),
        ({"type": [{"wildcard": "d*l"}]}, True),
        ({"type": [{"wildcard": "d*x"}]}, False),
        ({"type": [{"anything-but": "company"}]}, True),
        ({"type": [{"anything-but": ["company", "deal"]}]}, False),
        ({"type": [{"anything-but": {"prefix": "de"}}]}, False),
        ({"type": [{"anything-but": {"suffix": ["x", "y"]}}]}, True),
        ({"missing": [{"anything-but": "x"}]}, False),
        ({"count": [5]}, True),
        ({"count": ["5"]}, False),
        ({"count": [{"numeric": ["=", 5]}]}, True),
        ({"count": [{"numeric": [">", 0, "<=", 5]}]}, True),
        ({"count": [{"numeric": [">", 0, "<", 5]}]}, False),
        ({"type": [{"numeric": [">", 0]}]}, False),
        ({"price": [1.5]}, True),
        ({"open": [True]}, True),
        ({"open": [1]}, False),
        ({"nothing": [None]}, True),
        ({"missing": [None]}, False),
        ({"type": [{"exists": True}]}, True),
        ({"missing": [{"exists": False}]}, True),
        ({"type": [{"exists": False}]}, False),
        ({"opportunity": [{"exists": True}]}, False),
        ({"missing": {"deeper": [{"exists": False}]}}, True),
        ({"list": [{"exists": True}]}, False),
        ({"opportunity": {"identifier": ["O123"]}}, True),
        ({"opportunity": {"tags": {"key": ["b"]}}}, True),
        ({"opportunity": {"tags": {"key": ["c"]}}}, False),
        ({"type": ["deal"], "count": [6]}, False),
        ({"$or": [{"type": ["company"]}, {"count": [5]}]}, True),
        ({"$or": [{"type": ["company"]}, {"count": [6]}]}, False),
    ],
    ids=repr,
)
def test_detail(detail: dict[str, Any], fits: bool) -> None:
    pattern = {"detail": detail}
    check(pattern)

    assert matches(pattern, EVENT) is fits


def test_any_of_a_list_in_the_event_is_enough() -> None:
    assert matches({"resources": ["arn:b", "arn:c"]}, EVENT)
    assert not matches({"resources": ["arn:c"]}, EVENT)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ({}, "must be an object with keys"),
        ({"source": "cosell"}, "source must be a list of values"),
        ({"source": []}, "source must be a list of values"),
        ({"detail": {"a": [{"cidr": "10.0.0.0/8"}]}}, "detail.a: 'cidr' is no operator the sandbox knows"),
        ({"detail": {"a": [{"numeric": ["~", 1]}]}}, "detail.a: numeric wants pairs"),
        ({"detail": {"a": [{"anything-but": {"numeric": []}}]}}, "detail.a: anything-but does not take 'numeric'"),
        ({"detail": {"a": [{"exists": "yes"}]}}, "detail.a: exists wants true or false"),
        ({"detail": {"a": [["b"]]}}, "detail.a holds a list in a list"),
        ({"$or": [{"a": ["b"]}]}, "must list two patterns or more"),
    ],
)
def test_what_is_not_known_is_refused_by_name(pattern: dict[str, Any], says: str) -> None:
    with pytest.raises(BadPattern, match=says):
        check(pattern)
