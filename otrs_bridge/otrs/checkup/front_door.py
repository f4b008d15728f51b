"""Whether OTRS answers, knows our web service and lets us in: nothing else can be asked before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from otrs_bridge.domain.checkup import CheckResult, failed, passed
from otrs_bridge.errors import BridgeError, ExitCode, OtrsRefused, OtrsUnreachable
from otrs_bridge.otrs.checkup.checkup import Checkup
from otrs_bridge.otrs.platform import Page, login_page
from otrs_bridge.otrs.request import LoginDenied, MisconfiguredWebService, SessionGone
from otrs_bridge.otrs.session_file import SessionFile
from otrs_bridge.words import Words

PAUSE_BEFORE_SECOND_LOGIN = 2.0

_ENDING = "nph-genericinterface.pl/Webservice/"
_NAMES_A_SERVICE = re.compile(r"/Webservice/$|/WebserviceID/")


def otrs(checkup: Checkup) -> Iterator[CheckResult]:
    """Something that is OTRS answers, and it knows the web service by this name."""
    checkup.page = login_page(checkup.connection)
    try:
        checkup.probe.ask("TicketSearch", "otrs-bridge-doctor", {"Limit": 1})
    except (SessionGone, MisconfiguredWebService):
        yield from _answers(checkup, checkup.page)
    except BridgeError as error:
        if checkup.probe.was_closed_at_once(error):
            yield from _no_web_service(
                checkup, Words(ru="закрыл соединение без ответа", en="closed the connection without a byte")
            )
        elif checkup.probe.answered_nothing:
            yield from _no_web_service(
                checkup, Words(ru="ответил кодом HTTP 500 и пустой страницей", en="answered HTTP 500 and an empty page")
            )
        elif isinstance(error, OtrsUnreachable):
            yield _no_answer(error)
        else:
            yield _not_otrs(checkup, error)
    else:
        yield from _answers(checkup, checkup.page)


def login(checkup: Checkup) -> Iterator[CheckResult]:
    """User name and password open a session. Tried twice at most: where OTRS counts failures, more would lock us out."""
    try:
        checkup.probe.session = _session(checkup)
    except LoginDenied as denied:
        yield _denied(checkup, denied)
    except MisconfiguredWebService as error:
        yield failed(
            "login",
            error.words,
            import_again(checkup),
        )
    except BridgeError as error:
        code = error.exit_code if isinstance(error, OtrsRefused) else ExitCode.OTRS_UNAVAILABLE
        yield failed(
            "login",
            Words(ru=f"вход не удался: {error.words.ru}", en=f"no login: {error.words.en}"),
            _look_again(),
            code,
        )
    else:
        user = checkup.connection.user
        yield passed("login", ru=f"агент {user} вошёл", en=f"the agent {user} is logged in")


def import_again(checkup: Checkup) -> Words:
    """How the web service gets into OTRS, or is put right there."""
    name = checkup.connection.webservice
    return Words(
        ru=f"otrs-bridge webservice > OtrsBridge.yml; в OTRS: Администрирование → Веб-сервисы → «{name}» → «Импорт» "
        f"(или консоль: {checkup.console} Admin::WebService::Update --webservice-id N --source-path OtrsBridge.yml)",
        en=f"otrs-bridge webservice > OtrsBridge.yml; in OTRS: Admin → Web Services → {name} → Import web service (or "
        f"console: {checkup.console} Admin::WebService::Update --webservice-id N --source-path OtrsBridge.yml)",
    )


def _answers(checkup: Checkup, page: Page) -> Iterator[CheckResult]:
    product = page.flavour or "OTRS"
    hidden = Words(ru="", en="") if page.flavour else Words(ru=" (версия не видна)", en=" (its version is not visible)")
    where = checkup.connection.address
    yield passed("otrs", ru=f"{where}: {product}{hidden.ru}", en=f"{where}: {product}{hidden.en}")
    name = checkup.connection.webservice
    yield passed("web_service", ru=f"веб-сервис «{name}» отвечает", en=f"the web service {name} answers")


def _no_web_service(checkup: Checkup, how: Words) -> Iterator[CheckResult]:
    """A closed connection (OTRS, Znuny) or an empty page (OTOBO) says that there is no such web service.

    So do others, for other reasons; and so does OTRS of a path that names none.
    """
    name, where, path = checkup.connection.webservice, checkup.connection.address, checkup.connection.webservice_path
    if checkup.page.flavour:
        yield passed("otrs", ru=f"{where}: {checkup.page.flavour}", en=f"{where}: {checkup.page.flavour}")
    if not _NAMES_A_SERVICE.search(path):
        yield _wrong_path(f"{where} {how.ru}", f"{where} {how.en}", path)
        return
    yield failed(
        "web_service",
        Words(
            ru=f"{where} {how.ru}: так OTRS отвечает, когда веб-сервиса «{name}» нет, он выключен или "
            f"его имя пишется иначе (регистр важен)",
            en=f"{where} {how.en}: that is how OTRS answers when there is no web service "
            f"{name}, or it is invalid, or its name is spelled otherwise (letter case counts)",
        ),
        Words(
            ru=f"otrs-bridge webservice > OtrsBridge.yml; в OTRS: Администрирование → Веб-сервисы → «Добавить веб-сервис» → "
            f"«Импорт», имя {name} (или консоль: {checkup.console} Admin::WebService::Add --name {name} --source-path "
            f"OtrsBridge.yml); или поправьте otrs.webservice в config.yaml. Если веб-сервис есть, на сервере OTRS может не "
            f"хватать REST::Client (пакет librest-client-perl)",
            en=f"otrs-bridge webservice > OtrsBridge.yml; in OTRS: Admin → Web Services → Add Web Service → Import web "
            f"service, name {name} (or console: {checkup.console} Admin::WebService::Add --name {name} --source-path "
            f"OtrsBridge.yml); or correct otrs.webservice in config.yaml. If the web service is there, OTRS may lack the "
            f"Perl module REST::Client (package librest-client-perl)",
        ),
    )


def _wrong_path(ru: str, en: str, path: str) -> CheckResult:
    return failed(
        "web_service",
        Words(ru=f"{ru}: по пути {path} веб-сервисов нет", en=f"{en}: there are no web services at the path {path}"),
        Words(
            ru=f"config.yaml: otrs.path должен кончаться на {_ENDING} (в нём нет Webservice/)",
            en=f"config.yaml: otrs.path has to end in {_ENDING} (it lacks Webservice/)",
        ),
    )


def _no_answer(error: BridgeError) -> CheckResult:
    """Whether it is OTRS that does not answer, nobody knows: it is no reason to look for another address."""
    return failed(
        "otrs",
        Words(ru=f"соединение есть, а ответа нет: {error.words.ru}", en=f"connected, but no answer: {error.words.en}"),
        Words(
            ru="повторите; если не пройдёт — OTRS перегружен или завис: на его сервере посмотрите нагрузку, базу данных и "
            "процессы веб-сервера; медленному OTRS помогает больший otrs.timeout в config.yaml",
            en="try again; if it stays so, OTRS is overloaded or hangs: look at the load, the database and the processes "
            "of the web server on its machine; for a slow OTRS raise otrs.timeout in config.yaml",
        ),
        ExitCode.OTRS_UNAVAILABLE,
    )


def _not_otrs(checkup: Checkup, error: BridgeError) -> CheckResult:
    code = error.exit_code if isinstance(error, OtrsRefused) else ExitCode.OTRS_UNAVAILABLE
    path = checkup.connection.webservice_path
    return failed(
        "otrs",
        Words(
            ru=f"по этому адресу отвечает не веб-сервис OTRS: {error.words.ru}",
            en=f"no web service of OTRS answers there: {error.words.en}",
        ),
        Words(
            ru=f"проверьте otrs.url и otrs.path (сейчас {path}; OTRS и Znuny 6: /otrs/nph-genericinterface.pl/Webservice/, "
            f"Znuny 7: /znuny/…, OTOBO: /otobo/…), прокси перед OTRS и журнал ошибок веб-сервера OTRS",
            en=f"check otrs.url and otrs.path (now {path}; OTRS and Znuny 6: /otrs/nph-genericinterface.pl/Webservice/, "
            f"Znuny 7: /znuny/…, OTOBO: /otobo/…), the proxy in front of OTRS, and the error log of OTRS's web server",
        ),
        code,
    )


def _session(checkup: Checkup) -> str:
    try:
        return checkup.probe.log_in()
    except LoginDenied:
        # A database hiccup looks the same, and passes.
        checkup.clock.sleep(PAUSE_BEFORE_SECOND_LOGIN)
        return checkup.probe.log_in()


def _denied(checkup: Checkup, denied: LoginDenied) -> CheckResult:
    user = checkup.connection.user
    kept = _kept_session_works(checkup)
    hint = (
        Words(
            ru=" Прежняя сессия ещё действует: похоже на обслуживание или смену пароля.",
            en=" The session kept from before still works: it looks like maintenance, or a changed password.",
        )
        if kept
        else Words(ru="", en="")
    )
    return failed(
        "login",
        Words(
            ru=f"OTRS не принял имя или пароль агента {user} ({denied}).{hint.ru}",
            en=f"OTRS does not accept user name or password of the agent {user} ({denied}).{hint.en}",
        ),
        Words(
            ru=f"config.yaml: otrs.user и otrs.password; в OTRS: Администрирование → Агенты → {user}: «Действительный», "
            f"задайте пароль (консоль: {checkup.console} Admin::User::SetPassword {user} ПАРОЛЬ); Администрирование → "
            f"Обслуживание системы: во время обслуживания войти может только администратор; так же OTRS "
            "отвечает при сбое своей базы",
            en=f"config.yaml: otrs.user and otrs.password; in OTRS: Admin → Agents → {user}: valid, set its password "
            f"(console: {checkup.console} Admin::User::SetPassword {user} PASSWORD); Admin → System Maintenance: "
            f"during maintenance only administrators can log in; trouble with OTRS's database looks the same",
        ),
        ExitCode.OTRS_REFUSED,
    )


def _kept_session_works(checkup: Checkup) -> bool:
    path = checkup.connection.session_file
    kept = SessionFile(path, checkup.connection).load() if path else None
    try:
        return kept is not None and bool(checkup.probe.ask("TicketSearch", kept.id, {"Limit": 1}))
    except BridgeError:
        return False


def _look_again() -> Words:
    return Words(
        ru="посмотрите журнал OTRS (Администрирование → Системный журнал) и журнал ошибок его веб-сервера",
        en="look into OTRS's log (Admin → System Log) and the error log of its web server",
    )
