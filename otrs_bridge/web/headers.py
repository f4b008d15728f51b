"""The headers of every answer: nothing from elsewhere, in nobody's frame, kept by no cache (OWASP Secure Headers).

And the one header of a question that is believed: whom the proxy in front has seen.
"""

from __future__ import annotations

import ipaddress

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


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
