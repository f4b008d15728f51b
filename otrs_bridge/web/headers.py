"""The headers of every answer: nothing from elsewhere, in nobody's frame, kept by no cache (OWASP Secure Headers).

And what a question's own headers say of who asks: whom the proxy in front has seen, that there is one, and by which name
this machine was called.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers say of our own forms that they come from nowhere
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
FORWARDED_FOR = "x-forwarded-for"
_OF_PROXIES = (FORWARDED_FOR, "forwarded", "x-real-ip", "x-forwarded-host", "x-forwarded-proto", "via", "client-ip")
_HOME = {"localhost", "127.0.0.1", "::1"}
_YEAR = 365 * 24 * 3600


class SecurityHeaders:
    """Adds them to whatever the app answers."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, **({"Strict-Transport-Security": f"max-age={_YEAR}"} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    ours = scope["path"].startswith("/static/")
                    headers["Cache-Control"] = "no-cache" if ours else "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)


class ToldByProxy:
    """Puts whom the proxy has seen in the place of the proxy itself.

    That is the last of X-Forwarded-For. What stands before it came with the question: whoever guesses passwords would write
    another one there each time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            told = Headers(scope=scope).getlist(FORWARDED_FOR)
            seen = told[-1].rpartition(",")[2].strip() if told else ""
            if _is_address(seen):
                scope = {**scope, "client": (seen, 0)}
        await self._app(scope, receive, send)


def comes_for_another(headers: Headers) -> bool:
    """Whether a proxy asks, for somebody who may be anywhere."""
    return any(name in headers for name in _OF_PROXIES)


def names_home(headers: Headers) -> bool:
    """Whether this machine was called by a name that always is its own: a foreign page may let its name point here."""
    return _host(headers) in _HOME


def names_this_machine(headers: Headers) -> bool:
    """The same, or by its address, or its own name in the network."""
    host = _host(headers)
    return host in {*_HOME, socket.gethostname().lower()} or _is_address(host)


def _host(headers: Headers) -> str:
    try:
        return (urlsplit(f"//{headers.get('host', '')}").hostname or "").lower()
    except ValueError:  # no address at all
        return ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
