"""Direct access to the sandbox's data: what an administrator sets up and what people do at their desks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from otrs_bridge.sandbox.articles import NewArticle, add_article
from otrs_bridge.sandbox.database import SandboxDatabase, named
from otrs_bridge.sandbox.postmaster import receive_mail
from otrs_bridge.sandbox.provisioning import AGENT_LOGIN, ALL_RIGHTS, STATE_TYPE_IDS
from otrs_bridge.sandbox.records import (
    ROOT_AGENT,
    Agent,
    AutoReply,
    AutoReplyType,
    CustomerUser,
    FieldValue,
    HistoryEntry,
    Mail,
    Priority,
    Queue,
    Right,
    StateRow,
    TicketRow,
)
from otrs_bridge.sandbox.ticket_create import insert_ticket
from otrs_bridge.sandbox.ticket_writing import (
    move,
    set_customer,
    set_field,
    set_lock,
    set_owner,
    set_priority,
    set_state,
    set_title,
)


class Desk:
    """The database with verbs on it; nothing here goes over HTTP."""

    def __init__(self, database: SandboxDatabase) -> None:
        """Work on ``database``."""
        self.database = database

    # --- what an administrator sets up ---

    def add_queue(self, name: str, *, rights: Mapping[str, Iterable[Right]] | None = None) -> Queue:
        """Add a queue; without ``rights`` (agent's login to rights) everybody may do everything in it."""
        queue = Queue(queue_id=len(self.database.queues) + 1, name=name)
        self.database.queues.append(queue)
        for agent in self.database.agents:
            wanted = ALL_RIGHTS if rights is None else frozenset(rights.get(agent.login, ()))
            agent.rights[name] = wanted
        return queue

    def set_rights(self, login: str, queue: str, rights: Iterable[Right]) -> None:
        """Replace an agent's rights in a queue."""
        self._agent(login).rights[queue] = frozenset(rights)

    def set_agent_valid(self, login: str, *, valid: bool) -> None:
        """Set an agent valid or invalid."""
        self._agent(login).valid = valid

    def add_state(self, name: str, state_type: str) -> StateRow:
        """Add a state of one of OTRS's seven types."""
        if state_type not in STATE_TYPE_IDS:
            raise LookupError(f"no state type {state_type}")
        state = StateRow(state_id=len(self.database.states) + 1, name=name, type=state_type)
        self.database.states.append(state)
        return state

    def set_auto_reply(self, queue: str, kind: AutoReplyType, body: str) -> None:
        """Make a queue answer by itself."""
        self._queue(queue).auto_replies[kind] = AutoReply(subject="Автоответ", body=body)

    def add_customer_user(
        self, login: str, *, email: str, customer_id: str, first_name: str = "", last_name: str = ""
    ) -> CustomerUser:
        """Add a customer user to OTRS's own customer database."""
        row = CustomerUser(
            login=login, email=email, customer_id=customer_id, first_name=first_name, last_name=last_name
        )
        self.database.customer_users.append(row)
        return row

    # --- tickets in any condition ---

    def add_ticket(
        self,
        title: str,
        *,
        queue: str = "Support",
        state: str = "open",
        priority: str = "3 normal",
        customer_user: str | None = None,
        customer_id: str | None = None,
        fields: Mapping[str, str | list[str]] | None = None,
        body: str | None = "Текст обращения",
        sender: str | None = None,
        created: datetime | None = None,
        archived: bool = False,
    ) -> TicketRow:
        """Add a ticket as a person at the phone does; customer None is null, body None is no article."""
        database = self.database
        with database.request():
            agent = self._agent(AGENT_LOGIN)
            ticket = insert_ticket(
                database,
                title=title,
                queue=self._queue(queue),
                state=self._state(state),
                priority=self._priority(priority),
                user_id=agent.user_id,
            )
            ticket.owner_id = ROOT_AGENT if body is None else agent.user_id
            ticket.archived = archived
            if customer_user is not None or customer_id is not None:
                set_customer(database, ticket, user=customer_user, company=customer_id, user_id=agent.user_id)
            for name, value in (fields or {}).items():
                set_field(database, ticket, _field(name, value), agent.user_id)
            if body is not None:
                self._first_article(ticket, title, body, sender or customer_user or "agent@mtel.ru")
            if created is not None:
                ticket.created = ticket.changed = created
            return ticket

    def add_welcome_ticket(self) -> TicketRow:
        """Add the ticket that every installation is born with: state new, in Raw, without a customer."""
        with self.database.request():
            ticket = insert_ticket(
                self.database,
                title="Znuny says hi!",
                queue=self._queue("Raw"),
                state=self._state("new"),
                priority=self._priority("3 normal"),
                user_id=ROOT_AGENT,
            )
            self._first_article(ticket, ticket.title, "Welcome.", "Znuny <hello@znuny.org>")
            return ticket

    def receive_mail(self, sender: str, subject: str, body: str, *, queue: str = "Raw") -> TicketRow:
        """Take in a mail as the postmaster does; returns the new or continued ticket."""
        return receive_mail(self.database, sender=sender, subject=subject, body=body, queue=queue)

    def poison_field(self, ticket_id: int, name: str) -> None:
        """Make the cache of a field hold a wrong null, until the field is written again."""
        self.ticket(ticket_id).poisoned.add(name)

    def set_multi_value(self, name: str) -> None:
        """Let a dynamic field hold several values, as OTOBO 11 can."""
        fields = self.database.dynamic_fields
        self.database.dynamic_fields = [replace(one, multi_value=True) if one.name == name else one for one in fields]

    def delete_first_article(self, ticket_id: int) -> None:
        """Delete an article as OTOBO 11 can: it is listed no more."""
        del self.ticket(ticket_id).articles[0]

    def delete_ticket(self, ticket_id: int) -> None:
        """Delete a ticket for good."""
        with self.database.request():
            del self.database.tickets[ticket_id]

    # --- what a person does ---

    def edit(
        self,
        ticket_id: int,
        *,
        login: str = AGENT_LOGIN,
        title: str | None = None,
        queue: str | None = None,
        state: str | None = None,
        priority: str | None = None,
        owner: str | None = None,
        locked: bool | None = None,
        customer: tuple[str, str] | None = None,
        fields: Mapping[str, str | list[str]] | None = None,
    ) -> TicketRow:
        """Change a ticket as a person in the agent screen; ``customer`` is (CustomerUser, CustomerID)."""
        database, user_id = self.database, self._agent(login).user_id
        with database.request():
            ticket = self.ticket(ticket_id)
            if title is not None:
                set_title(database, ticket, title, user_id)
            if queue is not None:
                move(database, ticket, self._queue(queue), user_id)
            if locked is not None:
                set_lock(database, ticket, 2 if locked else 1, user_id)
            if state is not None:
                set_state(database, ticket, self._state(state), user_id)
            if customer is not None:
                set_customer(database, ticket, user=customer[0], company=customer[1], user_id=user_id)
            if priority is not None:
                set_priority(database, ticket, self._priority(priority).priority_id, user_id)
            if owner is not None:
                set_owner(database, ticket, self._agent(owner).user_id, user_id)
            for name, value in (fields or {}).items():
                set_field(database, ticket, _field(name, value), user_id)
            return ticket

    def merge(self, ticket_id: int) -> None:
        """Set a ticket merged, as merging it into another one does."""
        self.edit(ticket_id, state="merged")

    # --- reading ---

    def ticket(self, ticket_id: int) -> TicketRow:
        """Return a ticket's row."""
        return self.database.tickets[ticket_id]

    def tickets(self) -> list[TicketRow]:
        """Return all tickets, oldest first."""
        return list(self.database.tickets.values())

    def history(self, ticket_id: int) -> list[HistoryEntry]:
        """Return a ticket's history, oldest first."""
        return list(self.ticket(ticket_id).history)

    def state_of(self, ticket_id: int) -> str:
        """Return the name of a ticket's state."""
        return self.database.state(self.ticket(ticket_id).state_id).name

    def priority_of(self, ticket_id: int) -> str:
        """Return the name of a ticket's priority."""
        return self.database.priority(self.ticket(ticket_id).priority_id).name

    def queue_of(self, ticket_id: int) -> str:
        """Return the name of a ticket's queue."""
        return self.database.queue(self.ticket(ticket_id).queue_id).name

    def mails(self) -> list[Mail]:
        """Return the mail queue, oldest first."""
        return list(self.database.mails)

    def _first_article(self, ticket: TicketRow, subject: str, body: str, sender: str) -> None:
        article = NewArticle(
            sender_type="customer",
            sender=sender,
            to=self.database.queue(ticket.queue_id).name,
            subject=subject,
            body=body,
            channel="Phone",
            history_type="PhoneCallCustomer",
            auto_response_type="auto remove",
        )
        add_article(self.database, ticket, article, user_id=ticket.owner_id, is_first=True)

    def _agent(self, login: str) -> Agent:
        agent = self.database.agent_with_login(login)
        if agent is None:
            raise LookupError(f"no agent {login}")
        return agent

    def _queue(self, name: str) -> Queue:
        queue = named(self.database.queues, name)
        if queue is None:
            raise LookupError(f"no queue {name}")
        return queue

    def _state(self, name: str) -> StateRow:
        state = self.database.state_named(name)
        if state is None:
            raise LookupError(f"no state {name}")
        return state

    def _priority(self, name: str) -> Priority:
        priority = named(self.database.priorities, name)
        if priority is None:
            raise LookupError(f"no priority {name}")
        return priority


def _field(name: str, value: str | list[str]) -> FieldValue:
    is_list = isinstance(value, list)
    return FieldValue(name=name, values=list(value) if is_list else [str(value)], is_list=is_list)
