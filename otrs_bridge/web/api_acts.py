"""What the API changes: decisions about plans, lines taken out, pauses. Each wants the session's token in a header."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ValidationError

from otrs_bridge.domain.pause import Pause
from otrs_bridge.domain.role import Role
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.plans import HeldPlan, PlanDecision
from otrs_bridge.web.api import ENDS, Number
from otrs_bridge.web.api_values import Approving, Done, Line, Pausing, Refusing, Resuming
from otrs_bridge.web.visitors import (
    ROLE_TOO_LOW,
    STALE_FORM,
    NoSession,
    TurnedAway,
    Visitor,
    is_from_elsewhere,
    read_body,
    services_of,
    visitor_of,
)
from otrs_bridge.words import Words

router = APIRouter(prefix="/api")

CSRF_HEADER = "x-csrf-token"
Body = TypeVar("Body", bound=BaseModel)
WRONG_BODY = Words(ru="Тело запроса — не то, что описано в OpenAPI.", en="The body is not what OpenAPI describes.")


def _acting(needed: Role) -> Callable[[Request], Visitor]:
    """Somebody who may, and whose question does not come from another site's page."""

    def allowed(request: Request) -> Visitor:
        visitor = visitor_of(request)
        if not visitor.name:
            raise NoSession
        given = request.headers.get(CSRF_HEADER, "").encode("utf-8", "replace")
        if is_from_elsewhere(request) or not hmac.compare_digest(given, visitor.csrf.encode()):
            raise TurnedAway(STALE_FORM)
        if not visitor.may(needed):
            raise TurnedAway(ROLE_TOO_LOW)
        return visitor

    return allowed


ApiApprover = Annotated[Visitor, Depends(_acting("approver"))]


def _sent(model: type[Body]) -> Callable[..., Any]:
    """The body of a question, bounded, and read only of whoever may send it."""

    async def read(request: Request, _visitor: ApiApprover) -> Body:
        try:
            return model.model_validate_json(await read_body(request))
        except ValidationError as error:
            raise TurnedAway(WRONG_BODY, HTTPStatus.UNPROCESSABLE_ENTITY) from error

    return read


def _takes(model: type[BaseModel]) -> dict[str, Any]:
    """How OpenAPI tells of that."""
    header = {"name": CSRF_HEADER, "in": "header", "required": True, "schema": {"type": "string"}}
    body = {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}
    return {"requestBody": body, "parameters": [header]}


@router.post("/plans/{run}/approve", responses=ENDS, openapi_extra=_takes(Approving))
def approve(
    request: Request, visitor: ApiApprover, run: Number, sent: Annotated[Approving, Depends(_sent(Approving))]
) -> PlanDecision:
    """Approve exactly what was looked at; returns the decision that stands, which may be another's."""
    return _decided(request, run, "approved", fingerprint=sent.fingerprint, by=visitor.name)


@router.post("/plans/{run}/refuse", responses=ENDS, openapi_extra=_takes(Refusing))
def refuse(
    request: Request, visitor: ApiApprover, run: Number, sent: Annotated[Refusing, Depends(_sent(Refusing))]
) -> PlanDecision:
    """Refuse it."""
    return _decided(request, run, "refused", fingerprint=sent.fingerprint, by=visitor.name, reason=sent.reason)


@router.post("/plans/{run}/take-out", responses=ENDS, openapi_extra=_takes(Line))
def take_out(
    request: Request, visitor: ApiApprover, run: Number, sent: Annotated[Line, Depends(_sent(Line))]
) -> HeldPlan:
    """Take a line out; returns the plan with the fingerprint of what is left."""
    return _set_line(request, run, sent.key, out=True, by=visitor.name)


@router.post("/plans/{run}/put-back", responses=ENDS, openapi_extra=_takes(Line))
def put_back(
    request: Request, visitor: ApiApprover, run: Number, sent: Annotated[Line, Depends(_sent(Line))]
) -> HeldPlan:
    """Put it back."""
    return _set_line(request, run, sent.key, out=False, by=visitor.name)


@router.post("/pauses", responses=ENDS, openapi_extra=_takes(Pausing))
def pause(request: Request, visitor: ApiApprover, sent: Annotated[Pausing, Depends(_sent(Pausing))]) -> Pause:
    """Let a rule, a job or everything rest."""
    desk = services_of(request).pauses
    return desk.begin(sent.name, until=sent.until, because=sent.because, by=visitor.name)


@router.post("/pauses/resume", responses=ENDS, openapi_extra=_takes(Resuming))
def resume(request: Request, visitor: ApiApprover, sent: Annotated[Resuming, Depends(_sent(Resuming))]) -> Done:
    """End a pause before its time."""
    services_of(request).pauses.lift(sent.name, by=visitor.name)
    return Done()


def _decided(
    request: Request,
    run: int,
    verdict: Literal["approved", "refused"],
    *,
    fingerprint: str,
    by: str,
    reason: str = "",
) -> PlanDecision:
    try:
        return services_of(request).desk.decide(run, verdict, fingerprint=fingerprint, by=by, reason=reason)
    except UsageMistake as refused:
        raise TurnedAway(refused.words, HTTPStatus.CONFLICT) from refused


def _set_line(request: Request, run: int, key: str, *, out: bool, by: str) -> HeldPlan:
    desk = services_of(request).desk
    try:
        desk.set_line(run, key, out=out, by=by)
    except UsageMistake as refused:
        raise TurnedAway(refused.words, HTTPStatus.CONFLICT) from refused
    return desk.named(run)
