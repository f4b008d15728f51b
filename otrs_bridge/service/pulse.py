"""How the daemon beside the page is: which process it is, and how fast OTRS answers it."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime

from otrs_bridge.service.leading import Leadership
from otrs_bridge.service.meters import Meters


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """`leader` is the process that does the work, `since` when it began; `answering`: seconds of OTRS's middle answer,
    None while it has not been asked. `follows`: the page is another process's, which takes over when the leader is gone.
    """

    leader: str
    since: datetime
    answering: float | None = None
    follows: str = ""


def pulse_of(meters: Meters, leadership: Leadership | None = None) -> Pulse | None:
    """Of this process, or of the one that it follows; None where nobody leads."""
    this = f"{socket.gethostname()}, {os.getpid()}"
    if leadership is None or leadership.epoch:
        return Pulse(leader=this, since=meters.started_at, answering=meters.answering)
    if (leader := leadership.leader) is None:
        return None
    return Pulse(leader=f"{leader.host}, {leader.process}", since=leader.since, follows=this)
