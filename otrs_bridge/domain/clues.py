"""What a ticket says about who it is from.

Five places are read, in the order of trust: the customer, the sender, the dynamic fields, the title, the
body. The name is for the placeholder only and is never searched for. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from otrs_bridge.domain.address.address import Address, find_addresses, locate_addresses, parse_address
from otrs_bridge.domain.placeholder import DEFAULT_EMAIL, parse_placeholder
from otrs_bridge.domain.texts.automatic_reply import is_automatic_reply
from otrs_bridge.domain.texts.contract import (
    DEFAULT_PREFIXES,
    ContractNumber,
    find_contracts,
    locate_contracts,
    parse_contract,
)
from otrs_bridge.domain.texts.mail import Sender, find_emails, parse_sender, split_mail
from otrs_bridge.domain.texts.other_people import is_others_address, is_others_phone
from otrs_bridge.domain.texts.person import find_full_name
from otrs_bridge.domain.texts.phone import Phone, Written, locate_phones, parse_phone

Value = TypeVar("Value")


class Source(StrEnum):
    """Where a clue stands, the most trusted first."""

    CUSTOMER = "customer"
    SENDER = "sender"
    FIELD = "field"
    TITLE = "title"
    BODY = "body"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clue(Generic[Value]):
    """One thing that was read, and the most trusted place that says it."""

    value: Value
    source: Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Clues:
    """All that was read, each kind ordered by trust and then by position, nothing twice.

    `emails` are in lower case. `login` is the customer as it stands when it may be an OTRS login, `""` when
    it is the placeholder or empty. `name` is the caller's, `""` when none is given.
    """

    contracts: tuple[Clue[ContractNumber], ...] = ()
    addresses: tuple[Clue[Address], ...] = ()
    phones: tuple[Clue[Phone], ...] = ()
    emails: tuple[Clue[str], ...] = ()
    login: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contacts:
    """What this operator's tickets are read with.

    `placeholder` is the e-mail address of clients who are not in the base; `own` the operator's own contracts, phones,
    addresses and e-mails (`@mtel.ru` for a domain) in any writing, which are no client's; `area_code` completes local phone
    numbers, see `find_phones`.
    """

    placeholder: str = DEFAULT_EMAIL
    own: tuple[str, ...] = ()
    area_code: str = ""


AS_THE_PROCEDURE_HAS_IT = Contacts()


def read_clues(
    *,
    customer: str = "",
    company: str = "",
    sender: str = "",
    fields: Sequence[str] = (),
    title: str = "",
    subject: str = "",
    body: str = "",
    contacts: Contacts = AS_THE_PROCEDURE_HAS_IT,
    prefixes: frozenset[str] = DEFAULT_PREFIXES,
) -> Clues:
    """Read a ticket. Pure, linear in the length of its texts, never raises.

    `customer` is OTRS's CustomerUser, `company` its CustomerID, read for a contract only; `sender` is the raw `From` of
    the first article, `fields` the values of the dynamic fields for contract, address and phone in any order, `body` the
    first article, `subject` that article's (the title may have become another): 4,000 characters of the body count, quoted
    history does not. What is the operator's own (`contacts`), and what title and body say to be other people's, is left
    out; an automatic reply names nobody in them. For `prefixes` see `find_contracts`.
    """
    if is_automatic_reply(subject or title, body):
        title = body = ""
    mail = split_mail(body[:_LONGEST_BODY])
    from_whom = parse_sender(sender)
    placeholder = parse_placeholder(customer[:_LONGEST_LINE], email=contacts.placeholder)
    texts = (
        (Source.CUSTOMER, customer[:_LONGEST_LINE]),
        (Source.SENDER, f"{from_whom.name}\n{from_whom.email}"),
        *((Source.FIELD, value[:_LONGEST_LINE]) for value in fields),
        (Source.TITLE, title[:_LONGEST_LINE]),
        (Source.BODY, mail.text[:_READ_OF_BODY]),
    )
    signed = (*texts, (Source.BODY, mail.signature[:_READ_OF_BODY]))
    with_company = (signed[0], (Source.CUSTOMER, company[:_LONGEST_LINE]), *signed[1:])
    ours = _ours(contacts)
    numbers = {
        (where, text): _numbers(where, text, prefixes, contacts.area_code) for where, text in with_company if text
    }
    return Clues(
        contracts=_with_prefixes(_gather(with_company, lambda where, text: numbers[where, text].contracts, ours)),
        addresses=_gather(texts, lambda where, text: _addresses(where, numbers[where, text].rest), ours),
        phones=_gather(signed, lambda where, text: numbers[where, text].phones, ours),
        emails=_gather(signed, lambda where, text: _emails(where, text, from_whom), ours),
        login="" if placeholder is not None or "<" in customer else customer.strip(),
        name=(placeholder.name if placeholder else "")
        or _name(signed, sent_by_us=_is_one_of_us(from_whom.email, contacts)),
    )


_LONGEST_BODY = 40_000
_READ_OF_BODY = 4_000
_LONGEST_LINE = 1_000
_BARE_CONTRACT = range(4, 7)  # digits of a field that can be a contract; more may be a local phone, fewer a flat

_DIGITS = re.compile(r"[0-9]+")
_READ = "\u00a6"  # stands for every character of a number that is read already

_TOLD = frozenset({Source.TITLE, Source.BODY})  # where people tell of others, too

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


def _is_one_of_us(email: str, contacts: Contacts) -> bool:
    """Whether a sender is the operator's own, and not a client in the words of a placeholder."""
    return email != contacts.placeholder.casefold() and _is_own(email, _ours(contacts))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Numbers:
    """Contracts and phones of one text, and its `rest` without the phones: no digit belongs to two numbers."""

    contracts: Sequence[ContractNumber]
    phones: Sequence[Phone]
    rest: str


def _numbers(source: Source, text: str, prefixes: frozenset[str], area_code: str) -> _Numbers:
    """Read a text: first contracts that carry their letter, then phones, then what is left.

    In "Ф-8916 123-45-67" the contract goes before the phone, in "Ф 8916 123-45-67" Ф is somebody's initial.
    """
    if source is Source.FIELD and (whole := parse_phone(text, area_code=area_code)) is not None:
        return _Numbers(contracts=_contracts(source, text, prefixes), phones=(whole,), rest=text)
    located = locate_phones(text, area_code=area_code)
    if located and (glued := _with_their_letter(text, prefixes)):
        located = locate_phones(_without(text, glued), area_code=area_code)
    phones = [written for written in located if not (written.is_local and _is_in_an_address(text, written))]
    rest = _without(text, [(written.start, written.end) for written in phones])
    theirs = [one for one in phones if source not in _TOLD or not is_others_phone(text, one.start, one.phone)]
    return _Numbers(
        contracts=_contracts(source, rest, prefixes),
        phones=tuple(dict.fromkeys(written.phone for written in theirs)),
        rest=rest,
    )


def _with_their_letter(text: str, prefixes: frozenset[str]) -> list[tuple[int, int]]:
    """Where the digits stand of the contracts that carry their letter, without a blank between."""
    return [
        match.span()
        for contract, start in locate_contracts(text, prefixes=prefixes)
        if contract.prefix and not text[start - 1 : start].isspace() and (match := _DIGITS.match(text, start))
    ]


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with a sign that means nothing in the place of each span, so that all the rest stands where it stood."""
    for start, end in spans:
        text = f"{text[:start]}{_READ * (end - start)}{text[end:]}"
    return text


def _is_in_an_address(text: str, local: Written) -> bool:
    """Whether the few digits of a local phone belong to an address: "Летная 15-13-22"."""
    line = text.rfind("\n", 0, local.start) + 1
    return list(locate_addresses(text[line : local.end])) != list(locate_addresses(text[line : local.start]))


def _contracts(source: Source, text: str, prefixes: frozenset[str]) -> Sequence[ContractNumber]:
    """A field or a login may be a contract as a whole; elsewhere a contract has to be recognised in text."""
    if source in {Source.CUSTOMER, Source.FIELD}:
        whole = parse_contract(text)
        if whole is not None and (whole.prefix or (source is Source.FIELD and len(whole.number) in _BARE_CONTRACT)):
            return (whole,)
    return find_contracts(text, prefixes=prefixes)


def _addresses(source: Source, text: str) -> Sequence[Address]:
    if source in _TOLD:
        located = locate_addresses(text)
        return tuple(dict.fromkeys(address for address, start in located if not is_others_address(text, start)))
    found = find_addresses(text)
    if source is Source.FIELD and not found and (whole := parse_address(text)) is not None:
        return (whole,)
    return found


def _emails(source: Source, text: str, from_whom: Sender) -> Sequence[str]:
    return tuple(filter(None, (from_whom.email,))) if source is Source.SENDER else find_emails(text)


def _name(texts: Iterable[tuple[Source, str]], *, sent_by_us: bool) -> str:
    """The first full name in the texts; one of our own people, who wrote for a client, is not the caller."""
    told = (text for source, text in texts if not (sent_by_us and source is Source.SENDER))
    return next(filter(None, map(find_full_name, told)), "")


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
