"""Operation TicketUpdate: checked up front, applied in OTRS's order, not undone when it breaks midway."""

from otrs_bridge.sandbox import validation
from otrs_bridge.sandbox.answers import BrokeMidway, JsonObject, Refused, given, text
from otrs_bridge.sandbox.articles import add_article, attachments_in, from_request, shown_article_id
from otrs_bridge.sandbox.customer_names import is_acceptable
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.logins import Call, authenticate, has_credentials
from otrs_bridge.sandbox.records import Agent, ArticleRow, Right, TicketRow
from otrs_bridge.sandbox.ticket_writing import (
    move,
    set_customer,
    set_field,
    set_lock,
    set_owner,
    set_pending_time,
    set_priority,
    set_responsible,
    set_state,
    set_title,
)
from otrs_bridge.sandbox.waiting import pending_until

OPERATION = "TicketUpdate"
NOTED = ("AddNote", "%%GenericInterface Note")


def update_ticket(database: SandboxDatabase, call: Call) -> JsonObject:
    """Operation TicketUpdate."""
    if not has_credentials(call):
        raise Refused("MissingParameter", f"{OPERATION}: UserLogin, CustomerUserLogin or SessionID is required!")
    agent = authenticate(database, call)
    if agent is None:
        raise Refused("AuthFail", f"{OPERATION}: User could not be authenticated!")
    ticket = _ticket(database, call.data, agent)
    wanted = _section(call.data, "Ticket") or {}
    _check_ticket(database, wanted)
    article = _checked_article(call.data)
    fields = validation.checked_fields(database, OPERATION, call.data)
    validation.check_attachments(OPERATION, attachments_in(call.data))
    _check_rights(database, ticket, agent, call.data, wanted)
    _apply_attributes(database, ticket, wanted, agent)
    stored = _apply_article(database, ticket, call.data, article, agent)
    for field in fields:
        set_field(database, ticket, field, agent.user_id)
        database.step("field", ticket.ticket_id)
    return _answer(ticket, stored)


def _ticket(database: SandboxDatabase, data: JsonObject, agent: Agent) -> TicketRow:
    ticket_id, number = text(data.get("TicketID")), text(data.get("TicketNumber"))
    if not given(ticket_id) and not given(number):
        raise validation.missing(OPERATION, "TicketID or TicketNumber")
    if given(number):
        ticket = database.ticket_numbered(number)
    else:
        ticket = database.tickets.get(int(ticket_id)) if ticket_id.isdecimal() else None
    if ticket is None or not database.may(agent.user_id, "ro", ticket.queue_id):
        raise Refused("AccessDenied", f"{OPERATION}: User does not have access to the ticket!")
    return ticket


def _section(data: JsonObject, name: str) -> JsonObject | None:
    section = data.get(name)
    if section is None:
        return None
    if not isinstance(section, dict) or not section:
        raise Refused("InvalidParameter", f"{OPERATION}: {name} parameter is not valid!")
    return validation.trimmed(section)


def _checked_article(data: JsonObject) -> JsonObject | None:
    article = _section(data, "Article")
    if article is None:
        return None
    validation.check_article(OPERATION, article)
    return article


def _check_ticket(database: SandboxDatabase, wanted: JsonObject) -> None:
    if given(wanted.get("CustomerUser")) and not is_acceptable(database, wanted["CustomerUser"]):
        raise validation.invalid(OPERATION, "Ticket->CustomerUser")
    validation.wanted_queue(database, OPERATION, wanted)
    validation.wanted_lock(OPERATION, wanted)
    validation.check_shipped_only(OPERATION, wanted)
    pending_until(database, OPERATION, wanted)
    validation.wanted_state(database, OPERATION, wanted)
    validation.wanted_priority(database, OPERATION, wanted)
    validation.wanted_agent(database, OPERATION, wanted, "Owner")
    validation.wanted_agent(database, OPERATION, wanted, "Responsible")


def _check_rights(
    database: SandboxDatabase, ticket: TicketRow, agent: Agent, data: JsonObject, wanted: JsonObject
) -> None:
    """Refuse what needs more than ``ro``; title, lock, customer and a state that is not closed do not."""
    state = validation.wanted_state(database, OPERATION, wanted)
    needed: list[tuple[bool, Right, str]] = [
        (data.get("Article") is not None, "note", "update article"),
        (data.get("DynamicField") is not None, "rw", "update dynamic field"),
        (validation.wanted_queue(database, OPERATION, wanted) is not None, "move_into", "update queue"),
        (validation.wanted_agent(database, OPERATION, wanted, "Owner") is not None, "owner", "update owner"),
        (validation.wanted_priority(database, OPERATION, wanted) is not None, "priority", "update priority"),
        (state is not None and state.type == "closed", "rw", "close ticket"),
    ]
    for is_wanted, right, words in needed:
        if is_wanted and not database.may(agent.user_id, right, ticket.queue_id):
            raise Refused("AccessDenied", f"{OPERATION}: Does not have permissions to {words}!")


def _apply_attributes(database: SandboxDatabase, ticket: TicketRow, wanted: JsonObject, agent: Agent) -> None:
    user_id = agent.user_id
    set_title(database, ticket, text(wanted.get("Title")), user_id)
    database.step("title", ticket.ticket_id)
    queue = validation.wanted_queue(database, OPERATION, wanted)
    if queue is not None:
        if not database.may(user_id, "move_into", queue.queue_id):
            raise BrokeMidway("Ticket queue could not be updated, please contact system administrator!")
        move(database, ticket, queue, user_id)
        database.step("queue", ticket.ticket_id)
    lock = validation.wanted_lock(OPERATION, wanted)
    if lock is not None:
        set_lock(database, ticket, lock, user_id)
    _apply_state(database, ticket, wanted, user_id)
    _apply_customer(database, ticket, wanted, user_id)
    priority = validation.wanted_priority(database, OPERATION, wanted)
    if priority is not None:
        set_priority(database, ticket, priority.priority_id, user_id)
        database.step("priority", ticket.ticket_id)
    owner = validation.wanted_agent(database, OPERATION, wanted, "Owner")
    if owner is not None:
        set_owner(database, ticket, owner, user_id)
    responsible = validation.wanted_agent(database, OPERATION, wanted, "Responsible")
    if responsible is not None:
        set_responsible(database, ticket, responsible, user_id)


def _apply_state(database: SandboxDatabase, ticket: TicketRow, wanted: JsonObject, user_id: int) -> None:
    state = validation.wanted_state(database, OPERATION, wanted)
    until = pending_until(database, OPERATION, wanted)
    if state is not None:
        if state.type.startswith("pending") and until is None:
            raise Refused("MissingParameter", "Can't set a ticket on a pending state without pendig time!")
        if until is not None and state.type.startswith("pending"):
            set_pending_time(database, ticket, until, user_id)
        set_state(database, ticket, state, user_id)
        database.step("state", ticket.ticket_id)
    elif until is not None and database.state(ticket.state_id).type.startswith("pending"):
        set_pending_time(database, ticket, until, user_id)


def _apply_customer(database: SandboxDatabase, ticket: TicketRow, wanted: JsonObject, user_id: int) -> None:
    """Write the customer; either string alone harms the other, and a lone known user is written every time.

    What is sent is compared before the company of a known user is filled in; an unknown user has none.
    """
    has_user, has_company = given(wanted.get("CustomerUser")), given(wanted.get("CustomerID"))
    if not has_user and not has_company:
        return
    user, company = text(wanted.get("CustomerUser")), text(wanted.get("CustomerID"))
    if (user, company) == (ticket.customer_user or "", ticket.customer_id or ""):
        return
    if has_user and not has_company:
        known = database.customer_user(user)
        company = known.customer_id if known else ""
    set_customer(database, ticket, user=user, company=company, user_id=user_id)
    database.step("customer", ticket.ticket_id)


def _apply_article(
    database: SandboxDatabase, ticket: TicketRow, data: JsonObject, article: JsonObject | None, agent: Agent
) -> ArticleRow | None:
    if article is None:
        return None
    to = text(ticket.customer_user) if article.get("CommunicationChannel") == "Email" else ""
    new = from_request(article, sender=agent.name, to=to, history=NOTED, attachments=attachments_in(data))
    return add_article(database, ticket, new, user_id=agent.user_id)


def _answer(ticket: TicketRow, stored: ArticleRow | None) -> JsonObject:
    answer: JsonObject = {"TicketID": str(ticket.ticket_id), "TicketNumber": ticket.number}
    if stored is not None:
        answer["ArticleID"] = shown_article_id(stored)
    return answer
