"""Operation TicketCreate: all is checked first, then written step by step; nothing is rolled back."""

from otrs_bridge.sandbox import validation
from otrs_bridge.sandbox.answers import JsonObject, Refused, given, text
from otrs_bridge.sandbox.articles import (
    NewArticle,
    add_article,
    attachments_in,
    from_request,
    shown_article_id,
)
from otrs_bridge.sandbox.customer_names import is_acceptable, known_customer
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.history_writing import bump, write_history
from otrs_bridge.sandbox.logins import Call, authenticate, has_credentials
from otrs_bridge.sandbox.records import (
    LOCKED,
    ROOT_AGENT,
    Agent,
    ArticleRow,
    FieldValue,
    Priority,
    Queue,
    StateRow,
    TicketRow,
)
from otrs_bridge.sandbox.ticket_writing import (
    set_customer,
    set_field,
    set_lock,
    set_owner,
    set_pending_time,
    set_responsible,
)
from otrs_bridge.sandbox.waiting import pending_until

OPERATION = "TicketCreate"
CREATED = ("NewTicket", "%%GenericInterface Create")


def create_ticket(database: SandboxDatabase, call: Call) -> JsonObject:
    """Operation TicketCreate."""
    agent = _caller(database, call)
    wanted = validation.section(OPERATION, call.data, "Ticket")
    articles = _checked_articles(call.data)
    state, queue, priority = _checked_ticket(database, wanted)
    if not database.may(agent.user_id, "create", queue.queue_id):
        raise Refused("AccessDenied", f"{OPERATION}: Can not create tickets in given Queue or QueueID!")
    for article in articles:
        validation.check_article(OPERATION, article)
    fields = validation.checked_fields(database, OPERATION, call.data)
    validation.check_attachments(OPERATION, attachments_in(call.data))
    ticket = insert_ticket(
        database,
        title=text(wanted["Title"]),
        queue=queue,
        state=state,
        priority=priority,
        user_id=agent.user_id,
    )
    _write_rest(database, ticket, wanted, fields, agent)
    stored = _write_articles(database, ticket, call.data, articles, agent)
    for field in fields:
        set_field(database, ticket, field, agent.user_id)
    _give_owner(database, ticket, wanted, agent)
    return _answer(ticket, stored, many=isinstance(call.data["Article"], list))


def insert_ticket(
    database: SandboxDatabase, *, title: str, queue: Queue, state: StateRow, priority: Priority, user_id: int
) -> TicketRow:
    """Insert the bare row: title only, owned by root; the title is cut silently."""
    now = database.now()
    ticket = TicketRow(
        ticket_id=database.next_number("ticket"),
        number=database.new_ticket_number(),
        title=database.sql.column(title)[: database.product.longest_title],
        queue_id=queue.queue_id,
        state_id=state.state_id,
        priority_id=priority.priority_id,
        owner_id=ROOT_AGENT,
        created=now,
        created_by=user_id,
        changed=now,
        changed_by=user_id,
    )
    database.tickets[ticket.ticket_id] = ticket
    name = f"%%{ticket.number}%%{queue.name}%%{priority.name}%%{state.name}%%{ticket.ticket_id}"
    write_history(database, ticket, "NewTicket", name, user_id=user_id)
    database.step("ticket", ticket.ticket_id)
    return ticket


def _caller(database: SandboxDatabase, call: Call) -> Agent:
    if not has_credentials(call):
        raise Refused("MissingParameter", f"{OPERATION}: UserLogin, CustomerUserLogin or SessionID is required!")
    agent = authenticate(database, call)
    if agent is None:
        raise Refused("AuthFail", f"{OPERATION}: User could not be authenticated!")
    return agent


def _checked_articles(data: JsonObject) -> list[JsonObject]:
    section = data.get("Article")
    if isinstance(section, list) and section and all(isinstance(item, dict) for item in section):
        return [validation.trimmed(item) for item in section]
    return [validation.section(OPERATION, data, "Article")]


def _checked_ticket(database: SandboxDatabase, wanted: JsonObject) -> tuple[StateRow, Queue, Priority]:
    if not given(wanted.get("Title")):
        raise validation.missing(OPERATION, "Ticket->Title")
    if not given(wanted.get("CustomerUser")):
        raise validation.missing(OPERATION, "Ticket->CustomerUser")
    if not is_acceptable(database, wanted["CustomerUser"]):
        raise validation.invalid(OPERATION, "Ticket->CustomerUser")
    queue = validation.wanted_queue(database, OPERATION, wanted)
    if queue is None:
        raise validation.required(OPERATION, "Ticket->QueueID or Ticket->Queue")
    validation.wanted_lock(OPERATION, wanted)
    validation.check_shipped_only(OPERATION, wanted)
    pending_until(database, OPERATION, wanted)
    state = validation.wanted_state(database, OPERATION, wanted)
    if state is None:
        raise validation.required(OPERATION, "Ticket->StateID or Ticket->State")
    priority = validation.wanted_priority(database, OPERATION, wanted)
    if priority is None:
        raise validation.required(OPERATION, "Ticket->PriorityID or Ticket->Priority")
    validation.wanted_agent(database, OPERATION, wanted, "Owner")
    validation.wanted_agent(database, OPERATION, wanted, "Responsible")
    return state, queue, priority


def _write_rest(
    database: SandboxDatabase, ticket: TicketRow, wanted: JsonObject, fields: list[FieldValue], agent: Agent
) -> None:
    login = text(wanted["CustomerUser"])
    known = known_customer(database, login)
    company = text(wanted.get("CustomerID")) or (known.customer_id if known else "")
    stored_login = known.login if known else login
    set_customer(database, ticket, user=stored_login, company=company, user_id=agent.user_id)
    database.step("customer", ticket.ticket_id)
    until = pending_until(database, OPERATION, wanted)
    if until is not None and database.state(ticket.state_id).type.startswith("pending"):
        set_pending_time(database, ticket, until, agent.user_id)
    lock = validation.wanted_lock(OPERATION, wanted)
    if lock is not None and not given(wanted.get("Owner")) and not given(wanted.get("OwnerID")):
        set_lock(database, ticket, lock, agent.user_id)
    for field in fields:
        set_field(database, ticket, field, agent.user_id)
        database.step("field", ticket.ticket_id)


def _write_articles(
    database: SandboxDatabase, ticket: TicketRow, data: JsonObject, articles: list[JsonObject], agent: Agent
) -> list[ArticleRow]:
    attachments = attachments_in(data)
    sender = _sender_of(database, text(data["Ticket"]["CustomerUser"]).strip())
    queue = database.queue(ticket.queue_id).name
    new: list[NewArticle] = [
        from_request(section, sender=sender, to=queue, history=CREATED, attachments=attachments) for section in articles
    ]
    return [add_article(database, ticket, one, user_id=agent.user_id, is_first=True) for one in new]


def _sender_of(database: SandboxDatabase, login: str) -> str:
    known = known_customer(database, login)
    return f'"{known.first_name} {known.last_name}" <{known.email}>' if known else login


def _give_owner(database: SandboxDatabase, ticket: TicketRow, wanted: JsonObject, agent: Agent) -> None:
    owner = validation.wanted_agent(database, OPERATION, wanted, "Owner")
    lock = validation.wanted_lock(OPERATION, wanted)
    set_owner(database, ticket, owner or agent.user_id, agent.user_id)
    if lock is not None or owner is not None:
        set_lock(database, ticket, lock or LOCKED, agent.user_id)
    responsible = validation.wanted_agent(database, OPERATION, wanted, "Responsible")
    if responsible is not None:
        set_responsible(database, ticket, responsible, agent.user_id)
    bump(database, ticket, agent.user_id)


def _answer(ticket: TicketRow, stored: list[ArticleRow], *, many: bool) -> JsonObject:
    ids = [shown_article_id(article) for article in stored]
    return {
        "TicketID": str(ticket.ticket_id),
        "TicketNumber": ticket.number,
        "ArticleID": ids if many else ids[0],
    }
