"""The API beside the pages: the same questions and decisions as JSON, by the same session. OpenAPI: /api/openapi.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.pause import Pause
from otrs_bridge.ports.journal import LAST_RUN, RunKind, WriteState
from otrs_bridge.ports.plans import HeldPlan, LineQuery, LineSort
from otrs_bridge.service.queries.histories import HistoryQuestion
from otrs_bridge.service.queries.overview import Overview
from otrs_bridge.web.api_values import (
    Debts,
    DebtShown,
    Entries,
    Entry,
    JobShown,
    Lines,
    LineShown,
    Rules,
    RuleShown,
    RunShown,
    Session,
    Trouble,
)
from otrs_bridge.web.visitors import (
    Reader,
    TurnedAway,
    services_of,
)
from otrs_bridge.words import Words

router = APIRouter(prefix="/api")

PAGE = 50
Number = Annotated[int, Path(ge=1, le=LAST_RUN)]
Before = Annotated[int | None, Query(ge=1, le=LAST_RUN)]
Short = Annotated[str, Query(max_length=100)]

NOT_LOGGED_IN = Words(ru="Войдите: сеанса нет или он кончился.", en="Log in: there is no session, or it is over.")
NO_SUCH_RUN = Words(ru="Такого запуска в журнале нет.", en="There is no such run.")
ENDS: dict[int | str, dict[str, Any]] = {
    status: {"model": Trouble} for status in (400, 401, 403, 404, 409, 413, 422, 503)
}


def is_asked(request: Request) -> bool:
    """Whether a question is the API's: it gets its answers as JSON."""
    return request.url.path.startswith("/api/")


def trouble(words: Words, status: int) -> Response:
    """Why not."""
    return JSONResponse(Trouble(ru=words.ru, en=words.en).model_dump(), status)


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """What the API is like."""
    # Not the routes are chosen but their paths: where a router was included, FastAPI lists it, and no route of its own.
    whole = get_openapi(title="otrs-bridge", version="1", routes=app.routes)
    return {**whole, "paths": {path: told for path, told in whole["paths"].items() if path.startswith("/api/")}}


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, visitor: Reader) -> Response:  # noqa: ARG001 - who may, is all that is asked of him
    """The description of the API."""
    return JSONResponse(openapi_of(request.app))


@router.get("/session", responses=ENDS)
def session(visitor: Reader) -> Session:
    """Who asks, and the token that changing something wants."""
    return Session(name=visitor.name, role=visitor.role, csrf=visitor.csrf if visitor.name else "")


@router.get("/overview", responses=ENDS)
def overview(request: Request, _visitor: Reader) -> Overview:
    """The verdict, and what waits."""
    return services_of(request).overviews.now()


@router.get("/plans", responses=ENDS)
def plans(request: Request, _visitor: Reader) -> Sequence[HeldPlan]:
    """The plans that wait, oldest first."""
    return services_of(request).plans.waiting()


@router.get("/plans/{run}", responses=ENDS)
def plan(request: Request, _visitor: Reader, run: Number) -> HeldPlan:
    """The plan that a run left."""
    return services_of(request).desk.named(run)


@router.get("/plans/{run}/lines", responses=ENDS)
def lines(
    request: Request,
    _visitor: Reader,
    run: Number,
    *,
    q: Annotated[str, Query(max_length=200)] = "",
    sort: LineSort = "key",
    down: bool = False,
    out: bool = False,
    after: Annotated[str, Query(max_length=500)] = "",
) -> Lines:
    """Some of its lines."""
    services = services_of(request)
    services.desk.named(run)
    page = services.plans.page(run, LineQuery(search=q, sort=sort, descending=down, out=out, after=after, limit=PAGE))
    shown = [LineShown.of(line, page.taken_out.get(line.ticket.key, "")) for line in page.lines]
    return Lines(lines=shown, next=page.next)


@router.get("/history", responses=ENDS)
def history(
    request: Request,
    _visitor: Reader,
    *,
    ticket: Short = "",
    contract: Short = "",
    rule: Short = "",
    state: WriteState | None = None,
    run: Annotated[int | None, Query(ge=1, le=LAST_RUN)] = None,
    before: Before = None,
) -> Entries:
    """The changes, newest first."""
    asked = HistoryQuestion(ticket=ticket, contract=contract, rule=rule, state=state, run=run, before=before)
    page = services_of(request).histories.page(asked)
    return Entries(entries=[Entry.of(one) for one in page.entries], next=page.next, cut=page.cut)


@router.get("/runs", responses=ENDS)
def runs(request: Request, _visitor: Reader, before: Before = None, kind: RunKind | None = None) -> Sequence[RunShown]:
    """The runs, newest first."""
    found = services_of(request).insight.runs(before=before, kind=kind, limit=PAGE)
    return [RunShown.of(one) for one in found]


@router.get("/runs/{run}", responses=ENDS)
def one_run(request: Request, _visitor: Reader, run: Number) -> RunShown:
    """One run."""
    found = services_of(request).insight.run(run)
    if found is None:
        raise TurnedAway(NO_SUCH_RUN, HTTPStatus.NOT_FOUND)
    return RunShown.of(found)


@router.get("/jobs", responses=ENDS)
def jobs(request: Request, _visitor: Reader) -> Sequence[JobShown]:
    """Every job."""
    return [JobShown.of(row) for row in services_of(request).board.rows()]


@router.get("/rules", responses=ENDS)
def rules(request: Request, _visitor: Reader) -> Rules:
    """Every rule."""
    services = services_of(request)
    answer = services.figures.now()
    known: Mapping[str, Any] = answer.value or {}
    shown = []
    for name, mode in services.rule_modes.items():
        found = known.get(name)
        outcomes, back = (dict(found.outcomes), found.taken_back) if found else ({}, 0)
        shown.append(RuleShown(name=name, mode=mode, outcomes=outcomes, taken_back=back))
    return Rules(as_of=answer.at, rules=shown)


@router.get("/debts", responses=ENDS)
def debts(request: Request, _visitor: Reader, district: Short = "", after: Short = "") -> Debts:
    """Everybody who is in debt; nobody while billing is being read for the first time, and without billing."""
    answer = services_of(request).debts.now()
    if answer is None or answer.value is None:
        return Debts(as_of=None, count=0, amount=NOTHING, debts=[], next="")
    page = answer.value.page(district, after, PAGE)
    shown = [DebtShown.of(one) for one in page.debts]
    return Debts(as_of=answer.at, count=page.count, amount=page.amount, debts=shown, next=page.next)


@router.get("/pauses", responses=ENDS)
def pauses(request: Request, _visitor: Reader) -> Sequence[Pause]:
    """What is paused now."""
    return services_of(request).pauses.in_force()
