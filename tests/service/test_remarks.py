"""Remarks are intents: claimed before they are sent, settled by looking for the note; one note, once, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import NOTE, Report
from otrs_bridge.domain.rule import ActiveRule, Mode
from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.sweep import Sweep
from otrs_bridge.words import Words
from rules import required_fields
from tests.service.conftest import MakeWorkplace, Workplace
from tests.service.test_gateway_faults import notes_of

UPDATE = "TicketUpdate"
RULES = (ActiveRule(rule=required_fields.RULE, mode=Mode.ENFORCE, options=required_fields.Options()),)


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


class Counted:
    """Ends everything at its n-th call, before or after the call is made."""

    def __init__(self, inner: Any, steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def call(*given: Any, **more: Any) -> Any:
            self._steps.step()
            answer = found(*given, **more)
            self._steps.step()
            return answer

        return call


class Steps:
    """Which step is the last one, and as what it ends."""

    def __init__(self, at: int, end: Callable[[], BaseException]) -> None:
        self.left = at
        self._end = end

    def step(self) -> None:
        """One step more."""
        self.left -= 1
        if self.left == 0:
            raise self._end()


def sweep_of(
    place: Workplace, wrap: Callable[[Any], Any] = lambda inner: inner, *, journal_only: bool = False
) -> Sweep:
    """A sweep as another process makes it, on the same journal."""
    helpdesk = place.outside.helpdesk if journal_only else wrap(place.outside.helpdesk)
    outside = WritableOutside(helpdesk=helpdesk, journal=wrap(place.outside.journal), clock=place.outside.clock)
    return Sweep(outside, place.judge, Gateway(outside, place.judge, language="ru"), Caps(max_share=1.0))


def again(place: Workplace) -> Report:
    place.gateway.recover()
    return place.sweep.run(Everything(), apply=True)


def asked(sandbox: Sandbox) -> int:
    """A ticket that lacks what every ticket must have."""
    return sandbox.add_ticket("Просьба", state="open", customer_user="test@mtel.ru", body="Позвоните").ticket_id


def test_a_remark_is_in_the_journal_before_it_is_sent_and_is_not_undone(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(rules=RULES)
    ticket = asked(sandbox)
    report = place.sweep.run(Everything(), apply=True)
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
    (entry,) = place.outside.journal.entries()
    assert (entry.ticket_id, entry.field, entry.rule, entry.state) == (ticket, NOTE, "required_fields", "applied")
    assert place.undo.run(report.run, apply=True).lines == ()
    assert again(place).lines == ()


@pytest.mark.parametrize("at", range(1, 34))
@pytest.mark.parametrize("end", [Killed, None], ids=["killed", "disk full"])
def test_killed_or_without_a_disk_at_any_step_there_is_one_note(
    workplace: MakeWorkplace, sandbox: Sandbox, at: int, end: type[BaseException] | None
) -> None:
    place = workplace(rules=RULES, workers=1)
    ticket = asked(sandbox)

    def full() -> BaseException:
        return JournalUnusable(Words.alike("database or disk is full")) if end is None else end()

    steps = Steps(at, full)
    dying = sweep_of(place, lambda inner: Counted(inner, steps), journal_only=end is None)
    with suppress(Killed, JournalUnusable):
        dying.run(Everything(), apply=True)
    again(place)
    assert notes_of(sandbox, ticket) <= 1
    place.clock.move(minutes=11)
    again(place)
    assert notes_of(sandbox, ticket) == 1
    assert again(place).lines == ()


def test_a_sweep_beside_another_run_leaves_the_ticket_to_it_and_says_nothing_twice(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(rules=RULES)
    tickets = [asked(sandbox) for _ in range(10)]
    seen = place.sweep.examine(Everything())
    other = sweep_of(place)
    first = other.run(Everything(), apply=True)
    assert {line.outcome for line in first.lines} == {Outcome.APPLIED}
    _, lines = place.sweep.write(seen.decisions, kind="daemon", selection=Everything().words)
    assert {line.outcome for line in lines} == {Outcome.UNCHANGED}
    assert [notes_of(sandbox, ticket) for ticket in tickets] == [1] * 10


def test_while_one_run_is_writing_to_a_ticket_another_leaves_it_alone(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(rules=RULES, workers=1)
    ticket = asked(sandbox)
    seen = place.sweep.examine(Everything())
    inner: list[Any] = []

    class Beside:
        """In the very moment of the first run's update, the second run comes along."""

        def __init__(self, helpdesk: Any) -> None:
            self._helpdesk = helpdesk

        def __getattr__(self, name: str) -> Any:
            if name == "update" and not inner:
                _, lines = place.sweep.write(seen.decisions, kind="daemon", selection=Everything().words)
                inner.extend(lines)
            return getattr(self._helpdesk, name)

    outside = replace(place.outside, helpdesk=Beside(place.outside.helpdesk))
    sweep = Sweep(outside, place.judge, Gateway(outside, place.judge, language="ru"), Caps(max_share=1.0))
    assert {line.outcome for line in sweep.run(Everything(), apply=True).lines} == {Outcome.APPLIED}
    assert {line.outcome for line in inner} == {Outcome.SKIPPED}
    assert notes_of(sandbox, ticket) == 1


@pytest.mark.parametrize("after", [*range(1, 12), 1000])
def test_a_write_that_lands_after_every_timeout_leaves_one_note(
    workplace: MakeWorkplace, sandbox: Sandbox, after: int
) -> None:
    place = workplace(rules=RULES, workers=1)
    ticket = asked(sandbox)
    sandbox.faults.add(Fault(kind=FaultKind.LANDS_LATE, operation=UPDATE, after=after))
    place.sweep.run(Everything(), apply=True)
    for _ in range(3):
        again(place)
        assert notes_of(sandbox, ticket) <= 1
        place.clock.move(minutes=3)
    sandbox.let_land()
    place.clock.move(minutes=11)
    again(place)
    assert notes_of(sandbox, ticket) == 1
    assert again(place).lines == ()
