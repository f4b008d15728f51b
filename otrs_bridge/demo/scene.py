"""The scene: a temporary folder with a config and a client list, and the filled stand-in on loopback."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from otrs_bridge.clock import SystemClock
from otrs_bridge.demo import material
from otrs_bridge.demo.material import DemoTicket, TicketContent
from otrs_bridge.demo.month import Month, open_month
from otrs_bridge.demo.practice import furnish
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.ports.clock import Clock
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.words import Language

BETWEEN_TICKETS = timedelta(minutes=47)  # so the tickets are those of the last day and a half, not of one second
WAITING = timedelta(days=2)  # how long a pending ticket was told to wait
STATE_OF_THEIR_OWN = ("closed with workaround", "closed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A demo ticket in the stand-in: its id, and how it was before the bridge saw it."""

    ticket: DemoTicket
    id: int
    number: str
    before: TicketContent
    changed: datetime
    articles: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Everything is set up: the stand-in listens, `config` names it, and `placed` says what lies in it.

    `mails` is how many messages OTRS had sent by then: whatever comes on top would be the bridge's doing. `month` is
    set up beside it, for the acts about debts.
    """

    sandbox: Sandbox
    config: Path
    language: Language
    placed: tuple[Placed, ...]
    mails: int
    month: Month

    def held(self, ticket_id: int) -> TicketContent:
        """What a ticket holds now, read from the stand-in itself and not through the bridge."""
        return held_by(self.sandbox, ticket_id)


class SetBackClock:
    """The stand-in's clock: set back while the tickets come in, then the one it was made of."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.behind = timedelta()

    def now(self) -> datetime:
        return self._clock.now() - self.behind


@contextmanager
def open_scene(language: Language) -> Iterator[Scene]:
    """Set everything up in a temporary folder, and leave nothing behind."""
    clock = SetBackClock(SystemClock())
    with tempfile.TemporaryDirectory(prefix="otrs-bridge-demo-") as folder, Sandbox(clock=clock.now) as sandbox:
        config = furnish(sandbox, Path(folder), language)
        placed, mails = place_all(sandbox, clock), len(sandbox.mails())
        with open_month(Path(folder) / "month", language) as month:
            yield Scene(sandbox=sandbox, config=config, language=language, placed=placed, mails=mails, month=month)


def held_by(sandbox: Sandbox, ticket_id: int) -> TicketContent:
    """What a ticket of the stand-in holds."""
    row = sandbox.ticket(ticket_id)

    def field(name: str) -> str:
        return ", ".join(row.values.get(name, []))

    return TicketContent(
        title=row.title,
        queue=sandbox.queue_of(ticket_id),
        state=sandbox.state_of(ticket_id),
        priority=sandbox.priority_of(ticket_id),
        customer=row.customer_user or "",
        client_type=field(material.CLIENT_TYPE_FIELD),
        district=field(material.DISTRICT_FIELD),
        category=field(material.CATEGORY_FIELD),
        master_ticket=field(material.MASTER_TICKET_FIELD),
    )


def place_all(sandbox: Sandbox, clock: SetBackClock) -> tuple[Placed, ...]:
    """Let the demo's tickets come in, one after the other, over the last day and a half."""
    sandbox.add_state(*STATE_OF_THEIR_OWN)
    tickets = material.tickets()
    placed = []
    for number, ticket in enumerate(tickets):
        clock.behind = BETWEEN_TICKETS * (len(tickets) - number)
        placed.append(_place(sandbox, ticket))
    clock.behind = timedelta()
    return tuple(placed)


def _place(sandbox: Sandbox, ticket: DemoTicket) -> Placed:
    before = ticket.before
    if ticket.by == "e-mail":
        row = sandbox.receive_mail(ticket.sender, before.title, ticket.text, queue=before.queue)
        sandbox.edit(row.ticket_id, state=before.state, priority=before.priority, fields=ticket.fields)
    else:
        who = before.customer
        known = next((client for client in material.clients() if who and client.login == who), None)
        row = sandbox.add_ticket(
            before.title,
            queue=before.queue,
            state=before.state,
            priority=before.priority,
            customer_user=before.customer or None,
            customer_id=known.contract if known else None,
            fields=ticket.fields,
            body=ticket.text,
        )
    if ticket.numbered:
        sandbox.edit(row.ticket_id, fields={material.SHORT_NUMBER_FIELD: short_number(row.number)})
    if sandbox.database.state(row.state_id).type.startswith("pending"):
        row.pending_until = int((sandbox.database.clock() + WAITING).timestamp())
    return Placed(
        ticket=ticket,
        id=row.ticket_id,
        number=row.number,
        before=held_by(sandbox, row.ticket_id),
        changed=row.changed,
        articles=len(row.articles),
    )
