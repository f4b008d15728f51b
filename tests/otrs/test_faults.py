"""A foreign exception has its place in our tree, which depends on whether the request can have arrived."""

from __future__ import annotations

import http.client
import inspect
import re
import socket
import ssl

import pyotrs.lib
import pytest
import requests
import urllib3.exceptions

from otrs_bridge.errors import (
    BridgeError,
    LoginRefused,
    OtrsRejected,
    OtrsUnavailable,
    OtrsUnreachable,
    OutcomeUnknown,
)
from otrs_bridge.otrs.faults import FOREIGN, translate
from otrs_bridge.otrs.request import MisconfiguredConnection, Request

SECRET = "hunter2"
READ = Request(
    operation="TicketSearch", writes=False, address="https://otrs", webservice="OtrsBridge", secrets=(SECRET,)
)
WRITE = Request(
    operation="TicketUpdate", writes=True, address="https://otrs", webservice="OtrsBridge", secrets=(SECRET,)
)
POOL = urllib3.HTTPSConnectionPool("otrs")

REQUESTS = [
    found
    for _, found in inspect.getmembers(requests.exceptions, inspect.isclass)
    if issubclass(found, requests.RequestException)
]
PYOTRS = [
    found for _, found in inspect.getmembers(pyotrs.lib, inspect.isclass) if issubclass(found, pyotrs.lib.PyOTRSError)
]


def of_requests(kind: type[requests.RequestException]) -> requests.RequestException:
    if kind is requests.exceptions.JSONDecodeError:
        return kind("Expecting value", "<html>", 0)
    return kind(f"password={SECRET}")


@pytest.mark.parametrize("asked", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("kind", REQUESTS)
def test_every_exception_of_requests_is_translated(kind: type[requests.RequestException], asked: Request) -> None:
    error = of_requests(kind)
    assert isinstance(error, FOREIGN)
    found = translate(error, asked)
    assert isinstance(found, OtrsUnavailable)
    assert SECRET not in str(found)


@pytest.mark.parametrize("asked", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("kind", PYOTRS)
def test_every_exception_of_pyotrs_is_translated(kind: type[Exception], asked: Request) -> None:
    error = kind(f"password={SECRET}")
    assert isinstance(error, FOREIGN)
    found = translate(error, asked)
    assert isinstance(found, OtrsUnavailable | LoginRefused | OtrsRejected)
    assert SECRET not in str(found)


def wrapped(inner: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(POOL, "/otrs", inner))


def refused() -> Exception:
    new = urllib3.exceptions.NewConnectionError(POOL, "Failed to establish a new connection")  # type: ignore[arg-type] # a pool will do
    new.__cause__ = ConnectionRefusedError(111, "Connection refused")
    return wrapped(new)


def unknown_name() -> Exception:
    return wrapped(
        urllib3.exceptions.NameResolutionError("otrs", POOL, socket.gaierror(-2, "unknown"))  # type: ignore[arg-type] # a pool will do
    )


def cut(inner: Exception) -> Exception:
    return requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", inner))


def alert(reason: str) -> Exception:
    inner = ssl.SSLError(1, f"[SSL: {reason}] words (_ssl.c:1)")
    inner.reason = reason
    return requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(POOL, "/", urllib3.exceptions.SSLError(inner)))


NEVER_SENT = {
    "nobody listens": refused(),
    "the name is unknown": unknown_name(),
    "no connection in time": requests.ConnectTimeout(
        urllib3.exceptions.MaxRetryError(POOL, "/", urllib3.exceptions.ConnectTimeoutError(POOL, "late"))
    ),
    "the proxy is away": requests.exceptions.ProxyError(
        urllib3.exceptions.MaxRetryError(
            POOL,
            "/",
            urllib3.exceptions.ProxyError("Unable to connect to proxy", OSError("Tunnel failed: 403")),
        )
    ),
}

HOPELESS = {
    "the certificate is not trusted": alert("CERTIFICATE_VERIFY_FAILED"),
    "a client certificate is wanted": alert("TLSV13_ALERT_CERTIFICATE_REQUIRED"),
    "the port does not speak TLS": alert("WRONG_VERSION_NUMBER"),
    "the CA file is missing": OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /nowhere"),
    "the URL has no scheme": requests.exceptions.MissingSchema("otrs"),
    "the host is unparsable": urllib3.exceptions.LocationParseError("otrs:port"),
}

MAYBE_SENT = {
    "no answer in time": requests.ReadTimeout(urllib3.exceptions.ReadTimeoutError(POOL, "/", "Read timed out.")),
    "closed without a byte": cut(http.client.RemoteDisconnected("Remote end closed connection without response")),
    "a page without a status line": cut(http.client.BadStatusLine("<!DOCTYPE html>")),
    "reset": cut(ConnectionResetError(104, "Connection reset by peer")),
    "the write itself timed out": cut(TimeoutError("The write operation timed out")),
    "cut in the middle of the answer": requests.exceptions.ChunkedEncodingError(
        urllib3.exceptions.ProtocolError("Connection broken", urllib3.exceptions.IncompleteRead(3, 7))
    ),
    "the encryption broke later": alert("UNEXPECTED_EOF_WHILE_READING"),
    "something of urllib3 that requests lets through": urllib3.exceptions.HTTPError("odd"),
}


@pytest.mark.parametrize("asked", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("error", NEVER_SENT.values(), ids=NEVER_SENT)
def test_what_never_left_is_unreachable_even_for_a_write(error: Exception, asked: Request) -> None:
    assert type(translate(error, asked)) is OtrsUnreachable


@pytest.mark.parametrize("asked", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("error", HOPELESS.values(), ids=HOPELESS)
def test_what_the_configuration_has_to_mend_is_told_apart(error: Exception, asked: Request) -> None:
    assert type(translate(error, asked)) is MisconfiguredConnection


@pytest.mark.parametrize("error", MAYBE_SENT.values(), ids=MAYBE_SENT)
def test_a_write_that_may_have_arrived_is_of_unknown_outcome(error: Exception) -> None:
    assert type(translate(error, WRITE)) is OutcomeUnknown


@pytest.mark.parametrize("error", MAYBE_SENT.values(), ids=MAYBE_SENT)
def test_a_read_that_may_have_arrived_is_unreachable(error: Exception) -> None:
    found = translate(error, READ)
    assert isinstance(found, OtrsUnreachable)
    assert not isinstance(found, MisconfiguredConnection)


def test_a_refused_connection_is_not_called_slow() -> None:
    assert "connection refused" in str(translate(refused(), READ))


def test_a_certificate_problem_names_the_setting() -> None:
    assert "ca_bundle" in str(translate(alert("CERTIFICATE_VERIFY_FAILED"), READ))


def test_a_silent_close_names_the_web_service() -> None:
    silent = cut(http.client.RemoteDisconnected("Remote end closed connection without response"))
    assert "'OtrsBridge'" in str(translate(silent, READ))


def test_an_older_failure_being_handled_does_not_make_a_write_look_unsent() -> None:
    error: Exception
    try:
        try:
            raise refused()
        except requests.ConnectionError:
            raise requests.ReadTimeout("late")  # noqa: B904 - the implicit context is the point
    except requests.ReadTimeout as late:
        error = late
    assert type(translate(error, WRITE)) is OutcomeUnknown


def test_every_sentence_says_where() -> None:
    for error in (*NEVER_SENT.values(), *HOPELESS.values(), *MAYBE_SENT.values()):
        found: BridgeError = translate(error, READ)
        assert "https://otrs" in found.words.ru
        assert "https://otrs" in found.words.en


@pytest.mark.parametrize("asked", [READ, WRITE], ids=["read", "write"])
def test_whatever_breaks_is_told_in_russian_too(asked: Request) -> None:
    broken = (*NEVER_SENT.values(), *HOPELESS.values(), *MAYBE_SENT.values(), *map(of_requests, REQUESTS))
    for error in broken:
        assert re.search("[а-я]{3}", translate(error, asked).words.ru)
