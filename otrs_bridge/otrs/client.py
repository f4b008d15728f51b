"""PyOTRS, subclassed where it falls short.

PyOTRS builds the URLs, opens sessions and names the operations. Ours is the transport: one pooled connection,
POST routes (a nested condition does not survive a GET: OTRS then returns every ticket), the session in the
JSON body only, one deadline for the whole call, a limit to the answer, certificate checks always, no redirects,
and every failure in terms of our error tree.

One instance belongs to one thread at a time: PyOTRS keeps the operation and its result in itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyotrs.lib
import requests
import urllib3
import urllib3.exceptions

from otrs_bridge.otrs.answers import read_answer
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.faults import FOREIGN, ended_by_us, translate
from otrs_bridge.otrs.request import Request, Stopped
from otrs_bridge.otrs.timed_connection import TimedConnection, body_of, session_on
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words

WRITES = frozenset({"TicketCreate", "TicketUpdate"})

# Apache drops a connection that was idle for 5 s, and after 101 requests, without a word in the last answer. A read
# notices and goes again; a write must not find out that way.
_STALE_AFTER = 3.0
_SERVES = 90

# operation: method, route, the key without which the answer makes no sense
_ROUTES = {
    "SessionCreate": ("POST", "/Session", "SessionID"),
    "TicketSearch": ("POST", "/TicketSearch", "TicketID"),
    "TicketGetList": ("POST", "/TicketList", "Ticket"),
    "TicketHistoryGet": ("POST", "/TicketHistory/:TicketID", "TicketHistory"),
    "TicketCreate": ("POST", "/Ticket", "TicketID"),
    "TicketUpdate": ("PATCH", "/Ticket/:TicketID", "TicketID"),
}


_STOPPED = Words(
    ru="Мост останавливают: OTRS больше не спрашивают.", en="The bridge is being stopped: OTRS is not asked any more."
)


def _pyotrs_routes(webservice: str) -> dict[str, Any]:
    routes = {
        operation: {"RequestMethod": method, "Route": route, "Result": result}
        for operation, (method, route, result) in _ROUTES.items()
    }
    return {"Name": webservice, "Config": routes}


class OtrsClient(pyotrs.lib.Client):  # type: ignore[misc]  # PyOTRS ships no type information
    """One connection to OTRS."""

    def __init__(self, connection: OtrsConnection, clock: Clock) -> None:
        super().__init__(
            baseurl=connection.url,
            username=connection.user,
            password=connection.password,
            webservice_config_ticket=_pyotrs_routes(connection.webservice),
            webservice_path=connection.webservice_path,
            user_agent="otrs-bridge",
            use_legacy_sessions=True,
            request_timeout=(connection.connect_timeout, connection.timeout),
        )
        self._connection = connection
        self._clock = clock
        self._body: bytes | None = b""
        self._last_used = clock.monotonic()
        self.timed = TimedConnection(connection.timeout)
        self._http = session_on(self.timed)
        # Proxies and certificates of the environment. They stay what they are, and requests would look at each of its
        # variables again at every call, which is a quarter of what a call costs here.
        self._settings = self._http.merge_environment_settings(
            connection.url, {}, stream=True, verify=connection.certificate_check, cert=connection.certificate
        )
        self._http.trust_env = False
        if not connection.verify:
            # The operator asked for it in the configuration; a warning at every request would say nothing
            # new.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def ask(
        self, operation: str, session: str, payload: Mapping[str, Any], *, ticket_id: int | str | None = None
    ) -> dict[str, Any]:
        """Carry out one operation and return OTRS's answer."""
        self.session_id_store.value = session
        self.operation = operation
        self._parse_and_validate_response(self._send_request({"SessionID": session, **payload}, ticket_id))
        return dict(self.result_json)

    def log_in(self) -> str:
        """A new session's id. Raises LoginDenied when OTRS says no."""
        self.session_create()
        return str(self.session_id_store.value)

    @staticmethod
    def not_begun() -> Stopped:
        """What to raise instead of asking, once the bridge is being stopped."""
        return Stopped(_STOPPED)

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""
        self._http.close()
        self.timed.forget()

    def _this_request(self) -> Request:
        connection = self._connection
        secrets = (connection.password, self.session_id_store.value or "")
        return Request(
            operation=self.operation,
            writes=self.operation in WRITES,
            address=connection.address,
            webservice=connection.webservice,
            secrets=tuple(secret for secret in secrets if secret),
        )

    def _send_request(self, payload: Any = None, data_id: Any = None) -> requests.Response:
        request = self._this_request()
        if request.writes and self._may_be_dropped():
            self.close()
        self._result_type = self.ws_config[self.operation]["Result"]
        if self.timed.is_hung_up:
            raise self.not_begun()
        try:
            with self.timed.call():
                response, self._body = self._exchanged(payload, data_id)
        except FOREIGN as error:
            self.close()
            if self.timed.ended:
                raise ended_by_us(self.timed.ended, request) from error
            raise translate(error, request) from error
        if self.timed.ended:  # what has come may be a part of the answer
            self.close()
            raise ended_by_us(self.timed.ended, request)
        self._last_used = self._clock.monotonic()
        return response

    def _may_be_dropped(self) -> bool:
        return self.timed.asked >= _SERVES or self._clock.monotonic() - self._last_used > _STALE_AFTER

    def _exchanged(self, payload: Any, data_id: Any) -> tuple[requests.Response, bytes | None]:
        # Not the session's `request`: it merges settings that are all known here, which takes longer than the rest. Nor
        # does it look into ~/.netrc so: nobody said that those passwords are for OTRS. The URL's own login is used.
        request = requests.Request(
            self.ws_config[self.operation]["RequestMethod"],
            self._build_url(data_id),
            data=json.dumps(payload).encode(),
            headers={
                "User-Agent": self.user_agent,
                "Content-Type": "application/json",
                "Accept": "*/*",
                "Accept-Encoding": "gzip, deflate",
                "Connection": "keep-alive",
            },
            cookies=self._http.cookies,
        )
        response = self._http.send(
            request.prepare(), timeout=self.request_timeout, allow_redirects=False, **self._settings
        )
        body = body_of(response, self._connection.longest_answer)
        if response.headers.get("Connection", "").lower() == "close":
            self.timed.forget()
        return response, body

    def _parse_and_validate_response(self, response: requests.Response) -> bool:
        request = self._this_request()
        self.result = None
        if self._body is None:
            raise request.too_long(self._connection.longest_answer)
        self.result_json = read_answer(response.status_code, self._body, request)
        self.result = self.result_json.get(self._result_type)
        # A search that finds nothing answers without the key; every other operation owes it.
        if not self.result and self.operation != "TicketSearch":
            raise request.not_otrs(
                Words(
                    ru=f"{request.address} ответил на {self.operation} без {self._result_type}.",
                    en=f"{request.address} answered {self.operation} without {self._result_type}.",
                )
            )
        return True
