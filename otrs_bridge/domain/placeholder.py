"""The customer of a ticket whose client is not in the base.

The handbook's writing: `"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>`, in the
quotes the address, the caller's full name and the contract, each left out when it is not known. Source:
docs/field-rules.md#placeholder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from otrs_bridge.domain.address.address import find_addresses, parse_address
from otrs_bridge.domain.otrs_limits import SMALLEST
from otrs_bridge.domain.texts import mail
from otrs_bridge.domain.texts.contract import ContractNumber, find_contracts, parse_contract
from otrs_bridge.domain.texts.person import find_full_name
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

    @property
    def is_bare(self) -> bool:
        """Whether it says nothing about the client."""
        return not (self.address or self.name or self.contract)


def build_placeholder(
    address: str, name: str, contract: str, email: str = DEFAULT_EMAIL, *, longest: int = SMALLEST.customer_user
) -> str:
    """The customer string for what is known of a client, accepted by OTRS as one address.

    It has at most `longest` characters, those that OTRS keeps of a customer user: with one more the ticket silently loses
    its customer.

    Quotes, backslashes, angle brackets and control characters cannot break out of the quotes: they are
    replaced. A backslash of the contract stays, for a contract is written letter for letter; one that would stand
    before the closing quote has a blank behind it. What is too long is shortened, first the street address, then the
    name, never the contract or the e-mail. An `email` that is no plain e-mail address, or is too long to leave room,
    is replaced by the default one. With nothing known the result is `"" <test@mtel.ru>`, which is the handbook's own
    template: OTRS takes it, and unlike the bare address it is never resolved to a customer who has that e-mail.
    """
    email = email.strip()
    contract = _safe(contract, _REPLACED_IN_CONTRACT)[:_LONGEST_CONTRACT]
    contract += " " * contract.endswith("\\")
    if not is_plain_email(email) or len(f'"{contract}" <{email}>') > longest:
        email = DEFAULT_EMAIL
    frame = len(f'"" <{email}>')
    room = longest - frame - len(contract) - 2 * len(_COMMA)
    name = _shortened(_safe(name), max(room - len(_safe(address)), room // 2))
    address = _shortened(_safe(address), room - len(name))
    return f'"{_COMMA.join(part for part in (address, name, contract) if part)}" <{email}>'


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
    address, name, contract = _parts_of(quoted)
    if written.lower() != email.lower() and contract is None and not find_addresses(address):
        return None
    return Placeholder(address=address, name=name, contract=contract, email=written)


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


def _parts_of(quoted: str) -> tuple[str, str, ContractNumber | None]:
    """Address, name and contract of what stands in the quotes."""
    pieces = [piece.strip() for piece in quoted.split(",") if piece.strip()]
    contract = None
    if pieces and (whole := parse_contract(pieces[-1])) is not None and (whole.prefix or find_contracts(pieces[-1])):
        contract = whole
        pieces.pop()
    name = ""
    for index in range(len(pieces) - 1, -1, -1):
        if find_full_name(pieces[index]) == pieces[index]:
            name = pieces.pop(index)
            break
    address = _COMMA.join(pieces)
    if not name and len(pieces) > 1 and parse_address(pieces[-1]) is None and parse_address(_COMMA.join(pieces[:-1])):
        last = pieces[-1]
        if not any(character.isdigit() for character in last):
            return _COMMA.join(pieces[:-1]), last, contract
    return address, name, contract
