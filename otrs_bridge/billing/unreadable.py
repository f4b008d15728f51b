"""A value that cannot be read: why, what it is, and in which column, for the row to be told of."""

from __future__ import annotations

from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.words import Words


class Unreadable(Exception):  # noqa: N818 - it names what the value is
    """A value that cannot be read, and why. Caught by whoever knows the row it stands in.

    `found` is the value, `column` where it stands, once that is known. What other values cannot be read for, too, is one
    `reason` with this one, to be told once.
    """

    def __init__(self, *, ru: str, en: str, found: str = "", reason: Words | None = None) -> None:
        shown = f": {found}" if found else ""
        super().__init__(en + shown)
        self.words = Words(ru=ru + shown, en=en + shown)
        self.reason = reason or Words(ru=ru, en=en)
        self.found = found
        self.column = ""

    @classmethod
    def because(cls, doubt: InsaneRow) -> Unreadable:
        """What the domain doubts."""
        wrong = cls(ru=doubt.why.ru, en=doubt.why.en, reason=doubt.reason)
        wrong.found = doubt.found
        return wrong

    def row(self, account: str, *, table: str = "", place: str = "") -> InsaneRow:
        """The row that this value stands in; `table` is its query, `place` its file and line, or its entry."""
        ru = en = ""
        if self.column or table:
            ru = f" ({', '.join(filter(None, (table, self.column and f'столбец {self.column}')))})"
            en = f" ({', '.join(filter(None, (table, self.column and f'column {self.column}')))})"
        at = f"{place}: " if place else ""
        return InsaneRow(
            account=account,
            why=Words(ru=f"{at}{self.words.ru}{ru}", en=f"{at}{self.words.en}{en}"),
            reason=Words(ru=self.reason.ru + ru, en=self.reason.en + en),
            place=place,
            found=self.found,
        )
