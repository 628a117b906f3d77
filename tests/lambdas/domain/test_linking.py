"""The new comes before the old goes, unless AWS's quota leaves no room for it."""

from __future__ import annotations

from lambdas.domain.associated import Association
from lambdas.domain.linking import link, room_for
from lambdas.domain.records import Problem

TEN = [f"S-{number}" for number in range(10)]


def test_at_the_quota_the_old_makes_room_for_the_new() -> None:
    new, old = Association(kind="Solutions", id="S-10"), Association(kind="Solutions", id="S-0")

    assert room_for(new, {"Solutions": TEN}, [old]) == old
    assert room_for(new, {"Solutions": TEN[:9]}, [old]) is None


def test_what_aws_keeps_makes_no_room_and_what_it_refuses_takes_none() -> None:
    """One place is free; AWS lets S-0 not go, and takes no Bad."""
    done: list[str] = []
    no = Problem(record="aws", label="AWS", what="no")

    def associate(one: Association) -> tuple[Problem, ...]:
        done.append(f"+{one.id}")
        return (no,) if one.id == "Bad" else ()

    def disassociate(old: Association) -> tuple[Problem, ...]:
        done.append(f"-{old.id}")
        return (no,) if old.id == "S-0" else ()

    def solutions(*ids: str) -> list[Association]:
        return [Association(kind="Solutions", id=one) for one in ids]

    wanted, leaving = solutions("S-1", "Bad", "New", "Newer", "Newest"), solutions("S-0", "S-2")

    refused = link(wanted, {"Solutions": TEN[:9]}, leaving, associate=associate, disassociate=disassociate)

    assert done == ["+Bad", "+New", "-S-0", "-S-2", "+Newer", "+Newest"]  # for the last one AWS says that it is full
    assert refused == (no, no)


def test_nothing_is_linked_where_nothing_made_room() -> None:
    no = Problem(record="aws", label="AWS", what="no")
    new, old = Association(kind="Solutions", id="New"), Association(kind="Solutions", id="S-0")

    refused = link([new], {"Solutions": TEN}, [old], associate=lambda _: (no, no), disassociate=lambda _: (no,))

    assert refused == (no,)
