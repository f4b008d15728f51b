"""Whether a database that leaves out who owes nothing leaves out nobody else: both ways of reading compared on live data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from otrs_bridge.domain.billing.feed_gate import FeedAccepted
from otrs_bridge.service.queries.feed_check import FeedCheck
from otrs_bridge.words import Words

_SHOWN: Final = 10


def full_check(everything: Callable[[], FeedCheck], some: Callable[[], FeedCheck]) -> FeedCheck:
    """The check of every row, with what `differences` the prefilter makes.

    Data that goes on coming differs by itself: where the two do not agree everything is read once more, and a difference
    counts only if it is one to both full readings.
    """
    full, filtered = everything(), some()
    found = tuple(_differences(full, filtered))
    if found:
        again = everything()
        found = tuple(one for one in _differences(again, filtered) if one in found)
        full = again
    return replace(full, differences=found)


def _differences(full: FeedCheck, filtered: FeedCheck) -> Iterator[Words]:
    names = sorted(full.owing.keys() | filtered.owing.keys())
    parted = [name for name in names if full.owing.get(name) != filtered.owing.get(name)]
    if parted:
        told = ", ".join(parted[:_SHOWN])
        yield Words(
            ru=f"долги решены по-разному, счетов {len(parted)}: {told}",
            en=f"debts decided in two ways, {len(parted)} accounts: {told}",
        )
    if isinstance(full.verdict, FeedAccepted) != isinstance(filtered.verdict, FeedAccepted):
        yield Words(ru="выгрузка принята только в одном из двух чтений", en="only one of the two readings is accepted")
    if (full.rows, full.insane) != (filtered.rows, filtered.insane):
        yield Words(ru="число строк разное", en="the numbers of rows are not the same")
