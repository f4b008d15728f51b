"""Rows of one client, one for each service say, become one row, as long as they stand near each other in the list.

Two candidates who are one and the same person would leave every one of his tickets to a person's choice. Memory stays
small, and a long list costs hardly more, because rows are compared by their texts and remembered for two portions only.
"""

from __future__ import annotations

from collections.abc import Mapping

from otrs_bridge.directory.reading import parts_of
from otrs_bridge.words import Words

LISTED = ("services", "phones")  # columns that hold several things anyway
BESIDE = "notes"  # what different rows note is all worth reading

Told = list[Mapping[str, str] | Words]


class Neighbours:
    """The rows of the portion that is being read and of the one before, by contract: of each contract the newest."""

    def __init__(self) -> None:
        self._older_rows: Told = []
        self._older: dict[str, int] = {}
        self._newer: dict[str, int] = {}

    def take_in(self, columns: Mapping[str, str], rows: Told) -> bool:
        """Whether a neighbour tells of the same client: he has taken the row in. Otherwise it will be the next of `rows`.

        `rows` are those of the portion that is being read. Almost no row has such a neighbour, and there are a million.
        """
        contract = columns.get("contract")
        if not contract:
            return False
        here = len(rows)
        place = self._newer.setdefault(contract, here)
        if place != here:
            near = rows
        elif contract in self._older:
            near, place = self._older_rows, self._older[contract]
        else:
            return False
        row = near[place]
        both = None if isinstance(row, Words) else merged(row, columns)
        if both is None:
            self._newer[contract] = here
            return False
        near[place] = both
        if near is not rows:
            del self._newer[contract]
        return True

    def next_portion(self, rows: Told) -> None:
        """The portion of these rows is full: forget the one before it."""
        self._older_rows, self._older, self._newer = rows, self._newer, {}


def merged(one: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str] | None:
    """The row that two rows of one contract are together; None when they may be two clients.

    They agree in the name and in the address or the login, and contradict each other in nothing: what one of them leaves
    empty, the other tells. Services, phones and notes are put together.
    """
    if one.get("name") != other.get("name"):
        return None
    if not any(one.get(name) and one.get(name) == other.get(name) for name in ("address", "login")):
        return None
    both = dict(one)
    for name, text in other.items():
        mine = both.get(name, "")
        if not mine:
            both[name] = text
        elif text and text != mine:
            if name in LISTED:
                both[name] = ";".join(dict.fromkeys((*parts_of(mine), *parts_of(text))))
            elif name == BESIDE:
                both[name] = f"{mine}\n{text}"
            else:
                return None
    return both
