"""The web server of the page: uvicorn, in a thread of its own beside the daemon."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from otrs_bridge.config.web import WebSettings
from otrs_bridge.errors import UsageMistake
from otrs_bridge.web.headers import ToldByProxy
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

PATIENCE = 3.0  # seconds that an answer under way may still take once the page is to end
_BACKLOG = 128


@contextmanager
def serve(app: FastAPI, settings: WebSettings) -> Iterator[None]:
    """Answer while the block lasts. Raises UsageMistake when the address cannot be had."""
    config = _loaded(ToldByProxy(app) if settings.behind_proxy else app, settings)
    listening = _listening(settings.host, settings.port)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="web", daemon=True)
    thread.start()
    log.info("page served", listen=settings.listen)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE + 1.0)
        listening.close()


def _loaded(app: ASGIApp, settings: WebSettings) -> uvicorn.Config:
    """With its certificate read now: in the thread of the server nobody would learn that it cannot be."""
    config = uvicorn.Config(
        app,
        log_config=None,
        ws="none",
        access_log=False,
        server_header=False,
        lifespan="off",
        proxy_headers=False,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.certificate_key,
        timeout_graceful_shutdown=int(PATIENCE),
    )
    try:
        config.load()
    except OSError as error:  # of which those of TLS are
        why = error.strerror or str(error)
        raise UsageMistake(
            Words(
                ru=f"web.certificate: с {settings.certificate} и {settings.certificate_key} HTTPS невозможен: {why}",
                en=f"web.certificate: no HTTPS with {settings.certificate} and {settings.certificate_key}: {why}",
            )
        ) from error
    return config


def _listening(host: str, port: int) -> socket.socket:
    """Taken before the daemon begins, so that an address in use is a mistake that is told."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(_BACKLOG)
    except OSError as error:
        taken.close()
        why = error.strerror or str(error)
        raise UsageMistake(
            Words(
                ru=f"web.listen: {host}:{port} занять не удаётся: {why}",
                en=f"web.listen: {host}:{port} cannot be had: {why}",
            )
        ) from error
    return taken
