"""service/debts/keeping.py when the process is killed and answers are lost: one note each, one closing, one ticket."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from otrs_bridge.errors import BridgeError
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.depth import deep
from tests.service.conftest import MovableClock
from tests.service.debts import keeping_scene
from tests.service.debts.keeping_scene import (
    A_MONTH_LATER,
    GROWTH,
    LATER_THAT_NIGHT,
    PAID,
    RAISED,
    STOP,
    THE_NEXT_NIGHT,
    THE_NIGHT,
    Scene,
    bridge_at,
    keep_until_killed,
    move_to,
    notes,
    scene,
)

LOST = {
    "the answer is lost after the work": FaultKind.ANSWER_LOST,
    "the request is lost": FaultKind.REQUEST_LOST,
}


EACH = deep(1, 5)  # odd: every other time the work is taken up in the next night


WRITES = {
    "the note of growth": ("TicketUpdate", 0),
    "the note of a hold": ("TicketUpdate", 1),
    "the closing": ("TicketUpdate", 2),
    "the reconnection": ("TicketCreate", 0),
}


@pytest.fixture
def sandbox(clock: MovableClock) -> Iterator[Sandbox]:
    """An OTRS that stands in the night."""
    move_to(clock, THE_NIGHT)
    with Sandbox(clock=clock.now, keep_alive=True) as running:
        running.add_ticket("Обычная заявка")
        yield running


Run = Callable[..., None]


@pytest.fixture
def connection(sandbox: Sandbox) -> OtrsConnection:
    """One request after the other, so that each run makes the same."""
    return OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, workers=1, timeout=5.0)


@pytest.fixture
def bridge(connection: OtrsConnection) -> Iterator[Run]:
    """Runs a job for a scene, believing that it is a moment; each scene has a journal of its own."""
    with ExitStack() as databases:

        @cache
        def journal(who: Scene) -> Database:
            database = open_database("sqlite://")
            databases.callback(database.close)
            return database

        def run(moment: str, who: Scene, database: Database | None = None, job: str = "debt_sync") -> None:
            with ExitStack() as closing:
                here = bridge_at(moment, who, connection, database or journal(who), closing)
                here.run(job)

        yield run


def raised(sandbox: Sandbox, bridge: Run, who: Scene, database: Database | None = None) -> None:
    """Their tickets are raised, and one of the lines is cut."""
    bridge(RAISED, who, database, "internet_suspension")
    sandbox.edit(one(sandbox, "Откл.", who.cut).ticket_id, state="closed successful")


def one(sandbox: Sandbox, word: str, contract: str) -> TicketRow:
    (found,) = [ticket for ticket in sandbox.tickets() if ticket.title.startswith(word) and contract in ticket.title]
    return found


def bodies(ticket: TicketRow) -> list[str]:
    return [article.body for article in ticket.articles]


def assert_kept_once(sandbox: Sandbox, who: Scene, months: int = 1) -> None:
    """Everything that the night had to do is done, and nothing of it twice."""
    off = {contract: one(sandbox, "Откл.", contract) for contract in who.contracts}
    said = {contract: bodies(ticket) for contract, ticket in off.items()}
    states = [sandbox.state_of(off[contract].ticket_id) for contract in who.contracts]
    assert states == ["open", "open", "closed successful", "closed successful"]
    assert notes(said[who.grown], GROWTH) == months
    assert notes(said[who.held], STOP) == 1
    assert notes(said[who.paid], PAID) == 1
    assert [len(said[contract]) for contract in who.contracts] == [1 + months, 2, 2, 1]
    reconnection = one(sandbox, "Вкл.", who.cut)
    assert sandbox.state_of(reconnection.ticket_id) == "open"
    assert reconnection.values["BridgeKey"] == [f"reconnect:internet:{who.cut}:2025-12"]
    assert len(reconnection.articles) == 1
    assert [t for t in sandbox.tickets() if t.title.startswith("Вкл.") and who.paid in t.title] == []


def test_a_quiet_night_does_each_thing_once_and_the_next_month_notes_its_own_growth(
    sandbox: Sandbox, bridge: Run
) -> None:
    who = scene(1)
    raised(sandbox, bridge, who)
    for moment in (THE_NIGHT, THE_NIGHT, THE_NEXT_NIGHT):
        bridge(moment, who)
        assert_kept_once(sandbox, who)
    bridge(A_MONTH_LATER, who)
    bridge(A_MONTH_LATER, who)
    assert_kept_once(sandbox, who, months=2)


def test_what_is_settled_and_done_reconnections_are_not_read_every_night(
    sandbox: Sandbox, bridge: Run, connection: OtrsConnection
) -> None:
    who = scene(1)
    database = open_database("sqlite://")
    raised(sandbox, bridge, who, database)
    bridge(THE_NIGHT, who, database)
    sandbox.edit(one(sandbox, "Вкл.", who.cut).ticket_id, state="closed successful")
    with ExitStack() as closing:
        closing.callback(database.close)
        debts = bridge_at(THE_NEXT_NIGHT, who, connection, database, closing).runner.debts
        assert debts is not None
        read = debts.memory.recall(ask_otrs=True).tickets
    assert set(read) == {one(sandbox, "Откл.", contract).ticket_id for contract in (who.grown, who.held)}


@pytest.mark.parametrize("kind", LOST.values(), ids=LOST.keys())
def test_every_call_is_lost_in_turn(sandbox: Sandbox, bridge: Run, kind: FaultKind) -> None:
    skip, struck = 0, True
    while struck:
        who = scene(skip)
        raised(sandbox, bridge, who)
        sandbox.faults.add(Fault(kind=kind, skip=skip))
        with contextlib.suppress(BridgeError):
            bridge(THE_NIGHT, who)
        struck = bool(sandbox.faults.struck)
        sandbox.faults.clear()
        bridge((LATER_THAT_NIGHT, THE_NEXT_NIGHT)[skip % 2], who)
        assert_kept_once(sandbox, who)
        skip += EACH
    assert skip > 10


@pytest.mark.parametrize("then", [LATER_THAT_NIGHT, THE_NEXT_NIGHT], ids=["started again", "in the next night"])
@pytest.mark.parametrize(("operation", "written"), WRITES.values(), ids=WRITES.keys())
def test_after_the_lost_answer_of_a_write_otrs_is_away(
    sandbox: Sandbox, bridge: Run, operation: str, written: int, then: str
) -> None:
    who = scene(written)
    raised(sandbox, bridge, who)
    sandbox.faults.add(Fault(kind=FaultKind.ANSWER_LOST, operation=operation, skip=written))

    def away(step: str, ticket_id: int) -> None:
        if sandbox.faults.struck:
            sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, times=None))

    sandbox.observe_steps(away)
    with contextlib.suppress(BridgeError):
        bridge(THE_NIGHT, who)
    sandbox.database.step_observers.clear()
    assert len(sandbox.faults.struck) > 1
    sandbox.faults.clear()
    bridge(then, who)
    assert_kept_once(sandbox, who)


@pytest.mark.parametrize("then", [LATER_THAT_NIGHT, THE_NEXT_NIGHT], ids=["started again", "in the next night"])
def test_a_closing_whose_note_otrs_cannot_write_is_ours_all_the_same(sandbox: Sandbox, bridge: Run, then: str) -> None:
    who = scene(1)
    raised(sandbox, bridge, who)
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation="TicketUpdate", skip=2, step=2))
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation="TicketUpdate", skip=2, times=None))
    bridge(THE_NIGHT, who)
    paid = one(sandbox, "Откл.", who.paid)
    assert (sandbox.state_of(paid.ticket_id), notes(bodies(paid), PAID)) == ("closed successful", 0)
    sandbox.faults.clear()
    bridge(then, who)
    assert sandbox.state_of(one(sandbox, "Вкл.", who.cut).ticket_id) == "open"
    assert [t for t in sandbox.tickets() if t.title.startswith("Вкл.") and who.paid in t.title] == []


def test_who_is_cut_while_the_payment_comes_in_is_reconnected(
    sandbox: Sandbox, bridge: Run, connection: OtrsConnection
) -> None:
    """An agent cuts the line and closes the ticket after the bridge had decided to close it as paid."""
    who = scene(1)
    database = open_database("sqlite://")
    raised(sandbox, bridge, who, database)
    off = one(sandbox, "Откл.", who.paid)

    class AnAgentIsFaster:
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> Any:
            if name == "intend":
                sandbox.edit(off.ticket_id, state="closed successful")
            return getattr(self._inner, name)

    with ExitStack() as closing:
        closing.callback(database.close)
        bridge_at(THE_NIGHT, who, connection, database, closing, AnAgentIsFaster).run("debt_sync")
        assert notes(bodies(one(sandbox, "Откл.", who.paid)), PAID) == 0
        bridge_at(THE_NEXT_NIGHT, who, connection, database, closing).run("debt_sync")
    assert sandbox.state_of(one(sandbox, "Вкл.", who.paid).ticket_id) == "open"


def test_killed_at_every_step_and_started_again(sandbox: Sandbox, bridge: Run, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([keeping_scene.__name__])
    kill_at, exit_code = 1 - EACH, -9
    while exit_code == -9:
        kill_at += EACH
        who = scene(kill_at)
        url = f"sqlite:///{tmp_path}/{kill_at}.db"
        database = open_database(url)
        raised(sandbox, bridge, who, database)
        process = context.Process(
            target=keep_until_killed, args=(sandbox.base_url, sandbox.password, url, who, kill_at)
        )
        process.start()
        process.join()
        exit_code = process.exitcode or 0
        bridge((LATER_THAT_NIGHT, THE_NEXT_NIGHT)[kill_at % 2], who, database)
        database.close()
        assert_kept_once(sandbox, who)
    assert exit_code == 0
    assert kill_at > 30
