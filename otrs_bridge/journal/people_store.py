"""Users, sessions and acts in a database: `ports.people.People`, method by method one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy import RowMapping, and_, delete, insert, select

from otrs_bridge.domain.role import ROLES
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.people_tables import acts, sessions, users
from otrs_bridge.journal.rows import demand_known
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.ports.people import Act, ActKind, Source, User

_ACTS = frozenset(get_args(ActKind))


class SqlPeople:
    """`ports.people.People` on SQLite or PostgreSQL. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def users(self) -> Sequence[User]:
        """Everybody, by name."""
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name)).mappings()]

    def user(self, name: str) -> User | None:
        """The user of this name."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).mappings().first()
            return None if row is None else _user(row)

    def password_of(self, name: str) -> str | None:
        """The digest of somebody's password; None where there is no such user."""
        with self._database.reading() as connection:
            return connection.execute(select(users.c.password).where(users.c.name == name)).scalar_one_or_none()

    def add_user(self, user: User, *, password: str) -> bool:
        """Add a user with this digest of a password; False when there is one of that name."""
        row = {"name": user.name, "role": user.role, "password": password, "added_at": user.added_at}
        with self._database.writing() as connection:
            adding = upsert(connection, users).values(**row).on_conflict_do_nothing()
            return connection.execute(adding).rowcount == 1

    def remove_user(self, name: str) -> bool:
        """Remove a user and end all of his sessions; False when there was none."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.user == name))
            return connection.execute(delete(users).where(users.c.name == name)).rowcount == 1

    def begin_session(self, digest: str, *, user: str, source: Source, at: datetime, until: datetime) -> None:
        """Keep a session by the digest of its token."""
        row = {"digest": digest, "user": user, "source": source, "started_at": at, "expires_at": until}
        with self._database.writing() as connection:
            connection.execute(insert(sessions).values(**row))

    def session(self, digest: str, *, at: datetime) -> User | None:
        """Whose session this is; None when there is none, or it is over. Of an agent it knows the least role."""
        own = and_(users.c.name == sessions.c.user, sessions.c.source == "own")
        his = select(sessions.c.user, sessions.c.source, sessions.c.started_at, users).outerjoin(users, own)
        with self._database.reading() as connection:
            found = his.where(sessions.c.digest == digest, sessions.c.expires_at > at)
            row = connection.execute(found).mappings().first()
        if row is None or (row["source"] == "own" and row["name"] is None):
            return None
        if row["source"] == "own":
            return _user(row)
        return User(name=row["user"], role=ROLES[0], added_at=row["started_at"], source="otrs")

    def end_session(self, digest: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def forget_sessions(self, *, before: datetime) -> None:
        """Drop the sessions that were over before this moment."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at < before))

    def note(self, act: Act) -> None:
        """Write down what somebody did."""
        row = {"at": act.at, "by": act.by, "act": act.act, "run": act.run or None, "said": act.said}
        with self._database.writing() as connection:
            connection.execute(insert(acts).values(**row))

    def acts(self, *, limit: int = 50) -> Sequence[Act]:
        """What people did, newest first."""
        with self._database.reading() as connection:
            newest = select(acts).order_by(acts.c.id.desc()).limit(limit)
            return [_act(row) for row in connection.execute(newest).mappings()]


def _user(row: RowMapping) -> User:
    demand_known(row["role"], frozenset(ROLES))
    return User(name=row["name"], role=row["role"], added_at=row["added_at"])


def _act(row: RowMapping) -> Act:
    demand_known(row["act"], _ACTS)
    return Act(at=row["at"], by=row["by"], act=row["act"], run=row["run"] or 0, said=row["said"])
