"""The elementary writes to a ticket. Each leaves a history entry and bumps ``Changed``, or does nothing."""

from otrs_bridge.sandbox.answers import BrokeMidway, PerlDied
from otrs_bridge.sandbox.database import LOCKS, SandboxDatabase
from otrs_bridge.sandbox.history_writing import bump, write_history
from otrs_bridge.sandbox.mailing import notify_lock_timeout, notify_owner
from otrs_bridge.sandbox.records import LOCKED, UNLOCKED, FieldValue, Queue, StateRow, TicketRow

BRIEF_TITLE = 50
LONGEST_CUSTOMER_ID = 150


def set_title(database: SandboxDatabase, ticket: TicketRow, title: str, user_id: int) -> None:
    """Change the title; more than the column holds break the statement, or are cut."""
    title, longest = database.sql.column(title), database.product.longest_title
    if database.product.cuts_titles:
        title = title[:longest]
    if not title or title == ticket.title:
        return
    if len(title) > longest:
        raise BrokeMidway("OperationObject returned an error, cancelling Request")
    old = ticket.title
    ticket.title = title
    bump(database, ticket, user_id)
    write_history(database, ticket, "TitleUpdate", f"%%{_brief(old)}%%{_brief(title)}", user_id=user_id)


def move(database: SandboxDatabase, ticket: TicketRow, queue: Queue, user_id: int) -> None:
    """Move the ticket to another queue; the right in the target must have been checked."""
    if queue.queue_id == ticket.queue_id:
        return
    old = database.queue(ticket.queue_id)
    ticket.queue_id = queue.queue_id
    bump(database, ticket, user_id)
    names = f"%%{queue.name}%%{queue.queue_id}%%{old.name}%%{old.queue_id}"
    write_history(database, ticket, "Move", names, user_id=user_id)


def set_lock(database: SandboxDatabase, ticket: TicketRow, lock_id: int, user_id: int) -> None:
    """Lock or unlock; unlocking what another agent owns tells that agent by mail."""
    if lock_id == ticket.lock_id:
        return
    was_locked = ticket.lock_id != UNLOCKED
    ticket.lock_id = lock_id
    bump(database, ticket, user_id)
    kind = {UNLOCKED: "Unlock", LOCKED: "Lock"}.get(lock_id, "Misc")
    write_history(database, ticket, kind, f"%%{LOCKS[lock_id]}", user_id=user_id)
    if lock_id == LOCKED:
        reset_unlock_time(database, ticket, user_id)
    elif was_locked:
        notify_lock_timeout(database, ticket, user_id)


def set_state(database: SandboxDatabase, ticket: TicketRow, state: StateRow, user_id: int) -> None:
    """Change the state; closing also unlocks, and what is not pending waits for nothing."""
    if state.state_id == ticket.state_id:
        return
    old = database.state(ticket.state_id)
    ticket.state_id = state.state_id
    bump(database, ticket, user_id)
    write_history(database, ticket, "StateUpdate", f"%%{old.name}%%{state.name}%%", user_id=user_id)
    if state.type == "closed":
        set_lock(database, ticket, UNLOCKED, user_id)
    if not state.type.startswith("pending"):
        set_pending_time(database, ticket, 0, user_id)


def set_pending_time(database: SandboxDatabase, ticket: TicketRow, until: int, user_id: int) -> None:
    """Write until when the ticket waits, in Unix seconds."""
    ticket.pending_until = until
    bump(database, ticket, user_id)
    moment = f"{database.from_epoch(until):%Y-%m-%d %H:%M}" if until else "00-00-00 00:00"
    write_history(database, ticket, "SetPendingTime", f"%%{moment}", user_id=user_id)


def set_customer(
    database: SandboxDatabase, ticket: TicketRow, *, user: str | None, company: str | None, user_id: int
) -> None:
    """Write both customer strings; None leaves one alone, and so does one too long, without a word."""
    parts: list[str] = []
    user, company = (None if value is None else database.sql.column(value) for value in (user, company))
    if company is not None and len(company) <= LONGEST_CUSTOMER_ID:
        ticket.customer_id = company
        parts.append(f"CustomerID={company};")
    if user is not None and len(user) <= database.product.longest_customer_user:
        ticket.customer_user = user
        parts.append(f"CustomerUser={user};")
    bump(database, ticket, user_id)
    write_history(database, ticket, "CustomerUpdate", "%%" + "".join(parts), user_id=user_id)


def set_priority(database: SandboxDatabase, ticket: TicketRow, priority_id: int, user_id: int) -> None:
    """Change the priority."""
    if priority_id == ticket.priority_id:
        return
    old, new = database.priority(ticket.priority_id), database.priority(priority_id)
    ticket.priority_id = priority_id
    bump(database, ticket, user_id)
    names = f"%%{old.name}%%{old.priority_id}%%{new.name}%%{new.priority_id}"
    write_history(database, ticket, "PriorityUpdate", names, user_id=user_id)


def set_owner(database: SandboxDatabase, ticket: TicketRow, owner_id: int, user_id: int) -> None:
    """Change the owner, who is told by mail unless it was his own doing."""
    if owner_id == ticket.owner_id:
        return
    ticket.owner_id = owner_id
    bump(database, ticket, user_id)
    login = database.agent(owner_id).login
    write_history(database, ticket, "OwnerUpdate", f"%%{login}%%{owner_id}", user_id=user_id)
    notify_owner(database, ticket, user_id)


def set_responsible(database: SandboxDatabase, ticket: TicketRow, responsible_id: int, user_id: int) -> None:
    """Change the responsible agent."""
    if responsible_id == ticket.responsible_id:
        return
    ticket.responsible_id = responsible_id
    bump(database, ticket, user_id)
    login = database.agent(responsible_id).login
    write_history(database, ticket, "ResponsibleUpdate", f"%%{login}%%{responsible_id}", user_id=user_id)


def set_field(database: SandboxDatabase, ticket: TicketRow, new: FieldValue, user_id: int) -> None:
    """Replace a field's rows; what cannot be written deletes the old value before it breaks.

    A multiselect that comes as a scalar is never found equal to what is there; a field of several values (OTOBO 11) dies
    of a scalar.
    """
    field, name = database.dynamic_field(new.name), new.name
    is_multiselect = field is not None and field.is_list
    if field is not None and field.multi_value and not new.is_list:
        raise PerlDied
    values = [value for value in new.values if value]
    cached = [] if name in ticket.poisoned else ticket.values.get(name, [])
    if values == cached and (new.is_list == is_multiselect or not values):
        return
    if (new.is_list and not is_multiselect) or any(len(value) > database.sql.longest_text for value in values):
        ticket.values.pop(name, None)
        raise BrokeMidway(f"Dynamic Field {name} could not be set, please contact the system administrator")
    old = ", ".join(ticket.values.get(name, []))
    ticket.poisoned.discard(name)
    if values:
        ticket.values[name] = values
    else:
        ticket.values.pop(name, None)
    bump(database, ticket, user_id)
    shown = f"%%FieldName%%{name}%%Value%%{', '.join(values)}%%OldValue%%{old}"
    write_history(database, ticket, "TicketDynamicFieldUpdate", shown, user_id=user_id)


def reset_unlock_time(database: SandboxDatabase, ticket: TicketRow, user_id: int) -> None:
    """Start the time after which a locked ticket unlocks itself, once a second at most."""
    now = database.epoch(database.now())
    if ticket.unlock_timeout != now:
        ticket.unlock_timeout = now
        write_history(database, ticket, "Misc", "Reset of unlock time.", user_id=user_id)


def _brief(title: str) -> str:
    return title if len(title) <= BRIEF_TITLE else f"{title[:BRIEF_TITLE]}..."
