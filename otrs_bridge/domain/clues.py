"""What a ticket says about who it is from.

Five places are read, in the order of trust: the customer, the sender, the dynamic fields, the title, the
body. The name is for the placeholder only and is never searched for. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from otrs_bridge.domain.address.address import Address, find_addresses, locate_addresses, parse_address
from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets
from otrs_bridge.domain.dialect import Contacts, Dialect, FieldNames
from otrs_bridge.domain.placeholder import Placeholder, parse_placeholder
from otrs_bridge.domain.texts.automatic_reply import is_automatic_reply, is_from_a_machine
from otrs_bridge.domain.texts.contract import DEFAULT_PREFIXES, ContractNumber, find_contracts, parse_contract
from otrs_bridge.domain.texts.mail import Sender, find_emails, parse_sender, split_mail
from otrs_bridge.domain.texts.meant import as_typed
from otrs_bridge.domain.texts.other_contracts import speaks_for_another
from otrs_bridge.domain.texts.other_people import is_others_address
from otrs_bridge.domain.texts.person import find_full_name
from otrs_bridge.domain.texts.phone import Phone, parse_phone
from otrs_bridge.domain.texts.subject import full_title
from otrs_bridge.domain.ticket import Article, Ticket, dynamic, shown
from otrs_bridge.domain.told_numbers import Numbers, Place, read_numbers

Value = TypeVar("Value")


class Source(StrEnum):
    """Where a clue stands, the most trusted first."""

    CUSTOMER = "customer"
    SENDER = "sender"
    FIELD = "field"
    TITLE = "title"
    BODY = "body"


TOLD = frozenset({Source.TITLE, Source.BODY})
"""Where people tell of others, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clue(Generic[Value]):
    """One thing that was read, and the most trusted place that says it."""

    value: Value
    source: Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Clues:
    """All that was read, each kind ordered by trust and then by position, nothing twice.

    `emails` are in lower case. `login` is the customer as it stands when it may be an OTRS login, `""` when
    it is the placeholder or empty. `name` is the caller's, `""` when none is given. `for_another`: the words of title or
    text by which the caller speaks of somebody else's trouble, so that what is told there may be his own or the other's.
    `by_machine`: a bounce, a list or a calendar wrote it, and nobody is asked for anything.
    """

    contracts: tuple[Clue[ContractNumber], ...] = ()
    addresses: tuple[Clue[Address], ...] = ()
    phones: tuple[Clue[Phone], ...] = ()
    emails: tuple[Clue[str], ...] = ()
    login: str = ""
    name: str = ""
    for_another: str = ""
    by_machine: bool = False


def clues_of(ticket: Ticket, dialect: Dialect, streets: Streets = NO_STREETS) -> Clues:
    """Read a ticket: the one way to do it. Pure, linear in the length of its texts, never raises.

    OTRS's CustomerID is read for a contract only. 4,000 characters of the first article count, quoted history does not; what
    the bridge wrote itself is nobody's word, and an agent's or a machine's `From` not the client's. What is the operator's
    own (`dialect.contacts`), and what title and body say to be other people's, is left out; an automatic reply names nobody
    in them. `streets` are those of the client list: they show an address only where nothing better was read.
    """
    contacts, customer, title = dialect.contacts, ticket.customer.user, full_title(ticket)
    article = ticket.words or Article(id=0)
    body, from_whom = article.body, parse_sender(_from_line(article))
    by_machine = is_from_a_machine(from_whom.email, article.subject or title, body)
    if by_machine or is_automatic_reply(article.subject or title, body):
        title = body = ""
    if by_machine:
        from_whom = Sender(email=from_whom.email)
    mail = split_mail(body[:_LONGEST_BODY])
    texts = _texts(customer, from_whom, _values_of(ticket, dialect.fields), title, mail.text)
    signed = (*texts, (Source.BODY, mail.signature[:_READ_OF_BODY]))
    with_company = (signed[0], (Source.CUSTOMER, ticket.customer.company[:_LONGEST_LINE]), *signed[1:])
    placeholder = parse_placeholder(texts[0][1], email=contacts.placeholder)
    numbers = _numbers_of(with_company, placeholder, _places(contacts.area_code))
    told = [(text, numbers[where, text]) for where, text in texts if text and where in TOLD]
    ours = _ours(contacts)
    sent_by_us = is_own_email(from_whom.email, contacts)
    return Clues(
        contracts=_contracts(with_company, numbers, ours),
        addresses=_all_addresses(texts, numbers, ours, streets=streets, is_placeholder=placeholder is not None),
        phones=_gather(signed, lambda where, text: numbers[where, text].phones, ours),
        emails=_gather(signed, lambda where, text: _emails(where, text, from_whom), ours),
        login="" if placeholder is not None or "<" in customer else customer.strip(),
        name=_name_in(placeholder) or _name(signed, sent_by_us=sent_by_us),
        by_machine=by_machine,
        for_another=next(filter(None, (speaks_for_another(text, read.starts) for text, read in told)), ""),
    )


def _from_line(article: Article) -> str:
    """The From line as far as it speaks of the client: an agent's or a machine's name there is nobody's who called."""
    if article.sender_type not in {"agent", "system"}:
        return article.sender
    says_more = any(character.isdigit() for character in parse_sender(article.sender).name)
    return article.sender if says_more else ""


def _values_of(ticket: Ticket, names: FieldNames) -> Sequence[str]:
    found = (names.contract, names.address, names.phone)
    return [text for name in found if name and (text := shown(ticket.value_of(dynamic(name))))]


_LONGEST_BODY = 40_000
_READ_OF_BODY = 4_000
_LONGEST_LINE = 1_000
_Texts = Sequence[tuple[Source, str]]
_NumbersOf = Mapping[tuple[Source, str], Numbers]
_Readable = TypeVar("_Readable", ContractNumber, Address, Phone, str)


def _gather(
    texts: Iterable[tuple[Source, str]],
    find: Callable[[Source, str], Sequence[_Readable]],
    ours: frozenset[object],
) -> tuple[Clue[_Readable], ...]:
    """What `find` reads in each text, the first source of each value kept, the operator's own left out."""
    found: dict[_Readable, Source] = {}
    for source, text in texts:
        if text:
            for value in find(source, text):
                found.setdefault(value, source)
    return tuple(Clue(value=value, source=source) for value, source in found.items() if not _is_own(value, ours))


def _is_own(value: object, ours: frozenset[object]) -> bool:
    """Whether a value is the operator's own, an e-mail also by its domain."""
    return value in ours or (isinstance(value, str) and f"@{value.partition('@')[2]}" in ours)


def _texts(customer: str, sender: Sender, fields: Sequence[str], title: str, text: str) -> _Texts:
    """The places in the order of trust, each as far as it is read."""
    return (
        (Source.CUSTOMER, customer[:_LONGEST_LINE]),
        (Source.SENDER, f"{sender.name}\n{sender.email}"),
        *((Source.FIELD, value[:_LONGEST_LINE]) for value in fields),
        (Source.TITLE, as_typed(title[:_LONGEST_LINE])),
        (Source.BODY, as_typed(text[:_READ_OF_BODY])),
    )


def _numbers_of(texts: _Texts, placeholder: Placeholder | None, places: Mapping[Source, Place]) -> _NumbersOf:
    """The numbers of each text, the first of which is the customer line."""
    numbers = {(where, text): read_numbers(text, places[where]) for where, text in texts if text}
    if placeholder is not None:
        numbers[texts[0]] = _of_placeholder(placeholder, numbers[texts[0]])
    return numbers


def _contracts(texts: _Texts, numbers: _NumbersOf, ours: frozenset[object]) -> tuple[Clue[ContractNumber], ...]:
    """What is said of a contract in the title counts for the text, and the other way round; elsewhere it is meant."""
    others = frozenset(contract for read in numbers.values() for contract in read.others)

    def read(where: Source, text: str) -> Sequence[ContractNumber]:
        found = numbers[where, text].contracts
        return [one for one in found if one not in others] if others and where in TOLD else found

    return _with_prefixes(_gather(texts, read, ours))


def _name_in(placeholder: Placeholder | None) -> str:
    """The name in a placeholder, if it is one and no remark."""
    return placeholder.name if placeholder and not placeholder.name[:1].islower() else ""


def _of_placeholder(placeholder: Placeholder, read: Numbers) -> Numbers:
    """What stands in a placeholder is taken apart as it was put together, and only where it says nothing guessed anew."""
    return Numbers(
        contracts=(placeholder.contract,) if placeholder.contract else read.contracts,
        phones=placeholder.phones or read.phones,
        rest=_uncut(placeholder.address),
    )


def _uncut(address: str) -> str:
    """An address without the piece that was shortened: half a flat is another flat."""
    return address.rpartition(",")[0] if address.endswith("…") else address


@lru_cache(maxsize=16)
def _places(area_code: str) -> Mapping[Source, Place]:
    """How numbers are read in each place."""
    kinds = {Source.CUSTOMER: "login", Source.FIELD: "field", Source.TITLE: "told", Source.BODY: "told"}
    return {
        source: Place(
            prefixes=DEFAULT_PREFIXES, area_code=area_code, **({kinds[source]: True} if source in kinds else {})
        )
        for source in Source
    }


def is_own_email(email: str, contacts: Contacts) -> bool:
    """Whether a sender is the operator's own, and not a client in the words of a placeholder."""
    return email != contacts.placeholder.casefold() and _is_own(email, _ours(contacts))


def _all_addresses(
    texts: _Texts, numbers: _NumbersOf, ours: frozenset[object], *, streets: Streets, is_placeholder: bool
) -> tuple[Clue[Address], ...]:
    """Addresses of all places, and where none has one, those that only the client list's streets show."""

    def read(where: Source, text: str) -> Sequence[Address]:
        is_one = where is Source.FIELD or (where is Source.CUSTOMER and is_placeholder)
        return _addresses(where, numbers[where, text].rest, is_address=is_one)

    def read_known(where: Source, text: str) -> Sequence[Address]:
        rest = numbers[where, text].rest
        better = where not in TOLD or next(locate_addresses(rest), None)  # other people's address, too
        return () if better else _told_addresses(rest, streets)

    return _gather(texts, read, ours) or (_gather(texts, read_known, ours) if streets else ())


def _addresses(source: Source, text: str, *, is_address: bool) -> Sequence[Address]:
    """Addresses of a place. A field, or what a placeholder has in the place of one (`is_address`), may be one as a whole."""
    if source in TOLD:
        return _told_addresses(text, NO_STREETS)
    found = find_addresses(text)
    if is_address and len(found) <= 1 and (whole := parse_address(text)) is not None:
        return (whole,)
    return found


def _told_addresses(text: str, streets: Streets) -> Sequence[Address]:
    located = locate_addresses(text, streets=streets)
    return tuple(dict.fromkeys(address for address, start in located if not is_others_address(text, start)))


def _emails(source: Source, text: str, from_whom: Sender) -> Sequence[str]:
    return tuple(filter(None, (from_whom.email,))) if source is Source.SENDER else find_emails(text)


def _name(texts: Iterable[tuple[Source, str]], *, sent_by_us: bool) -> str:
    """The first full name in the texts, or a fuller one of the same words; our people, who write for others, are none."""
    told = (text for source, text in texts if not (sent_by_us and source is Source.SENDER))
    found = filter(None, map(find_full_name, told))
    first = next(found, "")
    words = set(first.lower().split())
    return next((name for name in found if words < set(name.lower().split())), first) if first else ""


def _with_prefixes(clues: Sequence[Clue[ContractNumber]]) -> tuple[Clue[ContractNumber], ...]:
    """Contracts told without their letter where another place tells it: the full one, in the better place."""
    full = {clue.value.number: clue.value for clue in reversed(clues) if clue.value.prefix}
    best: dict[ContractNumber, Clue[ContractNumber]] = {}
    for clue in clues:
        value = clue.value if clue.value.prefix else full.get(clue.value.number, clue.value)
        best.setdefault(value, replace(clue, value=value))
    return tuple(best.values())


@lru_cache(maxsize=16)
def _ours(contacts: Contacts) -> frozenset[object]:
    """The operator's own contacts as values, whatever way they are written in."""
    texts = (*contacts.own, contacts.placeholder)
    values: set[object] = {text.strip().lower() for text in texts}
    for text in texts:
        values.update((parse_contract(text), parse_phone(text, area_code=contacts.area_code), parse_address(text)))
    return frozenset(values - {None})


def contracts_named(ticket: Ticket, fields: FieldNames) -> frozenset[ContractNumber]:
    """The contracts in the customer line, the company, the contract field and the title, in any writing."""
    whole = whole_values(ticket, fields)
    told = {read for text in whole if (read := parse_contract(text)) is not None}
    return frozenset(told.union(*(find_contracts(text) for text in (*whole, ticket.title))))


def whole_values(ticket: Ticket, fields: FieldNames) -> tuple[str, ...]:
    """The values that may be a contract as a whole: the customer, the company, and the field for it if there is one."""
    field = (shown(ticket.dynamic_fields.get(fields.contract, "")),) if fields.contract else ()
    return (ticket.customer.user, ticket.customer.company, *field)
