import pytest

from cosell.sandbox.stepfunctions import Clock, RunsForever


def test_things_happen_in_order_of_time_and_at_one_moment_in_the_order_arranged() -> None:
    clock, done = Clock(now=100.0), list[str]()
    clock.after(2, lambda: done.append("late"))
    clock.after(1, lambda: done.append("first of two"))
    clock.after(1, lambda: done.append("second of two"))

    clock.run_until_quiet()

    assert done == ["first of two", "second of two", "late"]
    assert clock.now == 102.0


def test_what_is_past_is_done_now() -> None:
    clock, moments = Clock(now=100.0), list[float]()
    clock.at(5, lambda: moments.append(clock.now))

    clock.run_until_quiet()

    assert moments == [100.0]


def test_a_cancelled_timer_does_not_happen_and_leaves_the_clock_quiet() -> None:
    clock, done = Clock(), list[str]()
    timer = clock.after(1, lambda: done.append("never"))
    assert not clock.quiet

    timer.cancel()

    assert clock.quiet
    assert clock.next_due() is None
    clock.run_until_quiet()
    assert done == []


def test_a_schedule_is_quiet_and_happens_only_when_time_is_moved_past_it() -> None:
    clock, done = Clock(now=0.0), list[str]()
    clock.after(60, lambda: done.append("sweep"), standing=True)
    clock.after(90, lambda: done.append("work"))

    clock.run_until_quiet()
    assert (done, clock.now, clock.quiet, clock.next_due()) == (["work"], 90.0, True, 60.0)

    clock.advance(10)
    assert (done, clock.now) == (["work", "sweep"], 100.0)


def test_advance_does_what_falls_due_on_the_way_and_stops_at_its_end() -> None:
    clock, moments = Clock(now=0.0), list[float]()

    def note() -> None:
        moments.append(clock.now)

    def note_later() -> None:
        clock.after(3, note)

    clock.after(5, note_later)
    clock.after(50, note)

    clock.advance(10)

    assert (moments, clock.now) == ([8.0], 10.0)


def test_run_while_stops_as_soon_as_its_condition_fails() -> None:
    clock, done = Clock(), list[int]()
    for number in range(5):
        clock.after(number, lambda number=number: done.append(number))  # type: ignore[misc]

    clock.run_while(lambda: len(done) < 2)

    assert done == [0, 1]


def test_a_world_that_never_becomes_quiet_is_an_error() -> None:
    clock = Clock()

    def again() -> None:
        clock.after(1, again)

    again()
    with pytest.raises(RunsForever, match="100 things happened"):
        clock.run_until_quiet(limit=100)


def test_a_step_with_nothing_due_does_nothing() -> None:
    clock = Clock(now=7.0)
    clock.step()
    assert clock.now == 7.0
