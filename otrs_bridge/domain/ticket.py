"""A ticket as the bridge sees it, in OTRS's own terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

# State types in which a ticket has become something technical: no rule touches it, no search for work returns it.
TECHNICAL_STATE_TYPES = frozenset({"merged", "removed"})

DYNAMIC_FIELD_PREFIX = "DynamicField_"
_FOUR_BYTES = re.compile(r"[\U00010000-\U0010FFFF]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """Who the ticket is from: OTRS keeps two strings, and they always travel together.

    `user` is CustomerUser (a login, an address, or the handbook's placeholder), `company` is CustomerID.
    """

    user: str = ""
    company: str = ""

    def __str__(self) -> str:
        return self.user


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """A state of a pending type together with the moment it waits for (`until`, seconds since the epoch, 0 unknown).

    OTRS takes a pending state only with its time, so whoever wants to put one back has to know both.
    """

    state: str
    until: int = 0

    def __str__(self) -> str:
        return self.state


# What a field can hold: a plain text, the values of a multiselect (sorted), the customer pair, or a pending state.
# "" is "empty".
Value = str | tuple[str, ...] | Customer | Pending


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One article. `sender` is the raw From line; `sender_type` is customer, agent or system.

    `ours`: the bridge wrote it, by its subject. `internal`: an agent wrote it and no client sees it, so no client wrote it.
    """

    id: int
    sender: str = ""
    subject: str = ""
    body: str = ""
    sender_type: str = ""
    channel: str = ""
    created: datetime | None = None
    ours: bool = False
    internal: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """One ticket. Its times are moments with a zone, None where OTRS tells none: a rule compares them with `Facts.now`.

    `locked_at`: since when an agent has it locked; OTRS counts anew when an agent writes an article. `raw_created` and
    `raw_changed` are OTRS's naive local times, verbatim: what is asked of OTRS, and which version this is, goes by them.

    `article` is the first article, or None while OTRS is still creating the ticket (the article comes last).
    `dynamic_fields` holds the dynamic fields by OTRS's name: text, or a sorted tuple for a multiselect. An empty one is ""
    or absent, as the version of OTRS has it: ask `value_of`.
    """

    id: int
    number: str
    title: str = ""
    queue: str = ""
    state: str = ""
    state_type: str = ""
    priority: str = ""
    customer: Customer = field(default_factory=Customer)
    pending_until: datetime | None = None
    lock: str = ""
    owner: str = ""
    created: datetime | None = None
    changed: datetime | None = None
    locked_at: datetime | None = None
    raw_created: str = ""
    raw_changed: str = ""
    dynamic_fields: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    article: Article | None = None

    @property
    def words(self) -> Article | None:
        """The first article as far as it says anything of the client: what the bridge wrote itself does not."""
        return None if self.article is None or self.article.ours else self.article

    @property
    def is_technical(self) -> bool:
        """Merged into another ticket, or removed: nobody's work any more."""
        return self.state_type in TECHNICAL_STATE_TYPES

    @property
    def is_closed(self) -> bool:
        """Finished, well or not: nobody is asked or told anything about it any more."""
        return self.state_type == "closed"

    @property
    def is_over(self) -> bool:
        """Closed, merged or removed: nobody works on it."""
        return self.is_closed or self.is_technical

    @property
    def state_value(self) -> Value:
        """The state as a value that can be put back: with its time when it is a pending one."""
        if self.state_type.startswith("pending"):
            return Pending(state=self.state, until=int(self.pending_until.timestamp()) if self.pending_until else 0)
        return self.state

    def value_of(self, name: str) -> Value:
        """What the ticket holds in field `name` (`state`, `customer`, … or `DynamicField_<Name>`)."""
        if name.startswith(DYNAMIC_FIELD_PREFIX):
            return self.dynamic_fields.get(name.removeprefix(DYNAMIC_FIELD_PREFIX), "")
        values: dict[str, Value] = {
            "title": self.title,
            "queue": self.queue,
            "state": self.state_value,
            "priority": self.priority,
            "customer": self.customer,
        }
        return values[name]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """A ticket that the bridge itself opens. `subject` and `body` are those of its first article, an internal one.

    `dynamic_fields` has OTRS's names without prefix. Opening is not atomic: whoever must not open twice puts
    a token into the title as well as into a dynamic field (the title is written first). `stand_in` is who stands for the
    customer where OTRS does not know him.
    """

    title: str
    queue: str
    state: str
    priority: str
    customer: Customer
    subject: str
    body: str
    stand_in: Customer | None = None
    dynamic_fields: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


def dynamic(name: str) -> str:
    """The name under which a change speaks of the dynamic field that OTRS calls `name`."""
    return f"{DYNAMIC_FIELD_PREFIX}{name}"


def same_value(left: Value, right: Value) -> bool:
    """Equal as OTRS sees it: blanks around and the order of a multiselect do not count, a list of one is that one.

    Nor does what a letter of four bytes was (see `kept_by_any_database`).
    """
    return left == right or _comparable(left) == _comparable(right)


def kept_by_any_database(text: str) -> str:
    """`text` as it is certainly read back: on MariaDB OTRS replaces what takes four bytes (a smiley) by U+FFFD, silently."""
    return _FOUR_BYTES.sub("\ufffd", text.strip())


def _comparable(value: Value) -> Value:
    match value:
        case Customer():
            return Customer(user=kept_by_any_database(value.user), company=kept_by_any_database(value.company))
        case tuple():
            kept = tuple(sorted(kept_by_any_database(part) for part in value if part.strip()))
            return kept[0] if len(kept) == 1 else kept or ""
        case Pending():
            return value.state.strip()
        case str():
            return kept_by_any_database(value)


def shown(value: Value) -> str:
    """A value as a person reads it in a report."""
    match value:
        case Customer() | Pending():
            return str(value)
        case tuple():
            return ", ".join(value)
        case str():
            return value
