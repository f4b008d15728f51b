"""What the throw-away servers share: a folder and a password of their own, an account that is not root, a free port."""

from __future__ import annotations

import fcntl
import itertools
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

APT_LOCK = Path("/run/lock/otrs-bridge-tests.apt")


class ThrowawayServer:
    """A server that runs from its making until `stop`, in a folder that goes with it."""

    def __init__(self, name: str, *, account: str) -> None:
        """Make the folder and start; `account` runs the server when we are root, which servers refuse to run as."""
        self.password = secrets.token_hex(8)
        self.account = account if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix=f"otrs-bridge-{name}-"))
        self._numbers = itertools.count(1)
        if self.account is not None:
            shutil.chown(self.folder, self.account)
        try:
            self.start()
        except BaseException:  # Ctrl-C included: no server outlives the tests
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make the data and start; the server answers when this returns."""
        raise NotImplementedError

    def kill(self) -> None:
        """End the server, hard; it may not have been started."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_name(self) -> str:
        """A name for a database that no test had before."""
        return f"test_{next(self._numbers)}"


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def install(*packages: str) -> None:
    """Install Debian's packages; only root can. One at a time: other workers, and otrs.sh, want to install as well."""
    if os.geteuid() != 0:
        raise RuntimeError(f"missing here: install Debian's packages {' and '.join(packages)}")
    with APT_LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(packages)


def _install(packages: Sequence[str]) -> None:
    for arguments in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *arguments],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"apt-get {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
