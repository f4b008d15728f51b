"""What would be done: a job's day rehearsed, the rules tried on the last day's tickets, and the doctor's opinion."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from otrs_bridge.errors import UsageMistake
from otrs_bridge.service.queries.trials import MOST, SHOWN
from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import ActingAdmin, ActingApprover, Reader, TurnedAway, services_of
from otrs_bridge.words import Words

router = APIRouter()

Short = Annotated[str, Query(max_length=100)]

_NO_DAY = Words(ru="Нужна дата: 2026-12-01.", en="Give a date: 2026-12-01.")


@router.get("/rehearsals")
def rehearsal(request: Request, visitor: Reader, job: Short = "", day: Short = "") -> Response:
    """What a job would do on a day, as far as it has been asked for."""
    services = services_of(request)
    found = services.rehearsals.known(job, _day(day)) if job else None
    return draw(
        request,
        "rehearsal.html",
        visitor,
        names=services.rehearsals.names,
        job=job,
        day=day,
        today=services.clock.now().astimezone(services.zone).date(),
        answer=found,
        most=SHOWN,
    )


@router.post("/rehearsals")
def rehearse(request: Request, acting: ActingApprover) -> Response:
    """Rehearse it."""
    job, day = (acting.form.get(name, "").strip() for name in ("job", "day"))
    try:
        services_of(request).rehearsals.begin(job, _day(day))
    except UsageMistake as mistake:
        raise TurnedAway(mistake.words, HTTPStatus.BAD_REQUEST) from mistake
    return RedirectResponse(f"/rehearsals?{urlencode({'job': job, 'day': day})}", HTTPStatus.SEE_OTHER)


@router.get("/trial")
def trial(request: Request, visitor: Reader) -> Response:
    """What enforcing would change, rule by rule, with samples."""
    services = services_of(request)
    return draw(request, "trial.html", visitor, answer=services.trial.known(), modes=services.rule_modes, most=MOST)


@router.post("/trial")
def begin_trial(request: Request, acting: ActingApprover) -> Response:  # noqa: ARG001 - who may, is all that is asked of him
    """Ask the rules."""
    services_of(request).trial.begin()
    return RedirectResponse("/trial", HTTPStatus.SEE_OTHER)


@router.get("/doctor")
def doctor(request: Request, visitor: Reader) -> Response:
    """What the last examination found."""
    return draw(request, "doctor.html", visitor, answer=services_of(request).checkups.known())


@router.post("/doctor")
def examine(request: Request, acting: ActingAdmin) -> Response:  # noqa: ARG001 - as above
    """Examine everything again."""
    services_of(request).checkups.begin()
    return RedirectResponse("/doctor", HTTPStatus.SEE_OTHER)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise TurnedAway(_NO_DAY, HTTPStatus.BAD_REQUEST) from error
