"""Two daemons as real processes on one PostgreSQL: whatever happens to the leader in the middle of its work, the other
takes over in a later epoch, no ticket is changed twice, and none is left out.

How long it takes is said by the lease alone: the tests wait for what the daemons say, and measure nothing.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.leading.machines import LATER, Desk, Machine, cable, unsettled
from tests.servers.postgres import Postgres
from tests.servers.throwaway import free_port

TICKETS = 60
BEFORE = 12  # tickets written when it happens
IN_HAND = 24  # at most so many are claimed and not settled when a process dies; they wait until OTRS may have done them


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Sandbox(clock=SystemClock().now) as sandbox:
        yield Desk(sandbox=sandbox)


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    with postgres.fresh() as fresh:
        yield fresh


def every_ticket_once(desk: Desk, url: str, folder: Path) -> None:
    """A third daemon, a quarter of an hour later, finds out what was under way and does what is left."""
    with Machine(folder / "later", url, desk.sandbox, ahead=LATER) as later:
        later.says("daemon started")
        desk.wait_for(TICKETS)
        desk.add(1)  # what is written to this one comes after all that was settled first
        desk.wait_for(TICKETS + 1)
        assert later.end() == 0
    assert desk.changes() == dict.fromkeys(desk.ids, 1)
    assert unsettled(url) == 0


def test_killed_leaders_work_is_gone_on_with_by_the_other_whose_clock_is_two_minutes_behind(
    desk: Desk, url: str, tmp_path: Path
) -> None:
    listen = f"127.0.0.1:{free_port()}"
    with Machine(tmp_path / "a", url, desk.sandbox, ahead=120) as north:
        epoch = int(north.says("lead taken")["epoch"])
        with Machine(tmp_path / "b", url, desk.sandbox, web={"listen": listen}) as south:
            assert f"epoch {epoch}" in south.says("following")["leader"]
            for address, says in (
                ("healthz", "ok  lead: follows; the leader is"),
                ("readyz", "ok  lead: follows; the leader is"),
                ("metrics", "otrs_bridge_leads 0.0"),
                ("", "this page is the follower&#39;s"),
            ):
                with urlopen(f"http://{listen}/{address}") as answer:
                    assert says in answer.read().decode()
            desk.add(TICKETS)
            desk.wait_for(BEFORE)
            north.tell(signal.SIGKILL)
            later_epoch = south.says("lead taken")["epoch"]
            assert later_epoch > epoch
            desk.wait_for(TICKETS - IN_HAND)
            assert south.end() == 0
    every_ticket_once(desk, url, tmp_path)


def test_a_leader_that_was_asleep_for_longer_than_its_lease_writes_nothing_more_and_follows(
    desk: Desk, url: str, tmp_path: Path
) -> None:
    with Machine(tmp_path / "a", url, desk.sandbox, ahead=-120) as north:
        epoch = int(north.says("lead taken")["epoch"])
        with Machine(tmp_path / "b", url, desk.sandbox) as south:
            south.says("following")
            desk.add(TICKETS)
            desk.wait_for(BEFORE)
            north.tell(signal.SIGSTOP)
            later_epoch = south.says("lead taken")["epoch"]
            assert later_epoch > epoch
            desk.wait_for(TICKETS - IN_HAND)
            north.tell(signal.SIGCONT)
            assert f"epoch {later_epoch}" in north.says("following")["leader"]
            assert south.end() == 0
            assert north.says("lead taken")["epoch"] > later_epoch
            assert north.end() == 0
    every_ticket_once(desk, url, tmp_path)


def test_a_leader_that_is_cut_off_from_the_database_stops_and_follows_when_it_is_back(
    desk: Desk, url: str, postgres: Postgres, tmp_path: Path
) -> None:
    with (
        cable(postgres.port) as laid,
        Machine(tmp_path / "a", url.replace(str(postgres.port), str(laid.port)), desk.sandbox) as north,
    ):
        epoch = int(north.says("lead taken")["epoch"])
        with Machine(tmp_path / "b", url, desk.sandbox, ahead=-120) as south:
            south.says("following")
            desk.add(TICKETS)
            desk.wait_for(BEFORE)
            laid.cut()
            later_epoch = south.says("lead taken")["epoch"]
            assert later_epoch > epoch
            desk.wait_for(TICKETS - IN_HAND)
            laid.mend()
            assert f"epoch {later_epoch}" in north.says("following")["leader"]
            assert south.end() == 0
            assert north.end() == 0
    every_ticket_once(desk, url, tmp_path)


def test_a_restart_of_the_database_loses_nothing_and_repeats_nothing(desk: Desk, tmp_path: Path) -> None:
    with Postgres() as server:
        url = server.url(server.database())
        with Machine(tmp_path / "a", url, desk.sandbox) as north:
            north.says("lead taken")
            with Machine(tmp_path / "b", url, desk.sandbox, ahead=120) as south:
                south.says("following")
                desk.add(TICKETS)
                desk.wait_for(BEFORE)
                server.restart()
                desk.wait_for(TICKETS - IN_HAND)
                assert north.end() == 0
                assert south.end() == 0
        every_ticket_once(desk, url, tmp_path)
