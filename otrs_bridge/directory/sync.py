"""`otrs-bridge directory sync`: the mirror becomes what the source says, all at once or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, text, update

from otrs_bridge.directory.filling import PORTION, Filling, check_turn
from otrs_bridge.directory.reading import FIRST_BAD, BadRow, ClientSource, NotUnderstood
from otrs_bridge.directory.store import Store
from otrs_bridge.directory.tables import LAYOUT, Side, build_street_search, clear, create_tables, side_of, state
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.words import Words

SUSPICIOUS_SHRINK = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncReport:
    """What a sync did. `refused` says why the mirror was left as it was; `before` is the number of clients it had.

    `not_understood` counts parts that were left out of good rows: {"phones": 3, "addresses": 12}.
    """

    source: str
    before: int
    clients: int
    bad_rows: int = 0
    first_bad: tuple[BadRow, ...] = ()
    not_understood: Mapping[str, int] = field(default_factory=dict)
    refused: Words | None = None


class _Reading:
    """Goes through a source and remembers what was wrong with it."""

    def __init__(self) -> None:
        self.not_understood = NotUnderstood()
        self.bad_rows = 0
        self.first_bad: list[BadRow] = []

    def of(self, source: ClientSource, progress: Callable[[int], None]) -> Iterator[Client]:
        for rows, row in enumerate(source.read(self.not_understood), start=1):
            if isinstance(row, BadRow):
                self.bad_rows += 1
                self.first_bad += [row] if self.bad_rows <= FIRST_BAD else []
            else:
                yield row
            if rows % PORTION == 0:
                progress(rows)


def sync(
    source: ClientSource,
    store: Store,
    *,
    at: datetime,
    accept_shrink: bool = False,
    progress: Callable[[int], None] = lambda _rows: None,
) -> SyncReport:
    """Mirror the source. Look-ups see the old clients until the last moment, then the new; after a failure the old.

    A source with 10 % fewer clients than before is refused unless `accept_shrink`. `progress` hears how many rows
    have been read. Raises DirectoryUnusable when the source cannot be read or a later sync has taken over.
    """
    token = secrets.token_hex(8)
    edition, before = _begin(store, token)
    side = side_of(edition)
    reading = _Reading()
    with Filling(store, side, token) as filling:
        for row in reading.of(source, progress):
            filling.add(row)
        filling.flush()
        filling.wait()
    refused = None if accept_shrink else _objection(before, filling.clients)
    if refused is None:
        _take_into_use(store, side, token, edition=edition, clients=filling.clients, source=source.name, at=at)
    else:
        with store.writing() as connection:
            check_turn(connection, token)
            clear(connection, side)
    return SyncReport(
        source=source.name,
        before=before,
        clients=filling.clients,
        bad_rows=reading.bad_rows,
        first_bad=tuple(reading.first_bad),
        not_understood=dict(reading.not_understood.counts),
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
) -> None:
    """Build the indexes, each in a transaction of its own, and change over."""
    for index in side.indexes:
        with store.writing() as connection:
            check_turn(connection, token)
            index.create(connection)
    with store.writing() as connection:
        check_turn(connection, token)
        build_street_search(connection, side)
        _count_for_planner(connection, side)
    with store.writing() as connection:
        check_turn(connection, token)
        values = {"edition": edition, "clients": clients, "source": source, "synced_at": at.astimezone(UTC)}
        connection.execute(update(state).where(state.c.layout == LAYOUT).values(filling="", **values))


def _count_for_planner(connection: Connection, side: Side) -> None:
    """PostgreSQL chooses indexes by statistics that it would otherwise gather some time later."""
    if connection.dialect.name == "postgresql":
        for table in side.tables:
            connection.execute(text(f"ANALYZE {table.name}"))
