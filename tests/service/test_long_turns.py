"""A turn of the daemon over more tickets than should be in memory: part by part, with the same promises."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from otrs_bridge.domain.caps import Caps
from otrs_bridge.ports.journal import Sighting
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service import daemon, looking
from otrs_bridge.service.sweep import Examination
from tests.service.conftest import MakeWorkplace, MovableClock
from tests.service.test_sweep import broken_tickets


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "PART", 3)


@pytest.mark.parametrize("count", [1, 3, 4, 10])
def test_every_part_is_brought_into_line_in_one_turn(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, count: int
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, count)
    report = place.daemon.turn()
    assert {sandbox.state_of(i) for i in ids} == {"open"}
    assert (report.examined, report.counts["changed_tickets"]) == (count, count)
    for _ in range(3):
        clock.move(seconds=15)
        report = place.daemon.turn()
    assert report.examined == 0


def test_no_part_holds_more_than_its_tickets(
    workplace: MakeWorkplace, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workplace()
    broken_tickets(sandbox, 10)
    held: list[int] = []
    settle = place.daemon.looking._settle

    def settled(seen: Examination, *rest: object) -> None:
        held.append(len(seen.versions))
        settle(seen, *rest)  # type: ignore[arg-type] # handed on as they came

    # No test can make memory show: what is in hand at once is counted where every part passes.
    monkeypatch.setattr(looking.Looking, "_settle", lambda _self, seen, *rest: settled(seen, *rest))
    place.daemon.turn()
    assert held == [3, 3, 3, 1]


def test_the_hourly_cap_counts_all_parts(workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock) -> None:
    place = workplace(caps=Caps(per_hour=4))
    ids = broken_tickets(sandbox, 10)
    for changed in (4, 4, 8):
        place.daemon.turn()
        assert sum(sandbox.state_of(i) == "open" for i in ids) == changed
        clock.move(minutes=31)


def test_a_stop_between_two_parts_loses_no_ticket(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 10)
    clock.move(minutes=20)
    see = place.outside.journal.see

    def seen(found: Sequence[Sighting]) -> None:
        see(found)
        place.stop.set()

    monkeypatch.setattr(place.outside.journal, "see", seen)
    place.daemon.turn()
    assert "new" in {sandbox.state_of(i) for i in ids}
    monkeypatch.setattr(place.outside.journal, "see", see)
    place.stop.clear()
    clock.move(minutes=15)
    place.daemon.turn()
    assert {sandbox.state_of(i) for i in ids} == {"open"}
