"""What a daemon takes while nothing happens: `python -m bench.idle [--minutes 3]`.

`otrs-bridge run` with page, pushes and metrics, every rule observed, in a process of its own, on a sandbox in this one with
some hundred tickets that nobody changes. After half a minute of settling down the kernel tells its time on the processor and
its memory, while /metrics is asked every fifteen seconds, as Prometheus does. Wanted: below 1 % of a core, and 120 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests
import yaml

from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.servers.throwaway import free_port

TICKETS, SETTLING, SCRAPE = 300, 30.0, 15.0
MB = 1 << 20


def main() -> None:
    """Start, wait, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    seconds = 60 * parser.parse_args().minutes
    program = Path(sys.executable).with_name("otrs-bridge")
    with (
        tempfile.TemporaryDirectory(prefix="otrs-bridge-bench-") as folder,
        Sandbox(clock=SystemClock().now) as sandbox,
    ):
        for number in range(TICKETS):
            sandbox.add_ticket(f"Нет интернета, договор Ф-{number:05}")
        listen = configure(Path(folder), sandbox)
        with (Path(folder) / "log").open("w") as log:
            daemon = subprocess.Popen([program, "run"], cwd=folder, stderr=log)
            try:
                until_it_answers(listen)
                wait(SETTLING)
                before, asked_before, began = processor(daemon.pid), requests_to_otrs(listen), time.monotonic()
                while time.monotonic() - began < seconds:
                    wait(SCRAPE)
                    requests_to_otrs(listen)
                took, passed = processor(daemon.pid) - before, time.monotonic() - began
                asked = requests_to_otrs(listen) - asked_before
                resident, peak = memory(daemon.pid)
            finally:
                daemon.terminate()
                daemon.wait()
    print(f"{passed:.0f} s, {asked:.0f} requests to OTRS: {100 * took / passed:.2f} % of a core ({took:.2f} s)")
    print(f"memory: {resident / MB:.0f} MB, at most {peak / MB:.0f} MB")


def configure(folder: Path, sandbox: Sandbox) -> str:
    """The configuration; returns where the daemon listens."""
    listen = f"127.0.0.1:{free_port()}"
    written = {
        "otrs": {"url": sandbox.base_url, "user": sandbox.user, "password": sandbox.password},
        "web": {"listen": listen},
        "daemon": {"push": {"password": "a secret of its own"}},
        "rules": {rule.name: "observe" for rule in RULES},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    path.chmod(0o600)
    return listen


def until_it_answers(listen: str) -> None:
    """A minute or two at most, on a machine that is busy."""
    for _ in range(240):
        try:
            requests.get(f"http://{listen}/healthz", timeout=30)
        except requests.ConnectionError:
            wait(0.5)
        else:
            return
    raise TimeoutError(listen)


def wait(seconds: float) -> None:
    """Let time pass."""
    threading.Event().wait(seconds)


def processor(pid: int) -> float:
    """Seconds of a process on the processor, of its own and of the kernel for it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> tuple[int, int]:
    """Bytes of a process in memory, now and at most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = dict(line.split(":", 1) for line in status.splitlines())
    return 1024 * int(found["VmRSS"].split()[0]), 1024 * int(found["VmHWM"].split()[0])


def requests_to_otrs(listen: str) -> float:
    """How often the daemon has asked OTRS, by its own count."""
    text = requests.get(f"http://{listen}/metrics", timeout=30).text
    counts = [line for line in text.splitlines() if line.startswith("otrs_bridge_otrs_seconds_count")]
    return sum(float(line.rpartition(" ")[2]) for line in counts)


if __name__ == "__main__":
    main()
