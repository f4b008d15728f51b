"""Which operation a method and a path lead to; anything else is an error of the transport."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from otrs_bridge.sandbox.answers import JsonObject

BASE_PATH = "/otrs/nph-genericinterface.pl"
WEB_SERVICE = "OtrsBridge"
WEB_SERVICE_ID = "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One line of the web service's route table."""

    operation: str
    methods: frozenset[str]
    pattern: re.Pattern[str]


def _route(operation: str, methods: str, path: str) -> Route:
    pattern = re.sub(r":(\w+)", r"(?P<\1>[^/]+)", path)
    return Route(operation=operation, methods=frozenset(methods.split()), pattern=re.compile(pattern))


ROUTES = (
    _route("SessionCreate", "POST", "/Session"),
    _route("TicketCreate", "POST", "/Ticket"),
    _route("TicketGet", "GET", "/Ticket/:TicketID"),
    _route("TicketGet", "GET POST", "/TicketList"),
    _route("TicketSearch", "POST", "/TicketSearch"),
    _route("TicketUpdate", "PATCH", "/Ticket/:TicketID"),
    _route("TicketHistoryGet", "POST", "/TicketHistory/:TicketID"),
)


def service_route(path: str) -> str | None:
    """Return what follows the web service's name; None where no such web service answers."""
    for prefix in (f"{BASE_PATH}/Webservice/{WEB_SERVICE}", f"{BASE_PATH}/WebserviceID/{WEB_SERVICE_ID}"):
        if path == prefix or path.startswith(f"{prefix}/"):
            return path.removeprefix(prefix)
    return None


def find_route(method: str, route: str) -> tuple[str, JsonObject] | None:
    """Return the operation and the parameters in the path; None for a wrong route or method."""
    for candidate in ROUTES:
        matched = candidate.pattern.fullmatch(route)
        if matched and method in candidate.methods:
            return candidate.operation, {key: unquote(value) for key, value in matched.groupdict().items()}
    return None
