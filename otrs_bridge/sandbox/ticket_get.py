"""Operation TicketGet: tickets with, on request, their dynamic fields and articles."""

import base64

from otrs_bridge.sandbox.answers import JsonObject, Refused, given, text, texts
from otrs_bridge.sandbox.database import LOCKS, MOMENT_FORMAT, SandboxDatabase
from otrs_bridge.sandbox.logins import Call, authenticate
from otrs_bridge.sandbox.records import Agent, ArticleRow, TicketRow

OPERATION = "TicketGet"
SENDER_TYPE_IDS = {"agent": 1, "system": 2, "customer": 3}
CHANNEL_IDS = {"Email": 1, "Phone": 2, "Internal": 3, "Chat": 4}


def get_tickets(database: SandboxDatabase, call: Call) -> JsonObject:
    """Operation TicketGet: all asked tickets, or a refusal for all of them."""
    agent = authenticate(database, call)
    if agent is None:
        raise Refused("AuthFail", f"{OPERATION}: Authorization failing!")
    ids = wanted_ids(OPERATION, call.data)
    tickets = [readable_ticket(database, OPERATION, agent, ticket_id) for ticket_id in ids]
    return {"Ticket": [ticket_object(database, ticket, call.data) for ticket in tickets]}


def wanted_ids(operation: str, data: JsonObject) -> list[str]:
    """Return ``TicketID`` as a list of texts; a list, one id, or ids with commas between them."""
    wanted = data.get("TicketID")
    if not given(wanted):
        raise Refused("MissingParameter", f"{operation}: TicketID parameter is missing!")
    if isinstance(wanted, list):
        if not wanted:
            raise Refused("WrongStructure", f"{operation}: Structure for TicketID is not correct!")
        return texts(wanted)
    return [part.strip() for part in text(wanted).split(",")]


def readable_ticket(database: SandboxDatabase, operation: str, agent: Agent, ticket_id: str) -> TicketRow:
    """Return the ticket; a missing one and a forbidden one are refused alike."""
    ticket = database.tickets.get(int(ticket_id)) if ticket_id.isdecimal() else None
    if ticket is None or not database.may(agent.user_id, "ro", ticket.queue_id):
        which = f" {ticket_id}" if operation == "TicketHistoryGet" else ""
        raise Refused("AccessDenied", f"{operation}: User does not have access to the ticket{which}!")
    return ticket


def ticket_object(database: SandboxDatabase, ticket: TicketRow, options: JsonObject) -> JsonObject:
    """Return one ticket as TicketGet shows it under the request's options."""
    shown = attributes(database, ticket)
    if given(options.get("DynamicFields")):
        shown["DynamicField"] = field_values(database, ticket)
    if given(options.get("AllArticles")) or given(options.get("ArticleLimit")):
        articles = _chosen_articles(ticket, options)
        if articles:
            shown["Article"] = [article_object(database, ticket, one, options) for one in articles]
    return shown


# Escalations, services and SLAs are switched off on the test server, too.
_NOT_USED_HERE: JsonObject = {
    "EscalationResponseTime": 0,
    "EscalationSolutionTime": 0,
    "EscalationTime": 0,
    "EscalationUpdateTime": 0,
    "SLAID": "",
    "ServiceID": "",
}


def attributes(database: SandboxDatabase, ticket: TicketRow) -> JsonObject:
    """Return the ticket's own attributes."""
    state = database.state(ticket.state_id)
    now = database.now()
    is_waiting = state.type.startswith("pending") and ticket.pending_until
    until = ticket.pending_until - database.epoch(now) if is_waiting else 0
    return {
        "Age": database.epoch(now) - database.epoch(ticket.created),
        "ArchiveFlag": "y" if ticket.archived else "n",
        "ChangeBy": ticket.changed_by,
        "Changed": f"{ticket.changed:{MOMENT_FORMAT}}",
        "CreateBy": ticket.created_by,
        "Created": f"{ticket.created:{MOMENT_FORMAT}}",
        "CustomerID": ticket.customer_id,
        "CustomerUserID": ticket.customer_user,
        "GroupID": database.queue(ticket.queue_id).group_id,
        "Lock": LOCKS[ticket.lock_id],
        "LockID": ticket.lock_id,
        "Owner": database.agent(ticket.owner_id).login,
        "OwnerID": ticket.owner_id,
        "Priority": database.priority(ticket.priority_id).name,
        "PriorityID": ticket.priority_id,
        "Queue": database.queue(ticket.queue_id).name,
        "QueueID": ticket.queue_id,
        "RealTillTimeNotUsed": ticket.pending_until,
        "Responsible": database.agent(ticket.responsible_id).login,
        "ResponsibleID": ticket.responsible_id,
        "State": state.name,
        "StateID": state.state_id,
        "StateType": state.type,
        "TicketID": ticket.ticket_id,
        "TicketNumber": ticket.number,
        "TimeUnit": 0,
        "Title": ticket.title,
        "Type": "Unclassified",
        "TypeID": ticket.type_id,
        "UnlockTimeout": ticket.unlock_timeout,
        "UntilTime": until,
        **_NOT_USED_HERE,
    }


def field_values(database: SandboxDatabase, ticket: TicketRow) -> list[JsonObject]:
    """Return every dynamic field: null when empty, a list where there may be several; a poisoned one lies null."""
    shown: list[JsonObject] = []
    for field in sorted(database.dynamic_fields, key=lambda row: row.name):
        values = [] if field.name in ticket.poisoned else ticket.values.get(field.name, [])
        value = values if field.is_list else "".join(values[:1])
        shown.append({"Name": field.name, "Value": value or None})
    return shown


def _chosen_articles(ticket: TicketRow, options: JsonObject) -> list[ArticleRow]:
    articles = list(ticket.articles)
    wanted = options.get("ArticleSenderType")
    if given(wanted):
        articles = [article for article in articles if article.sender_type in texts(wanted)]
    limit = text(options.get("ArticleLimit"))
    if not limit.isdecimal() or int(limit) == 0:
        return articles
    if text(options.get("ArticleOrder")).upper() == "DESC":
        articles.reverse()
    return articles[: int(limit)]


def article_object(
    database: SandboxDatabase, ticket: TicketRow, article: ArticleRow, options: JsonObject
) -> JsonObject:
    """Return one article; one whose storage failed half-way is nothing but a hole."""
    if article.content_lost:
        return {"TimeUnit": None}
    shown: JsonObject = {
        "ArticleID": article.article_id,
        "ArticleNumber": ticket.articles.index(article) + 1,
        "ChangeBy": article.created_by,
        "ChangeTime": f"{article.created:{MOMENT_FORMAT}}",
        "CommunicationChannelID": CHANNEL_IDS[article.channel],
        "CreateBy": article.created_by,
        "CreateTime": f"{article.created:{MOMENT_FORMAT}}",
        "IsVisibleForCustomer": int(article.is_visible_for_customer),
        "SenderType": article.sender_type,
        "SenderTypeID": str(SENDER_TYPE_IDS[article.sender_type]),
        "TicketID": ticket.ticket_id,
        "TimeUnit": 0,
    }
    shown |= _content(database, article)
    attachments = _shown_attachments(article, options)
    if attachments:
        shown["Attachment"] = attachments
    return shown


def _shown_attachments(article: ArticleRow, options: JsonObject) -> list[JsonObject]:
    """Return the attachments on request; the HTML original of a body is one of them, on a second request."""
    if not given(options.get("Attachments")):
        return []
    attachments = list(article.attachments)
    if article.html is not None and given(options.get("HTMLBodyAsAttachment")):
        attachments.append(
            {
                "Content": base64.b64encode(article.html.encode()).decode(),
                "ContentType": 'text/html; charset="utf-8"',
                "Disposition": "inline",
                "Filename": "file-2",
            }
        )
    with_content = text(options.get("GetAttachmentContents", 1)) != "0"
    return [_attachment(n, one, with_content=with_content) for n, one in enumerate(attachments, start=1)]


def _content(database: SandboxDatabase, article: ArticleRow) -> JsonObject:
    mime_type, _, charset = article.content_type.partition("; charset=")
    return {
        "Bcc": "",
        "Body": article.body,
        "Cc": article.cc,
        "Charset": charset,
        "ContentCharset": charset,
        "ContentType": article.content_type,
        "From": article.sender,
        "InReplyTo": "",
        "IncomingTime": database.epoch(article.created),
        "MessageID": article.message_id,
        "MimeType": mime_type,
        "References": "",
        "ReplyTo": "",
        "Subject": article.subject,
        "To": article.to,
    }


def _attachment(number: int, attachment: dict[str, str], *, with_content: bool) -> JsonObject:
    content = attachment.get("Content", "")
    size = len(base64.b64decode(content)) if content else 0
    return {
        "Content": content if with_content else "",
        "ContentAlternative": "",
        "ContentID": "",
        "ContentType": attachment.get("ContentType", ""),
        "Disposition": attachment.get("Disposition", "attachment"),
        "FileID": str(number),
        "Filename": attachment.get("Filename", ""),
        "FilesizeRaw": str(size),
    }
