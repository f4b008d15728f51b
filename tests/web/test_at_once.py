"""Two people at the very same moment: one decision, one act, whatever each of them wanted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from otrs_bridge.errors import UsageMistake
from tests.web.conftest import Office
from tests.web.test_held_plan import fingerprint_of, raised, run_of

Result = TypeVar("Result")


def at_once(*works: Callable[[], Result]) -> list[Result]:
    """All of them begin together, each in a thread of its own."""
    gate = Barrier(len(works))

    def begin(work: Callable[[], Result]) -> Result:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def test_of_eight_who_decide_at_once_one_does_and_all_are_told_whose_word_stands(held: Office) -> None:
    run, fingerprint, desk = run_of(held), fingerprint_of(held), held.services.desk
    names = [f"user{number}" for number in range(8)]
    stands = at_once(
        *(lambda by=name: desk.decide(run, "approved", fingerprint=fingerprint, by=by) for name in names[:4]),
        *(
            lambda by=name: desk.decide(run, "refused", fingerprint=fingerprint, by=by, reason="no")
            for name in names[4:]
        ),
    )
    assert len({(one.by, one.verdict) for one in stands}) == 1
    acts = [act for act in held.services.access.people.acts() if act.run == run]
    assert [(act.by, act.act) for act in acts] == [(stands[0].by, stands[0].verdict)]


def test_what_is_approved_while_another_takes_a_line_out_is_exactly_what_was_seen(held: Office) -> None:
    run, seen, desk = run_of(held), fingerprint_of(held), held.services.desk
    keys = [str(line.ticket.key) for line in held.services.plans.each_line(run)]

    def approve() -> str:
        try:
            return desk.decide(run, "approved", fingerprint=seen, by="anna").fingerprint
        except UsageMistake:
            return ""

    def take_out() -> str:
        try:
            desk.set_line(run, keys[0], out=True, by="boris")
        except UsageMistake:
            return ""
        return keys[0]

    approved, out = at_once(approve, take_out)
    assert bool(approved) is not bool(out), "one of the two was too late, and was told so"
    held.turn()
    assert raised(held) == ({key.split(":")[2] for key in keys} if approved else set())
