"""The first page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import Reader, services_of

router = APIRouter()


@router.get("/")
def home(request: Request, visitor: Reader) -> Response:
    """How things are, and what waits for a person."""
    services = services_of(request)
    return draw(request, "home.html", visitor, overview=services.overviews.now(), today=services.charts.today())
