"""Storing articles, and the mail that a new article sets off."""

import re
from dataclasses import dataclass
from html import unescape

from otrs_bridge.sandbox.answers import BrokeMidway, JsonObject, given, text
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.history_writing import bump, write_history
from otrs_bridge.sandbox.mailing import auto_reply, notify_note
from otrs_bridge.sandbox.records import ArticleRow, AutoReplyType, SenderType, TicketRow
from otrs_bridge.sandbox.ticket_writing import reset_unlock_time


@dataclass(frozen=True, kw_only=True, slots=True)
class NewArticle:
    """An article to be stored; ``content_type`` carries the charset."""

    sender_type: SenderType
    sender: str
    to: str
    subject: str
    body: str
    cc: str = ""
    content_type: str = "text/plain; charset=utf-8"
    channel: str = "Internal"
    is_visible_for_customer: bool = True
    history_type: str = "AddNote"
    history_comment: str = "%%"
    auto_response_type: str = ""
    notify_agents: bool = True
    attachments: tuple[JsonObject, ...] = ()


def from_request(
    data: JsonObject, *, sender: str, to: str, history: tuple[str, str], attachments: list[JsonObject]
) -> NewArticle:
    """Read the ``Article`` section; sender, recipient and history line are what it may leave out."""
    sender_types: dict[str, SenderType] = {"1": "agent", "2": "system", "3": "customer"}
    by_name: dict[str, SenderType] = {"agent": "agent", "system": "system", "customer": "customer"}
    name = text(data.get("SenderType") or "agent")
    visible = data.get("IsVisibleForCustomer")
    return NewArticle(
        sender_type=sender_types.get(text(data.get("SenderTypeID"))) or by_name[name],
        sender=text(data.get("From")) or sender,
        to=text(data.get("To")) or to,
        cc=text(data.get("Cc")),
        subject=text(data.get("Subject")),
        body=text(data.get("Body")),
        content_type=content_type_of(data),
        channel=text(data.get("CommunicationChannel")) or "Internal",
        is_visible_for_customer=visible is None or given(visible),
        history_type=text(data.get("HistoryType")) or history[0],
        history_comment=text(data.get("HistoryComment")) or history[1],
        auto_response_type=text(data.get("AutoResponseType")),
        notify_agents=not given(data.get("NoAgentNotify")),
        attachments=tuple(attachments),
    )


def content_type_of(data: JsonObject) -> str:
    """Return the content type, put together from MimeType and Charset where it must be."""
    if given(data.get("ContentType")):
        return text(data["ContentType"])
    return f"{text(data.get('MimeType'))}; charset={text(data.get('Charset'))}"


def add_article(
    database: SandboxDatabase, ticket: TicketRow, new: NewArticle, *, user_id: int, is_first: bool = False
) -> ArticleRow:
    """Store one article with history and notifications; an over-long subject breaks the statement."""
    article = _stored(database, ticket, new, user_id)
    ticket.articles.append(article)
    database.step("article", ticket.ticket_id)
    if len(new.subject) > database.sql.longest_text:
        raise BrokeMidway("Article could not be created, please contact the system administrator")
    article.content_lost = False
    database.step("article content", ticket.ticket_id)
    bump(database, ticket, user_id)
    write_history(
        database,
        ticket,
        new.history_type,
        new.history_comment,
        user_id=user_id,
        article_id=article.article_id,
    )
    if new.sender_type == "agent":
        reset_unlock_time(database, ticket, user_id)
    _send_mails(database, ticket, article, new, is_first=is_first)
    return article


def _stored(database: SandboxDatabase, ticket: TicketRow, new: NewArticle, user_id: int) -> ArticleRow:
    """Return the row as it is while its content is still missing."""
    is_html = "text/html" in new.content_type.lower()
    return ArticleRow(
        article_id=database.next_number("article"),
        ticket_id=ticket.ticket_id,
        sender_type=new.sender_type,
        channel=new.channel,
        is_visible_for_customer=new.is_visible_for_customer,
        sender=new.sender,
        to=new.to,
        cc=new.cc,
        subject=re.sub(r"[\r\n]+", "", new.subject),
        body=(plain_text(new.body) if is_html else new.body).replace("\r\n", "\n"),
        content_type=re.sub("(?i)text/html", "text/plain", new.content_type),
        created=database.now(),
        created_by=user_id,
        html=new.body if is_html else None,
        attachments=[{key: text(value) for key, value in item.items()} for item in new.attachments],
        content_lost=True,
    )


def _send_mails(
    database: SandboxDatabase, ticket: TicketRow, article: ArticleRow, new: NewArticle, *, is_first: bool
) -> None:
    kind: AutoReplyType = "auto reply" if is_first else "auto follow up"
    wanted = new.auto_response_type or kind
    if wanted == kind and (is_first or new.sender_type == "customer"):
        _answer_automatically(database, ticket, article, kind)
    if new.notify_agents and not is_first:
        notify_note(database, ticket, article)


def _answer_automatically(
    database: SandboxDatabase, ticket: TicketRow, article: ArticleRow, kind: AutoReplyType
) -> None:
    """Mail the queue's answer, and keep it as an article of the system."""
    reply = auto_reply(database, ticket, article, kind)
    if reply is None:
        return
    answer = NewArticle(
        sender_type="system",
        sender=f"Znuny System <{reply.sender}>",
        to=article.sender,
        subject=reply.subject,
        body=reply.body,
        channel="Email",
        history_type="SendAutoReply" if kind == "auto reply" else "SendAutoFollowUp",
        history_comment=f"%%{article.sender}",
        auto_response_type="auto remove",
        notify_agents=False,
    )
    add_article(database, ticket, answer, user_id=article.created_by)


def shown_article_id(article: ArticleRow) -> int | str:
    """Return the article's number as an answer shows it: as a text, if it is a customer's."""
    return str(article.article_id) if article.sender_type == "customer" else article.article_id


def plain_text(html: str) -> str:
    """Return an HTML body as OTRS shows it: tags gone, line breaks kept."""
    without_head = re.sub(r"(?is)<(head|style|script)\b.*?</\1>", "", html)
    broken = re.sub(r"(?i)<(br|/p|/div|p|div)\b[^>]*>", "\n", without_head)
    return unescape(re.sub(r"<[^>]+>", "", broken))


def attachments_in(data: JsonObject) -> list[JsonObject]:
    """Return the ``Attachment`` section as a list of objects."""
    section = data.get("Attachment")
    if isinstance(section, dict):
        return [section]
    return [item for item in section if isinstance(item, dict)] if isinstance(section, list) else []
