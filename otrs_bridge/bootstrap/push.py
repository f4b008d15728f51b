"""What looks at OTRS's pushes, put together: on the daemon's own bridge, with a gateway of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from otrs_bridge.bootstrap.bridge import Bridge
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.push.inbox import PushInbox
from otrs_bridge.service.push.worker import PushWorker
from otrs_bridge.service.sweep import Sweep


def push_worker(bridge: Bridge, daemon: Daemon, inbox: PushInbox) -> PushWorker:
    """Beside this daemon. OTRS is asked by both together for no more than `otrs.workers` things at once."""
    gateway = Gateway(bridge.outside, bridge.judge, language=bridge.config.language, stopping=bridge.stopping)
    return PushWorker(
        outside=bridge.outside,
        inbox=inbox,
        looking=daemon.looking,
        sweep=Sweep(bridge.outside, bridge.judge, gateway, bridge.config.caps, bridge.settings),
        stopping=bridge.stopping,
    )


@contextmanager
def pushes_looked_at(bridge: Bridge, daemon: Daemon) -> Iterator[PushInbox | None]:
    """Look at what comes into the inbox while the block lasts; None where nothing is to come."""
    if bridge.config.daemon.push is None:
        yield None
        return
    inbox = PushInbox(bridge.outside.clock)
    worker = push_worker(bridge, daemon, inbox)
    thread = threading.Thread(target=worker.run, name="push", daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        worker.end()
        thread.join()
