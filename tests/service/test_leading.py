"""Whether this daemon leads: by its own measure of time, whatever the journal answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.ports.leading import Leader
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.daemon import CLOCKS_APART
from otrs_bridge.service.health import lead
from otrs_bridge.service.leading import Leadership
from otrs_bridge.service.meters import Meters
from otrs_bridge.service.pulse import pulse_of
from otrs_bridge.words import Words
from tests.service.conftest import MakeWorkplace, MovableClock
from tests.service.test_sweep import broken_tickets


class Table:
    """A lease in the memory. `silent`: it does not answer; `another` has it."""

    def __init__(self) -> None:
        self.epoch = 0
        self.silent = False
        self.another = False

    def _asked(self) -> None:
        if self.silent:
            raise JournalUnusable(Words.alike("gone"))

    def take(self, _seconds: float) -> int | None:
        self._asked()
        if self.another:
            return None
        self.epoch += 1
        return self.epoch

    def renew(self, epoch: int, _seconds: float) -> bool:
        self._asked()
        return epoch == self.epoch and not self.another

    def give_back(self, _epoch: int) -> None:
        self._asked()

    def leader(self) -> Leader | None:
        return Leader(host="north", process=12, since=datetime(2025, 12, 1, tzinfo=UTC), epoch=self.epoch)


class Watch:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2025, 12, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def leadership() -> tuple[Leadership, Table, Watch]:
    table, watch = Table(), Watch()
    return Leadership(lease=table, clock=watch, seconds=20), table, watch


def test_a_lease_that_cannot_be_renewed_ends_here_and_is_not_gone_on_with_afterwards() -> None:
    here, table, watch = leadership()
    assert here.take()
    table.silent = True
    watch.sleep(19)
    here.keep()
    assert here.epoch == 1
    watch.sleep(1)
    assert here.epoch == 0
    table.silent = False
    here.keep()
    assert here.epoch == 0, "what has stopped meanwhile would be half way down"
    assert here.take()
    assert here.epoch == 2


def test_a_renewed_lease_lasts_from_when_it_was_asked_for() -> None:
    here, _, watch = leadership()
    here.take()
    watch.sleep(15)
    here.keep()
    watch.sleep(19)
    assert here.epoch == 1
    watch.sleep(1)
    assert here.epoch == 0


def test_a_lead_that_another_has_taken_is_lost_at_once() -> None:
    here, table, _ = leadership()
    here.take()
    table.another = True
    here.keep()
    assert here.epoch == 0
    assert not here.take()


def test_the_end_of_an_earlier_epoch_is_not_the_end_of_this_one() -> None:
    here, _, watch = leadership()
    here.take()
    watch.sleep(20)
    here.take()
    here.lost(1)
    assert here.epoch == 2


def test_nobody_leads_whose_journal_does_not_answer() -> None:
    here, table, _ = leadership()
    table.silent = True
    assert not here.take()
    here.close()


def test_what_came_in_is_found_after_a_leader_whose_clock_was_minutes_ahead(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    sandbox.add_ticket("Решено", state="closed successful", customer_user="иванов", customer_id="Ф-10482")
    place = workplace()
    place.daemon.clocks_apart = CLOCKS_APART
    (ticket,) = broken_tickets(sandbox, 1)
    place.outside.journal.set_watermark("daemon", clock.now() + timedelta(minutes=9))
    clock.move(minutes=10)
    place.daemon.turn()
    assert sandbox.state_of(ticket) == "open"


def test_the_page_names_the_leader_and_says_when_it_is_the_followers() -> None:
    here, table, watch = leadership()
    meters = Meters(watch)
    assert pulse_of(meters, here) is None, "nobody leads yet"
    here.take()
    leading = pulse_of(meters, here)
    assert leading is not None
    assert leading.follows == ""
    table.another = True
    here.keep()
    here.take()
    following = pulse_of(meters, here)
    assert following is not None
    assert (following.leader, following.follows) == ("north, 12", leading.leader)


def test_health_tells_of_the_leader_and_nobody_leading_is_red() -> None:
    _, table, _ = leadership()
    told = {leads: lead(table.leader(), UTC, leads=leads) for leads in (True, False)}
    assert told[True].says.en == "this daemon leads: north, process 12, since 2025-12-01 00:00 UTC"
    assert told[False].says.en.startswith("follows; the leader is north, process 12")
    assert {part.ok for part in told.values()} == {True}
    assert not lead(None, UTC, leads=False).ok
