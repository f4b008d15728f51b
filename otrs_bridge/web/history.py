"""What was done: the history with its filters, one ticket's whole story, one run and taking it back."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, get_args

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from otrs_bridge.domain.report import Report
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.insight import EntryQuery
from otrs_bridge.ports.journal import LAST_RUN, RunKind, WriteState
from otrs_bridge.service.queries.histories import HistoryQuestion
from otrs_bridge.web.pages import draw
from otrs_bridge.web.visitors import ActingApprover, Reader, TurnedAway, services_of
from otrs_bridge.words import Words

router = APIRouter()

PAGE = 50
STORY = 200  # entries of one ticket, the newest
SHOWN = 200  # lines of a preview

Number = Annotated[int, Path(ge=1, le=LAST_RUN)]
Before = Annotated[int | None, Query(ge=1, le=LAST_RUN)]
Short = Annotated[str, Query(max_length=100)]
STATES = get_args(WriteState)


@router.get("/history")
def history(
    request: Request,
    visitor: Reader,
    *,
    ticket: Short = "",
    contract: Short = "",
    rule: Short = "",
    state: Short = "",
    run: Short = "",
    day: Short = "",
    before: Before = None,
) -> Response:
    """The changes, newest first. An empty field of the form asks for nothing in particular."""
    services = services_of(request)
    asked = {"ticket": ticket, "contract": contract, "rule": rule, "state": state, "run": run, "day": day}
    question = HistoryQuestion(
        ticket=ticket,
        contract=contract,
        rule=rule,
        state=next((one for one in STATES if one == state), None),
        run=_number(run),
        day=_day(day),
        before=before,
    )
    page, trouble = None, None
    try:
        page = services.histories.page(question)
    except BridgeError as error:
        trouble = error.words
    return draw(
        request,
        "history.html",
        visitor,
        page=page,
        trouble=trouble,
        asked=asked,
        rules=services.rule_names,
        states=STATES,
        before=before,
    )


@router.get("/tickets/{ticket_id}")
def ticket(request: Request, visitor: Reader, ticket_id: Number, before: Before = None) -> Response:
    """Everything that the bridge did to one ticket, and what it leaves to people there."""
    insight = services_of(request).insight
    page = insight.entries(EntryQuery(tickets=[ticket_id], before=before, limit=STORY))
    return draw(
        request, "ticket.html", visitor, ticket_id=ticket_id, page=page, pins=insight.pins_of(ticket_id), before=before
    )


@router.get("/runs")
def runs(request: Request, visitor: Reader, before: Before = None, kind: Short = "") -> Response:
    """The runs, newest first."""
    wanted = next((one for one in get_args(RunKind) if one == kind), None)
    found = services_of(request).insight.runs(before=before, kind=wanted, limit=PAGE + 1)
    return draw(
        request,
        "runs.html",
        visitor,
        runs=found[:PAGE],
        next=found[PAGE - 1].id if len(found) > PAGE else None,
        kind=kind if wanted else "",
        kinds=get_args(RunKind),
    )


@router.get("/runs/{run}")
def one_run(request: Request, visitor: Reader, run: Number, before: Before = None, undo: str = "") -> Response:
    """One run with its changes; with `undo`, what taking it back would do."""
    services = services_of(request)
    found = services.insight.run(run)
    if found is None:
        raise TurnedAway(Words(ru=f"Запуска {run} в журнале нет.", en=f"There is no run {run}."), HTTPStatus.NOT_FOUND)
    ended = services.undo.state(run)
    asked = services.undo.preview(run) if undo else None
    return draw(
        request,
        "run.html",
        visitor,
        run=found,
        page=services.insight.entries(EntryQuery(run=run, before=before, limit=PAGE)),
        before=before,
        changed=services.undo.tickets(run),
        limit=services.undo.caps.max_changes,
        asked=asked,
        preview=asked.value if asked else None,
        most=SHOWN,
        under_way=services.undo.is_under_way(run),
        undone=ended if isinstance(ended, Report) else None,
        trouble=ended if isinstance(ended, Words) else None,
    )


@router.post("/runs/{run}/undo")
def undo(request: Request, acting: ActingApprover, run: Number) -> Response:
    """Take it back, within the limits."""
    services = services_of(request)
    if services.insight.run(run) is None:
        raise TurnedAway(Words(ru=f"Запуска {run} в журнале нет.", en=f"There is no run {run}."), HTTPStatus.NOT_FOUND)
    services.undo.begin(run, by=acting.visitor.name)
    return RedirectResponse(f"/runs/{run}", HTTPStatus.SEE_OTHER)


def _number(text: str) -> int | None:
    """None where nothing was typed; a run that there is none where it is no number."""
    if not text.strip():
        return None
    known = text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < len(str(LAST_RUN))
    return int(text) if known else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
