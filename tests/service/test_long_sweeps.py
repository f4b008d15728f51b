"""A sweep over more than fits into memory: its report streams, and one that was killed is gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report, ReportLine
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.selection import Everything, OpenTickets, TheseTickets
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service import reading_mark
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.sweep import Progress, Sweep
from tests.service.conftest import MakeWorkplace, MovableClock, Workplace, active
from tests.service.test_recovery import Killed

IN_LINE, WRONG = 130, 20


class Watched:
    """A helpdesk that counts what it is asked for, and kills its process after so many updates."""

    def __init__(self, inner: Any, *, kill_after: int = 10**6) -> None:
        self._inner = inner
        self._left = kill_after
        self.read_whole: list[int] = []
        self.updated: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def read(self, ids: Sequence[int], *, with_article: bool = True) -> Any:
        """Count the tickets that are examined."""
        if with_article:
            self.read_whole += ids
        return self._inner.read(ids, with_article=with_article)

    def update(self, ticket_id: int, *rest: Any) -> None:
        """The end, some time."""
        if len(self.updated) == self._left:
            raise Killed
        self.updated.append(ticket_id)
        self._inner.update(ticket_id, *rest)


def sweep_of(place: Workplace, helpdesk: Watched, *, settings: str = "", caps: Caps | None = None) -> Sweep:
    """A process of the bridge on the same journal."""
    outside = replace(place.outside, helpdesk=helpdesk)
    gateway = Gateway(outside, place.judge, language="ru")
    return Sweep(outside, place.judge, gateway, caps or Caps(max_share=1.0), lambda: settings)


def killed_while_writing(place: Workplace, *, after: int) -> Watched:
    helpdesk = Watched(place.outside.helpdesk, kill_after=after)
    with suppress(Killed):
        sweep_of(place, helpdesk).run(Everything(), apply=True)
    assert len(helpdesk.updated) == after
    return helpdesk


def killed_while_reading(place: Workplace, *, after: int) -> None:
    looked = 0

    def examined(count: int) -> None:
        nonlocal looked
        looked += count
        if looked >= after:
            raise Killed

    with suppress(Killed):
        sweep_of(place, Watched(place.outside.helpdesk)).run(
            Everything(), apply=True, progress=Progress(examined=examined)
        )


@pytest.fixture
def wrong(sandbox: Sandbox, clock: MovableClock) -> list[int]:
    """Tickets that need a state, among others that are in line; a second between each and the next."""
    found: list[int] = []
    for number in range(IN_LINE + WRONG):
        bad = number % (1 + IN_LINE // WRONG) == 0 and len(found) < WRONG
        ticket = sandbox.add_ticket(
            f"Заявка {number}", state="new" if bad else "open", customer_user="иванов", customer_id="Ф-10482"
        )
        found += [ticket.ticket_id] if bad else []
        clock.move(seconds=1)
    return found


@pytest.fixture
def place(workplace: MakeWorkplace, wrong: list[int], monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A bridge that notes every fifty tickets how far it is."""
    assert wrong
    monkeypatch.setattr(reading_mark, "STEP", 50)
    monkeypatch.setattr(reading_mark, "TOLD", 6)
    return workplace(rules=active({"state": Mode.ENFORCE}))


def go_on(place: Workplace, **more: Any) -> tuple[Report, Watched]:
    place.clock.move(minutes=11)  # what was under way is not coming any more
    place.gateway.recover()
    helpdesk = Watched(place.outside.helpdesk)
    afresh, selection = more.pop("afresh", False), more.pop("selection", Everything())
    return sweep_of(place, helpdesk, **more).run(selection, apply=True, afresh=afresh), helpdesk


# --- a kill ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [1, 13, 19])
def test_what_was_written_before_a_kill_is_not_written_again(
    place: Workplace, sandbox: Sandbox, wrong: list[int], after: int
) -> None:
    before = killed_while_writing(place, after=after)
    report, later = go_on(place)
    assert sorted(before.updated + later.updated) == sorted(wrong)
    assert {sandbox.state_of(ticket_id) for ticket_id in wrong} == {"open"}
    assert report.examined == IN_LINE + WRONG
    assert report.after is not None
    assert report.after.examined >= IN_LINE
    entries = place.outside.journal.entries()
    assert {e.run for e in entries if e.ticket_id in later.updated and e.state == "applied"} <= {report.run}


def test_what_was_in_line_is_not_read_again_after_a_kill(place: Workplace, wrong: list[int]) -> None:
    before = killed_while_writing(place, after=12)
    _, later = go_on(place)
    assert set(later.read_whole) <= set(wrong)
    assert len(later.read_whole) <= WRONG - len(before.updated) + 4 * 6, "and of the written ones only the last few"


def test_a_kill_while_reading_costs_a_step_of_it(place: Workplace, sandbox: Sandbox, wrong: list[int]) -> None:
    killed_while_reading(place, after=110)
    report, later = go_on(place)
    assert len(set(later.read_whole) - set(wrong)) <= IN_LINE + WRONG - 50
    assert len(later.read_whole) == len(set(later.read_whole)) or report.counts["applied"] == WRONG
    assert report.examined == IN_LINE + WRONG
    assert {sandbox.state_of(ticket_id) for ticket_id in wrong} == {"open"}
    assert report.counts["tickets"] == WRONG, "those found before the kill are told, too"


def test_a_ticket_found_before_a_kill_is_judged_as_it_is_now(
    place: Workplace, sandbox: Sandbox, wrong: list[int]
) -> None:
    killed_while_writing(place, after=0)
    sandbox.edit(wrong[3], state="closed successful")
    report, later = go_on(place)
    assert wrong[3] not in later.updated
    assert sandbox.state_of(wrong[3]) == "closed successful"
    assert len(report.lines) == WRONG - 1


def test_two_kills_in_a_row_are_gone_on_with_as_one(place: Workplace, sandbox: Sandbox, wrong: list[int]) -> None:
    killed_while_reading(place, after=110)
    place.clock.move(minutes=1)
    first = killed_while_writing(place, after=7)
    report, later = go_on(place)
    assert sorted(first.updated + later.updated) == sorted(wrong)
    assert report.examined == IN_LINE + WRONG
    assert report.after is not None
    assert report.after.changed == 7


def test_the_limits_see_what_was_changed_before_the_kill(place: Workplace, wrong: list[int]) -> None:
    killed_while_writing(place, after=12)
    report, later = go_on(place, caps=Caps(max_changes=WRONG - 1, max_share=1.0))
    assert report.objection is not None
    assert later.updated == []


def test_what_was_not_tried_before_a_stop_is_gone_on_with(place: Workplace, sandbox: Sandbox, wrong: list[int]) -> None:
    first = place.sweep.run(Everything(), apply=True, progress=Progress(written=lambda _line: place.stop.set()))
    assert 0 < first.counts["applied"] < WRONG
    place.stop.clear()
    report, later = go_on(place)
    assert report.after is not None
    assert set(later.read_whole) <= set(wrong)
    assert len(later.updated) == WRONG - first.counts["applied"]
    assert {sandbox.state_of(ticket_id) for ticket_id in wrong} == {"open"}


# --- when nothing is gone on with -----------------------------------------------------------------------------------


def finished(place: Workplace) -> None:
    go_on(place)


def long_ago(place: Workplace) -> None:
    place.clock.move(hours=12)


@pytest.mark.parametrize(
    ("meanwhile", "more"),
    [
        (long_ago, {}),
        (finished, {}),
        (lambda _place: None, {"settings": "others"}),
        (lambda _place: None, {"afresh": True}),
        (lambda _place: None, {"selection": OpenTickets()}),
    ],
    ids=["long ago", "finished since", "other settings", "told to", "another selection"],
)
def test_everything_is_read_again(
    place: Workplace, meanwhile: Callable[[Workplace], None], more: dict[str, Any]
) -> None:
    killed_while_writing(place, after=5)
    meanwhile(place)
    report, later = go_on(place, **more)
    assert report.after is None
    assert len(set(later.read_whole)) == IN_LINE + WRONG


def test_a_dry_sweep_and_one_of_some_tickets_neither_go_on_nor_disturb(place: Workplace, wrong: list[int]) -> None:
    killed_while_writing(place, after=5)
    dry = Watched(place.outside.helpdesk)
    assert sweep_of(place, dry).run(Everything()).after is None
    assert len(dry.read_whole) == IN_LINE + WRONG
    some = sweep_of(place, Watched(place.outside.helpdesk)).run(TheseTickets(ids=(wrong[9],)), apply=True)
    assert (some.after, some.examined) == (None, 1)
    assert go_on(place)[0].after is not None


def test_two_at_once_are_two_whole_sweeps(place: Workplace, wrong: list[int]) -> None:
    inner: list[Report] = []
    second = sweep_of(place, Watched(place.outside.helpdesk))

    def meanwhile(_count: int) -> None:
        if not inner:
            inner.append(second.run(Everything(), apply=True))

    report = sweep_of(place, Watched(place.outside.helpdesk)).run(
        Everything(), apply=True, progress=Progress(examined=meanwhile)
    )
    assert [inner[0].examined, report.examined] == [IN_LINE + WRONG] * 2
    assert inner[0].counts["applied"] == WRONG
    changed = {entry.ticket_id for entry in place.outside.journal.entries() if entry.state == "applied"}
    assert changed == set(wrong)


# --- the report -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("apply", [False, True], ids=["dry", "applied"])
@pytest.mark.parametrize("caps", [Caps(max_share=1.0), Caps(max_changes=1)], ids=["free", "stopped"])
def test_a_told_report_says_what_a_kept_one_says(place: Workplace, wrong: list[int], apply: bool, caps: Caps) -> None:
    told: list[ReportLine] = []
    sweep = sweep_of(place, Watched(place.outside.helpdesk), caps=caps)
    streamed = sweep.run(Everything(), apply=apply, tell=told.extend)
    assert streamed.lines == ()
    assert {line.ticket_id for line in told} == set(wrong)
    kept = replace(streamed, lines=tuple(told), tally=None)
    assert (kept.counts, kept.exit_code) == (streamed.counts, streamed.exit_code)
    outcome = (Outcome.SKIPPED if caps.max_changes == 1 else Outcome.APPLIED) if apply else Outcome.PLANNED
    assert streamed.counts[outcome.value] == WRONG


def test_lines_are_told_while_others_are_still_written(place: Workplace) -> None:
    helpdesk = Watched(place.outside.helpdesk)
    written_when_told: list[int] = []
    sweep_of(place, helpdesk).run(
        Everything(), apply=True, tell=lambda _lines: written_when_told.append(len(helpdesk.updated))
    )
    assert written_when_told[0] < WRONG


def test_nothing_of_a_plan_is_seen_on_the_disk(
    workplace: MakeWorkplace, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("otrs_bridge.journal.plan_file._IN_MEMORY", 1)
    place = workplace(url=f"sqlite:///{tmp_path}/journal.db", rules=active({"state": Mode.ENFORCE}))
    for number in range(60):
        sandbox.add_ticket(f"Заявка {number}", state="new")
    seen: set[str] = set()
    place.sweep.run(Everything(), apply=True, tell=lambda _lines: seen.update(names(tmp_path)))
    assert seen == {"journal.db", "journal.db-shm", "journal.db-wal"}


def names(folder: Path) -> Iterator[str]:
    return (found.name for found in folder.iterdir())
