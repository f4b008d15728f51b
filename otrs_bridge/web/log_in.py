"""Coming in, going out, and choosing a language."""

from __future__ import annotations

import math
import secrets
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from otrs_bridge.service.people.access import KeptOut
from otrs_bridge.web.pages import LANGUAGE_COOKIE, draw
from otrs_bridge.web.visitors import (
    COOKIE,
    ActingReader,
    Anybody,
    Sent,
    Visitor,
    address_of,
    demand_own_form,
    services_of,
)
from otrs_bridge.words import Words

router = APIRouter()

_YEAR = 365 * 24 * 3600
_WRONG = Words(ru="Имя или пароль не подходят.", en="The name or the password is wrong.")


def way_to_log_in(back: str) -> str:
    """The address of the log-in that leads back."""
    return f"/login?{urlencode({'back': back})}"


@router.get("/login")
def ask(request: Request, visitor: Anybody, back: str = "/") -> Response:
    """The form. A browser that has no token yet gets one, so that the form is known to be ours."""
    if visitor.name:
        return RedirectResponse(_local(back), HTTPStatus.SEE_OTHER)
    return _form(request, visitor, back=back)


@router.post("/login")
def enter(request: Request, visitor: Anybody, form: Sent) -> Response:
    """Try it."""
    demand_own_form(request, visitor, form)
    services = services_of(request)
    back = _local(form.get("back", "/"))
    found = services.access.log_in(form.get("name", ""), form.get("password", ""), address=address_of(request))
    if isinstance(found, KeptOut):
        words, status = _told(found)
        return _form(request, visitor, back=back, words=words, status=status, name=form.get("name", ""))
    answer = RedirectResponse(back, HTTPStatus.SEE_OTHER)
    _remember(request, answer, COOKIE, found.token, int(services.access.lasting.total_seconds()))
    return answer


@router.post("/logout")
def leave(request: Request, acting: ActingReader) -> Response:
    """Go out; the session is over everywhere."""
    services_of(request).access.log_out(acting.visitor.token)
    answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=services_of(request).secure)
    return answer


@router.get("/language/{language}")
def choose(request: Request, language: Literal["ru", "en"], back: str = "/") -> Response:
    """Read the pages in this language from now on; it is no secret and changes nothing else."""
    answer = RedirectResponse(_local(back), HTTPStatus.SEE_OTHER)
    _remember(request, answer, LANGUAGE_COOKIE, language, _YEAR)
    return answer


def _form(
    request: Request,
    visitor: Visitor,
    *,
    back: str,
    words: Words | None = None,
    status: int = HTTPStatus.OK,
    name: str = "",
) -> Response:
    token = visitor.token or secrets.token_urlsafe(32)
    known = Visitor(name="", role=visitor.role, token=token)
    answer = draw(
        request,
        "login.html",
        known,
        status=status,
        back=_local(back),
        words=words,
        name=name[:64],
        opens_to_agents=services_of(request).opens_to_agents,
    )
    if not visitor.token:
        _remember(request, answer, COOKIE, token, None)
    return answer


def _remember(request: Request, answer: Response, name: str, value: str, seconds: int | None) -> None:
    secure = services_of(request).secure
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def _local(back: str) -> str:
    """A path of ours: `//elsewhere.org` and `/\\elsewhere.org` are none."""
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if is_ours else "/"


def _told(found: KeptOut) -> tuple[Words, HTTPStatus]:
    """Why nobody is in."""
    if found.trouble is not None:
        return found.trouble, HTTPStatus.SERVICE_UNAVAILABLE
    if wait := math.ceil(found.wait):
        return _too_often(wait), HTTPStatus.TOO_MANY_REQUESTS
    return _WRONG, HTTPStatus.UNAUTHORIZED


def _too_often(seconds: int) -> Words:
    return Words(
        ru=f"Слишком много неудачных попыток. Повторите через {seconds} с.",
        en=f"Too many failures. Try again in {seconds} s.",
    )
