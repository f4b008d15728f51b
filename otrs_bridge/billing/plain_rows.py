"""How a database tells, by plain SQL, which entries read in one way only: with these alone it may add up by itself.

What these conditions leave out, for whatever reason, is read and judged row by row, so they may be narrow and must never be
wide: NULL, a number that is none, a moment in a zone's change of clocks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    LargeBinary,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    or_,
)

from otrs_bridge.billing.foreign_table import ForeignTable
from otrs_bridge.billing.values import KINDS
from otrs_bridge.domain.billing.entries import SIGNED_KINDS

MOST: Final = 10**6
"""Roubles of one plain row, exclusive: ten thousand such rows are still no sum that is beyond belief."""

_WHOLE, _EXACT, _TEXT, _MOMENT, _AWARE, _STAMP = "whole", "exact", "text", "moment", "aware", "stamp"
_KINDS_OF_COLUMNS: Final[dict[str, dict[Any, str]]] = {
    "postgresql": {
        **dict.fromkeys((20, 21, 23), _WHOLE),
        1700: _EXACT,
        **dict.fromkeys((25, 1043), _TEXT),
        **dict.fromkeys((1082, 1114), _MOMENT),
        1184: _AWARE,
    },
    "mysql": {
        **dict.fromkeys((1, 2, 3, 8, 9), _WHOLE),
        **dict.fromkeys((0, 246), _EXACT),
        **dict.fromkeys((15, 253, 254), _TEXT),
        **dict.fromkeys((10, 12), _MOMENT),
        7: _STAMP,
    },
}
_KINDS_OF_COLUMNS["mariadb"] = _KINDS_OF_COLUMNS["mysql"]
_NEEDED: Final = {
    "account": {_WHOLE, _TEXT},
    "id": {_WHOLE, _TEXT},
    "kind": {_TEXT},
    "amount": {_WHOLE, _EXACT},
    "dated": {_WHOLE, _MOMENT, _AWARE, _STAMP},
}
_EARLIEST, _LATEST = datetime(1990, 1, 3, tzinfo=UTC), datetime(2199, 12, 29, tzinfo=UTC)  # in every zone
_WHILE_CLOCKS_CHANGE: Final = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainRows:
    """Conditions on the rows of a table of entries; `zone` is that of moments without one."""

    table: ForeignTable
    dialect: str
    zone: tzinfo

    @property
    def possible(self) -> bool:
        """Whether the columns are of types that this database reads as the bridge does, and there is an id."""
        return all(self.type_of(name) in types for name, types in _NEEDED.items())

    def type_of(self, name: str) -> str:
        """What a column holds; "" for anything not known here."""
        return _KINDS_OF_COLUMNS.get(self.dialect, {}).get(self.table.types.get(name), "")

    def plain(self, known: datetime) -> ColumnElement[bool]:
        """Rows that mean one thing only and were known by this moment; NULL or false for all others."""
        amount = self.table["amount"]
        conditions = [
            self.is_a(*KINDS.values()),
            amount > -MOST,
            amount < MOST,
            or_(amount >= 0, self.is_a(*SIGNED_KINDS)),
            self._known_by(known),
        ]
        if self.type_of("amount") == _EXACT:
            conditions.append(amount == func.round(amount, 2))
        if self.type_of("id") == _TEXT:
            conditions.append(self.table["id"] != "")
        return and_(self.table["id"].is_not(None), *conditions)

    def among(self, accounts: Collection[str]) -> ColumnElement[bool]:
        """Rows whose account the database takes for one of these; its index may be used."""
        names = [int(one) for one in accounts] if self.type_of("account") == _WHOLE else sorted(accounts)
        account = self.table["account"]
        if self.dialect != "postgresql":
            return account.in_(names)
        return account == any_(literal(names, ARRAY(BigInteger if self.type_of("account") == _WHOLE else Text)))

    def id_for_comparison(self) -> ColumnElement[Any]:
        """The id as the database compares it, NULL where it is empty: what is one to the bridge is one to it as well."""
        id_ = self.table["id"]
        if self.type_of("id") != _TEXT:
            return id_
        return func.nullif(cast(id_, Text).collate("C") if self.dialect == "postgresql" else id_, "")

    def is_a(self, *kinds: str) -> ColumnElement[bool]:
        """Entries of these kinds, by the letters of any of their names."""
        names = [name for name, kind in KINDS.items() if kind in kinds]
        kind = self.table["kind"]
        if self.dialect == "postgresql":
            return cast(kind, Text).collate("C").in_(names)
        return cast(kind, LargeBinary).in_([name.encode() for name in names])

    def until(self, column: str, moment: datetime, *, surely: bool) -> ColumnElement[bool]:
        """Rows of which a column is not after a moment. Where clocks change near it: `surely` too few, else too many."""
        return self._moment(column) <= self._written(column, moment, surely=surely)

    def _known_by(self, known: datetime) -> ColumnElement[bool]:
        """Whether a row was known, and its moments are believable; a column `posted` of another type has to be empty."""
        posted, type_ = self.table["posted"], self.type_of("posted")
        bare = posted.is_(None)
        alone = and_(bare, self.until("dated", known, surely=True))
        if type_ not in _NEEDED["dated"]:
            return and_(self._believable("dated"), alone)
        told = and_(self._believable("posted"), self.until("posted", known, surely=True))
        return and_(self._believable("dated"), or_(alone, told))

    def _believable(self, column: str) -> ColumnElement[bool]:
        first, last = (self._written(column, one, surely=True) for one in (_EARLIEST, _LATEST))
        return self._moment(column).between(first, last)

    def _moment(self, column: str) -> ColumnElement[Any]:
        found = self.table[column]
        return cast(found, DateTime) if self.type_of(column) == _STAMP else found

    def _written(self, column: str, moment: datetime, *, surely: bool) -> ColumnElement[Any]:
        """A moment as the column writes it."""
        match self.type_of(column):
            case "whole":
                return literal(int(moment.timestamp()))
            case "aware":
                return literal(moment, DateTime(timezone=True))
            case _:
                wall = moment.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
                return cast(literal(wall + self._margin(moment, surely=surely), DateTime), DateTime)

    def _margin(self, moment: datetime, *, surely: bool) -> timedelta:
        around = (moment - _WHILE_CLOCKS_CHANGE, moment, moment + _WHILE_CLOCKS_CHANGE)
        if len({one.astimezone(self.zone).utcoffset() for one in around}) == 1:
            return timedelta(0)
        return -_WHILE_CLOCKS_CHANGE / 2 if surely else _WHILE_CLOCKS_CHANGE / 2
