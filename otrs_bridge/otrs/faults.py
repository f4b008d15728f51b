"""Foreign exceptions become ours: what requests, urllib3, ssl and PyOTRS raise, in terms of who has to act.

The question behind every branch is whether OTRS can have seen the request. A write that never left is simply
unreachable; one that may have arrived is OutcomeUnknown, and nobody may repeat it before reading back.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator

import pyotrs.lib
import requests
import urllib3.exceptions

from otrs_bridge.errors import BridgeError, LoginRefused, OtrsRejected
from otrs_bridge.otrs.request import MisconfiguredConnection, Request
from otrs_bridge.otrs.timed_connection import Ended
from otrs_bridge.words import Words

# Everything that can come out of a request. OSError: a CA bundle or certificate file that cannot be read.
# ValueError: an address that urllib3 cannot parse and requests does not translate.
FOREIGN = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    pyotrs.lib.PyOTRSError,
    OSError,
    ValueError,
)

_WRONG_ADDRESS = (
    requests.exceptions.InvalidURL,  # InvalidProxyURL is one of these
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.URLRequired,
    requests.exceptions.InvalidHeader,
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.URLSchemeUnknown,
)

# OpenSSL's reasons that mean: the handshake was not finished, so no request was looked at.
_HANDSHAKE_REASONS = (
    "CERTIFICATE",
    "UNKNOWN_CA",
    "HANDSHAKE",
    "WRONG_VERSION_NUMBER",
    "PROTOCOL_VERSION",
    "UNSUPPORTED",
)

_CERTIFICATE_ADVICE = Words(
    ru="Если сертификат OTRS выдан вашим собственным центром, укажите файл его корневого сертификата в otrs.ca_bundle; "
    "если OTRS требует клиентский сертификат, проверьте этот сертификат и его ключ.",
    en="If OTRS uses a certificate of your own authority, name its CA file in otrs.ca_bundle; "
    "if it wants a client certificate, check that certificate and its key.",
)


def translate(error: Exception, request: Request) -> BridgeError:
    """What `error` means for this request, in terms of our tree. The caller raises it `from error`."""
    causes = tuple(_causes(error))
    return (
        _from_pyotrs(error, request)
        or _never_sent(error, causes, request)
        or _cut_off(causes, request)
        or _other(error, request)
    )


def ended_by_us(why: Ended, request: Request) -> BridgeError:
    """What it means that we ended the call; whether OTRS saw it is not known."""
    match why:
        case Ended.LATE:
            return request.no_answer(
                Words(
                    ru=f"{request.address} не ответил на {request.operation} вовремя.",
                    en=f"{request.address} did not answer {request.operation} in time.",
                )
            )
        case Ended.STOPPED:
            return request.stopped(
                Words(
                    ru=f"Мост останавливают: ответа {request.address} на {request.operation} не дождались.",
                    en=f"The bridge is being stopped: it did not wait for the answer of {request.address} to "
                    f"{request.operation}.",
                )
            )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that is wrapped in it: the true one hides in arguments and reasons.

    `__context__` is left out on purpose: it would lead to an older failure that a caller happens to be
    handling.
    """
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [getattr(found, "reason", None), *found.args, found.__cause__]


def _from_pyotrs(error: Exception, request: Request) -> BridgeError | None:
    """PyOTRS's own exceptions; only HTTPError and the last branch are raised after something was sent."""
    match error:
        case pyotrs.lib.SessionCreateError() | pyotrs.lib.SessionNotCreated():
            return LoginRefused(
                Words(
                    ru=f"Не удалось открыть сессию на {request.address}.",
                    en=f"No session could be opened at {request.address}.",
                )
            )
        case pyotrs.lib.ArgumentMissingError() | pyotrs.lib.ArgumentInvalidError():
            return OtrsRejected("PyOTRS", request.quoted(str(error)))
        case pyotrs.lib.HTTPError():
            return request.no_answer(
                Words(ru=f"Нет пригодного ответа от {request.address}.", en=f"No usable answer from {request.address}.")
            )
        case pyotrs.lib.PyOTRSError():  # ResponseParseError, APIError and whatever a later PyOTRS adds
            return request.not_otrs(
                Words(
                    ru=f"PyOTRS не понял ответ {request.address}.",
                    en=f"PyOTRS could not make sense of the answer of {request.address}.",
                )
            )
        case _:
            return None


def _never_sent(error: Exception, causes: tuple[BaseException, ...], request: Request) -> BridgeError | None:
    """The request cannot have reached OTRS: certain also for a write."""
    where = request.address
    if isinstance(error, _WRONG_ADDRESS):
        return MisconfiguredConnection(
            Words(
                ru=f"Адрес {where} или адрес прокси непригоден: проверьте otrs.url.",
                en=f"The address {where}, or that of the proxy, cannot be used: check otrs.url.",
            )
        )
    if any(_ends_the_handshake(cause) for cause in causes):
        why, advice = _tls_words(causes), _CERTIFICATE_ADVICE
        return MisconfiguredConnection(
            Words(
                ru=f"Нет доверенного соединения с {where}: {why.ru}. {advice.ru}",
                en=f"No trusted connection to {where}: {why.en}. {advice.en}",
            )
        )
    no_connection = next((words for cause in causes if (words := _no_connection(cause, causes, where))), None)
    if no_connection is not None:
        return _unreachable(no_connection)
    if type(error) is OSError or isinstance(error, FileNotFoundError | PermissionError):
        return MisconfiguredConnection(
            Words(
                ru=f"Не читается файл сертификата для {where}. {_CERTIFICATE_ADVICE.ru}",
                en=f"A certificate file for {where} cannot be read. {_CERTIFICATE_ADVICE.en}",
            )
        )
    return None


def _no_connection(cause: BaseException, causes: tuple[BaseException, ...], where: str) -> Words | None:
    match cause:  # the order matters: in some urllib3 a NewConnectionError is a ConnectTimeoutError
        case urllib3.exceptions.ProxyError():
            return Words(
                ru=f"Прокси на пути к {where} не дал соединения.",
                en=f"The proxy on the way to {where} gave no connection.",
            )
        case urllib3.exceptions.NameResolutionError():
            return Words(
                ru=f"Имя сервера в {where} не находится в DNS.",
                en=f"The name in {where} is not known to the name service (DNS).",
            )
        case urllib3.exceptions.NewConnectionError():
            why = _system_words(causes)
            return Words(ru=f"Нет соединения с {where}: {why.ru}.", en=f"No connection to {where}: {why.en}.")
        case requests.ConnectTimeout() | urllib3.exceptions.ConnectTimeoutError():
            return Words(ru=f"Нет соединения с {where}: время вышло.", en=f"No connection to {where} in time.")
        case _:
            return None


def _cut_off(causes: tuple[BaseException, ...], request: Request) -> BridgeError | None:
    """The request went out; then the connection failed."""
    return next((error for cause in causes if (error := _cut_off_by(cause, causes, request))), None)


def _cut_off_by(cause: BaseException, causes: tuple[BaseException, ...], request: Request) -> BridgeError | None:
    where = request.address
    match cause:
        case requests.ReadTimeout() | urllib3.exceptions.ReadTimeoutError() | TimeoutError():
            return request.no_answer(
                Words(
                    ru=f"{where} не ответил на {request.operation} вовремя.",
                    en=f"{where} did not answer {request.operation} in time.",
                )
            )
        case http.client.RemoteDisconnected():
            return request.broke_inside(
                Words(
                    ru=f"{where} закрыл соединение без ответа. Так OTRS поступает, когда веб-сервиса "
                    f"«{request.webservice}» с точно таким именем нет или он выключен.",
                    en=f"{where} closed the connection without a byte. OTRS does so when the web service "
                    f"{request.webservice!r} does not exist there in exactly this spelling, or is not valid.",
                ),
                answered=False,
            )
        case http.client.BadStatusLine():
            return request.broke_inside(
                Words(
                    ru=f"{where} ответил на {request.operation} голой страницей ошибки: сбой внутри OTRS, "
                    f"смотрите журнал ошибок его веб-сервера.",
                    en=f"{where} answered {request.operation} with a bare error page: OTRS broke inside, see its "
                    f"web server's error log.",
                )
            )
        case ssl.SSLError() | urllib3.exceptions.SSLError():
            why = _tls_words(causes)
            return request.no_answer(
                Words(
                    ru=f"Шифрованное соединение с {where} оборвалось: {why.ru}.",
                    en=f"The encrypted connection to {where} broke: {why.en}.",
                )
            )
        case _:
            return None


def _other(error: Exception, request: Request) -> BridgeError:
    match error:
        case (
            requests.exceptions.ContentDecodingError()
            | requests.exceptions.InvalidJSONError()
            | requests.exceptions.TooManyRedirects()
            | urllib3.exceptions.DecodeError()
        ):
            return request.not_otrs(
                Words(
                    ru=f"Ответ {request.address} на {request.operation} не удаётся раскодировать.",
                    en=f"The answer of {request.address} to {request.operation} cannot be decoded.",
                )
            )
        case _:
            kind = type(error).__name__
            return request.no_answer(
                Words(
                    ru=f"Соединение с {request.address} прервалось во время {request.operation} ({kind}).",
                    en=f"The connection to {request.address} failed during {request.operation} ({kind}).",
                )
            )


def _unreachable(sentence: Words) -> BridgeError:
    # No request asked: whatever it was, it never left.
    return Request(operation="", writes=False, address="", webservice="").no_answer(sentence)


def _ends_the_handshake(cause: BaseException) -> bool:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return True
    reason = getattr(cause, "reason", None) if isinstance(cause, ssl.SSLError) else None
    return isinstance(reason, str) and any(word in reason for word in _HANDSHAKE_REASONS)


def _tls_words(causes: tuple[BaseException, ...]) -> Words:
    """OpenSSL's own words, which are English only."""
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Words.alike(cause.verify_message)
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return Words.alike(cause.reason.replace("_", " ").lower())
    return Words(ru="сбой TLS", en="TLS failed")


def _system_words(causes: tuple[BaseException, ...]) -> Words:
    """The operating system's own words, in whichever language it speaks."""
    told = (cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror)
    words = next(told, None)
    return Words(ru="отказано", en="refused") if words is None else Words.alike(words.lower())
