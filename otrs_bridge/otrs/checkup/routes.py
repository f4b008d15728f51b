"""The web service from inside: its routes, its connections, its sessions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from otrs_bridge.domain.checkup import CheckResult, failed, not_checked, passed, warned
from otrs_bridge.domain.otrs_limits import Platform
from otrs_bridge.errors import BridgeError, OtrsRejected
from otrs_bridge.otrs.checkup.checkup import Checkup
from otrs_bridge.otrs.checkup.front_door import import_again
from otrs_bridge.otrs.checkup.probe import NO_SUCH_TICKET
from otrs_bridge.otrs.request import MisconfiguredWebService, SessionGone, TicketRefused
from otrs_bridge.otrs.session_file import SessionFile, StoredSession
from otrs_bridge.words import Words

# operation: what OTRS calls it in its codes, a request that it can only refuse (or that reads), its ticket
_ROUTES: tuple[tuple[str, str, dict[str, Any], int | None], ...] = (
    ("TicketSearch", "TicketSearch", {"Limit": 1}, None),
    ("TicketGetList", "TicketGet", {"TicketID": NO_SUCH_TICKET}, None),
    ("TicketHistoryGet", "TicketHistoryGet", {}, NO_SUCH_TICKET),
    ("TicketUpdate", "TicketUpdate", {}, NO_SUCH_TICKET),
    ("TicketCreate", "TicketCreate", {}, None),
)


def routes(checkup: Checkup) -> Iterator[CheckResult]:
    """Every operation answers for itself at its route, with the method that we use."""
    for operation, speaks_as, payload, ticket_id in _ROUTES:
        yield _route(checkup, operation, speaks_as, payload, ticket_id)


def _route(
    checkup: Checkup, operation: str, speaks_as: str, payload: dict[str, Any], ticket_id: int | None
) -> CheckResult:
    name = f"route {operation}"
    fine = passed(name, ru="маршрут отвечает", en="the route answers")
    try:
        checkup.probe.ask(operation, checkup.probe.session, payload, ticket_id=ticket_id)
    except (OtrsRejected, TicketRefused) as refusal:
        if f"{speaks_as}." in str(refusal):
            return fine
        said = Words(
            ru=f"по маршруту отвечает другая операция: {refusal.words.ru}",
            en=f"another operation answers: {refusal.words.en}",
        )
    except MisconfiguredWebService:
        said = Words(ru=f"у веб-сервиса нет маршрута {operation}", en=f"the web service has no route for {operation}")
    except SessionGone:
        said = Words(
            ru="операция не признаёт сессию, которую OTRS только что открыл",
            en="it refuses the session OTRS has just opened",
        )
    except BridgeError as error:
        said = Words(ru=f"маршрут не отвечает как следует: {error.words.ru}", en=error.words.en)
    else:
        if operation == "TicketSearch":
            return fine
        said = Words(ru="OTRS выполнил неполный запрос", en="OTRS carried out an incomplete request")
    checkup.missing_routes.add(operation)
    return failed(name, said, import_again(checkup))


def keep_alive(checkup: Checkup) -> Iterator[CheckResult]:
    """With KeepAlive '' OTRS closes every connection itself, so no request is lost on one that Apache has just dropped."""
    checkup.hits({}, 1)
    headers = {key.lower(): value for key, value in checkup.probe.headers.items()}
    kept = headers.get("connection", "").lower()
    if kept == "close":
        yield passed(
            "keep_alive", ru="соединения не удерживаются, как и нужно", en="connections are not kept, as it should be"
        )
        return
    # OTOBO's own web server (Starman), and whatever stands before it, decide for themselves.
    apache = headers.get("server", "Apache").lower().startswith("apache")
    if not kept or "via" in headers or not apache or checkup.platform is Platform.OTOBO:
        yield not_checked(
            "keep_alive",
            Words(
                ru="соединениями распоряжается сервер перед OTRS (в OTOBO — Starman); настройка самого веб-сервиса не видна",
                en="a server in front of OTRS (OTOBO: Starman) sees to connections; the web service's own setting cannot be "
                "seen",
            ),
        )
        return
    yield warned(
        "keep_alive",
        Words(
            ru="OTRS удерживает соединения: запрос, попавший на только что закрытое, теряется (до 0,5 %)",
            en="OTRS keeps connections: a request that meets one just being closed is lost (up to 0.5 %)",
        ),
        Words(
            ru="в OTRS: Администрирование → Веб-сервисы → ваш сервис → транспорт «Провайдер» HTTP::REST → «Настроить» → "
            "Keep-Alive: «Нет» (в файле — KeepAlive: ''), или импортируйте наш файл заново",
            en="in OTRS: Admin → Web Services → your service → provider transport HTTP::REST → Configure → Keep-Alive: No "
            "(KeepAlive: '' in the file), or import our file again",
        ),
    )


def session(checkup: Checkup) -> Iterator[CheckResult]:
    """A session lives on between calls, and between runs in its file."""
    path = checkup.connection.session_file
    if path is None:
        yield passed("session", ru="сессия живёт, пока живёт процесс", en="the session lives as long as the process")
        return
    if path.exists() and path.stat().st_uid != os.getuid():
        yield not_checked(
            "session",
            Words(ru=f"{path} принадлежит другому пользователю", en=f"{path} belongs to another user"),
            Words(ru="запустите doctor от имени пользователя службы", en="run doctor as the user of the service"),
        )
        return
    file = SessionFile(path, checkup.connection)
    kept = file.load()
    if kept is None or not _lives(checkup, kept.id):
        file.save(StoredSession(id=checkup.probe.session, created=checkup.clock.now().timestamp()))
        kept = file.load()
    if kept is None:
        yield _not_kept(path)
    elif _lives(checkup, kept.id) and _lives(checkup, kept.id):
        yield passed(
            "session", ru=f"сессия сохранена в {path} и действует", en=f"the session is kept in {path} and works"
        )
    else:
        yield failed(
            "session",
            Words(ru="OTRS забывает сессию сразу же", en="OTRS forgets a session at once"),
            Words(
                ru="в OTRS: Администрирование → Конфигурация системы → SessionCheckRemoteIP: OTRS должен видеть нас с "
                "одного адреса, иначе выключите; SessionModule: хранилище сессий должно работать",
                en="in OTRS: Admin → System Configuration → SessionCheckRemoteIP: OTRS has to see us under one address, "
                "otherwise switch it off; SessionModule: the session storage has to work",
            ),
        )


def _not_kept(path: Path) -> CheckResult:
    return warned(
        "session",
        Words(
            ru=f"сессию не удалось сохранить в {path}: каждый запуск будет входить заново",
            en=f"the session cannot be kept in {path}: every start logs in anew",
        ),
        Words(
            ru="config.yaml, otrs.session_file: папка должна существовать и быть доступна на запись пользователю службы",
            en="config.yaml, otrs.session_file: its folder has to exist and be writable for the service's user",
        ),
    )


def _lives(checkup: Checkup, session_id: str) -> bool:
    try:
        checkup.probe.ask("TicketSearch", session_id, {"Limit": 1})
    except SessionGone:
        return False
    return True
