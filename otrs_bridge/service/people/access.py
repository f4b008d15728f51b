"""Who comes in: logging in, sessions, and the users themselves. What the command line and the page do alike."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from otrs_bridge.domain.role import ROLES, Role
from otrs_bridge.errors import BridgeError, UsageMistake
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.people import Act, ActKind, AgentLogins, People, User
from otrs_bridge.service.people.passwords import Passwords
from otrs_bridge.service.people.throttle import Throttle
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

_NAME = re.compile(r"[\w.@-]{1,64}")
_MOST = 256  # characters of a name that are looked at before it is refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """Somebody is in. `token` is for him alone: only its digest is kept."""

    token: str
    user: User


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptOut:
    """Nobody is in. `wait` above 0: it was not even tried, for so many seconds; `trouble`: it could not be tried."""

    wait: float = 0.0
    trouble: Words | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Agents:
    """Agents of OTRS who may come in by their passwords there; whoever has no role here is a reader."""

    logins: AgentLogins
    roles: Mapping[str, Role]

    def agent(self, login: str, at: datetime) -> User:
        """Somebody whom OTRS knows. His login counts letter by letter, as OTRS may have two that differ in case."""
        return User(name=login, role=self.roles.get(login, ROLES[0]), added_at=at, source="otrs")


@dataclass(kw_only=True, slots=True)
class Access:
    """The one way in. `lasting` is how long a session lasts. `agents` None: only users of our own come in."""

    people: People
    clock: Clock
    agents: Agents | None = None
    lasting: timedelta = timedelta(hours=12)
    passwords: Passwords = field(default_factory=Passwords)
    new_token: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    throttle: Throttle = field(init=False)

    def __post_init__(self) -> None:
        """Nobody has failed yet."""
        self.throttle = Throttle(self.clock)

    def log_in(self, name: str, password: str, *, address: str) -> Entered | KeptOut:
        """Try a name and a password from an address of the network."""
        typed, name = _composed(name), _folded(name)
        if (wait := self.throttle.begin(name, address)) > 0:
            return KeptOut(wait=wait)
        own = self.people.user(name) if _NAME.fullmatch(name) else None
        try:
            user = self._of_otrs(typed, password) if own is None and self.agents else self._own(own, password)
        except BridgeError as error:
            self.throttle.not_tried(name, address)
            log.warning("log-in not tried", address=address, error=str(error))
            return KeptOut(trouble=OTRS_IS_SILENT)
        if user is None:
            log.warning("log-in refused", address=address)
            if own is not None:
                self._note(own.name, "log-in refused", said=address)
            return KeptOut()
        self.throttle.succeeded(name, address)
        token, now = self.new_token(), self.clock.now()
        self.people.forget_sessions(before=now)
        self.people.begin_session(_digest(token), user=user.name, source=user.source, at=now, until=now + self.lasting)
        self._note(user.name, "logged in", said=address)
        return Entered(token=token, user=user)

    def _own(self, user: User | None, password: str) -> User | None:
        """Trying takes as long where there is no such user."""
        fits = self.passwords.fits(self.people.password_of(user.name) if user else None, password)
        return user if fits else None

    def _of_otrs(self, login: str, password: str) -> User | None:
        """Raises BridgeError where OTRS cannot be asked."""
        assert self.agents is not None  # noqa: S101 - the caller has looked
        return self.agents.agent(login, self.clock.now()) if self.agents.logins.fits(login, password) else None

    def visitor(self, token: str) -> User | None:
        """Whose session this is, if it is any. What an agent may do, the configuration says anew each time."""
        found = self.people.session(_digest(token), at=self.clock.now()) if token else None
        if found is None or found.source == "own":
            return found
        return self.agents.agent(found.name, found.added_at) if self.agents else None

    def log_out(self, token: str) -> None:
        """End a session."""
        user = self.visitor(token)
        if user is not None:
            self.people.end_session(_digest(token))
            self._note(user.name, "logged out")

    def add(self, name: str, role: Role, password: str, *, by: str) -> User:
        """Add a user. Raises UsageMistake for a name or a password that will not do, or a name that is taken."""
        name = _folded(name)
        if not _NAME.fullmatch(name):
            raise UsageMistake(
                Words(
                    ru="Имя — от 1 до 64 букв, цифр и знаков . @ - _, без пробелов.",
                    en="A name has 1 to 64 letters, digits and . @ - _, without blanks.",
                )
            )
        user = User(name=name, role=role, added_at=self.clock.now())
        if not self.people.add_user(user, password=self.passwords.digest(password)):
            raise UsageMistake(
                Words(
                    ru=f"{name} уже есть; чтобы сменить пароль или роль, удалите и добавьте: otrs-bridge user remove {name}",
                    en=f"{name} is there already; to change password or role remove and add: otrs-bridge user remove {name}",
                )
            )
        self._note(by, "user added", said=f"{name} ({role})")
        return user

    def remove(self, name: str, *, by: str) -> None:
        """Remove a user; his sessions end at once. Raises UsageMistake when there is none."""
        name = _folded(name)
        if not self.people.remove_user(name):
            raise UsageMistake(
                Words(
                    ru=f"Пользователя {name} нет; всех показывает `otrs-bridge user list`.",
                    en=f"There is no user {name}; `otrs-bridge user list` shows them all.",
                )
            )
        self._note(by, "user removed", said=name)

    def _note(self, by: str, act: ActKind, *, said: str = "") -> None:
        self.people.note(Act(at=self.clock.now(), by=by, act=act, said=said))


OTRS_IS_SILENT = Words(
    ru="OTRS сейчас не отвечает, поэтому проверить пароль агента нельзя; повторите позже. Собственные пользователи моста "
    "(otrs-bridge user) входят как обычно.",
    en="OTRS does not answer at the moment, so that an agent's password cannot be tried; try again later. Users of the "
    "bridge's own (otrs-bridge user) log in as always.",
)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name[:_MOST].strip())


def _folded(name: str) -> str:
    """Ann and ann are one, however the letters are composed."""
    return _composed(name).casefold()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
