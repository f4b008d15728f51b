"""Operation TicketSearch: unknown parameters are ignored, and whatever goes wrong is an empty answer."""

from collections.abc import Callable, Iterator

from otrs_bridge.sandbox.answers import BrokeMidway, JsonObject, Refused, text, texts
from otrs_bridge.sandbox.database import LOCKS, SandboxDatabase
from otrs_bridge.sandbox.logins import Call, authenticate
from otrs_bridge.sandbox.provisioning import STATE_TYPE_IDS
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.search_articles import full_text_condition
from otrs_bridge.sandbox.search_fields import Condition, field_conditions
from otrs_bridge.sandbox.search_order import from_disk, limited, ordered
from otrs_bridge.sandbox.search_text import FindsNothing, like, one_of
from otrs_bridge.sandbox.search_times import time_conditions
from otrs_bridge.sandbox.sql import Sql

OPERATION = "TicketSearch"
AttributeOf = Callable[[TicketRow], str | None]

# Parameters that a real OTRS knows and the sandbox does not: better no answer than "ignored, all tickets".
NOT_MODELLED = (
    "MIMEBase_From",
    "MIMEBase_To",
    "MIMEBase_Cc",
    "MIMEBase_Subject",
    "MIMEBase_Body",
    "AttachmentName",
    "CustomerIDRaw",
    "Types",
    "TypeIDs",
    "Services",
    "ServiceIDs",
    "SLAs",
    "SLAIDs",
    "WatchUserIDs",
    "TicketFlag",
    "CreatedTypes",
    "CreatedTypeIDs",
    "CreatedStates",
    "CreatedStateIDs",
    "CreatedQueues",
    "CreatedQueueIDs",
    "CreatedPriorities",
    "CreatedPriorityIDs",
)


def search_tickets(database: SandboxDatabase, call: Call) -> JsonObject:
    """Operation TicketSearch: the numbers as texts, or an empty object."""
    agent = authenticate(database, call)
    if agent is None:
        raise Refused("AuthFail", f"{OPERATION}: Authorization failing!")
    try:
        found = _find(database, call.data, agent.user_id)
    except FindsNothing:
        found = []
    return {"TicketID": [str(ticket.ticket_id) for ticket in found]} if found else {}


def _find(database: SandboxDatabase, data: JsonObject, user_id: int) -> list[TicketRow]:
    unknown = [key for key in NOT_MODELLED if _asked(data, key)]
    if unknown:
        raise BrokeMidway(f"The sandbox does not model {', '.join(unknown)}.")
    conditions = [
        *_named_conditions(database, data),
        *_id_conditions(database, data),
        *_text_conditions(data, database.sql),
        *full_text_condition(data, database.sql),
        *time_conditions(database, data),
        *field_conditions(database, data),
    ]
    queues = {queue.queue_id for queue in database.queues if database.may(user_id, "ro", queue.queue_id)}
    sorted_already = from_disk(database, data)
    rows = database.tickets.values() if sorted_already is None else sorted_already
    found = (ticket for ticket in rows if ticket.queue_id in queues and all(holds(ticket) for holds in conditions))
    return limited(database, found if sorted_already is not None else ordered(database, list(found), data), data)


def _named_conditions(database: SandboxDatabase, data: JsonObject) -> Iterator[Condition]:
    """Yield the conditions by name; one unknown name among several makes the search find nothing."""
    named: dict[str, tuple[set[str], AttributeOf]] = {
        "Queues": ({row.name for row in database.queues}, lambda t: database.queue(t.queue_id).name),
        "States": ({row.name for row in database.states}, lambda t: database.state(t.state_id).name),
        "Priorities": (
            {row.name for row in database.priorities},
            lambda t: database.priority(t.priority_id).name,
        ),
        "Locks": (set(LOCKS.values()), lambda t: LOCKS[t.lock_id]),
    }
    for key, (known, attribute) in named.items():
        if _asked(data, key):
            wanted = set(texts(data[key]))
            if not wanted <= known:
                raise FindsNothing
            yield _one_of(wanted, attribute)
    if _asked(data, "StateType"):  # of these an unknown one is merely not found
        fold = database.sql.exact
        yield _one_of(set(map(fold, texts(data["StateType"]))), lambda t: fold(database.state(t.state_id).type))


def _id_conditions(database: SandboxDatabase, data: JsonObject) -> Iterator[Condition]:
    """Yield the conditions by number; an unknown number just matches nothing."""
    numbered: dict[str, AttributeOf] = {
        "TicketID": lambda t: str(t.ticket_id),
        "QueueIDs": lambda t: str(t.queue_id),
        "StateIDs": lambda t: str(t.state_id),
        "StateTypeIDs": lambda t: str(STATE_TYPE_IDS[database.state(t.state_id).type]),
        "PriorityIDs": lambda t: str(t.priority_id),
        "LockIDs": lambda t: str(t.lock_id),
        "OwnerIDs": lambda t: str(t.owner_id),
        "ResponsibleIDs": lambda t: str(t.responsible_id),
        "CreatedUserIDs": lambda t: str(t.created_by),
    }
    for key, attribute in numbered.items():
        if _asked(data, key):
            yield _one_of(set(texts(data[key])), attribute)


def _text_conditions(data: JsonObject, sql: Sql) -> Iterator[Condition]:
    """Yield the conditions on texts; several values of one key are alternatives."""
    if _asked(data, "TicketNumber"):
        yield _any_text([like(number, sql.like) for number in texts(data["TicketNumber"])], lambda t: t.number)
    expressions: dict[str, AttributeOf] = {
        "Title": lambda t: t.title,
        "CustomerID": lambda t: t.customer_id,
        "CustomerUserLogin": lambda t: t.customer_user,
    }
    for key, attribute in expressions.items():
        if _asked(data, key) and any(value.strip("*%") for value in texts(data[key])):
            yield _any_text([one_of(texts(data[key]), sql.like)], attribute)


def _one_of(wanted: set[str], attribute: AttributeOf) -> Condition:
    return lambda ticket: attribute(ticket) in wanted


def _any_text(tests: list[Callable[[str], bool]], attribute: AttributeOf) -> Condition:
    """Return the condition that one of the tests holds; for what is null not even a negated one does."""

    def holds(ticket: TicketRow) -> bool:
        value = attribute(ticket)
        return value is not None and any(test(value) for test in tests)

    return holds


def _asked(data: JsonObject, key: str) -> bool:
    """Whether the parameter counts: 0 does; nothing, an empty list and an object do not."""
    value = data.get(key)
    return bool(value) if isinstance(value, list) else not isinstance(value, dict) and text(value) != ""
