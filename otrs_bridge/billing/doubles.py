"""Finding what comes twice among millions, while they stream by: eight bytes are remembered of each."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Hashable, Sequence

from otrs_bridge.words import Words

_PARTS = 64  # looked at one by one, so that the look itself takes little memory
_EXAMPLES = 3


class Doubles:
    """`add_all` of everything, then ask. Once in a lifetime different things are taken for alike: look again at what was
    found.
    """

    def __init__(self) -> None:
        self._parts = [array("q") for _ in range(_PARTS)]

    def add_all(self, things: Sequence[Hashable]) -> bool:
        """Remember these. Returns whether each is something: None and "" are not remembered."""
        parts = self._parts
        if None in things or "" in things:
            self.add_all([thing for thing in things if thing is not None and thing != ""])
            return False
        for known in map(hash, things):
            parts[known % _PARTS].append(known)
        return True

    def found(self) -> frozenset[int]:
        """The hashes of what was added more than once."""
        return frozenset(
            known
            for part in self._parts
            if len(set(part)) < len(part)
            for known, times in Counter(part).items()
            if times > 1
        )

    @property
    def kinds(self) -> int:
        """How many different things were added."""
        return sum(len(set(part)) for part in self._parts)


class DoubledRows:
    """Entries without an id that stand twice in one account, everything alike: nothing tells whether somebody paid twice or
    a join doubled the row.
    """

    def __init__(self) -> None:
        self.count = 0
        self._first: list[str] = []

    def add(self, account: str, shown: Sequence[object]) -> None:
        """One more such row; `shown` is what it says."""
        self.count += 1
        if len(self._first) < _EXAMPLES:
            self._first.append(f"{account}: {', '.join(map(str, shown))}")

    def look(self, account: str, rows: Sequence[Sequence[object]]) -> None:
        """Count the doubles among the rows of an account, which begin with its name."""
        if len(set(rows)) < len(rows):
            for row, times in Counter(rows).items():
                for _ in range(times - 1):
                    self.add(account, row[1:])

    @property
    def told(self) -> tuple[Words, ...]:
        """A warning, when there were any."""
        if not self.count:
            return ()
        first = "; ".join(self._first)
        return (
            Words(
                ru=f"записей без id, в точности повторяющих другие: {self.count} ({first}); если их удвоило соединение "
                "таблиц, долги неверны: дайте записям столбец id",
                en=f"entries without an id that repeat others exactly: {self.count} ({first}); if a join doubled them, the "
                "debts are wrong: give the entries a column id",
            ),
        )
