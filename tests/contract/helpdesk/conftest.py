"""One contract, two servers: the sandbox always, in other versions' dialects too, and the real one with --live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.product import ZNUNY
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.sandbox.sql import POSTGRESQL
from tests.contract.helpdesk.backstages import LiveBackstage, SandboxBackstage
from tests.contract.helpdesk.dialects import DIALECTS, DialectProxy
from tests.contract.helpdesk.scene import Backstage, Scene
from tests.live.server.control import LiveServer


@pytest.fixture(scope="session", params=["sandbox", *DIALECTS, pytest.param("live", marks=pytest.mark.live)])
def backstage(request: pytest.FixtureRequest) -> Iterator[Backstage]:
    if request.param == "live":
        server = LiveServer()
        server.up()
        server.reset()
        yield LiveBackstage(server)
        return
    dialect = DIALECTS.get(request.param)
    product, sql = (dialect.product, dialect.sql) if dialect else (ZNUNY, POSTGRESQL)
    with Sandbox(clock=SystemClock().now, welcome_ticket=True, product=product, sql=sql) as sandbox:
        if dialect is None:
            yield SandboxBackstage(sandbox)
            return
        with DialectProxy(sandbox.base_url, dialect) as proxy:
            yield SandboxBackstage(sandbox, url=proxy.url, path=dialect.path)


@pytest.fixture(scope="session")
def scene(backstage: Backstage) -> Iterator[Scene]:
    found = Scene(backstage)
    yield found
    found.close()
