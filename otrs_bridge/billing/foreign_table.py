"""The operator's queries and views as something that the bridge's own queries select from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, column, null, text

from otrs_bridge.errors import BillingUnusable
from otrs_bridge.foreign.database import naming
from otrs_bridge.words import Words

_NAME_ALONE = re.compile(r"[\w.]+")


class ForeignTable:
    """A query, or the name of a view; its columns by our names."""

    def __init__(
        self, connection: Connection, query: str, name: str, known: Sequence[str], needed: Sequence[str]
    ) -> None:
        """Ask which columns there are. Raises BillingUnusable when one of `needed` is missing."""
        bare = query.strip().removesuffix(";")
        selected = f"SELECT * FROM {bare}" if _NAME_ALONE.fullmatch(bare) else bare  # noqa: S608 # the operator's own
        # Colons are the operator's (times of day, casts): no parameter of ours.
        statement = text(selected.replace(":", r"\:") + "\n")
        nothing = text(f"SELECT * FROM ({statement.text}) AS {name} WHERE 1 = 0")  # noqa: S608 # as above
        self.key = f"billing.ledger.{name}"
        with naming(self.key), closing(connection.execute(nothing)) as result:
            found = {key.casefold(): key for key in result.keys()}  # noqa: SIM118 # a result is no mapping
            types: dict[str, Any] = {name.casefold(): code for name, code, *_ in result.cursor.description}
        missing = [one for one in needed if one not in found]
        if missing:
            raise BillingUnusable(_no_columns(name, ", ".join(found.values()), missing))
        self.names = tuple(one for one in known if one in found)
        self.types = {one: types.get(one) for one in self.names}  # as the driver numbers them
        self.source: FromClause = statement.columns(*(column(found[one]) for one in self.names)).subquery(name)
        self._found = {one: self.source.c[found[one]] for one in self.names}

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """A column by our name; NULL where the query has none."""
        return self._found.get(name, null())

    @property
    def columns(self) -> list[ColumnElement[Any]]:
        """The columns of `names`."""
        return [self[name] for name in self.names]


def _no_columns(name: str, found: str, missing: Sequence[str]) -> Words:
    wanted = f"{', '.join(missing)} (SELECT … AS {missing[0]})"
    return Words(
        ru=f"billing.ledger.{name}: запрос даёт столбцы {found}; не хватает: {wanted}",
        en=f"billing.ledger.{name} gives the columns {found}; missing: {wanted}",
    )
