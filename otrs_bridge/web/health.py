"""/healthz, /readyz and /metrics: whether all is well, and the numbers, for machines that watch the bridge.

They ask for no name and no password: nothing secret and nobody's data is in them. But what is wrong, and the numbers, are
told to this machine and to users alone: whoever comes from elsewhere gets the verdict.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from otrs_bridge.errors import BridgeError
from otrs_bridge.service.health import Part, all_is_well
from otrs_bridge.service.monitor import Monitor
from otrs_bridge.web.headers import comes_for_another, names_this_machine
from otrs_bridge.web.metrics import MEDIA_TYPE, as_objects, as_text, families
from otrs_bridge.web.visitors import MustLogIn, visitor_of
from otrs_bridge.words import Language

_VERDICT = {True: "ok\n", False: "RED\n"}


def health_router(monitor: Monitor, language: Language) -> APIRouter:
    """The three addresses. Each answers in text, and in JSON where that is asked for (`?format=json`, or Accept)."""
    router = APIRouter()

    @router.get("/healthz")
    def healthz(request: Request) -> Response:
        return _said(request, monitor.process(), language)

    @router.get("/readyz")
    def readyz(request: Request) -> Response:
        return _said(request, monitor.health(), language)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        if not _may_know(request):
            raise MustLogIn("/metrics")
        try:
            numbers = monitor.numbers()
        except BridgeError:
            numbers = None  # the rest is told all the same, `otrs_bridge_healthy` says why
        found = list(families(monitor, numbers))
        if _wants_json(request):
            return JSONResponse(as_objects(found))
        return Response(as_text(found), media_type=MEDIA_TYPE)

    return router


def _said(request: Request, parts: Sequence[Part], language: Language) -> Response:
    well = all_is_well(parts)
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    if not _may_know(request):
        return JSONResponse({"ok": well}, status) if _wants_json(request) else PlainTextResponse(_VERDICT[well], status)
    if _wants_json(request):
        told = [{"name": part.name, "ok": part.ok, "says": part.says.text(language)} for part in parts]
        return JSONResponse({"ok": well, "parts": told}, status)
    lines = [f"{'ok ' if part.ok else 'RED'} {part.name}: {part.says.text(language)}" for part in parts]
    return PlainTextResponse("\n".join([*lines, ""]), status)


def _may_know(request: Request) -> bool:
    """Whoever asks from this machine, and not for another; or a user."""
    if not comes_for_another(request.headers) and names_this_machine(request.headers) and _is_here(request):
        return True
    try:
        return bool(visitor_of(request).name)
    except BridgeError:  # the journal, which may be the very thing that is wrong
        return False


def _is_here(request: Request) -> bool:
    asking, asked = request.client, request.scope.get("server")
    if asking is None:
        return False
    try:
        return asking.host == (asked or ("",))[0] or ipaddress.ip_address(asking.host).is_loopback
    except ValueError:  # no address of a network
        return False


def _wants_json(request: Request) -> bool:
    return request.query_params.get("format") == "json" or "application/json" in request.headers.get("accept", "")
