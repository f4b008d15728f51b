"""Pauses: what rests now, until when and why; letting a rule, a job or everything rest, and go on again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from otrs_bridge.domain.pause import THE_BRIDGE
from otrs_bridge.errors import UsageMistake
from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import ActingApprover, Form, Reader, Visitor, services_of
from otrs_bridge.words import Words

router = APIRouter()


@router.get("/pauses")
def pauses(request: Request, visitor: Reader, name: Annotated[str, Query(max_length=100)] = "") -> Response:
    """What is paused, and what was lately; the form begins with this rule or job."""
    return _page(request, visitor, {"name": name, "until": "", "because": ""})


@router.post("/pauses")
def pause(request: Request, acting: ActingApprover) -> Response:
    """Begin one. Whoever sends the form twice has paused once: the second takes the first one's place."""
    form = acting.form
    name, until, because = (form.get(field, "") for field in ("name", "until", "because"))
    try:
        services_of(request).pauses.begin(name, until=until, because=because, by=acting.visitor.name)
    except UsageMistake as mistake:
        return _page(request, acting.visitor, form, mistake.words)
    return RedirectResponse("/pauses", HTTPStatus.SEE_OTHER)


@router.post("/pauses/resume")
def resume(request: Request, acting: ActingApprover) -> Response:
    """End one before its time; of two clicks the second finds it ended."""
    services_of(request).pauses.lift(acting.form.get("name", ""), by=acting.visitor.name)
    return RedirectResponse("/pauses", HTTPStatus.SEE_OTHER)


def _page(request: Request, visitor: Visitor, form: Form, trouble: Words | None = None) -> Response:
    desk = services_of(request).pauses
    return draw(
        request,
        "pauses.html",
        visitor,
        status=HTTPStatus.BAD_REQUEST if trouble else HTTPStatus.OK,
        in_force=desk.in_force(),
        over=desk.over(),
        known=desk.known,
        asked={name: form.get(name, "") for name in ("name", "until", "because")},
        trouble=trouble,
        the_bridge=THE_BRIDGE,
    )
