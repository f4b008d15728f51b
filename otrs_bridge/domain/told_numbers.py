"""Contracts and phones of one text: no digit belongs to two numbers, and other people's are told apart.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from otrs_bridge.domain.address.address import locate_addresses
from otrs_bridge.domain.address.tokens import READ_ALREADY
from otrs_bridge.domain.placeholder import Placeholder
from otrs_bridge.domain.texts.contract import ContractNumber, distinct, locate_contracts, parse_contract
from otrs_bridge.domain.texts.other_contracts import is_others_contract, others_among
from otrs_bridge.domain.texts.other_people import is_others_phone
from otrs_bridge.domain.texts.phone import Phone, PhoneInText, locate_phones, parse_phone


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """How numbers are read in one place of a ticket: with these contract letters, and with the digits of this area.

    `area_code` completes local phones, see `find_phones`. In a `told` text people tell of others, too; a `login` may as a
    whole be a contract with its letter, a `field` also one without.
    """

    prefixes: frozenset[str]
    area_code: str = ""
    told: bool = False
    login: bool = False
    field: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldNumbers:
    """What one text gives, and its `rest` without the phones; `others` are contracts that it says to be other people's.

    `starts`: where the digits of each contract in it begin, other people's apart.
    """

    contracts: Sequence[ContractNumber] = ()
    phones: Sequence[Phone] = ()
    rest: str = ""
    others: frozenset[ContractNumber] = frozenset()
    starts: tuple[int, ...] = ()


@lru_cache(maxsize=64)
def read_numbers(text: str, place: Place) -> ToldNumbers:
    """Read a text: first contracts that carry their letter, then phones, then what is left.

    In "Ф-8916 123-45-67" the contract goes before the phone, in "Ф 8916 123-45-67" Ф is somebody's initial.
    """
    if _DIGITS.search(text) is None:
        return ToldNumbers(rest=text)
    if place.field and (whole := parse_phone(text, area_code=place.area_code)) is not None:
        return _with_contracts(text, place, phones=(whole,))
    located = locate_phones(text, area_code=place.area_code)
    if located and (glued := _with_their_letter(text, place.prefixes)):
        located = locate_phones(_without(text, glued), area_code=place.area_code)
    phones = [written for written in located if not (written.is_local and _is_in_an_address(text, written))]
    rest = _without(text, [(written.start, written.end) for written in phones])
    theirs = [one for one in phones if not place.told or not is_others_phone(text, one.start, one.phone)]
    return _with_contracts(rest, place, phones=tuple(dict.fromkeys(written.phone for written in theirs)))


def of_placeholder(placeholder: Placeholder, read: ToldNumbers) -> ToldNumbers:
    """What stands in a placeholder is taken apart as it was put together, and only where it says nothing guessed anew."""
    return ToldNumbers(
        contracts=(placeholder.contract,) if placeholder.contract else read.contracts,
        phones=placeholder.phones or read.phones,
        rest=_uncut(placeholder.address),
    )


def _uncut(address: str) -> str:
    """An address without the piece that was shortened: half a flat is another flat."""
    return address.rpartition(",")[0] if address.endswith("…") else address


_BARE_CONTRACT = range(4, 7)  # digits of a field that can be a contract; more may be a local phone, fewer a flat
_DIGITS = re.compile(r"[0-9]+")


def _with_contracts(rest: str, place: Place, *, phones: Sequence[Phone]) -> ToldNumbers:
    """The contracts of what is left. A field or a login may be one as a whole; elsewhere it has to be recognised."""
    whole = parse_contract(rest) if place.login or place.field else None
    if whole is not None and (whole.prefix or (place.field and len(whole.number) in _BARE_CONTRACT)):
        return ToldNumbers(contracts=(whole,), phones=phones, rest=rest)
    located = list(locate_contracts(rest, prefixes=place.prefixes))
    others = {start: one for one, start in located if place.told and is_others_contract(rest, start)}
    left = [(one, start) for one, start in located if start not in others]
    if place.told and len({one.number for one, _ in left}) > 1:
        theirs = others_among(rest, [start for _, start in left])
        others |= {start: one for one, start in left if start in theirs}
    return ToldNumbers(
        contracts=distinct(one for one, start in located if start not in others),
        phones=phones,
        rest=rest,
        others=frozenset(others.values()),
        starts=tuple(start for _, start in located if start not in others),
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
        text = f"{text[:start]}{READ_ALREADY * (end - start)}{text[end:]}"
    return text


def _is_in_an_address(text: str, local: PhoneInText) -> bool:
    """Whether the few digits of a local phone belong to an address: "Летная 15-13-22"."""
    line = text.rfind("\n", 0, local.start) + 1
    return list(locate_addresses(text[line : local.end])) != list(locate_addresses(text[line : local.start]))
