"""A held plan: its lines, what has drifted, and the decision about it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from http import HTTPStatus
from io import StringIO
from itertools import chain
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.texts.spreadsheet import defused
from otrs_bridge.domain.texts.visible import visible
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.journal import LAST_RUN
from otrs_bridge.ports.plans import LineQuery, LineSort
from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import Acting, ActingApprover, Reader, TurnedAway, services_of

router = APIRouter()

PAGE = 50
_LONGEST_SEARCH = 200
_LONGEST_MARK = 500  # of where a page ends: a district and a key
_PORTION = 500  # rows of a file that are sent together

RunNumber = Annotated[int, Path(ge=1, le=LAST_RUN)]


@router.get("/plans/{run}")
def plan(
    request: Request,
    visitor: Reader,
    run: RunNumber,
    *,
    q: Annotated[str, Query(max_length=_LONGEST_SEARCH)] = "",
    sort: LineSort = "key",
    down: Literal["0", "1"] = "0",
    after: Annotated[str, Query(max_length=_LONGEST_MARK)] = "",
    receipt: Annotated[str, Query(max_length=_LONGEST_SEARCH)] = "",
    out: Literal["0", "1"] = "0",
) -> Response:
    """The plan, a page of its lines, and what has drifted since."""
    services = services_of(request)
    found = services.desk.named(run)
    groups = services.desk.groups(found)
    asked = LineQuery(search=q, sort=sort, descending=down == "1", after=after, limit=PAGE, out=out == "1")
    page = services.plans.page(run, asked)
    view = services.billing.show(receipt) if services.billing and receipt else None
    return draw(
        request,
        "plan.html",
        visitor,
        plan=found,
        groups=groups,
        count=sum(group.count for group in groups),
        amount=sum((group.amount for group in groups), start=NOTHING),
        page=page,
        compared=services.desk.drifted(run) if found.waits else None,
        became=services.desk.became(found),
        heeds_faults=services.heeds_faults,
        taken_out=services.plans.count_taken_out(run),
        asked={"q": q, "sort": sort, "down": down, "out": out},
        after=after,
        receipt=receipt,
        view=view,
    )


@router.get("/plans/{run}/lines.csv")
def lines(request: Request, _visitor: Reader, run: RunNumber) -> Response:
    """All lines as a file for a spreadsheet."""
    services = services_of(request)
    services.desk.named(run)
    header = ["key", "contract", "client", "address", "district", "debt", "since"]
    rows = (
        [str(t.key), t.key.contract, line.client, line.address, line.district, str(t.amount), str(t.key.period)]
        for line in services.plans.each_line(run)
        for t in (line.ticket,)
    )
    name = {"Content-Disposition": f'attachment; filename="plan-{run}.csv"'}
    return StreamingResponse(_csv(header, rows), media_type="text/csv; charset=utf-8", headers=name)


@router.post("/plans/{run}/approve")
def approve(request: Request, acting: ActingApprover, run: RunNumber) -> Response:
    """Approve exactly the plan that was looked at; the daemon carries it out."""
    return _decided(request, acting, run, "approved")


@router.post("/plans/{run}/refuse")
def refuse(request: Request, acting: ActingApprover, run: RunNumber) -> Response:
    """Refuse it, with a reason."""
    return _decided(request, acting, run, "refused")


@router.post("/plans/{run}/take-out")
def take_out(request: Request, acting: ActingApprover, run: RunNumber) -> Response:
    """Take a line out of the plan: it is not done, whoever approves the others."""
    return _set_line(request, acting, run, out=True)


@router.post("/plans/{run}/put-back")
def put_back(request: Request, acting: ActingApprover, run: RunNumber) -> Response:
    """Put it back."""
    return _set_line(request, acting, run, out=False)


def _set_line(request: Request, acting: Acting, run: int, *, out: bool) -> Response:
    form = acting.form
    services_of(request).desk.named(run)
    try:
        services_of(request).desk.set_line(run, form.get("key", ""), out=out, by=acting.visitor.name)
    except UsageMistake as refused:
        raise TurnedAway(refused.words, HTTPStatus.CONFLICT) from refused
    back = {name: form[name] for name in ("q", "sort", "down", "after", "out") if form.get(name)}
    return RedirectResponse(f"/plans/{run}?{urlencode(back)}#lines", HTTPStatus.SEE_OTHER)


def _decided(request: Request, acting: Acting, run: int, verdict: Literal["approved", "refused"]) -> Response:
    form, desk = acting.form, services_of(request).desk
    reason = form.get("reason", "") if verdict == "refused" else ""
    try:
        desk.decide(run, verdict, fingerprint=form.get("fingerprint", ""), by=acting.visitor.name, reason=reason)
    except UsageMistake as refused:
        raise TurnedAway(refused.words, HTTPStatus.CONFLICT) from refused
    return RedirectResponse(f"/plans/{run}", HTTPStatus.SEE_OTHER)


def _csv(header: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    """A portion at a time, marked as UTF-8 for spreadsheets."""
    out = StringIO()
    writer = csv.writer(out)
    yield "\ufeff"
    for number, row in enumerate(chain([header], rows), start=1):
        writer.writerow([defused(visible(cell)) for cell in row])
        if number % _PORTION == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
