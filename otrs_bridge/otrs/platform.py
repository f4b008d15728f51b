"""Which product answers: the Generic Interface does not say, the login page beside it does, in its headers."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import requests

from otrs_bridge.domain.otrs_limits import Platform
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.timed_connection import TimedConnection, session_on
from otrs_bridge.ports.clock import Clock

# The agents' page may be closed to us by a proxy that the customers' page does without.
_PAGES = ("index.pl", "customer.pl")
_PATIENCE = 10.0  # seconds: nothing depends on this page
ASK_AGAIN_AFTER = 900.0

_CONSOLES = {Platform.OTOBO: "bin/otobo.Console.pl", Platform.ZNUNY: "bin/znuny.Console.pl"}
_ANY_CONSOLE = "bin/otrs.Console.pl"
_ZNUNY_KEEPS_OTRS_NAMES = re.compile(r"Znuny(?: LTS)? 6\b", re.IGNORECASE)

_FLAVOUR = re.compile(r"\b(OTRS|Znuny|OTOBO)\b[^(;]*", re.IGNORECASE)
# What names the product to its own scripts, banner or not. Znuny goes on saying OTRS.
_LOGIN_HEADERS = {"X-OTOBO-Login": Platform.OTOBO, "X-Znuny-Login": Platform.ZNUNY, "X-OTRS-Login": Platform.OTRS}
_USUAL_FOLDERS = {"/otobo/": Platform.OTOBO, "/znuny/": Platform.ZNUNY}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What OTRS's own login page says of the server: the product in its own words, and its clock. "" and None: nothing.

    `platform`: which product that is, by its words or by what it tells its own scripts.
    """

    flavour: str = ""
    platform: Platform | None = None
    date: datetime | None = None


def login_page(connection: OtrsConnection, timed: TimedConnection | None = None) -> Page:
    """Look at the login pages beside the web service; a page that cannot be seen says nothing."""
    patience = min(connection.timeout, _PATIENCE)
    timed = timed or TimedConnection(patience)
    folder = connection.webservice_path.partition("nph-genericinterface")[0]
    page = Page()
    for name in _PAGES:
        try:
            with session_on(timed) as http, timed.call():
                answer = http.get(
                    f"{connection.url}{folder}{name}",
                    timeout=(connection.connect_timeout, patience),
                    verify=connection.certificate_check,
                    cert=connection.certificate,
                    allow_redirects=False,
                    stream=True,  # the headers say it
                )
                page = _read(answer)
        except (requests.RequestException, OSError):
            return page
        if page.platform:
            return page
    return page


class PlatformFinder:
    """Knows the product, once it was found out; thread-safe. What the operator says of it is believed."""

    def __init__(self, connection: OtrsConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._lock = threading.Lock()
        self._timed = TimedConnection(min(connection.timeout, _PATIENCE))
        self._platform = connection.platform
        self._asked_at: float | None = None

    def hang_up(self) -> None:
        """End the look at the page that is under way."""
        self._timed.hang_up()

    def found(self) -> Platform | None:
        """The product; None where it does not show. Asks OTRS at the first call, and seldom again while it says nothing."""
        with self._lock:
            now = self._clock.monotonic()
            due = self._asked_at is None or now - self._asked_at >= ASK_AGAIN_AFTER
            if self._platform is None and due:
                self._asked_at = now
                self._platform = platform_of(self._connection, login_page(self._connection, self._timed))
            return self._platform


def platform_of(connection: OtrsConnection, page: Page) -> Platform | None:
    """The product by the operator's word, else by its login page, else by the folder in which it is usually installed."""
    if connection.platform or page.platform:
        return connection.platform or page.platform
    path = connection.webservice_path
    return next((platform for folder, platform in _USUAL_FOLDERS.items() if path.startswith(folder)), None)


def console_of(platform: Platform | None, flavour: str) -> str:
    """The console's name, below the folder of OTRS. Znuny has had its own since version 7."""
    if platform is None:
        return f"{_ANY_CONSOLE} (OTOBO: {_CONSOLES[Platform.OTOBO]})"
    own = _CONSOLES.get(platform, _ANY_CONSOLE)
    return _ANY_CONSOLE if platform is Platform.ZNUNY and _ZNUNY_KEEPS_OTRS_NAMES.search(flavour) else own


def _read(answer: requests.Response) -> Page:
    product = _FLAVOUR.search(answer.headers.get("X-Powered-By", ""))
    told = (platform for name, platform in _LOGIN_HEADERS.items() if name in answer.headers)
    try:
        date = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        date = None
    return Page(
        flavour=product.group().strip() if product else "",
        platform=Platform(product.group(1).lower()) if product else next(told, None),
        date=date,
    )
