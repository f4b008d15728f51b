"""Two daemons on the real OTRS, and whatever happens to the leader in the middle: one ticket a debtor, one change a ticket.

With OTRS_BRIDGE_TESTS=all there are five hundred debtors and a thousand tickets, and everything happens to both; else two
things to each.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.depth import deep, sample
from tests.leading.machines import ledger_of
from tests.leading.overtaking import IN_ANOTHER_ORDER, IN_HAND, Blow, Work, job_is_done, overtaken
from tests.live.making import Wish, make_tickets
from tests.live.server.control import LiveServer
from tests.servers.postgres import Postgres

pytestmark = [pytest.mark.live, pytest.mark.waits, pytest.mark.timeout(3600)]

DEBTORS = [f"Ф-{30000 + number}" for number in range(deep(500, 60))]
TICKETS = deep(1000, 60)
CHANGES = (
    "SELECT h.ticket_id FROM ticket_history h JOIN ticket_history_type t ON t.id = h.history_type_id "
    "JOIN users u ON u.id = h.create_by WHERE t.name = 'StateUpdate' AND u.login = 'bridge'"
)


def titles(server: LiveServer) -> list[str]:
    """Of all tickets about debts."""
    return [title for (title,) in server.sql("SELECT title FROM ticket WHERE title LIKE 'Откл.%'")]


def changes(server: LiveServer) -> Counter[int]:
    """How often the bridge changed the state of each ticket."""
    return Counter(int(ticket) for (ticket,) in server.sql(CHANGES))


@pytest.mark.parametrize("blow", sample([*Blow], 2))
def test_every_debtor_gets_one_ticket(live: LiveServer, postgres: Postgres, tmp_path: Path, blow: Blow) -> None:
    live.reset()
    work = Work(
        pieces=len(DEBTORS),
        in_hand=len(DEBTORS),
        done=lambda: len(titles(live)),
        is_over=job_is_done,
        sections=ledger_of(tmp_path / "office", DEBTORS),
    )
    overtaken(blow, work, tmp_path, postgres, live)
    assert Counter(title.split()[2] for title in titles(live)) == dict.fromkeys(DEBTORS, 1)


@pytest.mark.parametrize("blow", sample(IN_ANOTHER_ORDER, 2))
def test_every_ticket_is_changed_once(live: LiveServer, postgres: Postgres, tmp_path: Path, blow: Blow) -> None:
    """By the nightly sweep, which finds them when the daemons start."""
    live.reset()
    ids = make_tickets(live, [Wish(title=f"Не работает интернет {number}", state="new") for number in range(TICKETS)])
    work = Work(
        pieces=TICKETS,
        in_hand=IN_HAND,
        done=lambda: len(changes(live).keys() & {*ids}),
        is_over=lambda _url: True,
        sections={"jobs": {"cleanup": {"mode": "enforce", "at": "00:00"}}},
    )
    overtaken(blow, work, tmp_path, postgres, live)
    found = changes(live)
    assert {ticket: found[ticket] for ticket in ids} == dict.fromkeys(ids, 1)
