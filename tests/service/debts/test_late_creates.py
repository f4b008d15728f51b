"""service/gateway/opening.py when a create lands minutes after its line is dead: one ticket, one article."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.ticket import NewTicket, Ticket
from otrs_bridge.errors import OutcomeUnknown
from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.articles import NewArticle, add_article
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.debts.copies import CopyCloser
from tests.service.conftest import MovableClock
from tests.service.debts.conftest import MakeDesk
from tests.service.debts.openers import Desk, opening
from tests.service.debts.test_opening import CONTRACTS, assert_one_each, ours
from tests.service.jobs.bridges import make_bridge
from tests.service.jobs.memory_billing import MemoryBilling

CREATE = "TicketCreate"


def late(sandbox: Sandbox, *, after: int, times: int = 1) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.LANDS_LATE, operation=CREATE, after=after, times=times))


def creates(sandbox: Sandbox) -> int:
    """How many tickets of ours came into being."""
    return len(ours(sandbox))


@pytest.mark.parametrize("after", range(1, 16))
def test_whenever_it_lands_in_the_run_or_in_the_next_there_is_one_ticket(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock, after: int
) -> None:
    bridge = desk(workers=1)
    late(sandbox, after=after)
    outcomes = []
    for _ in range(3):
        outcomes.append(bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome)
        clock.move(minutes=15)
    assert set(outcomes) <= {Outcome.APPLIED, Outcome.UNKNOWN, Outcome.UNCHANGED}
    assert outcomes[0] in {Outcome.APPLIED, Outcome.UNKNOWN}
    still_open = [one for one in ours(sandbox) if sandbox.state_of(one.ticket_id) == "open"]
    assert len(still_open) == 1
    assert len(still_open[0].articles) == 1


def test_what_lands_between_two_runs_is_adopted(desk: MakeDesk, sandbox: Sandbox) -> None:
    bridge = desk(workers=1)
    late(sandbox, after=1000)
    assert bridge.open(CONTRACTS[:3])[CONTRACTS[0]].outcome is Outcome.UNKNOWN
    sandbox.let_land()
    assert bridge.open(CONTRACTS[:3])[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert_one_each(sandbox, CONTRACTS[:3])


def test_what_lands_after_it_was_sent_again_is_closed_before_the_run_ends(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock
) -> None:
    bridge = desk(workers=1)
    late(sandbox, after=1000)
    bridge.open(CONTRACTS[:1])
    clock.move(minutes=10)

    def it_lands(step: str, _ticket_id: int) -> None:
        sandbox.database.step_observers.clear()
        sandbox.let_land()

    sandbox.observe_steps(it_lands)
    done = bridge.open(CONTRACTS[:1])[CONTRACTS[0]]
    assert done.outcome is Outcome.APPLIED
    assert creates(sandbox) == 2
    assert [sandbox.state_of(one.ticket_id) for one in ours(sandbox)].count("open") == 1
    assert "several tickets" in done.detail.en


def closer(desk: Desk) -> CopyCloser:
    return CopyCloser(completer=desk.opener.completer, jobs=desk.jobs, clock=desk.outside.clock)


def test_what_lands_long_after_it_was_sent_again_is_looked_for_once_more(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock
) -> None:
    bridge = desk(workers=1)
    late(sandbox, after=1000)
    bridge.open(CONTRACTS[:2])
    clock.move(minutes=10)
    bridge.open(CONTRACTS[:2])
    sandbox.let_land()
    assert creates(sandbox) == 3
    assert list(closer(bridge).watched) == []
    clock.move(minutes=11)
    assert list(closer(bridge).watched) == [opening(CONTRACTS[0]).key]
    run = bridge.outside.journal.start_run("job", at=clock.now(), selection="look again")
    ((_, outcome, words, kept),) = closer(bridge).look_again(run)
    assert outcome is Outcome.APPLIED
    assert "there were several tickets" in words.en
    assert list(closer(bridge).watched) == []
    states = [sandbox.state_of(one.ticket_id) for one in ours(sandbox)]
    assert sorted(states) == ["closed successful", "open", "open"]
    assert kept.id in {made.ticket_id for made in bridge.jobs.made_tickets()}


def test_the_daemon_looks_once_more_by_itself(sandbox: Sandbox, clock: MovableClock) -> None:
    sandbox.add_ticket("Обычная заявка")
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        connection = OtrsConnection(
            url=sandbox.base_url, user=sandbox.user, password=sandbox.password, workers=1, timeout=5.0
        )
        bridge = make_bridge(database, connection, clock, MemoryBilling(clock=clock), closing)
        debts = bridge.runner.debts
        assert debts is not None
        late(sandbox, after=1000)
        for minutes in (10, 0):
            run = bridge.runner.outside.journal.start_run("job", at=clock.now(), selection="test")
            list(debts.opener.open_all(run, [opening(CONTRACTS[0])]))
            clock.move(minutes=minutes)
        sandbox.let_land()
        clock.move(minutes=11)
        bridge.runner.look_again()
        assert sorted(sandbox.state_of(one.ticket_id) for one in ours(sandbox)) == ["closed successful", "open"]
        before = len(bridge.runner.outside.journal.runs())
        bridge.runner.look_again()
        assert len(bridge.runner.outside.journal.runs()) == before


@pytest.mark.parametrize("step", [1, 2, 4])
def test_a_ticket_that_otrs_is_still_making_is_not_completed_before_it_was_still_for_a_while(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock, step: int
) -> None:
    """The half of it that is there was begun by somebody a moment ago: by whom, a journal that is lost cannot say."""
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=step))
    bridge = desk()
    new = opening(CONTRACTS[0]).compose()
    assert isinstance(new, NewTicket)
    with pytest.raises(OutcomeUnknown):
        bridge.outside.helpdesk.create_ticket(new)
    (ticket,) = ours(sandbox)
    done = bridge.open(CONTRACTS[:1])[CONTRACTS[0]]
    assert done.outcome is Outcome.UNKNOWN
    assert "OTRS may still be making it" in done.detail.en
    assert ticket.articles == []
    article = NewArticle(
        sender_type="agent", sender="bridge", to="", subject=ticket.title, body="Долг по договору Ф-10000"
    )
    add_article(sandbox.database, ticket, article, user_id=1, is_first=True)
    clock.move(minutes=10)
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert len(ticket.articles) == 1


def test_what_the_last_look_of_a_run_finds_whole_is_told_so(desk: MakeDesk, sandbox: Sandbox) -> None:
    """The first looks saw the half of it that was there; OTRS went on."""
    bridge = desk(workers=1)
    new = opening(CONTRACTS[0]).compose()
    assert isinstance(new, NewTicket)
    helpdesk, looks = bridge.outside.helpdesk, 0
    find = helpdesk.find_made

    def slowly(field: str, wanted: Mapping[str, str]) -> Mapping[str, tuple[Ticket, ...]]:
        nonlocal looks
        looks += 1
        if looks == 2:
            sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=1))
            with pytest.raises(OutcomeUnknown):
                helpdesk.create_ticket(new)
        if looks == 5:
            (half,) = ours(sandbox)
            sandbox.edit(half.ticket_id, customer=(new.customer.user, ""), fields=dict(new.dynamic_fields))  # type: ignore[arg-type]
            article = NewArticle(sender_type="agent", sender="bridge", to="", subject=new.subject, body=new.body)
            add_article(sandbox.database, half, article, user_id=1, is_first=True)
        return find(field, wanted)

    helpdesk.find_made = slowly  # type: ignore[method-assign]
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation=CREATE))
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert looks >= 5
    (ticket,) = ours(sandbox)
    assert len(ticket.articles) == 1
