"""`ports.sweeps.Sweeps` in the bridge's own database: who has a sweep in hand, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, update

from otrs_bridge.domain.id_set import SHIFT, IdSet
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.owners import is_gone, this_owner
from otrs_bridge.journal.plan_file import PlanFile, plan_file
from otrs_bridge.journal.tables import IS_APPLIED, entries, sweep_blocks, sweeps
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.ports.sweeps import Bookmark

EXAMINED, FOUND = "examined", "found"
LEASE = timedelta(hours=1)  # renewed with every step; only of another machine's process nobody knows whether it is dead
_DISK = Path("/var/tmp")  # noqa: S108 - for big files; ours has no name


class SqlSweeps:
    """`ports.sweeps.Sweeps`. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self) -> AbstractContextManager[PlanFile]:
        """Room for one plan, beside the journal: what a temporary folder holds is often memory."""
        file = self._database.file
        return plan_file(file.path.parent if file else _DISK if _DISK.is_dir() else None)

    def take(self, name: str, settings: str, *, at: datetime, at_most: timedelta) -> Bookmark | None:
        """The sweep is this process's from now on; None while another has it in hand."""
        with self._database.updating() as connection:
            left = connection.execute(select(*sweeps.c).where(sweeps.c.name == name).with_for_update()).first()
            epoch = self._database.epoch
            if left is not None and left.owner and left.lease_until > at and not is_gone(left.owner, epoch):
                return None
            mine = {"owner": this_owner(epoch), "lease_until": at + LEASE}
            if left is not None and left.settings == settings and at - at_most < left.started_at <= at:
                mark = Bookmark(started_at=left.started_at, cursor=left.cursor, run=left.run or 0, changed=left.changed)
                mark.examined, mark.found = (_stored(connection, name, kind) for kind in (EXAMINED, FOUND))
                mark.changed += _changed_in(connection, mark.run)
                mine = {**mine, "changed": mark.changed, "run": None}
                connection.execute(update(sweeps).where(sweeps.c.name == name).values(mine))
                return mark
            connection.execute(delete(sweeps).where(sweeps.c.name == name))
            fresh = {"name": name, "settings": settings, "started_at": at, "cursor": "", "changed": 0}
            adding = upsert(connection, sweeps).values(**fresh, **mine).on_conflict_do_nothing()
            began = connection.execute(adding.returning(sweeps.c.name)).first()
            return Bookmark(started_at=at) if began is not None else None

    def advance(
        self, name: str, mark: Bookmark, *, examined: Iterable[int], found: Iterable[int], at: datetime
    ) -> None:
        """These tickets, and the cursor and the run of the bookmark, are written down; it takes the tickets in."""
        looked_at, speaking = tuple(examined), tuple(found)
        mark.examined.update(looked_at)
        mark.found.update(speaking)
        with self._database.writing() as connection:
            self._renew(connection, name, mark, at)
            _store(connection, name, EXAMINED, mark.examined, looked_at)
            _store(connection, name, FOUND, mark.found, speaking)

    def told(self, name: str, mark: Bookmark, tickets: Iterable[int], *, at: datetime) -> None:
        """What was found of these tickets has been carried out and told."""
        done = tuple(tickets)
        mark.found.discard(done)
        with self._database.writing() as connection:
            self._renew(connection, name, mark, at)
            _store(connection, name, FOUND, mark.found, done)

    def leave(self, name: str) -> None:
        """This process gives the sweep up; whoever takes it goes on with it."""
        with self._database.writing() as connection:
            connection.execute(update(sweeps).where(sweeps.c.name == name).values(owner=""))

    def end(self, name: str) -> None:
        """The sweep came to its end: nothing of it is kept."""
        with self._database.writing() as connection:
            connection.execute(delete(sweeps).where(sweeps.c.name == name))

    def _renew(self, connection: Connection, name: str, mark: Bookmark, at: datetime) -> None:
        now = {"cursor": mark.cursor, "run": mark.run or None, "lease_until": at + LEASE}
        connection.execute(update(sweeps).where(sweeps.c.name == name).values(now))


def _stored(connection: Connection, name: str, kind: str) -> IdSet:
    blocks = sweep_blocks.c
    rows = connection.execute(select(blocks.block, blocks.bits).where(blocks.name == name, blocks.kind == kind))
    return IdSet.of_blocks((block, int(bits, 16)) for block, bits in rows)


def _store(connection: Connection, name: str, kind: str, ids: IdSet, touched: Iterable[int]) -> None:
    """The blocks of these tickets."""
    blocks = sorted({one >> SHIFT for one in touched})
    if not blocks:
        return
    bits = ids.blocks
    rows = [{"name": name, "kind": kind, "block": block, "bits": f"{bits.get(block, 0):x}"} for block in blocks]
    writing = upsert(connection, sweep_blocks)
    keys = ["name", "kind", "block"]
    connection.execute(writing.on_conflict_do_update(index_elements=keys, set_={"bits": writing.excluded.bits}), rows)


def _changed_in(connection: Connection, run: int) -> int:
    of_run = select(func.count(entries.c.ticket_id.distinct())).where(entries.c.run == run, IS_APPLIED)
    return int(connection.execute(of_run).scalar_one())
