"""One fixture, two servers: what the sandbox promises, the real OTRS must keep, and the other way round."""

from collections.abc import Iterator

import pytest

from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.sandbox.sql import MARIADB, POSTGRESQL
from tests.contract.otrs.real_server import RealServer
from tests.contract.otrs.sandbox_server import SandboxServer, sandbox_clock
from tests.contract.otrs.server import Server
from tests.live.server.control import LiveServer

LIVE = pytest.param("live", marks=pytest.mark.live)


@pytest.fixture(scope="module", params=["sandbox", "sandbox-mariadb", LIVE])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A freshly provisioned server per module; the real one fails the test when it is not there."""
    if request.param == "live":
        live = LiveServer()
        live.reset()
        yield RealServer(live)
        return
    clock = sandbox_clock()
    sql = MARIADB if request.param == "sandbox-mariadb" else POSTGRESQL
    with Sandbox(clock=clock, sql=sql, welcome_ticket=True) as sandbox:
        clock.advance(60)
        yield SandboxServer(sandbox, clock)
