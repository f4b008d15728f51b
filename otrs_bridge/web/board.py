"""Jobs and rules at a glance."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from otrs_bridge.service.queries.rule_board import DAYS
from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import Reader, services_of

router = APIRouter()

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
        pauses=services.pauses.by_name(),
    )


@router.get("/rules")
def rules(request: Request, visitor: Reader) -> Response:
    """Every rule: its mode, what became of its changes, and the share that people took back."""
    services = services_of(request)
    return draw(
        request,
        "rules.html",
        visitor,
        modes=services.rule_modes,
        figures=services.figures.now(),
        days=DAYS,
        pauses=services.pauses.by_name(),
    )
