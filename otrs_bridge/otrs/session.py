"""One session for all workers: opened once, renewed before OTRS forgets it, never in a loop.

OTRS ends an interface session two hours after its creation, used or not. When it says "AuthFail" to a login,
the password may be wrong, but its database may also have hiccuped, or it is in maintenance; and where failed
logins are counted, every further try brings the agent closer to being locked out. So: few tries, growing
delays, and a memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from otrs_bridge.errors import LoginRefused, SessionRefused
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.request import LoginDenied
from otrs_bridge.otrs.session_file import SessionFile, StoredSession
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words

RENEW_AFTER = 1.5 * 3600  # OTRS's own limit is 2 h
DELAYS_BETWEEN_TRIES = (2.0, 5.0)
FIRST_PAUSE = 60.0
LONGEST_PAUSE = 900.0


class SessionKeeper:
    """Thread-safe. `log_in` opens a session over the connection of whichever worker needs it first."""

    def __init__(self, connection: OtrsConnection, clock: Clock) -> None:
        self._who = Words(
            ru=f"агента «{connection.user}» на {connection.address}", en=f"{connection.user!r} at {connection.address}"
        )
        self._clock = clock
        self._file = SessionFile(connection.session_file, connection) if connection.session_file else None
        self._lock = threading.Lock()
        self._session = self._file.load() if self._file else None
        self._refusals = 0
        self._refused_until = 0.0

    def current(self, log_in: Callable[[], str]) -> str:
        """The session's id; a new session when there is none or it is about to end."""
        with self._lock:
            if self._session is None or not self._is_young(self._session):
                self._open(log_in)
            return self._id()

    def renewed(self, gone: str, log_in: Callable[[], str]) -> str:
        """A session other than `gone`, which OTRS has forgotten: the same for all threads that notice."""
        with self._lock:
            if self._session is None or self._session.id == gone:
                self._open(log_in)
            return self._id()

    def refused_fresh(self) -> SessionRefused:
        """What to raise when OTRS does not even accept the session it has just made."""
        return SessionRefused(
            Words(
                ru=f"OTRS открыл сессию для {self._who.ru} и тут же её отверг. Проверьте, что OTRS видит нас под "
                f"одним адресом (SessionCheckRemoteIP) и что хранилище сессий OTRS работает.",
                en=f"OTRS gave {self._who.en} a session and refused it at once. Check that OTRS sees us under one "
                f"address only (SessionCheckRemoteIP), and that its session storage works.",
            )
        )

    def _id(self) -> str:
        if self._session is None:  # cannot be: _open sets it or raises
            raise self.refused_fresh()
        return self._session.id

    def _is_young(self, session: StoredSession) -> bool:
        return 0 <= self._clock.now().timestamp() - session.created < RENEW_AFTER

    def _open(self, log_in: Callable[[], str]) -> None:
        wait = self._refused_until - self._clock.monotonic()
        if self._refusals and wait > 0:
            raise self._refused(
                f"Следующая попытка входа через {wait:.0f} с.", f"The next login is tried in {wait:.0f} s."
            )
        session = StoredSession(id=self._logged_in(log_in), created=self._clock.now().timestamp())
        self._refusals = 0
        self._session = session
        if self._file:
            self._file.save(session)

    def _logged_in(self, log_in: Callable[[], str]) -> str:
        for delay in (*DELAYS_BETWEEN_TRIES, None):
            try:
                return log_in()
            except LoginDenied as denied:
                if delay is None:
                    pause = min(FIRST_PAUSE * 2**self._refusals, LONGEST_PAUSE)
                    self._refusals += 1
                    self._refused_until = self._clock.monotonic() + pause
                    raise self._refused(f"Ответ OTRS: {denied}", f"OTRS's words: {denied}") from denied
                self._clock.sleep(delay)
        raise self.refused_fresh()  # unreachable: the last turn returns or raises

    def _refused(self, ru: str, en: str) -> LoginRefused:
        return LoginRefused(
            Words(
                ru=f"OTRS несколько раз не принял вход {self._who.ru}. Или имя либо пароль неверны (otrs.user, "
                f"otrs.password), или агент недействителен; или у OTRS неполадки с базой данных, или идёт "
                f"обслуживание системы. {ru}",
                en=f"OTRS refused the login of {self._who.en}, several times. Either user name or password is wrong "
                f"(otrs.user, otrs.password), or the agent is invalid; or OTRS has trouble with its database, "
                f"or is in maintenance. {en}",
            )
        )
