"""The bridge as an administrator runs it, in processes of its own, which are killed, ended and started again."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import requests

from tests.live.pushing import pushes

PROGRAM = Path(sys.executable).with_name("otrs-bridge")
COMMANDS = (
    ("sweep", "--all", "--apply"),
    ("jobs", "run", "internet_suspension", "--apply"),
    ("jobs", "plan", "debt_sync"),
    ("sweep", "--all"),
    ("history",),
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What a daemon held when it was looked at, `age` seconds after its start. `memory` is resident, in MB."""

    life: int
    age: float
    memory: float
    handles: int


@dataclass(kw_only=True)
class Bridge:
    """`folder` holds config.yaml; `lives` counts the daemons that were started, `killed` the ends by SIGKILL.

    `address`: where they serve their figures. `heard`: the hints of each life by outcome, as last seen.
    """

    folder: Path
    random: Random
    address: str
    lives: int = 0
    killed: int = 0
    broken: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    heard: dict[int, Counter[str]] = field(default_factory=dict)
    daemon: subprocess.Popen[bytes] | None = None
    born: float = 0.0

    def start(self, now: float) -> None:
        """A fresh daemon."""
        self.lives += 1
        self.born = now
        with (self.folder / f"daemon-{self.lives}.log").open("wb") as log:
            self.daemon = subprocess.Popen([PROGRAM, "run"], cwd=self.folder, stdout=log, stderr=log)

    def look(self, now: float) -> None:
        """Take a sample; a daemon that ended by itself is a finding, and another is started."""
        if self.daemon is None:
            return
        if self.daemon.poll() is not None:
            self.broken.append(f"daemon {self.lives} ended by itself with status {self.daemon.returncode}")
            self.start(now)
            return
        process = Path("/proc") / str(self.daemon.pid)
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        memory = int(status["VmRSS"].split()[0]) / 1024
        handles = sum(1 for _ in (process / "fd").iterdir())
        self.samples.append(Sample(life=self.lives, age=now - self.born, memory=memory, handles=handles))

        with contextlib.suppress(requests.RequestException):  # it does not serve yet
            self.heard[self.lives] = pushes(self.address)

    def hints(self) -> dict[str, int]:
        """How many came, by outcome, in all lives together."""
        return dict(sum(self.heard.values(), Counter()))

    def end(self, *, by: signal.Signals) -> None:
        """SIGKILL at whatever it is doing, or SIGTERM, after which it has ten seconds and ends with 0."""
        if self.daemon is None:
            return
        self.daemon.send_signal(by)
        self.killed += by is signal.SIGKILL
        try:
            status = self.daemon.wait(timeout=60 if by is signal.SIGKILL else 15)
        except subprocess.TimeoutExpired:
            self.broken.append(f"daemon {self.lives} did not end on {by.name}")
            self.daemon.kill()
            self.daemon.wait(timeout=60)
            return
        if by is signal.SIGTERM and status != 0:
            self.broken.append(f"daemon {self.lives} ended on SIGTERM with status {status}")

    def command(self) -> None:
        """An operator's command beside the daemon; one in three is killed in the middle."""
        arguments = self.random.choice(COMMANDS)
        with (self.folder / "commands.log").open("ab") as log:
            log.write(f"$ {' '.join(arguments)}\n".encode())
            with subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stdout=log, stderr=log) as process:
                patience = self.random.uniform(1.5, 6.0) if self.random.random() < 1 / 3 else 300.0
                try:
                    process.wait(patience)
                except subprocess.TimeoutExpired:
                    process.kill()
                    self.killed += 1
                    if patience == 300.0:
                        self.broken.append(f"{' '.join(arguments)} took longer than five minutes")
