"""`otrs-bridge directory sync`: the mirror becomes what the source says, all at once or not at all."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, text, update

from otrs_bridge.directory.duplicates import DuplicateContracts, duplicate_contracts
from otrs_bridge.directory.filling import Filling, check_turn
from otrs_bridge.directory.reading import FIRST_BAD, BadRow, ClientSource
from otrs_bridge.directory.table_rows import TableRows
from otrs_bridge.directory.tables import LAYOUT, Side, Store, build_street_search, clear, create_tables, side_of, state
from otrs_bridge.directory.workers import table_rows_of
from otrs_bridge.words import Words

SUSPICIOUS_SHRINK = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncReport:
    """What a sync did. `refused` says why the mirror was left as it was; `before` is the number of clients it had.

    `merged` rows told of a client who has another row; `duplicates`: contracts that stand on several rows all the same.

    `not_understood` counts parts that were left out of good rows: {"phones": 3, "addresses": 12}.
    """

    source: str
    before: int
    clients: int
    bad_rows: int = 0
    first_bad: tuple[BadRow, ...] = ()
    not_understood: Mapping[str, int] = field(default_factory=dict)
    merged: int = 0
    duplicates: DuplicateContracts = field(default_factory=DuplicateContracts)
    refused: Words | None = None


class _Wrong:
    """What was wrong with a source, and how much of it has been read."""

    def __init__(self) -> None:
        self.rows = 0
        self.bad_rows = 0
        self.merged = 0
        self.first_bad: list[BadRow] = []
        self.not_understood: Counter[str] = Counter()

    def note(self, rows: TableRows) -> None:
        wanted = FIRST_BAD - len(self.first_bad)
        self.first_bad += [BadRow(line=line, reason=reason) for line, reason in rows.bad[:wanted]]
        self.bad_rows += len(rows.bad)
        self.not_understood.update(rows.not_understood)
        self.rows += rows.rows
        self.merged += rows.merged


def sync(
    source: ClientSource,
    store: Store,
    *,
    at: datetime,
    accept_shrink: bool = False,
    cores: int | None = None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> SyncReport:
    """Mirror the source. Look-ups see the old clients until the last moment, then the new; after a failure the old.

    A source with 10 % fewer clients than before is refused unless `accept_shrink`. `cores` limits the processors to be
    used, all of them otherwise (`workers.py`). `progress` hears how many rows are in. Raises DirectoryUnusable when the
    source cannot be read, a worker process dies or a later sync has taken over.
    """
    token = secrets.token_hex(8)
    edition, before = _begin(store, token)
    side = side_of(edition)
    filling, wrong = Filling(store, side, token), _Wrong()
    with closing(table_rows_of(source, cores=cores)) as portions:
        for rows in portions:
            filling.add(rows)
            wrong.note(rows)
            progress(wrong.rows)
    refused = None if accept_shrink else _objection(before, filling.clients)
    duplicates = DuplicateContracts()
    if refused is None:
        duplicates = _take_into_use(
            store, side, token, edition=edition, clients=filling.clients, source=source.name, at=at
        )
    else:
        with store.writing() as connection:
            check_turn(connection, token)
            clear(connection, side)
    return SyncReport(
        source=source.name,
        before=before,
        clients=filling.clients,
        bad_rows=wrong.bad_rows,
        first_bad=tuple(wrong.first_bad),
        not_understood=dict(wrong.not_understood),
        merged=wrong.merged,
        duplicates=duplicates,
        refused=refused,
    )


def _begin(store: Store, token: str) -> tuple[int, int]:
    """Take the side that nobody reads: its edition's number, and how many clients the other has."""
    with store.writing() as connection:
        create_tables(connection)
        found = connection.execute(select(state).where(state.c.layout == LAYOUT)).first()
        if found is None:
            nothing = {"layout": LAYOUT, "edition": 0, "clients": 0, "source": "", "filling": token}
            connection.execute(insert(state).values(nothing))
        else:
            connection.execute(update(state).where(state.c.layout == LAYOUT).values(filling=token))
        edition, before = (found.edition + 1, found.clients) if found is not None else (1, 0)
        clear(connection, side_of(edition))
    return edition, before


def _objection(before: int, clients: int) -> Words | None:
    if not before or clients > before * (1 - SUSPICIOUS_SHRINK):
        return None
    gone = f"{(before - clients) / before:.0%}"
    return Words(
        ru=f"клиентов стало {clients} вместо {before} (меньше на {gone}): справочник оставлен прежним; "
        "если так и должно быть, повторите с --accept-shrink",
        en=f"there are {clients} clients instead of {before} ({gone} fewer): the directory was left as it was; "
        "if this is right, repeat with --accept-shrink",
    )


def _take_into_use(
    store: Store, side: Side, token: str, *, edition: int, clients: int, source: str, at: datetime
) -> DuplicateContracts:
    """Build the indexes, each in a transaction of its own, and change over; says what came twice."""
    for index in side.indexes:
        with store.writing() as connection:
            check_turn(connection, token)
            index.create(connection)
    with store.writing() as connection:
        check_turn(connection, token)
        build_street_search(connection, side)
        _count_for_planner(connection, side)
    with store.reading() as connection:
        duplicates = duplicate_contracts(connection, side)
    with store.writing() as connection:
        check_turn(connection, token)
        values = {"edition": edition, "clients": clients, "source": source, "synced_at": at.astimezone(UTC)}
        connection.execute(update(state).where(state.c.layout == LAYOUT).values(filling="", **values))
    return duplicates


def _count_for_planner(connection: Connection, side: Side) -> None:
    """PostgreSQL chooses indexes by statistics that it would otherwise gather some time later."""
    if connection.dialect.name == "postgresql":
        for table in side.tables:
            connection.execute(text(f"ANALYZE {table.name}"))
