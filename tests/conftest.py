"""Options and fixtures that every test folder shares."""

from __future__ import annotations

import pytest

# The throw-away servers, each a session-wide fixture that starts when a test first asks for it.
pytest_plugins = ["tests.servers.postgres"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live`: run the tests that talk to the real test OTRS, and only these."""
    parser.addoption("--live", action="store_true", help="run the live suite against the real OTRS (make otrs)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --live the live tests are deselected; with it only they run. A missing server is a failure, never a skip."""
    wanted = bool(config.getoption("--live"))
    chosen = [item for item in items if (item.get_closest_marker("live") is not None) is wanted]
    dropped = [item for item in items if item not in set(chosen)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = chosen
