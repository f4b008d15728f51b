"""What a ticket says about who it is from.

Five places are read, in the order of trust: the customer, the sender, the dynamic fields, the title, the body; and what a
mail quotes or forwards, as far as its writer tells nothing of the kind himself. The name is for the placeholder only and is
never searched for. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from otrs_bridge.domain.address.address import Address, find_addresses, parse_address
from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets
from otrs_bridge.domain.clue import TOLD, Clue, Source
from otrs_bridge.domain.dialect import Contacts, Dialect, FieldNames
from otrs_bridge.domain.placeholder import Placeholder, parse_placeholder
from otrs_bridge.domain.texts.automatic_reply import is_automatic_reply, is_from_a_machine
from otrs_bridge.domain.texts.bare_text import bare
from otrs_bridge.domain.texts.contract import DEFAULT_PREFIXES, ContractNumber, find_contracts, parse_contract
from otrs_bridge.domain.texts.mail import (
    MailText,
    Sender,
    around_quoted,
    find_emails,
    forwarded_in,
    parse_sender,
    split_mail,
)
from otrs_bridge.domain.texts.meant import as_typed
from otrs_bridge.domain.texts.other_contracts import speaks_for_another
from otrs_bridge.domain.texts.phone import Phone, parse_phone
from otrs_bridge.domain.texts.subject import full_title
from otrs_bridge.domain.ticket import Article, Ticket, dynamic, shown
from otrs_bridge.domain.told_addresses import is_vaguer, read_known, read_told
from otrs_bridge.domain.told_name import name_in, told_name
from otrs_bridge.domain.told_numbers import Place, ToldNumbers, of_placeholder, read_numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Clues:
    """All that was read, each kind ordered by trust and then by position, nothing twice.

    `emails` are in lower case. `login` is the customer as it stands when it may be an OTRS login, `""` when
    it is the placeholder or empty. `name` is the caller's, `""` when none is given. `for_another`: the words of title or
    text by which the caller speaks of somebody else's trouble, so that what is told there may be his own or the other's.
    `by_machine`: a bounce, a list or a calendar wrote it, and nobody is asked for anything. `others`: contracts that the
    ticket says to be other people's. `around_quoted`: the words of what is quoted, and of the writer's name.
    """

    contracts: tuple[Clue[ContractNumber], ...] = ()
    addresses: tuple[Clue[Address], ...] = ()
    phones: tuple[Clue[Phone], ...] = ()
    emails: tuple[Clue[str], ...] = ()
    login: str = ""
    name: str = ""
    for_another: str = ""
    by_machine: bool = False
    others: frozenset[ContractNumber] = frozenset()
    around_quoted: frozenset[str] = frozenset()


def clues_of(ticket: Ticket, dialect: Dialect, streets: Streets = NO_STREETS) -> Clues:
    """Read a ticket: the one way to do it. Pure, linear in the length of its texts, never raises.

    OTRS's CustomerID is read for a contract only. 4,000 characters of the first article count, of a longer one those at both
    ends; what the bridge wrote itself is nobody's word, and an agent's or a machine's `From` not the client's. What is the
    operator's own (`dialect.contacts`), and what title and body say to be other people's, is left out; an automatic reply
    names nobody in them. `streets` are those of the client list: they show an address only where nothing better was read.
    """
    contacts, customer, title = dialect.contacts, ticket.customer.user, bare(full_title(ticket))
    article = ticket.words or Article(id=0)
    body, from_whom = bare(article.body[:_LONGEST_BODY]), parse_sender(_from_line(article))
    by_machine = is_from_a_machine(from_whom.email, article.subject or title, body)
    if by_machine or is_automatic_reply(article.subject or title, body):
        title = body = ""
    if by_machine:
        from_whom = Sender(email=from_whom.email)
    mail = split_mail(body)
    texts = _texts(customer, from_whom, _values_of(ticket, dialect.fields), title, mail.text)
    signed = (*texts, (Source.BODY, mail.signature[:_READ_OF_BODY]))
    with_company = (signed[0], (Source.CUSTOMER, ticket.customer.company[:_LONGEST_LINE]), *signed[1:])
    placeholder = parse_placeholder(texts[0][1], email=contacts.placeholder)
    quoted = ((Source.QUOTED, as_typed(mail.quoted[:_READ_OF_QUOTED])),)
    numbers = _numbers_of((*with_company, *quoted), placeholder, _places(contacts.area_code))
    told = [(text, numbers[where, text]) for where, text in texts if text and where in TOLD]
    ours = _ours(contacts)
    sent_by_us = is_own_email(from_whom.email, contacts)
    return Clues(
        contracts=_contracts(with_company, quoted, numbers, ours),
        addresses=_all_addresses(signed, quoted, numbers, ours, streets, is_placeholder=placeholder is not None),
        phones=_phones(signed, numbers, ours) or _phones(quoted, numbers, ours, only="+79"),
        emails=_gather(signed, lambda where, text: _emails(where, text, from_whom), ours),
        login="" if placeholder is not None or "<" in customer else customer.strip(),
        name=name_in(placeholder) or _name(signed, mail, ours, "" if sent_by_us else from_whom.name),
        by_machine=by_machine,
        others=frozenset(contract for read in numbers.values() for contract in read.others),
        around_quoted=around_quoted(mail, from_whom),
        for_another=next(filter(None, (speaks_for_another(text, read.starts) for text, read in told)), ""),
    )


def _from_line(article: Article) -> str:
    """The From line as far as it speaks of the client: an agent's or a machine's name there is nobody's who called."""
    if article.sender_type not in {"agent", "system"}:
        return article.sender
    return article.sender if any(map(str.isdigit, parse_sender(article.sender).name)) else ""


def _values_of(ticket: Ticket, names: FieldNames) -> Sequence[str]:
    found = (names.contract, names.address, names.phone)
    return [text for name in found if name and (text := shown(ticket.value_of(dynamic(name))))]


_LONGEST_BODY = 40_000
_READ_OF_BODY = 4_000
_READ_OF_ITS_END = 1_000
_READ_OF_QUOTED = 2_000
_LONGEST_LINE = 1_000
_Texts = Sequence[tuple[Source, str]]
_NumbersOf = Mapping[tuple[Source, str], ToldNumbers]
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
    """Whether a value is the operator's own, an e-mail also by its domain, an address in whatever town it is said to be."""
    if isinstance(value, Address):
        return any(isinstance(own, Address) and own.may_be(value) for own in ours)
    return value in ours or (isinstance(value, str) and f"@{value.partition('@')[2]}" in ours)


def _texts(customer: str, sender: Sender, fields: Sequence[str], title: str, text: str) -> _Texts:
    """The places in the order of trust, each as far as it is read."""
    return (
        (Source.CUSTOMER, customer[:_LONGEST_LINE]),
        (Source.SENDER, f"{sender.name}\n{sender.email}"),
        *((Source.FIELD, value[:_LONGEST_LINE]) for value in fields),
        (Source.TITLE, as_typed(title[:_LONGEST_LINE])),
        (Source.BODY, as_typed(_both_ends(text))),
    )


def _both_ends(text: str) -> str:
    """A long letter tells whom to answer at its beginning or its end."""
    if len(text) <= _READ_OF_BODY:
        return text
    return f"{text[: _READ_OF_BODY - _READ_OF_ITS_END]}\n{text[-_READ_OF_ITS_END:].partition(' ')[2]}"


def _numbers_of(texts: _Texts, placeholder: Placeholder | None, places: Mapping[Source, Place]) -> _NumbersOf:
    """The numbers of each text, the first of which is the customer line."""
    numbers = {(where, text): read_numbers(text, places[where]) for where, text in texts if text}
    if placeholder is not None:
        numbers[texts[0]] = of_placeholder(placeholder, numbers[texts[0]])
    return numbers


def _phones(texts: _Texts, numbers: _NumbersOf, ours: frozenset[object], only: str = "+") -> tuple[Clue[Phone], ...]:
    """Of an answer `only` mobile ones: a city's number in it is rather the operator's own."""
    return _gather(texts, lambda *at: [one for one in numbers[at].phones if one.e164.startswith(only)], ours)


def _contracts(
    texts: _Texts, quoted: _Texts, numbers: _NumbersOf, ours: frozenset[object]
) -> tuple[Clue[ContractNumber], ...]:
    """What is said of a contract in the title counts for the text, and the other way round; elsewhere it is meant.

    The one that is `quoted` counts where the writer names none, not even another's.
    """
    others = frozenset(contract for read in numbers.values() for contract in read.others)

    def read(where: Source, text: str) -> Sequence[ContractNumber]:
        found = numbers[where, text].contracts
        return [one for one in found if one not in others] if others and where in TOLD else found

    found = _with_prefixes(_gather(texts, read, ours))
    if found or any(numbers[item].others for item in texts if item[1]):
        return found
    only = _with_prefixes(_gather(quoted, read, ours))
    return only if len(only) == 1 else ()


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
    texts: _Texts,
    quoted: _Texts,
    numbers: _NumbersOf,
    ours: frozenset[object],
    streets: Streets,
    *,
    is_placeholder: bool,
) -> tuple[Clue[Address], ...]:
    """Addresses of all places; where none has one, those that only the client list's streets show.

    The signature, the last of the `texts`, tells of an office: last, and only in a street where clients live.
    """

    def read(where: Source, text: str) -> Sequence[Address]:
        rest = numbers[where, text].rest
        if where in TOLD:
            return read_told(rest, streets)
        return _addresses(rest, is_address=where is Source.FIELD or (where is Source.CUSTOMER and is_placeholder))

    def known(where: Source, text: str) -> Sequence[Address]:
        return read_known(numbers[where, text].rest, streets) if where in TOLD else ()

    *others, signature = texts
    found = _gather(others, read, ours) or _gather(others, known, ours)
    if streets and not found:
        signed = _gather([signature], read, ours) or _gather([signature], known, ours)
        found = tuple(clue for clue in signed if clue.value.street in streets)
    if not found:
        answered = _gather(quoted, read, ours) or _gather(quoted, known, ours)
        found = answered if len(answered) == 1 else ()  # several are told to several
    told = [clue.value for clue in found]
    return tuple(clue for clue in found if clue.source not in TOLD or not is_vaguer(clue.value, told))


def _addresses(text: str, *, is_address: bool) -> Sequence[Address]:
    """Addresses of a line. A field, or what a placeholder has in the place of one (`is_address`), may be one as a whole."""
    found = find_addresses(text)
    if is_address and len(found) <= 1 and (whole := parse_address(text)) is not None:
        return (whole,)
    return found


def _emails(source: Source, text: str, from_whom: Sender) -> Sequence[str]:
    return tuple(filter(None, (from_whom.email,))) if source is Source.SENDER else find_emails(text)


def _name(texts: _Texts, mail: MailText, ours: frozenset[object], shown: str) -> str:
    told = [text for source, text in texts if source not in {Source.CUSTOMER, Source.SENDER}]
    return told_name(texts[0][1], shown, (*told, forwarded_in(mail)[:_READ_OF_BODY]), ours)


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
