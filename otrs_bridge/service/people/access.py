"""Who comes in: logging in, sessions, and the users themselves. What the command line and the page do alike."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from otrs_bridge.domain.role import Role
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.people import Act, ActKind, People, User
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
    """Nobody is in. `wait` above 0: it was not even tried, for so many seconds."""

    wait: float = 0.0


@dataclass(kw_only=True, slots=True)
class Access:
    """The one way in. `lasting` is how long a session lasts."""

    people: People
    clock: Clock
    lasting: timedelta = timedelta(hours=12)
    passwords: Passwords = field(default_factory=Passwords)
    new_token: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    throttle: Throttle = field(init=False)

    def __post_init__(self) -> None:
        """Nobody has failed yet."""
        self.throttle = Throttle(self.clock)

    def log_in(self, name: str, password: str, *, address: str) -> Entered | KeptOut:
        """Try a name and a password from an address of the network."""
        name = _folded(name)
        if (wait := self.throttle.begin(name, address)) > 0:
            return KeptOut(wait=wait)
        user = self.people.user(name) if _NAME.fullmatch(name) else None
        if not self.passwords.fits(self.people.password_of(name) if user else None, password) or user is None:
            log.warning("log-in refused", address=address)
            if user is not None:
                self._note(user.name, "log-in refused", said=address)
            return KeptOut()
        self.throttle.succeeded(name, address)
        token, now = self.new_token(), self.clock.now()
        self.people.forget_sessions(before=now)
        self.people.begin_session(_digest(token), user=user.name, at=now, until=now + self.lasting)
        self._note(user.name, "logged in", said=address)
        return Entered(token=token, user=user)

    def visitor(self, token: str) -> User | None:
        """Whose session this is, if it is any."""
        return self.people.session(_digest(token), at=self.clock.now()) if token else None

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


def _folded(name: str) -> str:
    """Ann and ann are one, however the letters are composed."""
    return unicodedata.normalize("NFC", name[:_MOST].strip()).casefold()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
