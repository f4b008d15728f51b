"""What watches the bridge, as an app of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from otrs_bridge.config.web import WebSettings
from otrs_bridge.service.monitor import Monitor
from otrs_bridge.web.health import health_router
from otrs_bridge.web.server import serve
from otrs_bridge.words import Language


def monitoring_app(monitor: Monitor, language: Language) -> FastAPI:
    """/healthz, /readyz, /metrics and nothing else."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(health_router(monitor, language))
    return app


@contextmanager
def served_monitoring(monitor: Monitor, settings: WebSettings, language: Language) -> Iterator[None]:
    """Serve it while the block lasts. Raises UsageMistake when the address cannot be had."""
    with serve(monitoring_app(monitor, language), settings):
        yield
