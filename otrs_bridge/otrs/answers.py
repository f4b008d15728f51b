"""What came back over HTTP becomes a JSON object, or the error that says who has to act.

The status says little: OTRS sends its own errors with 200, a 500 means that it may have failed half-way
through a write, and anything that is not JSON comes from something in front of OTRS.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX
from otrs_bridge.errors import (
    AccessRefused,
    BridgeError,
    LoginRefused,
    OtrsRejected,
    OutcomeUnknown,
)
from otrs_bridge.otrs.request import LoginDenied, MisconfiguredWebService, Request, SessionGone, TicketRefused
from otrs_bridge.words import Words

_OK = 200
_REDIRECTS = range(300, 400)
_LOGIN_WANTED = {
    401: Words(ru="сервер перед OTRS", en="the server in front of OTRS"),
    407: Words(ru="прокси", en="the proxy"),
}
_FORBIDDEN = 403
_OVERLOADED = frozenset({408, 429, 502, 503, 504})
_FAILED = 500
_SERVER_ERRORS = range(500, 600)

_NO_SUCH_ROUTE = "determine Operation"
_PAGE_HEAD = 4096  # bytes of a page, or of another answer that makes no sense, in which its words are looked for
# OTRS spells it "pendig time"; the title of the same update is already written by then.
_NO_PENDING_TIME = re.compile(r"pendi\w{0,9} time", re.IGNORECASE)

# How OTRS names, in its refusals, what the bridge calls a field.
_FIELDS = {
    "CustomerUser": "customer",
    "CustomerID": "customer",
    "State": "state",
    "PendingTime": "state",
    "Priority": "priority",
    "Queue": "queue",
    "Title": "title",
}


def read_answer(status: int, body: bytes, request: Request) -> dict[str, Any]:
    """The JSON object that OTRS answered with. Everything else is raised."""
    if status != _OK:
        raise _bad_status(status, body, request)
    answer = _json_object(body)
    if answer is None:
        found = _described(body, request)
        raise request.not_otrs(
            Words(
                ru=f"{request.address} на {request.operation} прислал {found.ru}.",
                en=f"{request.address} answered {request.operation} with {found.en}.",
            )
        )
    fault = answer.get("Error")
    if isinstance(fault, Mapping):
        raise _application_error(str(fault.get("ErrorCode", "")), str(fault.get("ErrorMessage", "")), request)
    if "faultstring" in answer:
        raise _failed_inside(str(answer["faultstring"]), request, said_so=True)
    return answer


def _application_error(code: str, text: str, request: Request) -> BridgeError:
    text = request.quoted(text)
    kind = code.rpartition(".")[2]
    if kind in {"AuthFail", "SessionInvalid"}:
        if request.operation == "SessionCreate":
            return LoginDenied(Words.alike(text))
        return SessionGone(Words.alike(text))
    if kind == "AccessDenied":
        return TicketRefused(
            Words(
                ru=f"OTRS не разрешил {request.operation} ({code}): {text}",
                en=f"OTRS refused {request.operation} ({code}): {text}",
            )
        )
    if request.writes and _NO_PENDING_TIME.search(text):
        return OutcomeUnknown(
            Words(
                ru=f"OTRS остановился посреди {request.operation} ({code}): {text}",
                en=f"OTRS stopped in the middle of {request.operation} ({code}): {text}",
            ),
            answered=True,
            broke_off=True,
        )
    return OtrsRejected(code or request.operation, text, _fields_named(text))


def _fields_named(text: str) -> frozenset[str]:
    """What OTRS complains of, as the bridge calls it: `Ticket->CustomerUser parameter is invalid!`."""
    named = {ours for theirs, ours in _FIELDS.items() if f">{theirs} " in text}
    return frozenset(named | ({DYNAMIC_FIELD_PREFIX} if "DynamicField" in text else set()))


def _bad_status(status: int, body: bytes, request: Request) -> BridgeError:
    def said(ru: str, en: str) -> Words:
        return Words(
            ru=f"{request.address} ответил на {request.operation} кодом HTTP {status}{ru}",
            en=f"{request.address} answered {request.operation} with HTTP {status}{en}",
        )

    if status in _LOGIN_WANTED:
        who = _LOGIN_WANTED[status]
        return LoginRefused(said(f": {who.ru} требует отдельного входа.", f": {who.en} wants a login of its own."))
    if status == _FORBIDDEN:
        return AccessRefused(
            said(": сервер перед OTRS нас не пропускает.", ": the server in front of OTRS does not let us through.")
        )
    if status in _REDIRECTS:
        return request.not_otrs(
            said(
                " (перенаправление), мост по нему не идёт: проверьте otrs.url (https?) и otrs.path.",
                ", a redirect, which is not followed: check otrs.url (https?) and otrs.path.",
            )
        )
    if status in _OVERLOADED:
        return request.no_answer(said(".", "."), answered=True)
    if status == _FAILED and not body.strip():
        return request.broke_inside(
            said(
                f" и пустой страницей. Так OTOBO поступает, когда веб-сервиса «{request.webservice}» с точно таким именем "
                "нет или он выключен.",
                f" and an empty page. OTOBO does so when the web service {request.webservice!r} does not exist there in "
                "exactly this spelling, or is not valid.",
            )
        )
    if status in _SERVER_ERRORS:
        return _failed_inside(_fault_words(body), request, said_so="faultstring" in (_json_object(body) or {}))
    found = _described(body, request)
    return request.not_otrs(
        said(f" и прислал {found.ru}. Проверьте otrs.url и otrs.path.", f": {found.en}. Check otrs.url and otrs.path.")
    )


def _failed_inside(words: str, request: Request, *, said_so: bool) -> BridgeError:
    quoted = request.quoted(words)
    if _NO_SUCH_ROUTE in words:
        # Decided before any operation runs: certain also for a write.
        return MisconfiguredWebService(
            Words(
                ru=f"У веб-сервиса «{request.webservice}» нет маршрута для {request.operation}: заново импортируйте в OTRS "
                f"файл, который выводит `otrs-bridge webservice` ({quoted}).",
                en=f"The web service {request.webservice!r} has no route for {request.operation}: import the file "
                f"that `otrs-bridge webservice` prints into OTRS again ({quoted}).",
            )
        )
    return request.broke_inside(
        Words(
            ru=f"Внутренняя ошибка OTRS при выполнении {request.operation}: {quoted or 'причина не указана'}.",
            en=f"OTRS failed inside during {request.operation}: {quoted or 'no reason given'}.",
        ),
        said_so=said_so,
    )


def _fault_words(body: bytes) -> str:
    answer = _json_object(body)
    if answer is not None:
        fault = answer.get("Error")
        message = fault.get("ErrorMessage") if isinstance(fault, Mapping) else None
        return str(answer.get("faultstring") or message or "")
    head = body[:_PAGE_HEAD]
    return _words_of_page(head) if head.lstrip().startswith(b"<") else head.decode("utf-8", "replace")


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _described(body: bytes, request: Request) -> Words:
    stripped = body[:_PAGE_HEAD].lstrip()
    if not stripped:
        return Words(ru="пустую страницу", en="an empty page")
    if stripped.startswith(b"<"):
        title = _words_of_page(stripped)
        quoted = f" ({request.quoted(title)})" if title else ""
        return Words(ru=f"веб-страницу вместо JSON{quoted}", en=f"a web page instead of JSON{quoted}")
    if stripped[:1] in b'{["':
        return Words(ru="повреждённый JSON или JSON не от OTRS", en="JSON that is broken or not of OTRS's form")
    return Words(ru="нечто, что не является JSON", en="something that is not JSON")


def _words_of_page(head: bytes) -> str:
    """What stands between the first `<title …>` and the next `</title`, "" where there is none."""
    lower = head.lower()
    opening = lower.find(b"<title")
    begin = lower.find(b">", opening) + 1
    end = lower.find(b"</title", begin)
    return html.unescape(head[begin:end].decode("utf-8", "replace")).strip() if 0 <= opening < begin <= end else ""
