"""Tickets on the disk are found, read and changed as those in memory are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from otrs_bridge.domain.selection import ChangedWithin, Everything, OpenTickets, Selection
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.sandbox.disk_tickets import DiskTickets
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock

OPENED = Callable[[DiskTickets | None], tuple[Sandbox, OtrsHelpdesk]]


@pytest.fixture
def opened() -> Iterator[OPENED]:
    """Makes a sandbox, and a client of it whose pages are small."""
    with ExitStack() as closing:

        def make(tickets: DiskTickets | None) -> tuple[Sandbox, OtrsHelpdesk]:
            clock = MovableClock()
            sandbox = closing.enter_context(Sandbox(clock=clock.now, tickets=tickets))
            url, user, password = sandbox.base_url, sandbox.user, sandbox.password
            helpdesk = OtrsHelpdesk(OtrsConnection(url=url, user=user, password=password, page_size=7), clock)
            closing.callback(helpdesk.close)
            for number in range(40):
                state = "closed successful" if number % 4 == 0 else "open"
                sandbox.add_ticket(f"Заявка {number}", state=state, body="Нет связи", fields={"District": str(number)})
                clock.move(seconds=number % 3)
            return sandbox, helpdesk

        yield make


def seen(sandbox: Sandbox, helpdesk: OtrsHelpdesk) -> list[object]:
    selections: list[Selection] = [Everything(), OpenTickets(), ChangedWithin(minutes=1), ChangedWithin(minutes=600)]
    walks = [[ticket_id for page in helpdesk.walk(selection) for ticket_id in page] for selection in selections]
    numbers = [helpdesk.find_by_number(sandbox.ticket(ticket_id).number) for ticket_id in (1, 40)]
    texts = [ticket.id for ticket in helpdesk.find_by_text(["Заявка", "7"], limit=50)]
    return [walks, numbers, texts, helpdesk.read(walks[0]), helpdesk.last_articles(5, 3), helpdesk.field_events([5, 6])]


def test_both_answer_alike_before_and_after_changes(opened: OPENED, tmp_path: Path) -> None:
    store = DiskTickets(tmp_path / "tickets.db")
    both = [opened(None), opened(store)]
    assert seen(*both[0]) == seen(*both[1])
    for sandbox, helpdesk in both:
        helpdesk.update(
            5, {"state": "closed successful", "DynamicField_District": "Центр"}, Note(subject="a", body="b")
        )
        helpdesk.update(6, {"priority": "4 high"}, None)
        sandbox.edit(7, title="Другая 7")
        sandbox.delete_ticket(8)
    assert seen(*both[0]) == seen(*both[1])
    assert both[1][0].state_of(5) == "closed successful"
    assert [len(sandbox.tickets()) for sandbox, _ in both] == [39, 39]
    store.close()


def test_a_request_that_breaks_in_the_middle_leaves_what_it_had_done(opened: OPENED, tmp_path: Path) -> None:
    store = DiskTickets(tmp_path / "tickets.db")
    sandbox, _ = opened(store)
    with pytest.raises(LookupError, match="no state"):
        sandbox.edit(5, title="Новый", state="нет такого")
    assert sandbox.ticket(5).title == "Новый", "OTRS has no transactions"
    store.close()
