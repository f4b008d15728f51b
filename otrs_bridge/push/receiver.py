"""Where OTRS's pushes come in: POST /push, with a secret of its own.

Whoever knows it can make the bridge look at a ticket, and nothing else. The secret comes as Basic authentication alone:
fixed headers do not arrive from OTRS CE 6.0, and behind a Basic one it puts a blank.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from otrs_bridge.service.push.inbox import PATH, PushInbox, PushOutcome

log = structlog.get_logger(__name__)

LONGEST_BODY = 1 << 16  # bytes; a hint has up to 1,250, an event with everything some thousand

_STATUS = {
    PushOutcome.WRONG_SECRET: HTTPStatus.UNAUTHORIZED,
    PushOutcome.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    PushOutcome.TOO_LONG: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
_HEADERS = {
    PushOutcome.WRONG_SECRET: {"WWW-Authenticate": 'Basic realm="otrs-bridge push"'},
    PushOutcome.TOO_MANY: {"Retry-After": "60"},
}


def push_router(inbox: PushInbox, *, user: str, password: str) -> APIRouter:
    """The one address. OTRS takes whatever is not 2xx with a body for a failure, and sends it again."""
    expected = _digest(f"{user}:{password}".encode())
    router = APIRouter()

    async def read(request: Request) -> None:
        """Puts the body aside; or why it is not read, or not to its end."""
        request.state.told = await told(request)

    async def told(request: Request) -> bytes | PushOutcome:
        given = _digest(_credentials(request.headers.get("authorization", "")))
        if not hmac.compare_digest(given, expected):
            return _wrong_secret(request, inbox)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                inbox.turn_away(PushOutcome.TOO_LONG)
                return PushOutcome.TOO_LONG
        return bytes(body)

    @router.post(PATH, dependencies=[Depends(read)])
    def push(request: Request) -> Response:
        """Whatever became of it, whoever knows the secret is answered at once, and that he need not send it again."""
        told: bytes | PushOutcome = request.state.told
        if isinstance(told, PushOutcome):
            return JSONResponse({"push": told.value}, _STATUS[told], _HEADERS.get(told))
        return JSONResponse({"push": inbox.take_in(told).value})

    return router


def _wrong_secret(request: Request, inbox: PushInbox) -> PushOutcome:
    outcome, is_first = inbox.wrong_secret()
    if is_first:
        log.warning("push refused", reason="wrong secret", address=request.client.host if request.client else "")
    return outcome


def _credentials(header: str) -> bytes:
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _digest(text: bytes) -> bytes:
    """Of one length, so that comparing tells nothing of the length either."""
    return hashlib.sha256(text).digest()
