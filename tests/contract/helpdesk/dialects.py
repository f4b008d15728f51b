"""The sandbox in the mouths of other versions: a proxy that rewrites paths, bounds and JSON on the way.

What is marked *measured* was seen on a real server (docs/otrs.md says which); the rest is what documentation and
JSON allow, and must not matter to the bridge.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType, TracebackType
from typing import Any, Self

from otrs_bridge.sandbox.product import OTOBO, ZNUNY, Product
from otrs_bridge.sandbox.sql import MARIADB, POSTGRESQL, Sql

_FOLDER = "/otrs/"
_SCRIPT = "nph-genericinterface.pl/"
_SANDBOX_PATH = f"{_FOLDER}{_SCRIPT}"
_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
_IDS = ("ID", "By", "Age", "Time")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """How a version differs: `object` rewrites each JSON object of an answer, `question` each request.

    `product` is what the sandbox behind it has to be, `sql` the database beneath that.
    """

    path: str
    object: Callable[[dict[str, Any]], dict[str, Any]]
    question: Callable[[dict[str, Any]], dict[str, Any]] = dict
    product: Product = ZNUNY
    sql: Sql = POSTGRESQL


def _filled_fields_only(item: dict[str, Any]) -> dict[str, Any]:
    """Measured on Znuny 6.5.15 and 6.5.26: no empty field, no list without fields, keys in order."""
    fields = item.get("DynamicField")
    if isinstance(fields, list):
        item["DynamicField"] = [one for one in fields if one.get("Value") not in (None, "", [])]
        if not item["DynamicField"]:
            del item["DynamicField"]
    return dict(sorted(item.items()))


def _bounds_exclude(question: dict[str, Any]) -> dict[str, Any]:
    """Measured on Znuny 6.5.26: a bound does not include its own moment."""
    moved = dict(question)
    for key, value in question.items():
        step = 1 if key.endswith("TimeNewerDate") else -1 if key.endswith("TimeOlderDate") else 0
        if step:
            moment = datetime.strptime(value, _TIME_FORMAT)  # noqa: DTZ007 - OTRS's naive time
            moved[key] = (moment + timedelta(seconds=step)).strftime(_TIME_FORMAT)
    return moved


def _all_text(item: dict[str, Any]) -> dict[str, Any]:
    """Numbers as text, null as "", line ends of a mail, keys backwards, keys that nobody knows."""
    written = {key: _as_text(value) for key, value in reversed(item.items())}
    return {"Unheard": {"Of": []}, **written, "Extra": None}


def _as_text(value: Any) -> Any:
    match value:
        case None:
            return ""
        case int():
            return str(value)
        case str():
            return value.replace("\n", "\r\n")
        case _:
            return value


def _all_numbers(item: dict[str, Any]) -> dict[str, Any]:
    """Ids and counters as numbers, null left out, a list of one as the one, the customer under his other name."""
    found: dict[str, Any] = {}
    for key, value in item.items():
        name = "CustomerUser" if key == "CustomerUserID" else key
        if value is None and name != "Value":
            continue
        if name in {"Article", "Ticket", "TicketID"} and isinstance(value, list) and len(value) == 1:
            found[name] = _as_number(value[0])
        elif name.endswith(_IDS) and name != "CustomerID":
            found[name] = [_as_number(one) for one in value] if isinstance(value, list) else _as_number(value)
        else:
            found[name] = value
    return found


def _as_otobo(item: dict[str, Any]) -> dict[str, Any]:
    """Measured on OTOBO 11.0.6: keys in no order, no name of an article's channel, articles that may be deleted."""
    found = dict(sorted(item.items(), key=lambda pair: pair[0][::-1]))
    if "CommunicationChannelID" in found:
        found.pop("CommunicationChannel", None)
        found["IsDeleted"] = 0
    return found


def _as_number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


DIALECTS: Mapping[str, Dialect] = {
    "znuny-6.5.26": Dialect(
        path="/znuny/nph-genericinterface.pl/", object=_filled_fields_only, question=_bounds_exclude
    ),
    "all-text": Dialect(path=_SANDBOX_PATH, object=_all_text),
    "all-numbers": Dialect(path="/desk/nph-genericinterface.pl/", object=_all_numbers),
    "otobo-11.0.6": Dialect(path="/otobo/nph-genericinterface.pl/", object=_as_otobo, product=OTOBO),
    "mariadb": Dialect(path=_SANDBOX_PATH, object=dict, sql=MARIADB),  # measured: Znuny 6.5.1 on Debian's
}


class DialectProxy:
    """Stands before a sandbox and speaks a dialect. `with DialectProxy(url, dialect) as proxy: ... proxy.url`."""

    def __init__(self, upstream: str, dialect: Dialect) -> None:
        handler = type("Handler", (_Handler,), {"upstream": upstream.removeprefix("http://"), "dialect": dialect})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    wbufsize = -1  # head and body in one packet, or each answer waits for TCP
    upstream: str
    dialect: Dialect

    def do_GET(self) -> None:
        """The login page, as the sandbox has it."""
        folder = self.dialect.path.removesuffix(_SCRIPT)
        connection = http.client.HTTPConnection(self.upstream, timeout=30)
        try:
            connection.request("GET", self.path.replace(folder, _FOLDER, 1) if self.path.startswith(folder) else "/no")
            answer = connection.getresponse()
            told = {name: value for name, value in answer.getheaders() if name.startswith("X-")}
            self._write(answer.status, str(answer.getheader("Content-Type")), answer.read(), told)
        finally:
            connection.close()

    def do_POST(self) -> None:
        """Ask the sandbox, answer in the dialect; where it hangs up, hang up."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # A path that is not the dialect's has to be as wrong in the sandbox.
        wrong = "/nowhere" if self.path.startswith(_SANDBOX_PATH) else self.path
        right = self.path.startswith(self.dialect.path)
        path = self.path.replace(self.dialect.path, _SANDBOX_PATH, 1) if right else wrong
        question = json.dumps(self.dialect.question(json.loads(body))).encode()
        connection = http.client.HTTPConnection(self.upstream, timeout=30)
        try:
            connection.request(self.command, path, question, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            self._write(answer.status, str(answer.getheader("Content-Type")), answer.read())
        except http.client.RemoteDisconnected:
            self.close_connection = True
        finally:
            connection.close()

    do_PATCH = do_POST  # noqa: N815 - http.server's name

    def _write(self, status: int, kind: str, body: bytes, told: Mapping[str, str] = MappingProxyType({})) -> None:
        if kind.startswith("application/json"):
            body = json.dumps(json.loads(body, object_hook=self.dialect.object), ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if not self.dialect.product.psgi:
            self.send_header("Connection", "Keep-Alive")
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
