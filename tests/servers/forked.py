"""`otrs-bridge` in processes of its own that need not import it: each is forked from one that has, and did nothing else.

A start costs milliseconds of the processor where the interpreter and its imports cost a second. What is forked is a process
as an operator has it: with its own id, folder, environment and output, to be killed at any moment. That a process begun
from nothing does the same is shown by `tests/cli/test_main.py`, by the daemons of the suites and by the package.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).parents[2]
LONGEST = 1 << 17  # bytes of an order: the environment is most of it
LET_GO = 5  # descriptors that come with an order: standard output and error, and where its end is told


class ForkedProgram:
    """One running `otrs-bridge`, as far as tests use a `subprocess.Popen`."""

    def __init__(self, told: int) -> None:
        self._told = os.fdopen(told, "rb", buffering=0)
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its status, when it has ended."""
        with suppress(TimeoutError):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status at its end; raises TimeoutError when it has not ended so many seconds from now."""
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._told, selectors.EVENT_READ)
                if not selector.select(timeout):
                    raise TimeoutError
            self.returncode = int(self._told.readline())
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """As `kill -9` does it."""
        self.send_signal(signal.SIGKILL)


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The process that everything is forked from."""

    process: subprocess.Popen[bytes]
    orders: socket.socket

    def fork(self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], *out: int) -> ForkedProgram:
        """A new one; `out` are its standard output and its standard error."""
        order = json.dumps([list(arguments), str(folder), dict(environ)]).encode()
        told, tells = os.pipe()
        socket.send_fds(self.orders, [order], [*out, tells])
        os.close(tells)
        return ForkedProgram(told)


@cache
def _parent() -> Parent:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.servers.forked", str(theirs.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # which is called first, and ends it
    return Parent(process=process, orders=ours)


def start(
    *arguments: str,
    folder: Path,
    environ: Mapping[str, str] | None = None,
    stdout: int | IO[str] | IO[bytes] | None = None,
    stderr: int | IO[str] | IO[bytes] | None = None,
) -> ForkedProgram:
    """`otrs-bridge ARGUMENTS` in that folder, in this environment unless another is given; no output goes nowhere."""
    with Path(os.devnull).open("wb") as nowhere:
        out, err = (
            nowhere.fileno() if given is None else given if isinstance(given, int) else given.fileno()
            for given in (stdout, stderr)
        )
        return _parent().fork(arguments, folder, os.environ if environ is None else environ, out, err)


def run(
    *arguments: str,
    folder: Path,
    environ: Mapping[str, str] | None = None,
    stdout: int | None = None,
    timeout: float = 600,
) -> subprocess.CompletedProcess[str]:
    """The same to its end, with all that it has said (standard output only where it leads nowhere else)."""
    with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
        program = start(
            *arguments, folder=folder, environ=environ, stdout=out if stdout is None else stdout, stderr=err
        )
        try:
            status = program.wait(timeout)
        finally:
            program.kill()
        said = []
        for one in (out, err):
            one.seek(0)
            said.append(one.read())
    return subprocess.CompletedProcess(arguments, status, *said)


# --- in the process that everything is forked from


def _import_everything() -> None:
    from importlib import import_module

    from otrs_bridge.cli.commands import COMMANDS

    import_module("otrs_bridge.cli.main")
    for module, _ in COMMANDS.values():
        import_module(f"otrs_bridge.cli.{module}")
    for module in ("bridge", "jobs", "clients", "ledgers"):
        import_module(f"otrs_bridge.bootstrap.{module}")


class _Child(Exception):  # noqa: N818 - no error: how a child gets out of its parent's loop
    """Here the program begins."""


def _serve(orders: socket.socket) -> None:
    """Fork whatever is ordered and tell of its end, until nobody can order anything more. Raises _Child in a child."""
    woken, wakes = socket.socketpair()
    woken.setblocking(False)
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, int] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if woken in ready:
                woken.recv(LONGEST)
                _tell_of_ends(running)
            if orders in ready:
                order, given, _, _ = socket.recv_fds(orders, LONGEST, LET_GO)
                if not order:
                    return
                pid = os.fork()
                if not pid:
                    _become(json.loads(order), given)
                    for descriptor in running.values():
                        os.close(descriptor)
                    raise _Child
                os.write(given[2], b"%d\n" % pid)
                running[pid] = given[2]
                for descriptor in given[:2]:
                    os.close(descriptor)


def _tell_of_ends(running: dict[int, int]) -> None:
    with suppress(ChildProcessError):
        while ended := os.waitpid(-1, os.WNOHANG):
            pid, status = ended
            if not pid:
                return
            tells = running.pop(pid)
            with suppress(BrokenPipeError):
                os.write(tells, b"%d\n" % os.waitstatus_to_exitcode(status))
            os.close(tells)


def _become(order: tuple[list[str], str, dict[str, str]], given: Sequence[int]) -> None:
    """What a process begun from nothing would be by now."""
    arguments, folder, environ = order
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, descriptor in enumerate(given[:2], start=1):
        os.dup2(descriptor, number)
    for descriptor in given:
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = ["otrs-bridge", *arguments]
    sys.modules["__main__"].__package__ = None  # or its help is that of `python -m …`


if __name__ == "__main__":
    _import_everything()
    with suppress(_Child):
        _serve(socket.socket(fileno=int(sys.argv[1])))
        sys.exit()
    from otrs_bridge.cli.main import run as run_program

    run_program()
