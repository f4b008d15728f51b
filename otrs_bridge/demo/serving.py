"""The morning of the demo's 1st of May, kept going: for whoever wants to decide about it on the page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from otrs_bridge.clock import SystemClock
from otrs_bridge.demo.month import FIRST, export_beside
from otrs_bridge.demo.practice import furnish
from otrs_bridge.demo.scene import SetBackClock, place_all
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.words import Language, Words

POLL_SECONDS = 2
BANNER = Words(
    ru="Демонстрация: учебный OTRS, утро 1 мая 2013 года. Никто не будет отключён.",
    en="A demonstration: a practice OTRS on the morning of 1 May 2013. Nobody is cut off.",
)


class MayClock:
    """It is the morning of 1 May 2013 when it is made; from then on time goes by as it does."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._ahead = self._clock.now() - FIRST
        self.monotonic = self._clock.monotonic
        self.sleep = self._clock.sleep
        self.wake = self._clock.wake

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._clock.now() - self._ahead


@dataclass(frozen=True, kw_only=True, slots=True)
class Morning:
    """The stand-in listens, the tickets have come in, billing has exported what it knows to `accounts` and `entries`."""

    sandbox: Sandbox
    clock: MayClock
    config: Path
    accounts: str
    entries: str

    @property
    def as_of(self) -> str:
        """The moment of the export, as `billing import` takes it."""
        return f"{self.clock.now().astimezone(FIRST.tzinfo):%Y-%m-%dT%H:%M}"


@contextmanager
def open_morning(language: Language, listen: str) -> Iterator[Morning]:
    """Set everything up in a temporary folder, and leave nothing behind."""
    clock = MayClock()
    movable = SetBackClock(clock)
    with tempfile.TemporaryDirectory(prefix="otrs-bridge-demo-") as folder, Sandbox(clock=movable.now) as sandbox:
        config = furnish(sandbox, Path(folder), language)
        _let_people_decide(config, listen, BANNER.text(language))
        place_all(sandbox, movable)
        accounts, entries = export_beside(config, clock.now())
        yield Morning(sandbox=sandbox, clock=clock, config=config, accounts=accounts, entries=entries)


def _let_people_decide(config: Path, listen: str, banner: str) -> None:
    """With the page, and without the exception that lets the other acts cut off three of nine.

    Faults are left out of account: some of the tickets tell of faults of these very lines, and nothing would be to decide.
    """
    known = yaml.safe_load(config.read_text(encoding="utf-8"))
    del known["billing"]["max_share"]
    known["jobs"]["do_no_harm"] = False
    known |= {"web": {"listen": listen, "banner": banner}, "daemon": {"poll_seconds": POLL_SECONDS}}
    config.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=False), encoding="utf-8")
