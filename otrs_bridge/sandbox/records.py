"""The rows of the sandbox's database: what an OTRS keeps about tickets, people and mail.

Moments are naive local times of the server's zone with a resolution of one second, exactly as OTRS writes
them; a value that was never set is None, one that was emptied is an empty string.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Right = Literal["ro", "rw", "create", "move_into", "note", "owner", "priority"]
FieldType = Literal["Text", "Dropdown", "Multiselect"]
SenderType = Literal["agent", "system", "customer"]
AutoReplyType = Literal["auto reply", "auto reply/new ticket", "auto follow up", "auto reject", "auto remove"]

ROOT_AGENT = 1
UNLOCKED = 1
LOCKED = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class StateRow:
    """A ticket state; ``type`` is one of OTRS's seven state types."""

    state_id: int
    name: str
    type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Priority:
    """A ticket priority, "1 very low" to "5 very high"."""

    priority_id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AutoReply:
    """What a queue answers by itself."""

    subject: str
    body: str


@dataclass(kw_only=True, slots=True)
class Queue:
    """A queue with its sender address and the automatic answers it gives."""

    queue_id: int
    name: str
    group_id: int = 1
    system_address: str = "znuny@localhost"
    auto_replies: dict[AutoReplyType, AutoReply] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class DynamicField:
    """A dynamic field of tickets; ``possible_values`` maps the stored key to the shown name."""

    field_id: int
    name: str
    type: FieldType
    possible_values: dict[str, str] = field(default_factory=dict)
    multi_value: bool = False

    @property
    def is_list(self) -> bool:
        """Whether its values are read as a list."""
        return self.multi_value or self.type == "Multiselect"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldValue:
    """A dynamic field's name and the rows it shall have; ``is_list``: they came as a list."""

    name: str
    values: list[str]
    is_list: bool


@dataclass(kw_only=True, slots=True)
class Agent:
    """An agent; ``rights`` holds, for each queue's name, what the agent may do there."""

    user_id: int
    login: str
    password: str
    name: str
    email: str
    valid: bool = True
    rights: dict[str, frozenset[Right]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerUser:
    """A customer user of OTRS's own customer database."""

    login: str
    email: str
    customer_id: str
    first_name: str
    last_name: str
    phone: str = ""
    street: str = ""


@dataclass(kw_only=True, slots=True)
class ArticleRow:
    """One article of a ticket; ``content_lost`` is an article whose storage failed half-way."""

    article_id: int
    ticket_id: int
    sender_type: SenderType
    channel: str
    is_visible_for_customer: bool
    sender: str
    to: str
    cc: str
    subject: str
    body: str
    content_type: str
    created: datetime
    created_by: int
    attachments: list[dict[str, str]] = field(default_factory=list)
    html: str | None = None
    message_id: str = ""
    content_lost: bool = False


@dataclass(kw_only=True, slots=True)
class HistoryEntry:
    """One line of a ticket's history, with the ticket's attributes at that moment."""

    history_id: int
    ticket_id: int
    type: str
    name: str
    created: datetime
    created_by: int
    queue_id: int
    state_id: int
    priority_id: int
    owner_id: int
    article_id: int = 0


@dataclass(kw_only=True, slots=True)
class TicketRow:
    """One ticket's row, its dynamic field values and its articles.

    ``values`` holds lists even for single-value fields: parallel writers can leave several rows.
    ``poisoned`` names the fields whose cached value is a wrong null.
    """

    ticket_id: int
    number: str
    title: str
    queue_id: int
    state_id: int
    priority_id: int
    owner_id: int
    created: datetime
    created_by: int
    changed: datetime
    changed_by: int
    responsible_id: int = ROOT_AGENT
    lock_id: int = UNLOCKED
    type_id: int = 1
    customer_id: str | None = None
    customer_user: str | None = None
    pending_until: int = 0
    unlock_timeout: int = 0
    archived: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)
    poisoned: set[str] = field(default_factory=set)
    articles: list[ArticleRow] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One message in the outgoing mail queue; ``kind`` says why it was sent."""

    sender: str
    recipient: str
    subject: str
    body: str
    kind: str
    ticket_id: int | None
    created: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRow:
    """A login; it ends a fixed time after ``created``, whatever is done with it."""

    session_id: str
    user_id: int
    remote_address: str
    created: datetime
