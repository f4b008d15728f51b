"""Agents of OTRS by their own name and password, for the operator's page."""

from __future__ import annotations

import threading
from dataclasses import replace

from otrs_bridge.otrs.client import OtrsClient
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.pace import Pace
from otrs_bridge.otrs.request import LoginDenied
from otrs_bridge.ports.clock import Clock

PATIENCE = 10.0  # seconds: somebody waits before a form
_LONGEST_LOGIN = 200  # characters, as OTRS's column
_LONGEST_PASSWORD = 256


class OtrsAgents:
    """`ports.people.AgentLogins`: SessionCreate says whether it is he. Thread-safe: one is asked for at a time, and at the
    pace of all other requests, so that no crowd before the form slows OTRS down.

    The session that OTRS makes of it is not used, and ends by itself. Nothing is kept of the password.
    """

    def __init__(self, connection: OtrsConnection, clock: Clock, pace: Pace) -> None:
        self._connection = replace(connection, timeout=min(connection.timeout, PATIENCE), session_file=None)
        self._clock = clock
        self._pace = pace
        self._one_at_a_time = threading.Lock()

    def fits(self, login: str, password: str) -> bool:
        """Whether OTRS lets this agent in. Raises BridgeError where it cannot be asked."""
        if not (0 < len(login) <= _LONGEST_LOGIN and login.isprintable() and 0 < len(password) <= _LONGEST_PASSWORD):
            return False
        with self._one_at_a_time, self._pace.turn():
            client = OtrsClient(replace(self._connection, user=login, password=password), self._clock)
            try:
                client.log_in()
            except LoginDenied:
                return False
            finally:
                client.close()
        return True
