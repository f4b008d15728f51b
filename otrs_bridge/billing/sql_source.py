"""Billing out of any SQL database, by the operator's own queries or views. Read only, streaming, of one moment.

The bridge puts its own conditions around the queries (`SELECT … FROM (query) …`): one contract, one service,
the order. What the columns hold is converted row by row and nothing is guessed: what cannot be converted
refuses the feed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from otrs_bridge.billing.contract_writings import LastWritings
from otrs_bridge.billing.holds_file import Holds
from otrs_bridge.billing.sql_contract import Tables
from otrs_bridge.billing.sql_feed import SqlFeed
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import read_moment
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.foreign.database import ForeignDatabase, naming
from otrs_bridge.ports.billing import ContractLedger
from otrs_bridge.words import Words

_ELSEWHERE: Final = timezone(timedelta(hours=-12))  # where the same wall clock is another moment than anywhere here


@dataclass(frozen=True, kw_only=True, slots=True)
class Queries:
    """The operator's queries, or names of views: accounts, entries ("": the balance is the debt), the feed's own moment, and
    sums ("": none).
    """

    accounts: str
    as_of: str
    entries: str = ""
    sums: str = ""


class SqlBilling:
    """Billing out of a database. `zone` is that of moments without one, and of days; `in_zone`: the server shall tell its
    moments there, whatever zone it lives in. `prefilter`: whether it may say who owes nothing (`sql_prefilter`).
    """

    def __init__(
        self,
        url: str,
        queries: Queries,
        *,
        zone: tzinfo = UTC,
        holds: Path | None = None,
        in_zone: bool = False,
        prefilter: bool = False,
    ) -> None:
        self._database = ForeignDatabase(url, key="billing.ledger.url", unusable=BillingUnusable)
        self._queries = queries
        self._zone = zone
        self._in_zone = in_zone
        self._prefilter = prefilter
        self._holds = holds
        self._writings = LastWritings()

    @property
    def name(self) -> str:
        """The database, without its password."""
        return self._database.name

    @contextmanager
    def reading(self) -> Iterator[SqlFeed]:
        """One transaction, which sees one moment where the database can do that."""
        holds = Holds(self._holds, self._zone)
        with self._database.connected(self._zone if self._in_zone else None) as connection:
            queries = self._queries
            tables = Tables(connection, accounts=queries.accounts, entries=queries.entries, sums=queries.sums)
            as_of, has_zone = self._moment(connection)
            feed = SqlFeed(
                self._database,
                connection,
                tables,
                as_of=as_of,
                zone=self._zone,
                holds=holds,
                writings=self._writings,
                has_zone=has_zone,
                prefilter=self._prefilter,
            )
            try:
                yield feed
            finally:
                feed.close()

    def contract(self, contract: str) -> ContractLedger:
        """One contract, read afresh: every account whose contract reads as this one.

        It is looked for in the writings that the last whole reading met; before the first one, and when nothing is found, by
        its number.
        """
        with self.reading() as feed:
            return feed.contract(contract)

    def _moment(self, connection: Connection) -> tuple[datetime | None, bool]:
        """The feed's own moment, and whether nobody has to take its time zone for granted."""
        with naming("billing.ledger.as_of"):
            found = connection.execute(text(self._queries.as_of.replace(":", r"\:"))).scalar()
        if found is None:
            return None, True
        try:
            moments = {zone: read_moment(found, zone) for zone in (self._zone, _ELSEWHERE)}
        except Unreadable as wrong:
            raise BillingUnusable(
                Words(ru=f"billing.ledger.as_of: {wrong.words.ru}", en=f"billing.ledger.as_of {wrong.words.en}")
            ) from wrong
        return datetime.fromtimestamp(moments[self._zone], UTC), len(set(moments.values())) == 1
