"""A running sandbox with a clock that stands still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from otrs_bridge.sandbox.clock import MovableClock
from otrs_bridge.sandbox.sandbox import Sandbox

Ask = Callable[..., requests.Response]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2024, 3, 5, 11, 30, tzinfo=UTC))


@pytest.fixture
def sandbox(clock: MovableClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    """A request with login and password in its body."""

    def send(method: str, route: str, timeout: float = 10, **body: Any) -> requests.Response:
        login = {"UserLogin": sandbox.user, "Password": sandbox.password}
        return requests.request(method, f"{sandbox.url}{route}", json={**login, **body}, timeout=timeout)

    return send
