"""`ports.notices.Notices` in the bridge's own database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from otrs_bridge.journal.database import Database
from otrs_bridge.journal.tables import notices
from otrs_bridge.journal.upserts import upsert


class SqlNotices:
    """`ports.notices.Notices`. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, channel: str) -> Mapping[str, tuple[datetime, datetime | None]]:
        """What is not settled: {key: (when it was met first, when it was told; None: it was not)}."""
        query = select(notices.c.key, notices.c.first_at, notices.c.told_at).where(notices.c.channel == channel)
        with self._database.reading() as connection:
            return {key: (first_at, told_at) for key, first_at, told_at in connection.execute(query)}

    def meet(self, channel: str, keys: Collection[str], *, at: datetime) -> None:
        """These are there from now on."""
        if not keys:
            return
        rows = [{"key": key, "channel": channel, "first_at": at} for key in sorted(keys)]
        with self._database.writing() as connection:
            connection.execute(upsert(connection, notices).on_conflict_do_nothing(), rows)

    def tell(self, channel: str, keys: Sequence[str], *, at: datetime) -> None:
        """These were told."""
        telling = update(notices).where(notices.c.channel == channel, notices.c.key.in_(keys)).values(told_at=at)
        with self._database.writing() as connection:
            connection.execute(telling)

    def settle(self, channel: str, keys: Collection[str]) -> None:
        """These are over: met again, they are told again."""
        if not keys:
            return
        ending = delete(notices).where(notices.c.channel == channel, notices.c.key.in_(keys))
        with self._database.writing() as connection:
            connection.execute(ending)
