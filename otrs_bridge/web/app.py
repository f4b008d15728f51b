"""The operator's page: an app that takes its services as arguments, and decides nothing itself."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from otrs_bridge.errors import BridgeError, LimitReached, YourMistake
from otrs_bridge.web import api, api_acts, board, clients, history, home, log_in, pauses, plans, trials
from otrs_bridge.web.headers import SecurityHeaders
from otrs_bridge.web.pages import draw
from otrs_bridge.web.services import Services
from otrs_bridge.web.visitors import MustLogIn, NoSession, TurnedAway, Visitor, visitor_of
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

PARTS = (log_in, home, plans, history, board, clients, pauses, trials)

_NOT_THERE = Words(ru="Такой страницы нет.", en="There is no such page.")
_ODD = Words(ru="Так эту страницу не спрашивают.", en="This page is not asked for in this way.")
_BROKE = Words(
    ru="Внутренняя ошибка; подробности в журнале работы моста.", en="Internal error; the bridge's log has the details."
)


def create_app(services: Services, *more: APIRouter) -> FastAPI:
    """The whole page on these services, with `more` beside it that asks for no log-in."""
    # A redirection to the address without its last slash would lead to whatever host the question names.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.services = services
    app.add_middleware(SecurityHeaders, secure=services.secure)
    app.mount("/static", StaticFiles(packages=[("otrs_bridge.web", "static")]), name="static")
    for part in PARTS:
        app.include_router(part.router)
    app.include_router(api.router)
    app.include_router(api_acts.router)
    for router in more:
        app.include_router(router)
    _answer_errors(app)
    return app


def _answer_errors(app: FastAPI) -> None:
    """Every end is a page with one sentence, and never a traceback."""

    @app.exception_handler(MustLogIn)
    def must_log_in(request: Request, error: MustLogIn) -> Response:
        if api.is_asked(request):
            return api.trouble(api.NOT_LOGGED_IN, HTTPStatus.UNAUTHORIZED)
        return RedirectResponse(log_in.way_to_log_in(error.back), HTTPStatus.SEE_OTHER)

    @app.exception_handler(NoSession)
    def no_session(_request: Request, _error: NoSession) -> Response:
        return api.trouble(api.NOT_LOGGED_IN, HTTPStatus.UNAUTHORIZED)

    @app.exception_handler(TurnedAway)
    def turned_away(request: Request, error: TurnedAway) -> Response:
        return _said(request, error.words, error.status)

    @app.exception_handler(BridgeError)
    def refused(request: Request, error: BridgeError) -> Response:
        is_his = isinstance(error, YourMistake | LimitReached)
        if not is_his:
            log.warning("page failed", path=request.url.path, error=str(error))
        return _said(request, error.words, HTTPStatus.BAD_REQUEST if is_his else HTTPStatus.SERVICE_UNAVAILABLE)

    @app.exception_handler(RequestValidationError)
    def odd(request: Request, _error: RequestValidationError) -> Response:
        return _said(request, _ODD, HTTPStatus.BAD_REQUEST)

    @app.exception_handler(HTTPException)
    def not_there(request: Request, error: HTTPException) -> Response:
        known = _NOT_THERE if error.status_code == HTTPStatus.NOT_FOUND else _ODD
        return _said(request, known, error.status_code)

    @app.exception_handler(Exception)
    def broke(_request: Request, _error: Exception) -> Response:
        """uvicorn logs it; the services may be what broke, so nothing is asked of them here."""
        return Response(f"{_BROKE.ru}\n{_BROKE.en}\n", HTTPStatus.INTERNAL_SERVER_ERROR, media_type="text/plain")


def _said(request: Request, words: Words, status: int) -> Response:
    if api.is_asked(request):
        return api.trouble(words, status)
    try:
        visitor = visitor_of(request)
    except BridgeError:  # the journal, which may be the very thing that is told
        visitor = Visitor(name="", role=None, token="")
    return draw(request, "error.html", visitor, status=status, words=words)
