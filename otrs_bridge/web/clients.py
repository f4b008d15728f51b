"""Clients and debts: who calls, one client's card, and everybody who is in debt."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from otrs_bridge.service.queries.cards import owed_by
from otrs_bridge.service.queries.find_client import ClientSearch
from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import Reader, Visitor, services_of

router = APIRouter()

PAGE = 50
Asked = Annotated[str, Query(max_length=200)]


@router.get("/clients")
def clients(request: Request, visitor: Reader, q: Asked = "") -> Response:
    """Look a client up, by contract, address, phone or login; one who is found alone is shown at once."""
    found = services_of(request).cards.search(q) if q.strip() else None
    return _found(request, visitor, found, q)


@router.get("/call")
def call(request: Request, visitor: Reader, phone: Asked = "") -> Response:
    """Who calls: for telephony that opens a page with the caller's number."""
    return _found(request, visitor, services_of(request).cards.callers(phone), phone)


@router.get("/contract")
def contract(request: Request, visitor: Reader, number: Asked) -> Response:
    """The card of a contract."""
    card = services_of(request).cards.of_contract(number)
    return draw(request, "clients.html", visitor, q=number, found=None, card=card, owed_by=owed_by)


@router.get("/debts")
def debts(request: Request, visitor: Reader, after: Asked = "", district: Asked = "") -> Response:
    """Everybody who is in debt, the greatest debt first; and how many there are, by month and by district."""
    services = services_of(request)
    answer = services.debts.now()
    found = answer.value if answer else None
    return draw(
        request,
        "debts.html",
        visitor,
        answer=answer,
        by_day=services.charts.debts(),
        found=found,
        page=found.page(district, after, PAGE) if found else None,
        after=after,
        district=district,
    )


def _found(request: Request, visitor: Visitor, found: ClientSearch | None, q: str) -> Response:
    cards = services_of(request).cards
    card: Any = cards.of_client(found.clients[0]) if found and len(found.clients) == 1 else None
    return draw(request, "clients.html", visitor, q=q, found=found, card=card, owed_by=owed_by)
