"""Jobs and rules at a glance."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import Reader, services_of

router = APIRouter()

DAYS = 30
_RUNS = 30


@router.get("/jobs")
def jobs(request: Request, visitor: Reader) -> Response:
    """Every job: its last good run, the next, and whether it is overdue; and the newest runs."""
    services = services_of(request)
    return draw(
        request,
        "jobs.html",
        visitor,
        rows=services.board.rows(),
        past=services.past_runs(_RUNS),
    )


@router.get("/rules")
def rules(request: Request, visitor: Reader) -> Response:
    """Every rule: its mode, what became of its changes, and the share that people took back."""
    services = services_of(request)
    figures = services.insight.rule_figures(since=services.clock.now() - timedelta(days=DAYS))
    return draw(request, "rules.html", visitor, modes=services.rule_modes, figures=figures, days=DAYS)
