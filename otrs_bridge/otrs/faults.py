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
from otrs_bridge.otrs.errand import Errand, MisconfiguredConnection

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

_CERTIFICATE_ADVICE = (
    "If OTRS uses a certificate of your own authority, name its CA file in otrs.ca_bundle; "
    "if it wants a client certificate, check that certificate and its key."
)


def translate(error: Exception, errand: Errand) -> BridgeError:
    """What `error` means for this errand, in terms of our tree. The caller raises it `from error`."""
    causes = tuple(_causes(error))
    return (
        _from_pyotrs(error, errand)
        or _never_sent(error, causes, errand)
        or _cut_off(causes, errand)
        or _other(error, errand)
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


def _from_pyotrs(error: Exception, errand: Errand) -> BridgeError | None:
    """PyOTRS's own exceptions; only HTTPError and the last branch are raised after something was sent."""
    match error:
        case pyotrs.lib.SessionCreateError() | pyotrs.lib.SessionNotCreated():
            return LoginRefused(f"No session could be opened at {errand.address}.")
        case pyotrs.lib.ArgumentMissingError() | pyotrs.lib.ArgumentInvalidError():
            return OtrsRejected("PyOTRS", errand.quoted(str(error)))
        case pyotrs.lib.HTTPError():
            return errand.no_answer(f"No usable answer from {errand.address}.")
        case pyotrs.lib.PyOTRSError():  # ResponseParseError, APIError and whatever a later PyOTRS adds
            return errand.not_otrs(f"PyOTRS could not make sense of the answer of {errand.address}.")
        case _:
            return None


def _never_sent(error: Exception, causes: tuple[BaseException, ...], errand: Errand) -> BridgeError | None:
    """The request cannot have reached OTRS: certain also for a write."""
    where = errand.address
    if isinstance(error, _WRONG_ADDRESS):
        return MisconfiguredConnection(f"The address {where}, or that of the proxy, cannot be used: check otrs.url.")
    if any(_ends_the_handshake(cause) for cause in causes):
        return MisconfiguredConnection(f"No trusted connection to {where}: {_tls_words(causes)}. {_CERTIFICATE_ADVICE}")
    for cause in causes:
        match cause:  # the order matters: in some urllib3 a NewConnectionError is a ConnectTimeoutError
            case urllib3.exceptions.ProxyError():
                return _unreachable(f"The proxy on the way to {where} gave no connection.")
            case urllib3.exceptions.NameResolutionError():
                return _unreachable(f"The name in {where} is not known to the name service (DNS).")
            case urllib3.exceptions.NewConnectionError():
                return _unreachable(f"No connection to {where}: {_system_words(causes)}.")
            case requests.ConnectTimeout() | urllib3.exceptions.ConnectTimeoutError():
                return _unreachable(f"No connection to {where} in time.")
            case _:
                continue
    if type(error) is OSError or isinstance(error, FileNotFoundError | PermissionError):
        return MisconfiguredConnection(f"A certificate file for {where} cannot be read. {_CERTIFICATE_ADVICE}")
    return None


def _cut_off(causes: tuple[BaseException, ...], errand: Errand) -> BridgeError | None:
    """The request went out; then the connection failed."""
    where = errand.address
    for cause in causes:
        match cause:
            case requests.ReadTimeout() | urllib3.exceptions.ReadTimeoutError() | TimeoutError():
                return errand.no_answer(f"{where} did not answer {errand.operation} in time.")
            case http.client.RemoteDisconnected():
                return errand.broke_inside(
                    f"{where} closed the connection without a byte. OTRS does so when the web service "
                    f"{errand.webservice!r} does not exist there in exactly this spelling, or is not valid."
                )
            case http.client.BadStatusLine():
                return errand.broke_inside(
                    f"{where} answered {errand.operation} with a bare error page: OTRS broke inside, see its "
                    f"web server's error log."
                )
            case ssl.SSLError() | urllib3.exceptions.SSLError():
                return errand.no_answer(f"The encrypted connection to {where} broke: {_tls_words(causes)}.")
            case _:
                continue
    return None


def _other(error: Exception, errand: Errand) -> BridgeError:
    match error:
        case (
            requests.exceptions.ContentDecodingError()
            | requests.exceptions.InvalidJSONError()
            | requests.exceptions.TooManyRedirects()
            | urllib3.exceptions.DecodeError()
        ):
            return errand.not_otrs(f"The answer of {errand.address} to {errand.operation} cannot be decoded.")
        case _:
            kind = type(error).__name__
            return errand.no_answer(f"The connection to {errand.address} failed during {errand.operation} ({kind}).")


def _unreachable(sentence: str) -> BridgeError:
    # No errand asked: whatever it was, it never left.
    return Errand(operation="", writes=False, address="", webservice="").no_answer(sentence)


def _ends_the_handshake(cause: BaseException) -> bool:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return True
    reason = getattr(cause, "reason", None) if isinstance(cause, ssl.SSLError) else None
    return isinstance(reason, str) and any(word in reason for word in _HANDSHAKE_REASONS)


def _tls_words(causes: tuple[BaseException, ...]) -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return cause.reason.replace("_", " ").lower()
    return "TLS failed"


def _system_words(causes: tuple[BaseException, ...]) -> str:
    words = (cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror)
    return next(words, "refused").lower()
