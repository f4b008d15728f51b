"""Who uses the bridge's page, and what each of them did there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from otrs_bridge.domain.role import Role

# What somebody did. Approvals are kept by themselves as well, see `ports.approvals`.
ActKind = Literal[
    "logged in",
    "log-in refused",
    "logged out",
    "user added",
    "user removed",
    "approved",
    "refused",
    "line taken out",
    "line put back",
    "undone",
]


Source = Literal["own", "otrs"]


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Somebody who may log in. `source` "otrs": an agent, of whom the bridge keeps no more than his session."""

    name: str
    role: Role
    added_at: datetime
    source: Source = "own"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One thing that somebody did. `run` 0: it was about none; `said` is a reason, a fingerprint, another's name."""

    at: datetime
    by: str
    act: ActKind
    run: int = 0
    said: str = ""


class People(Protocol):
    """The users, their sessions and acts. Every method is one transaction; safe to use from several threads."""

    def users(self) -> Sequence[User]:
        """Everybody, by name."""

    def user(self, name: str) -> User | None:
        """The user of this name."""

    def password_of(self, name: str) -> str | None:
        """The digest of somebody's password; None where there is no such user."""

    def add_user(self, user: User, *, password: str) -> bool:
        """Add a user with this digest of a password; False when there is one of that name."""

    def remove_user(self, name: str) -> bool:
        """Remove a user and end all of his sessions; False when there was none."""

    def begin_session(self, digest: str, *, user: str, source: Source, at: datetime, until: datetime) -> None:
        """Keep a session by the digest of its token."""

    def session(self, digest: str, *, at: datetime) -> User | None:
        """Whose session this is; None when there is none, or it is over. Of an agent it knows the least role."""

    def end_session(self, digest: str) -> None:
        """End a session."""

    def forget_sessions(self, *, before: datetime) -> None:
        """Drop the sessions that were over before this moment."""

    def note(self, act: Act) -> None:
        """Write down what somebody did."""

    def acts(self, *, limit: int = 50) -> Sequence[Act]:
        """What people did, newest first."""


class AgentLogins(Protocol):
    """Agents of OTRS; safe to use from several threads."""

    def fits(self, login: str, password: str) -> bool:
        """Whether OTRS lets this agent in. Raises BridgeError where it cannot be asked."""
