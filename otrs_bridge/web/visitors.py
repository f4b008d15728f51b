"""Who asks for a page, and whether he may. Every route names what it needs by one of the types at the end."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from otrs_bridge.domain.role import Role, may
from otrs_bridge.web.headers import comes_for_another, names_home
from otrs_bridge.web.services import Services
from otrs_bridge.words import Words

COOKIE = "otrs_bridge"
CSRF = "csrf"
LONGEST_FORM = 1 << 16
_MOST_FIELDS = 64

Form = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Somebody who asks for a page. `name` "": nobody is logged in. `token` is what his browser keeps, secret."""

    name: str
    role: Role | None
    token: str

    @property
    def csrf(self) -> str:
        """What a form of his has to bring: nobody else's page can know it, and no page shows the token itself."""
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest()

    def may(self, needed: Role) -> bool:
        """Whether his role is enough."""
        return self.role is not None and may(self.role, needed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acting:
    """Somebody who may do what he asks for, and the form that he sent."""

    visitor: Visitor
    form: Form


class MustLogIn(Exception):  # noqa: N818 - the name says who has to act, as those of errors.py do
    """Nobody is logged in, or no more. `back` is where he wanted to go."""

    def __init__(self, back: str) -> None:
        super().__init__("not logged in")
        self.back = back


class NoSession(Exception):  # noqa: N818 - as above
    """Nobody is logged in, where no page leads to the log-in: the API was asked."""


class TurnedAway(Exception):  # noqa: N818 - as above
    """This visitor may not have this."""

    def __init__(self, words: Words, status: int = 403) -> None:
        super().__init__(words.en)
        self.words = words
        self.status = status


ROLE_TOO_LOW = Words(
    ru="Для этого нужна другая роль. Роли даёт администратор: otrs-bridge user",
    en="This needs another role. Roles are given by the administrator: otrs-bridge user",
)
STALE_FORM = Words(
    ru="Форма устарела или пришла не с этой страницы; ничего не сделано. Откройте страницу заново и повторите.",
    en="The form is out of date, or came from elsewhere; nothing was done. Open the page anew and do it again.",
)
TOO_LONG = Words(ru="Форма слишком велика; ничего не сделано.", en="The form is too long; nothing was done.")


def services_of(request: Request) -> Services:
    """What this app was made with."""
    found = request.app.state.services
    assert isinstance(found, Services)  # noqa: S101 - create_app has put it there
    return found


def visitor_of(request: Request) -> Visitor:
    """Who asks. Where nobody has been made a user yet, whoever sits at this machine may read."""
    services = services_of(request)
    token = request.cookies.get(COOKIE, "")
    user = services.access.visitor(token)
    if user is not None:
        return Visitor(name=user.name, role=user.role, token=token)
    at_home = services.open_at_home and _is_at_home(request) and not services.access.people.users()
    return Visitor(name="", role="reader" if at_home else None, token=token)


def address_of(request: Request) -> str:
    """Where he asks from; behind a proxy `ToldByProxy` has put there what the proxy said."""
    return request.client.host if request.client else ""


async def read_body(request: Request) -> bytes:
    """What was sent, bounded."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise TurnedAway(TOO_LONG, 413)
    return bytes(body)


async def read_form(request: Request) -> Form:
    """The fields of a form, bounded."""
    body = await read_body(request)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise TurnedAway(TOO_LONG, 413) from error


def is_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site's page has sent this."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")


def demand_own_form(request: Request, visitor: Visitor, form: Form) -> None:
    """Raise TurnedAway for a form that did not come from a page that this visitor was given."""
    given = form.get(CSRF, "").encode("utf-8", "replace")
    if not visitor.token or is_from_elsewhere(request) or not hmac.compare_digest(given, visitor.csrf.encode()):
        raise TurnedAway(STALE_FORM)


def _is_at_home(request: Request) -> bool:
    """By the name in the address, and not by way of a proxy on this machine."""
    return names_home(request.headers) and not comes_for_another(request.headers)


def _seeing(needed: Role) -> Callable[[Request], Visitor]:
    def allowed(request: Request) -> Visitor:
        visitor = visitor_of(request)
        if visitor.role is None:
            raise MustLogIn(_here(request))
        if not visitor.may(needed):
            raise TurnedAway(ROLE_TOO_LOW)
        return visitor

    return allowed


def _acting(needed: Role) -> Callable[..., Acting]:
    def allowed(request: Request, form: Annotated[Form, Depends(read_form)]) -> Acting:
        visitor = visitor_of(request)
        if not visitor.name:
            raise MustLogIn("/")  # what he sent is not done later: he would not know
        demand_own_form(request, visitor, form)
        if not visitor.may(needed):
            raise TurnedAway(ROLE_TOO_LOW)
        return Acting(visitor=visitor, form=form)

    return allowed


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"


Reader = Annotated[Visitor, Depends(_seeing("reader"))]
ActingReader = Annotated[Acting, Depends(_acting("reader"))]
ActingApprover = Annotated[Acting, Depends(_acting("approver"))]
ActingAdmin = Annotated[Acting, Depends(_acting("admin"))]
Anybody = Annotated[Visitor, Depends(visitor_of)]
Sent = Annotated[Form, Depends(read_form)]
