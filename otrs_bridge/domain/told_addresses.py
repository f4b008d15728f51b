"""Addresses that people tell in title and text: other people's left out, and of two tellings of one place the fuller.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from otrs_bridge.domain.address.address import Address, locate_addresses
from otrs_bridge.domain.address.gazetteer import Streets
from otrs_bridge.domain.texts.other_people import is_others_address


def read_told(text: str, streets: Streets) -> Sequence[Address]:
    """The addresses of a told text; with `streets` a street is also told apart from the words around it."""
    return _ours(text, _located(text, streets))


def read_known(text: str, streets: Streets) -> Sequence[Address]:
    """Those that only the client list's streets show, where nothing better was read, other people's included."""
    return () if not streets or _located(text, streets) else _ours(text, _located(text, streets, only_known=True))


@lru_cache(maxsize=64)
def _located(text: str, streets: Streets, *, only_known: bool = False) -> Sequence[tuple[Address, int]]:
    """The addresses, each with the offset where it begins; the same text is read once, however often it is asked of."""
    return tuple(locate_addresses(text, streets=streets, only_known=only_known))


def _ours(text: str, located: Iterable[tuple[Address, int]]) -> Sequence[Address]:
    return tuple(dict.fromkeys(address for address, start in located if not is_others_address(text, start)))


def is_vaguer(address: Address, others: Collection[Address]) -> bool:
    """Whether one of the others tells of the same place, and more: its flat, or its street's whole name."""
    return any(_says_more(other, address) for other in others if other != address)


def _says_more(fuller: Address, address: Address) -> bool:
    same_house = (fuller.house, fuller.building, fuller.structure) == (
        address.house,
        address.building,
        address.structure,
    )
    if not same_house or address.office != fuller.office or address.flat not in ("", fuller.flat):
        return False
    if fuller.street == address.street:
        return bool(fuller.flat) and not address.flat
    return fuller.street.endswith(f" {address.street}")
