"""The elementary writes to a ticket. Each leaves a history entry and bumps ``Changed``, or does nothing."""

from collections.abc import Sequence

from otrs_bridge.otrs.sandbox.answers import BrokeMidway
from otrs_bridge.otrs.sandbox.database import LOCKS, Database
from otrs_bridge.otrs.sandbox.mailing import notify_lock_timeout, notify_owner
from otrs_bridge.otrs.sandbox.records import LOCKED, UNLOCKED, HistoryEntry, Queue, State, Ticket

LONGEST_TITLE = 255
LONGEST_CUSTOMER_USER = 250
LONGEST_CUSTOMER_ID = 150
LONGEST_FIELD_VALUE = 3800


def write_history(
    database: Database, ticket: Ticket, kind: str, name: str, *, user_id: int, article_id: int = 0
) -> None:
    """Append one line to the ticket's history."""
    ticket.history.append(
        HistoryEntry(
            history_id=database.next_number("ticket_history"),
            ticket_id=ticket.ticket_id,
            type=kind,
            name=name[:200],
            created=database.now(),
            created_by=user_id,
            queue_id=ticket.queue_id,
            state_id=ticket.state_id,
            priority_id=ticket.priority_id,
            owner_id=ticket.owner_id,
            article_id=article_id,
        )
    )


def bump(database: Database, ticket: Ticket, user_id: int) -> None:
    """Write the moment and the author of the ticket's last change."""
    ticket.changed = database.now()
    ticket.changed_by = user_id


def set_title(database: Database, ticket: Ticket, title: str, user_id: int) -> None:
    """Change the title; a NUL ends it, more than 255 characters break the statement."""
    title = title.split("\0", 1)[0]
    if not title or title == ticket.title:
        return
    if len(title) > LONGEST_TITLE:
        raise BrokeMidway("Ticket could not be updated!")
    old = ticket.title
    ticket.title = title
    bump(database, ticket, user_id)
    write_history(database, ticket, "TitleUpdate", f"%%{old[:50]}%%{title[:50]}", user_id=user_id)


def move(database: Database, ticket: Ticket, queue: Queue, user_id: int) -> None:
    """Move the ticket to another queue; the right in the target must have been checked."""
    if queue.queue_id == ticket.queue_id:
        return
    old = database.queue(ticket.queue_id)
    ticket.queue_id = queue.queue_id
    bump(database, ticket, user_id)
    names = f"%%{queue.name}%%{queue.queue_id}%%{old.name}%%{old.queue_id}"
    write_history(database, ticket, "Move", names, user_id=user_id)


def set_lock(database: Database, ticket: Ticket, lock_id: int, user_id: int) -> None:
    """Lock or unlock; unlocking what another agent owns tells that agent by mail."""
    if lock_id == ticket.lock_id:
        return
    was_locked = ticket.lock_id != UNLOCKED
    ticket.lock_id = lock_id
    bump(database, ticket, user_id)
    kind = {UNLOCKED: "Unlock", LOCKED: "Lock"}.get(lock_id, "Misc")
    write_history(database, ticket, kind, f"%%{LOCKS[lock_id]}", user_id=user_id)
    if lock_id == LOCKED:
        ticket.unlock_timeout = database.epoch(database.now())
    elif was_locked:
        notify_lock_timeout(database, ticket, user_id)


def set_state(database: Database, ticket: Ticket, state: State, user_id: int) -> None:
    """Change the state; closing also unlocks."""
    if state.state_id == ticket.state_id:
        return
    old = database.state(ticket.state_id)
    ticket.state_id = state.state_id
    bump(database, ticket, user_id)
    write_history(database, ticket, "StateUpdate", f"%%{old.name}%%{state.name}%%", user_id=user_id)
    if state.type == "closed":
        set_lock(database, ticket, UNLOCKED, user_id)


def set_pending_time(database: Database, ticket: Ticket, until: int, user_id: int) -> None:
    """Write until when the ticket waits, in Unix seconds."""
    ticket.pending_until = until
    bump(database, ticket, user_id)
    moment = f"{database.from_epoch(until):%Y-%m-%d %H:%M}"
    write_history(database, ticket, "SetPendingTime", f"%%{moment}", user_id=user_id)


def set_customer(
    database: Database, ticket: Ticket, *, user: str | None, company: str | None, user_id: int
) -> bool:
    """Write both customer strings, None leaves one alone. Too long for the column: nothing, and False."""
    if len(user or "") > LONGEST_CUSTOMER_USER or len(company or "") > LONGEST_CUSTOMER_ID:
        return False
    parts: list[str] = []
    if company is not None:
        ticket.customer_id = company
        parts.append(f"CustomerID={company};")
    if user is not None:
        ticket.customer_user = user
        parts.append(f"CustomerUser={user};")
    bump(database, ticket, user_id)
    write_history(database, ticket, "CustomerUpdate", "%%" + "".join(parts), user_id=user_id)
    return True


def set_priority(database: Database, ticket: Ticket, priority_id: int, user_id: int) -> None:
    """Change the priority."""
    if priority_id == ticket.priority_id:
        return
    old, new = database.priority(ticket.priority_id), database.priority(priority_id)
    ticket.priority_id = priority_id
    bump(database, ticket, user_id)
    names = f"%%{old.name}%%{old.priority_id}%%{new.name}%%{new.priority_id}"
    write_history(database, ticket, "PriorityUpdate", names, user_id=user_id)


def set_owner(database: Database, ticket: Ticket, owner_id: int, user_id: int) -> None:
    """Change the owner, who is told by mail unless it was his own doing."""
    if owner_id == ticket.owner_id:
        return
    ticket.owner_id = owner_id
    bump(database, ticket, user_id)
    login = database.agent(owner_id).login
    write_history(database, ticket, "OwnerUpdate", f"%%{login}%%{owner_id}", user_id=user_id)
    if owner_id != user_id:
        notify_owner(database, ticket)


def set_responsible(database: Database, ticket: Ticket, responsible_id: int, user_id: int) -> None:
    """Change the responsible agent."""
    if responsible_id == ticket.responsible_id:
        return
    ticket.responsible_id = responsible_id
    bump(database, ticket, user_id)
    login = database.agent(responsible_id).login
    write_history(database, ticket, "ResponsibleUpdate", f"%%{login}%%{responsible_id}", user_id=user_id)


def set_field(database: Database, ticket: Ticket, name: str, values: Sequence[str], user_id: int) -> None:
    """Replace a dynamic field's rows; a too long text deletes the old value before it breaks."""
    new = [value for value in values if value]
    cached = [] if name in ticket.poisoned else ticket.values.get(name, [])
    if new == cached:
        return
    if any(len(value) > LONGEST_FIELD_VALUE for value in new):
        ticket.values.pop(name, None)
        raise BrokeMidway(f"DynamicField {name} could not be set!")
    old = ",".join(ticket.values.get(name, []))
    ticket.poisoned.discard(name)
    if new:
        ticket.values[name] = new
    else:
        ticket.values.pop(name, None)
    bump(database, ticket, user_id)
    shown = f"%%FieldName%%{name}%%Value%%{','.join(new)}%%OldValue%%{old}"
    write_history(database, ticket, "TicketDynamicFieldUpdate", shown, user_id=user_id)
