"""One thread watches over all calls: each is ended at its own time, and none that has ended."""

from __future__ import annotations

import threading

from otrs_bridge.otrs.deadlines import Deadlines

A_DAY = 86_400.0


def watchers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "deadlines"}


def test_a_call_with_less_time_than_those_before_it_is_late_before_them() -> None:
    deadlines, first, second = Deadlines(), threading.Event(), threading.Event()
    before = watchers()
    long = deadlines.begin(A_DAY, first.set)
    deadlines.begin(0.01, second.set)
    assert second.wait(60)
    assert not first.is_set()
    assert len(watchers() - before) == 1
    deadlines.end(long)
    deadlines.begin(0, second.set)  # wakes it, so that it ends before the day does


def test_what_has_ended_is_not_late() -> None:
    deadlines, ended, other = Deadlines(), threading.Event(), threading.Event()
    deadlines.end(deadlines.begin(0.05, ended.set))
    deadlines.begin(0.1, other.set)
    assert other.wait(60)
    assert not ended.is_set()


def test_the_thread_ends_with_the_last_call_and_begins_anew_with_the_next() -> None:
    deadlines = Deadlines()
    for _ in range(3):
        looked, before = threading.Event(), watchers()
        deadlines.begin(0, looked.wait)
        (watcher,) = watchers() - before
        looked.set()
        watcher.join(60)
        assert not watcher.is_alive()
