"""Options and fixtures that every test folder shares."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.compiled import share_compiled_statements
from tests.depth import ALL

# The throw-away servers, each a session-wide fixture that starts when a test first asks for it. A module that imported
# such a fixture would have a server of its own.
pytest_plugins = ["tests.servers.mariadb", "tests.servers.postgres"]


TESTS = Path(__file__).parent
LIVE, CONTRACT = "live", "contract"  # the folders with tests on the real OTRS; a test of the repository finds no other

# Speed is measured in bench/, never here: a busy machine must not fail a property. CI tries the same examples each time,
# so that a run says something of the change it is about; everywhere else new ones are drawn.
settings.register_profile(
    "all", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.register_profile("sample", settings.get_profile("all"), max_examples=25)
settings.load_profile("all" if ALL else "sample")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live`: run the tests that talk to the real test OTRS, and only these."""
    parser.addoption("--live", action="store_true", help="run the live suite against the real OTRS (make otrs)")


def pytest_configure(config: pytest.Config) -> None:
    """Several workers of the live suite have a server each: the first worker the first, and so on.

    What is logged before a test configures logging shows plain tracebacks: nobody reads them, and to draw one takes longer
    than many a test.
    """
    gc.disable()  # until thousands of tests are collected, all of which stay
    share_compiled_statements()
    plainly = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plainly])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and config.getoption("--live"):
        os.environ["OTRS_BRIDGE_TEST_SERVER"] = str(int(worker.removeprefix("gw")) + 1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Hundreds of files are not read in vain: without --live none of `tests/live`, with it only those with a live server."""
    if collection_path.suffix != ".py":
        return None
    here = collection_path.relative_to(TESTS).parts[0]
    return here not in {LIVE, CONTRACT} if config.getoption("--live") else here == LIVE


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --live the live tests are deselected; with it only they run. A missing server is a failure, never a skip."""
    wanted = bool(config.getoption("--live"))
    chosen: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        (chosen if (item.get_closest_marker("live") is not None) is wanted else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = chosen
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: the garbage collector need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
