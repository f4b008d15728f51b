"""What is wrong with the names of somebody else's columns, found before a single row is read by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from otrs_bridge.errors import BridgeError
from otrs_bridge.words import Words


def demand_single(place: object, header: Sequence[str], read: Iterable[str], unusable: type[BridgeError]) -> None:
    """Refuse a header that has a name among those that are `read` twice: nobody can tell which of them is meant.

    Case and blanks around a name do not count. Columns that nobody reads may be called as they like.
    """
    times = Counter(map(plain, header))
    twice = [name for name in dict.fromkeys(map(plain, read)) if times[name] > 1]
    if twice:
        raise unusable(_alike_columns(place, ", ".join(twice), ", ".join(header)))


def plain(name: str) -> str:
    """A column's name as it is compared."""
    return name.strip().casefold()


def _alike_columns(place: object, twice: str, header: str) -> Words:
    return Words(
        ru=f"{place}: два столбца называются одинаково ({twice}): {header}",
        en=f"{place}: two columns have the same name ({twice}): {header}",
    )
