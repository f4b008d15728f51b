"""Who holds a claim: one process on one machine. A holder that is certainly dead need not be waited for."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_PROC = Path("/proc")


def this_owner(epoch: int = 0) -> str:
    """A name for this process's claims, another one at each call: `machine/process/start/word`, and `/epoch` of a leader."""
    process = os.getpid()
    return "/".join(
        [_machine(), str(process), _started(process), secrets.token_hex(4), *([str(epoch)] if epoch else ())]
    )


def is_gone(owner: str, epoch: int = 0) -> bool:
    """Whether the process that claimed under this name is certainly dead; never certain for another machine.

    For the leader of an `epoch`, one of an earlier epoch is as good as dead: it can write to the journal no more, and
    nothing is sent to OTRS that was not journaled before.
    """
    machine, _, rest = owner.partition("/")
    process, _, rest = rest.partition("/")
    started, _, rest = rest.partition("/")
    led = rest.partition("/")[2]
    if epoch and led.isdigit() and int(led) < epoch:
        return True
    if not machine or not started or machine != _machine() or not process.isdigit():
        return False
    return _started(int(process)) != started


def _machine() -> str:
    """This boot of this machine, and the room in which its process numbers count; "" when that cannot be told."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{(_PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _started(process: int) -> str:
    """When a process started, in ticks since boot: numbers of processes are used again. "" when there is none."""
    try:
        written = (_PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = written.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[19]
