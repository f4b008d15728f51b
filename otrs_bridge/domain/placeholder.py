"""The customer of a ticket whose client is not in the base.

The handbook's writing: `"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>`, in the
quotes the address, the caller's full name and the contract, each left out when it is not known. Source:
docs/field-rules.md#placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from otrs_bridge.domain.address.address import find_addresses, parse_address
from otrs_bridge.domain.address.words import (
    BUILDING_WORDS,
    FLAT_WORDS,
    HOUSE_WORDS,
    INSIDE_WORDS,
    KINDS,
    LETTER_WORDS,
    LOCALITIES,
    OFFICE_WORDS,
    STRUCTURE_WORDS,
)
from otrs_bridge.domain.otrs_limits import SMALLEST
from otrs_bridge.domain.texts import mail
from otrs_bridge.domain.texts.contract import ContractNumber, parse_contract
from otrs_bridge.domain.texts.legal_form import has_legal_form
from otrs_bridge.domain.texts.person import find_full_name
from otrs_bridge.domain.texts.phone import Phone, parse_phone
from otrs_bridge.domain.texts.visible import without_hidden
from otrs_bridge.words import Words

DEFAULT_EMAIL = "test@mtel.ru"
"""The address of a client without one, as the handbook has it."""

NO_EMAIL = Words(ru="нужен адрес электронной почты, test@mtel.ru", en="must be an e-mail address, test@mtel.ru")
"""What is said to whom gives something else for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placeholder:
    """The parts of a placeholder as they stand in it, `""` and `None` for what it leaves out."""

    address: str = ""
    name: str = ""
    contract: ContractNumber | None = None
    email: str = DEFAULT_EMAIL
    phones: tuple[Phone, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether it says nothing about the client."""
        return not (self.address or self.name or self.contract or self.phones)


def build_placeholder(
    address: str,
    name: str,
    contract: str,
    email: str = DEFAULT_EMAIL,
    *,
    phones: Sequence[str] = (),
    longest: int = SMALLEST.customer_user,
) -> str:
    """The customer string for what is known of a client, accepted by OTRS as one address.

    It has at most `longest` characters, those that OTRS keeps of a customer user: with one more the ticket silently loses
    its customer.

    What is written is read back as the same parts: commas that would make other parts of it are left out, and what looks
    like another part says what it is. `phones` stand between name and contract, for one who is known by nothing else.

    Quotes, backslashes, angle brackets and control characters cannot break out of the quotes: they are
    replaced. A backslash of the contract stays, for a contract is written letter for letter; one that would stand
    before the closing quote has a blank behind it. What is too long is shortened, first the street address, then the
    name, never the contract or the e-mail. An `email` that is no plain e-mail address, or is too long to leave room,
    is replaced by the default one. With nothing known the result is `"" <test@mtel.ru>`, which is the handbook's own
    template: OTRS takes it, and unlike the bare address it is never resolved to a customer who has that e-mail.
    """
    email = email.strip()
    number = _safe(contract, _REPLACED_IN_CONTRACT)[:_LONGEST_CONTRACT]
    contract = _COMMA.join(filter(None, (*map(_safe, phones), number)))
    contract += " " * contract.endswith("\\")
    if not is_plain_email(email) or len(f'"{contract}" <{email}>') > longest:
        email = DEFAULT_EMAIL
    room = longest - len(f'"" <{email}>')
    return f'"{_that_reads_back(_safe(address), _safe(name), contract, room)}" <{email}>'


def _that_reads_back(address: str, name: str, contract: str, room: int) -> str:
    """The first way of writing that has room and is read back as these parts, shortened where they are too long."""
    written = ""
    for marks in (0, len(_MARKS)):
        left = room - marks - len(contract) - 2 * len(_COMMA)
        person = _shortened(name, max(left - len(address), left // 2))
        place = _shortened(address, left - len(person))
        for written in _writings(place, person, contract):
            parts = parts_of(written)
            reads = (parts.address, parts.name) == (_plain(place, parts.address), _plain(person, parts.name))
            if reads and len(written) <= room:
                return written
    return written


@lru_cache(maxsize=256)
def parse_placeholder(text: str, *, email: str = DEFAULT_EMAIL) -> Placeholder | None:
    """Read a customer string back; None when it is no placeholder.

    A placeholder is the fallback address `email` alone or with anything in quotes before it, or another
    address whose quotes hold a contract or a street address (so `"Иванов Иван" <ivan@example.org>` is an
    ordinary sender).
    """
    head, angle, tail = text.strip()[:_LONGEST_READ].rpartition("<")
    written = tail.removesuffix(">").strip()
    if not mail.is_plain_email(written) or (angle and not tail.endswith(">")):
        return None
    quoted = " ".join(head.strip().removeprefix('"').removesuffix('"').replace('\\"', "'").split())
    parts = parts_of(quoted)
    if written.lower() != email.lower() and parts.contract is None and not find_addresses(parts.address):
        return None
    return replace(parts, email=written)


def parts_of(quoted: str) -> Placeholder:
    """Address, name, phones and contract of what stands in the quotes, in whatever order a person wrote them."""
    pieces = [piece.strip() for piece in quoted.split(",") if piece.strip()]
    contract, phones = _contract_in(pieces), _phones_in(pieces)
    inside = [_is_part_of_address(piece) for piece in pieces]
    if inside and not inside[-1]:
        name = pieces.pop()
    else:
        named = [at for at, part in enumerate(inside) if not part and find_full_name(pieces[at]) == pieces[at]]
        name = pieces.pop(named[-1]) if named else ""
    address = _COMMA.join(pieces)
    return Placeholder(
        address=address.removeprefix(_ADDRESS_MARK),
        name=name.removeprefix(_NAME_MARK),
        contract=contract,
        phones=phones,
    )


def is_plain_email(text: str) -> bool:
    """Whether a text is one e-mail address and nothing else, short enough to leave a placeholder its room."""
    return len(text) <= _LONGEST_EMAIL and mail.is_plain_email(text)


def is_bare(user: str, *, email: str = DEFAULT_EMAIL) -> bool:
    """Whether a customer string says nothing about a client: empty, the fallback address `email`, or empty quotes."""
    if not user or user.casefold() == email.casefold():
        return True
    present = parse_placeholder(user, email=email)
    return present is not None and present.is_bare


_COMMA = ", "
_LONGEST_EMAIL = 150
_LONGEST_CONTRACT = 100
_LONGEST_READ = 1000
_REPLACED_IN_CONTRACT = str.maketrans({'"': "'", "<": "(", ">": ")"})
_REPLACED = _REPLACED_IN_CONTRACT | str.maketrans({"\\": "/"})


def _safe(part: str, replaced: Mapping[int, str] = _REPLACED) -> str:
    """A part that means nothing to a mail program: one line, no quotes of its own, no commas at its ends."""
    return " ".join(without_hidden(part).translate(replaced).split()).strip(" ,")


def _shortened(part: str, room: int) -> str:
    if len(part) <= room:
        return part
    cut = part[: max(room - 1, 0)]
    return f"{cut.rstrip(' ,.')}…" if cut else ""


def _writings(address: str, name: str, contract: str) -> Iterator[str]:
    """Ways to write the parts, the handbook's first; each says less with commas and more with words than the one before."""
    plain_name, plain_address = name.replace(_COMMA, " "), address.replace(_COMMA, " ")
    marked_address = f"{_ADDRESS_MARK}{plain_address}" if address else ""
    marked_name = f"{_NAME_MARK}{plain_name}" if name else ""
    numbered = contract if not contract or parts_of(contract).contract else f"договор {contract}"
    for number in dict.fromkeys((contract, numbered)):
        for person in dict.fromkeys((name, plain_name, marked_name)):
            for place in dict.fromkeys((address, plain_address, marked_address)):
                yield _COMMA.join(part for part in (place, person, number) if part)


def _plain(wanted: str, read: str) -> str:
    """`read` where it is `wanted` but for commas, else `wanted`."""
    return read if read.replace(",", "") == wanted.replace(",", "") else wanted


def _contract_in(pieces: list[str]) -> ContractNumber | None:
    """The contract, the last one if there are several; its piece is taken out. A bare number is one at the end only."""
    for at in range(len(pieces) - 1, -1, -1):
        whole = parse_contract(pieces[at])
        is_last = at == len(pieces) - 1
        named = pieces[at].lower().startswith("дог")
        if whole is not None and (whole.prefix or named or (is_last and _is_bare_contract(pieces))):
            del pieces[at]
            return whole
        if named and is_last:
            del pieces[at]  # a contract of another make
            return None
    return None


def _is_bare_contract(pieces: list[str]) -> bool:
    """Whether the last piece is a contract without its letter, and not the flat of an address."""
    if not pieces[-1].isdigit() or not _FEWEST_DIGITS <= len(pieces[-1]) <= _MOST_DIGITS:
        return False
    return len(pieces) == 1 or _HOUSE_ALONE.fullmatch(pieces[-2]) is None


def _phones_in(pieces: list[str]) -> tuple[Phone, ...]:
    """The phones among the pieces, which are taken out."""
    found = {at: phone for at, piece in enumerate(pieces) if piece[:1] in "+78" and (phone := parse_phone(piece))}
    for at in sorted(found, reverse=True):
        del pieces[at]
    return tuple(dict.fromkeys(found.values()))


@lru_cache(maxsize=256)
def _is_part_of_address(piece: str) -> bool:
    """Whether a piece between commas belongs to an address: `корп. В`, `15`, `г. Мытищи`, `Летная 5-132`."""
    low = piece.lower().replace("ё", "е")
    if low.startswith((_ADDRESS_MARK, _NAME_MARK)):
        return low.startswith(_ADDRESS_MARK)
    words = _WORD.findall(low)
    if not words or has_legal_form(piece):
        return False
    if all(word in _PART_WORDS or word[0].isdigit() or len(word) == 1 for word in words):
        return any(word in _PART_WORDS or word[0].isdigit() for word in words)
    return words[0] in _BEGINNINGS or words[-1] in KINDS or parse_address(piece) is not None


_ADDRESS_MARK, _NAME_MARK = "адрес ", "абонент "
_MARKS = f"{_ADDRESS_MARK}{_NAME_MARK}договор "
_FEWEST_DIGITS, _MOST_DIGITS = 4, 7
_HOUSE_ALONE = re.compile(r"(?:д(?:ом)?\.? ?)?[0-9]{1,4}[а-яА-Я]?(?:[/-][0-9]{1,4})?")
_WORD = re.compile(r"[0-9][0-9а-яa-z]*|[а-яa-z]+(?:-[а-яa-z]+)*")
_BEGINNINGS = frozenset({*KINDS, *LOCALITIES, "обл", "область", "район", "р-н", "снт", "тер", "вл", "уч", "дом", "д"})
_PART_WORDS = frozenset(
    {
        *(*HOUSE_WORDS, *BUILDING_WORDS, *STRUCTURE_WORDS, *LETTER_WORDS, *FLAT_WORDS, *OFFICE_WORDS, *INSIDE_WORDS),
        *(*KINDS, *LOCALITIES),
    }
)
