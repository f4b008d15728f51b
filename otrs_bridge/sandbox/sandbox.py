"""An embedded OTRS stand-in: the same REST, over real HTTP on loopback, with the same surprises.

It is proven equal to a real Znuny by the contract suite; it exists for the demo and for fast tests.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from otrs_bridge.sandbox import provisioning
from otrs_bridge.sandbox.database import SandboxDatabase, StepObserver
from otrs_bridge.sandbox.desk import Desk
from otrs_bridge.sandbox.disk_tickets import DiskTickets
from otrs_bridge.sandbox.exchange import Exchange
from otrs_bridge.sandbox.faults import Faults
from otrs_bridge.sandbox.http_server import SandboxServer
from otrs_bridge.sandbox.product import ZNUNY, Product
from otrs_bridge.sandbox.routes import BASE_PATH, WEB_SERVICE
from otrs_bridge.sandbox.sql import POSTGRESQL, Sql


class Sandbox(Desk):
    """A running stand-in. ``with Sandbox(clock=clock) as sandbox: ... sandbox.url ...``.

    ``clock`` gives aware moments, ``zone`` is the server's OTRSTimeZone, ``latency`` seconds per operation, ``product``
    what it stands in for, ``sql`` the database beneath it.
    """

    user = provisioning.BRIDGE_LOGIN
    password = provisioning.BRIDGE_PASSWORD
    web_service = WEB_SERVICE

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        zone: str = "UTC",
        product: Product = ZNUNY,
        sql: Sql = POSTGRESQL,
        port: int = 0,
        latency: dict[str, float] | None = None,
        keep_alive: bool = False,
        welcome_ticket: bool = False,
        tickets: DiskTickets | None = None,
    ) -> None:
        """Provision a fresh server; nothing listens before ``start``.

        ``welcome_ticket`` adds ticket 1, which every real installation is born with. ``tickets`` keeps them on the disk.
        """
        super().__init__(SandboxDatabase(clock=clock, zone=ZoneInfo(zone), product=product, sql=sql, tickets=tickets))
        if welcome_ticket:
            self.add_welcome_ticket()
        self.faults = Faults()
        self.latency = dict(latency or {})
        self._stopping = threading.Event()
        self._port = port
        self._keep_alive = keep_alive
        self._server: SandboxServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Bind and serve in a thread."""
        self._stopping.clear()
        exchange = Exchange(
            database=self.database,
            faults=self.faults,
            latency=self.latency,
            pause=self._pause,
            keep_alive=self._keep_alive,
        )
        self._server = SandboxServer(self._port, exchange)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="otrs-sandbox",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving; the data stays, ``start`` serves it again."""
        self._stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:<port>`` while it runs."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The web service's address; routes like ``/Ticket`` are appended to it."""
        return f"{self.base_url}{BASE_PATH}/Webservice/{WEB_SERVICE}"

    def let_land(self) -> None:
        """Carry out, now, whatever was ordered to land late."""
        if self._server is not None:
            self._server.exchange.let_land(everything=True)

    def observe_steps(self, observer: StepObserver) -> None:
        """Call ``observer(step, ticket_id)`` after each write of a ticket, while it is still incomplete."""
        self.database.step_observers.append(observer)

    def _pause(self, seconds: float) -> None:
        if seconds:
            self._stopping.wait(seconds)
