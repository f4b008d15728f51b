"""`python -m tests.live.soak MINUTES [SEED]`: traffic, faults, kills on the real OTRS; exit status 1 when a promise broke.

Clients write through the API and by mail, agents work on the same tickets, the line breaks in all its ways, OTRS and its
database are restarted, its hints get lost for a while, the feed breaks, and the daemon is killed, ended and started again,
with an operator's commands beside it. Then it gets quiet.
"""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from random import Random

from tests.faults.fault_proxy import FaultProxy
from tests.live.conftest import Cli, let_minutes_pass
from tests.live.pushing import tell as tell_of_tickets
from tests.live.server.control import LiveServer
from tests.live.soak.accidents import Accidents, nightly
from tests.live.soak.bridge import Bridge
from tests.live.soak.traffic import Traffic
from tests.live.soak.verdict import violations
from tests.live.test_jobs import MOSCOW, SUSPEND, operator
from tests.servers.mail import Mailbox, mail_server, text_of
from tests.servers.throwaway import free_port

BETWEEN = 3.0  # seconds between two things that happen
LOOK = 10.0
LIVES = (60.0, 120.0, 240.0, 600.0)  # seconds until a daemon is ended; the longer ones show whether it grows
COMMAND = 45.0
POLL = 2


def main(minutes: float, seed: int) -> int:
    """Run it, print what came of it."""
    folder = Path(tempfile.mkdtemp(prefix="otrs-bridge-soak-"))
    server = LiveServer()
    server.up()
    server.reset()
    listen = f"127.0.0.1:{free_port()}"
    with (
        FaultProxy(server.base_url) as proxy,
        FaultProxy(f"http://{listen}") as hints,
        mail_server() as mailbox,
    ):
        cli = operator(
            folder,
            server,
            otrs={"url": proxy.base_url},
            daemon={"poll_seconds": POLL, "grace_seconds": 5, "push": {"password": "not-to-be-guessed"}},
            web={"listen": listen},
            notify={"urls": [mailbox.url]},
            jobs={"debt_sync": {"mode": "enforce", "at": nightly(datetime.now(MOSCOW), minutes)}},  # noqa: TID251 - the real server lives in the real time
        )
        tell_of_tickets(server, cli, "--synchronous", "--url", hints.base_url)
        traffic = Traffic(server=server, proxy=proxy, random=Random(seed))
        bridge = Bridge(folder=folder, random=Random(seed + 1), address=f"http://{listen}")
        accidents = Accidents(server=server, hints=hints, ledger=folder / "ledger.db", minutes=minutes)
        soak(traffic, bridge, accidents)
        tell(traffic, bridge, mailbox, minutes, seed)
        grow_quiet(cli, proxy, bridge)
        broken = violations(server, cli, bridge, traffic, mailbox)
    sys.stdout.write("\n".join([f"{len(broken)} promises broken", *broken]) + "\n")
    if broken:
        sys.stdout.write(f"journal and logs are in {folder}\n")
        return 1
    shutil.rmtree(folder)
    return 0


def soak(traffic: Traffic, bridge: Bridge, accidents: Accidents) -> None:
    """Let everything happen."""
    random, began = Random(bridge.random.random()), time.monotonic()
    stop = threading.Event()
    operator_at_work = threading.Thread(target=_commands, args=(bridge, stop))
    bridge.start(began)
    operator_at_work.start()
    look, length = began, accidents.minutes * 60
    until = began + random.choice(LIVES)
    while (now := time.monotonic()) < began + length:
        traffic.happen()
        if now >= look:
            bridge.look(now)
            look = now + LOOK
        if now >= until:
            bridge.end(by=random.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)))
            bridge.start(time.monotonic())
            until = time.monotonic() + random.choice(LIVES)
        for accident in accidents.at((now - began) / length):
            sys.stdout.write(f"{(now - began) / 60:.1f} min: {accident.replace('_', ' ')}\n")
            sys.stdout.flush()
        stop.wait(BETWEEN)
    stop.set()
    operator_at_work.join()
    bridge.end(by=signal.SIGTERM)


def _commands(bridge: Bridge, stop: threading.Event) -> None:
    while not stop.wait(COMMAND):
        bridge.command()


def grow_quiet(cli: Cli, proxy: FaultProxy, bridge: Bridge) -> None:
    """No fault any more: what is open is looked at when its minutes have passed, and everything is looked over once."""
    proxy.clear()
    let_minutes_pass(cli.folder)
    for command in (SUSPEND, ("sweep", "--all", "--apply"), SUSPEND, ("sweep", "--all", "--apply")):
        done = cli.run(*command)
        with (cli.folder / "end.txt").open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}")
        if done.returncode:
            bridge.broken.append(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")


def tell(traffic: Traffic, bridge: Bridge, mailbox: Mailbox, minutes: float, seed: int) -> None:
    """What happened, and how much the daemons held."""
    held = [one for one in bridge.samples if one.age > 60]
    say = [
        f"soak of {minutes:g} minutes, seed {seed}: {traffic.counts}, {len(traffic.proxy.struck)} faults struck",
        f"{bridge.lives} daemons, {bridge.killed} processes killed, hints by outcome: {bridge.hints()}",
        *(f"letter: {text_of(letter).strip()}" for letter in mailbox.letters),
        f"memory {min(s.memory for s in held):.0f} to {max(s.memory for s in held):.0f} MB, "
        f"handles {min(s.handles for s in held)} to {max(s.handles for s in held)}"
        if held
        else "no daemon lived for a minute",
    ]
    sys.stdout.write("\n".join(say) + "\n")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
