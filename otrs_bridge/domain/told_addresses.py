"""Addresses that people tell in title and text: other people's left out, and of two tellings of one place the fuller.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from otrs_bridge.domain.address.address import Address, locate_addresses
from otrs_bridge.domain.address.gazetteer import Streets
from otrs_bridge.domain.texts.other_people import is_others_address

Located = dict[str, tuple[tuple[Address, int], ...]]
"""Texts that were looked at, and the addresses in each with the offset where each begins."""


def read_told(text: str, streets: Streets, located: Located) -> Sequence[Address]:
    """The addresses of a told text; with `streets` a street is also told apart from the words around it."""
    located[text] = tuple(locate_addresses(text, streets=streets))
    return _ours(text, located[text])


def read_known(text: str, streets: Streets, located: Located) -> Sequence[Address]:
    """Those that only the client list's streets show, where `located` has nothing better, other people's included."""
    if not streets or located.get(text):
        return ()
    return _ours(text, locate_addresses(text, streets=streets, only_known=True))


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
