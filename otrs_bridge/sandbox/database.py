"""The sandbox's database: tables, look-ups by name or number, the server's own clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from otrs_bridge.sandbox import provisioning
from otrs_bridge.sandbox.answers import text
from otrs_bridge.sandbox.disk_tickets import DiskTickets
from otrs_bridge.sandbox.product import ZNUNY, Product
from otrs_bridge.sandbox.records import (
    Agent,
    ArticleRow,
    CustomerUser,
    DynamicField,
    Mail,
    Priority,
    Queue,
    Right,
    SessionRow,
    StateRow,
    TicketRow,
)
from otrs_bridge.sandbox.sql import POSTGRESQL, Sql

MOMENT_FORMAT = "%Y-%m-%d %H:%M:%S"
LOCKS = {1: "unlock", 2: "lock", 3: "tmp_lock"}
SYSTEM_ID = "10"

# Called after each write of a ticket that is still incomplete: the step's name and the ticket's number.
StepObserver = Callable[[str, int], None]


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Row = TypeVar("_Row", bound=_Named)


class SandboxDatabase:
    """Everything the sandbox knows. ``lock`` is held during one operation, and let go between two steps."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        product: Product = ZNUNY,
        sql: Sql = POSTGRESQL,
        tickets: DiskTickets | None = None,
    ) -> None:
        """Provision a fresh server that lives in ``zone``, asks ``clock`` for the time and keeps texts as ``sql`` does.

        ``tickets`` is where they are kept, otherwise in memory.
        """
        self.product = product
        self.clock = clock
        self.zone = zone
        self.sql = sql
        self.lock = threading.RLock()
        self.states: list[StateRow] = provisioning.states()
        self.priorities: list[Priority] = provisioning.priorities()
        self.queues: list[Queue] = provisioning.queues()
        self.dynamic_fields: list[DynamicField] = provisioning.dynamic_fields()
        self.agents: list[Agent] = provisioning.agents()
        self.customer_users: list[CustomerUser] = provisioning.customer_users()
        self.tickets: MutableMapping[int, TicketRow] = {} if tickets is None else tickets
        self.disk = tickets
        self._requests = 0
        self.sessions: dict[str, SessionRow] = {}
        self.mails: list[Mail] = []
        self.maintenance = False
        self.search_limit = 500
        # CheckMXRecord: the mail domains that have an exchanger; None: the setting is off
        self.mail_exchangers: frozenset[str] | None = None
        self.step_observers: list[StepObserver] = []
        self.put_off: list[Callable[[], None]] = []
        self._last_numbers: dict[str, int] = {}

    def now(self) -> datetime:
        """Return the server's naive local time, whole seconds."""
        return self.clock().astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def epoch(self, moment: datetime) -> int:
        """Return a stored local time as Unix seconds."""
        return int(moment.replace(tzinfo=self.zone).timestamp())

    def from_epoch(self, seconds: int) -> datetime:
        """Return Unix seconds as a local time."""
        return datetime.fromtimestamp(seconds, tz=self.zone).replace(tzinfo=None)

    def next_number(self, table: str) -> int:
        """Return the next primary key of a table."""
        self._last_numbers[table] = self._last_numbers.get(table, 0) + 1
        return self._last_numbers[table]

    def new_ticket_number(self) -> str:
        """Return date, system id, a counter of five digits and a check digit (OTRS's DateChecksum)."""
        counted = f"{self.now():%Y%m%d}{SYSTEM_ID}{self.next_number('ticket_number'):05d}"
        weighed = sum(int(digit) * (1 + position % 2) for position, digit in enumerate(counted))
        check = 10 - weighed % 10
        return f"{counted}{1 if check == 10 else check}"  # noqa: PLR2004 - ten has no digit

    @contextmanager
    def request(self) -> Iterator[None]:
        """Hold the lock for one request; what was put off happens at its end, however it ends."""
        with self.lock:
            self._requests += 1
            try:
                yield
            finally:
                while self.put_off:
                    self.put_off.pop(0)()
                self._requests -= 1
                if self.disk is not None and not self._requests:
                    self.disk.settle()

    def step(self, name: str, ticket_id: int) -> None:
        """Tell observers that one write is done; they may look at the half-written ticket, or raise."""
        for observe in tuple(self.step_observers):
            self.lock.release()
            try:
                observe(name, ticket_id)
            finally:
                self.lock.acquire()

    # --- look-ups; None where there is no such row ---

    def state(self, state_id: int) -> StateRow:
        """Return the state with this id, which must exist."""
        return next(row for row in self.states if row.state_id == state_id)

    def state_named(self, name: object) -> StateRow | None:
        """Return the state of this name, in exactly this writing."""
        return named(self.states, text(name))

    def priority(self, priority_id: int) -> Priority:
        """Return the priority with this id, which must exist."""
        return next(row for row in self.priorities if row.priority_id == priority_id)

    def queue(self, queue_id: int) -> Queue:
        """Return the queue with this id, which must exist."""
        return next(row for row in self.queues if row.queue_id == queue_id)

    def agent(self, user_id: int) -> Agent:
        """Return the agent with this id, which must exist."""
        return next(row for row in self.agents if row.user_id == user_id)

    def agent_with_login(self, login: object) -> Agent | None:
        """Return the agent with this login, in exactly this letter case where the database minds it."""
        wanted = self.sql.exact(text(login))
        return next((row for row in self.agents if self.sql.exact(row.login) == wanted), None)

    def dynamic_field(self, name: str) -> DynamicField | None:
        """Return the field of this name, in exactly this letter case."""
        return named(self.dynamic_fields, name)

    def customer_user(self, login: str) -> CustomerUser | None:
        """Return the customer user with this login, any letter case."""
        wanted = self.sql.equal(login)
        return next((row for row in self.customer_users if self.sql.equal(row.login) == wanted), None)

    def customer_user_with_email(self, email: str) -> CustomerUser | None:
        """Return the first customer user with this address, any letter case."""
        wanted = self.sql.equal(email)
        return next((row for row in self.customer_users if self.sql.equal(row.email) == wanted), None)

    def ticket_numbered(self, number: str) -> TicketRow | None:
        """Return the ticket with this ticket number."""
        return next((row for row in self.tickets.values() if row.number == number), None)

    def article(self, article_id: int) -> ArticleRow | None:
        """Return an article of any ticket."""
        return next(
            (row for ticket in self.tickets.values() for row in ticket.articles if row.article_id == article_id),
            None,
        )

    def may(self, user_id: int, right: Right, queue_id: int) -> bool:
        """Whether a valid agent has a right in a queue; ``rw`` includes every other."""
        agent = self.agent(user_id)
        rights = agent.rights.get(self.queue(queue_id).name, frozenset())
        return agent.valid and (right in rights or "rw" in rights)


def named(rows: Iterable[_Row], name: str) -> _Row | None:
    """Return the row of this name."""
    return next((row for row in rows if row.name == name), None)
