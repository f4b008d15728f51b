"""From an HTTP request to an operation's data, or to the transport error it deserves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

from otrs_bridge.sandbox.answers import ConnectionDropped, JsonObject, PerlDied
from otrs_bridge.sandbox.logins import Call
from otrs_bridge.sandbox.routes import find_route, service_route

_HEADER_PREFIX = "x-otrs-header-"
# What the server's CGI library reads itself, the first by default; all other media types are taken as JSON.
_UNREAD = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpRequest:
    """One HTTP request as it came; the names of headers in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    remote_address: str


class TransportError(Exception):
    """HTTP 500 in plain text: the request did not get as far as an operation."""


def read_call(request: HttpRequest) -> Call:
    """Return the operation and its data; parameters of path, query and headers join those of the body."""
    parts = urlsplit(request.target)
    route = service_route(parts.path)
    if route is None:
        raise ConnectionDropped
    found = find_route(request.method, route)
    if found is None:
        raise TransportError(f"HTTP::REST Error while determine Operation for request URI '{route or parts.path}'.")
    operation, in_path = found
    data: JsonObject = query_parameters(parts.query) | in_path
    if request.method != "GET":
        data = _content(request) | data
    data |= _header_parameters(request.headers)
    return Call(operation=operation, data=data, remote_address=request.remote_address)


def query_parameters(query: str) -> JsonObject:
    """Return the query's parameters; a repeated one becomes a list."""
    data: JsonObject = {}
    for pair in query.replace(";", "&").split("&"):
        key, equals, raw = pair.partition("=")
        if not key:
            continue
        value = unquote_plus(raw) if equals else ""
        key = unquote_plus(key)
        match data.get(key):
            case None:
                data[key] = value
            case list() as several:
                several.append(value)
            case first:
                data[key] = [first, value]
    return data


def _header_parameters(headers: Mapping[str, str]) -> JsonObject:
    names = {"sessionid": "SessionID", "userlogin": "UserLogin", "password": "Password"}
    found = {key.removeprefix(_HEADER_PREFIX): value for key, value in headers.items()}
    return {name: found[key] for key, name in names.items() if key in found}


def _content(request: HttpRequest) -> JsonObject:
    if not request.body:
        return {}
    media_type = request.headers.get("content-type", _UNREAD[0]).partition(";")[0].strip().lower()
    try:
        decoded = request.body.decode()
    except UnicodeDecodeError:
        raise TransportError("Could not read input data") from None
    if media_type in _UNREAD or request.headers.get("content-encoding") or not decoded.strip():
        raise TransportError("Could not read input data")
    return _decoded(decoded)


def _decoded(body: str) -> JsonObject:
    """Return the JSON object; what Perl takes as false counts as not decoded."""
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if content in (None, 0, ""):
        raise TransportError("Error while decoding request content.")
    if isinstance(content, list) and content:
        raise PerlDied
    if not isinstance(content, dict) or not content:
        raise TransportError("Unsupported request content structure.")
    return content
