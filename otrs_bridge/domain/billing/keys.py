"""The names of the bridge's own tickets: the key that makes each one unique, and the title made from the key.

The key stands in a dynamic field and is searched before anything is created. The title is the second handle:
a ticket whose creation broke off half-way has a title and nothing else. So a title says everything the key
says, and is the same in every language of the bridge: changing the language must not lose an orphan. People read
the contract in it as billing writes it (`МТ/191-15`); what OTRS's search does not take literally is rewritten
where the search is made. Source: docs/field-rules.md#episodes, #reminders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from otrs_bridge.domain.billing.accounts import SERVICES, Service
from otrs_bridge.domain.billing.period import Period, parse_period
from otrs_bridge.words import Words

LONGEST_TITLE: Final = 60

Purpose = Literal["debt", "reconnect"]

_SERVICE_TITLES: Final[dict[Service, str]] = {"internet": "интернет", "telephony": "телефония"}
_PURPOSE_TITLES: Final[dict[Purpose, str]] = {"debt": "Откл.", "reconnect": "Вкл."}
REMINDER: Final = "reminder"
_UNSAFE = re.compile(r"[^0-9A-Za-zА-Яа-яЁё:\-_\[\].]")
_NOT_AS_WRITTEN = re.compile(r"  +| (?:AND|OR) |#(?=[0-9a-f]{8}$)")
_MARK_LENGTH = 8
_LAST_OF_THREE_BYTES = "\uffff"
_TITLE = re.compile(
    rf"(?:(?:{'|'.join(map(re.escape, _PURPOSE_TITLES.values()))}) (?:{'|'.join(_SERVICE_TITLES.values())}) \S+(?: \S+)*"
    rf"|Напоминания (?:{'|'.join(_SERVICE_TITLES.values())})) \d{{4}}-\d{{2}}"
)


def is_searchable(contract: str) -> bool:
    """Whether a key can be made of this contract, and found: with `*` or `%` OTRS finds nothing, or everything.

    On MariaDB it keeps no character of four bytes, so that the key read back would be another.
    """
    # Every account of a ledger is asked this at every reading.
    if not contract or not contract.isprintable() or contract != contract.strip():
        return False
    return "*" not in contract and "%" not in contract and max(contract) <= _LAST_OF_THREE_BYTES


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class EpisodeKey:
    """One ticket's identity: `debt` disconnects, `reconnect` takes it back. `period` is that in which the
    debt arose.

    `contract` may not be blank, begin or end with a blank, or hold a line break: raises ValueError.
    """

    service: Service
    contract: str
    period: Period
    purpose: Purpose = "debt"

    def __post_init__(self) -> None:
        if not self.contract or self.contract != self.contract.strip() or not self.contract.isprintable():
            raise ValueError(f"not a contract number to make a key of: {self.contract!r}")

    def __str__(self) -> str:
        return f"{self.purpose}:{self.service}:{self.contract}:{self.period}"

    @property
    def title(self) -> str:
        """`Откл. интернет Ф-15236 2013-05`, `Откл. интернет МТ/191-15 2013-05`: at most 60 characters, different for
        different keys.

        A contract that is too long has a mark computed from the key, which keeps the title apart from others. So has
        one with what OTRS reads otherwise wherever it stands, or with a look-alike of a mark.
        """
        return self._titled(_NOT_AS_WRITTEN.sub("_", self.contract))

    @property
    def earlier_title(self) -> str:
        """The title as older versions gave it: without the characters that OTRS's search does not take literally."""
        return self._titled(_UNSAFE.sub("_", self.contract))

    def _titled(self, contract: str) -> str:
        begin = f"{_PURPOSE_TITLES[self.purpose]} {_SERVICE_TITLES[self.service]} "
        end = f" {self.period}"
        room = LONGEST_TITLE - len(begin) - len(end)
        if contract != self.contract or len(contract) > room:
            mark = sha256(str(self).encode()).hexdigest()[:_MARK_LENGTH]
            contract = f"{contract[: room - _MARK_LENGTH - 1]}#{mark}"
        return f"{begin}{contract}{end}"

    @property
    def reconnection(self) -> EpisodeKey:
        """The key of the ticket that takes this disconnection back."""
        return EpisodeKey(service=self.service, contract=self.contract, period=self.period, purpose="reconnect")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class ReminderKey:
    """The identity of the ticket that lists who has not paid yet for a service, in the days before the 25th of `period`."""

    service: Service
    period: Period

    def __str__(self) -> str:
        return f"{REMINDER}:{self.service}:{self.period}"

    @property
    def title(self) -> str:
        """`Напоминания интернет 2013-05`; no other key has it."""
        return f"Напоминания {_SERVICE_TITLES[self.service]} {self.period}"


TicketKey = EpisodeKey | ReminderKey


@dataclass(frozen=True, kw_only=True, slots=True)
class NotAKey:
    """Why a text is not a key of the bridge."""

    words: Words


def parse_key(text: str) -> EpisodeKey | NotAKey:
    """Read `debt:<service>:<contract>:<period the debt arose>`, exactly as `str` writes it; no other kind of key."""
    purpose, _, rest = text.partition(":")
    service, _, rest = rest.partition(":")
    contract, _, written = rest.rpartition(":")
    period = parse_period(written)
    known_purpose = next((known for known in _PURPOSE_TITLES if known == purpose), None)
    known_service = next((known for known in SERVICES if known == service), None)
    if known_purpose is None or known_service is None or period is None:
        return _not_a_key(text)
    try:
        return EpisodeKey(purpose=known_purpose, service=known_service, contract=contract, period=period)
    except ValueError:
        return _not_a_key(text)


def parse_ticket_key(text: str) -> TicketKey | NotAKey:
    """Read the key of any ticket that the bridge makes, exactly as `str` writes it."""
    purpose, _, rest = text.partition(":")
    if purpose != REMINDER:
        return parse_key(text)
    written, _, month = rest.partition(":")
    service = next((known for known in SERVICES if known == written), None)
    period = parse_period(month)
    if service is None or period is None:
        return _not_a_key(text)
    return ReminderKey(service=service, period=period)


def is_title(text: str) -> bool:
    """Whether a text is the title of some key, and nothing more."""
    return _TITLE.fullmatch(text) is not None


def is_list_of_reminders(*, key: str, title: str) -> bool:
    """Whether a ticket with this key and this title is a list of reminders.

    One of both will do: OTRS may hide the key for hours, and a person may rename the ticket.
    """
    if isinstance(parse_ticket_key(key), ReminderKey):
        return True
    period = parse_period(title.rpartition(" ")[2])
    return period is not None and any(ReminderKey(service=one, period=period).title == title for one in SERVICES)


def _not_a_key(text: str) -> NotAKey:
    return NotAKey(words=Words(ru=f"не ключ заявки моста: «{text}»", en=f"not a key of the bridge: “{text}”"))
