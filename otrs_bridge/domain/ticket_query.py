"""What a person may mean who looks for a ticket: its number, a contract, or words out of its text.

Source: docs/field-rules.md#finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from otrs_bridge.domain.texts.contract import ContractNumber, parse_contract
from otrs_bridge.words import Words

SHORTEST_PIECE = 3  # characters; OTRS's full-text index leaves out shorter words


@dataclass(frozen=True, kw_only=True, slots=True)
class ByNumber:
    """A ticket number, full or short: digits only."""

    number: str

    @property
    def words(self) -> Words:
        """How the query was understood."""
        return Words(ru=f"номер заявки {self.number}", en=f"ticket number {self.number}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ByContract:
    """A contract: the tickets of that client, and those that name the contract."""

    contract: ContractNumber

    @property
    def words(self) -> Words:
        """How the query was understood."""
        return Words(ru=f"договор {self.contract}", en=f"contract {self.contract}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ByText:
    """Pieces of text, lower case, that stand in this order in a ticket's title or in one of its articles."""

    pieces: tuple[str, ...]

    @property
    def words(self) -> Words:
        """How the query was understood."""
        pattern = " % ".join(self.pieces)
        return Words(ru=f"текст «% {pattern} %»", en=f"text “% {pattern} %”")


TicketQuery = ByNumber | ByContract | ByText

TOO_LITTLE = Words(
    ru="искать не по чему: назовите номер заявки (полный или короткий), договор (Ф-15236) "
    f"или часть текста, хотя бы {SHORTEST_PIECE} буквы подряд, где % значит «что угодно»",
    en="there is nothing to look for: give a ticket number (full or short), a contract (Ф-15236) "
    f"or a piece of text of at least {SHORTEST_PIECE} letters, with % for anything",
)

_TICKET_HOOK = re.compile(r"(?:\[?\s{0,3}ticket\s{0,3})?#\s*", re.IGNORECASE)
# OTRS reads the first seven as operators or wildcards; its index of articles loses them and the others.
_BETWEEN_PIECES = re.compile(r"[&|!()\"+\\*%\s,<>?;\[\]$^=]+")
_EDGES = "':."


def read_ticket_query(query: str) -> tuple[TicketQuery, ...]:
    """The meanings to try one after the other; () when the query says too little. Pure, never raises.

    With `%` it is text. Digits are a ticket number, else a contract without its letter, else text.
    """
    told = query.strip()
    if "%" in told or "*" in told:
        return _text(told)
    number = _TICKET_HOOK.sub("", told, count=1).strip(" ]")
    contract = parse_contract(told.strip("()[]«»\"' "))
    meanings: list[TicketQuery] = []
    if number.isascii() and number.isdigit():
        meanings.append(ByNumber(number=number))
    if contract is not None:
        meanings.append(ByContract(contract=contract))
        if contract.prefix:
            return tuple(meanings)
    return (*meanings, *_text(told))


def pieces_of(text: str) -> tuple[str, ...]:
    """The words of a text as OTRS's index of articles keeps them: lower case, no operators, no marks at the ends."""
    pieces = (piece.strip(_EDGES) for piece in _BETWEEN_PIECES.split(text.lower()))
    return tuple(piece for piece in pieces if any(sign.isalnum() for sign in piece))


def _text(told: str) -> tuple[ByText, ...]:
    pieces = pieces_of(told)
    return (ByText(pieces=pieces),) if any(len(piece) >= SHORTEST_PIECE for piece in pieces) else ()
