"""A client directory of a million: how long a sync takes, how much memory, and how fast the look-ups are.

    python -m bench.directory [CLIENTS]

Prints, for SQLite and for a PostgreSQL of its own: seconds and peak memory of `sync` in all its processes (each one's
own peak, added up, so what they share is counted several times), and the median and the 95th
percentile of look-ups by contract, phone, login, whole and partial address. Wanted: 60 s, 300 MB, 1 ms, 20 ms.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bench.streets import write_clients
from otrs_bridge.directory.clients_csv import ClientsCsv
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.reading import BadRow, NotUnderstood, read_clients
from otrs_bridge.directory.sync import SyncReport, sync
from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.address.pattern import parse_address_pattern
from otrs_bridge.domain.client import Client
from otrs_bridge.journal.database import open_database
from tests.servers.postgres import Postgres

Sample = TypeVar("Sample")
SAMPLES = 2000
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Synced:
    """One measured sync."""

    report: SyncReport
    seconds: float
    processor_seconds: float
    peak_megabytes: float


def main() -> None:
    """Print all figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="otrs-bridge-bench-") as folder, Postgres() as server:
        path = Path(folder) / "clients.csv"
        write_clients(path, count)
        print(f"{count:,} clients, {path.stat().st_size / 1e6:.0f} MB of CSV")
        samples = some_clients(path, count)
        for name, url in (("SQLite", f"sqlite:///{folder}/bridge.db"), ("PostgreSQL", server.url(server.database()))):
            print(f"\n{name}")
            for what in ("first sync", "sync over it"):
                show_sync(what, in_own_process(path, url))
            look_ups(url, samples)


def in_own_process(path: Path, url: str) -> Synced:
    """Sync in a process of its own, so that its memory can be told."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured_sync, (path, url))


def measured_sync(path: Path, url: str) -> Synced:
    """Sync and measure."""
    store = open_database(url)
    began, worked = time.perf_counter(), sum(os.times()[:4])
    peaks = Peaks()
    report = sync(ClientsCsv(path), store, at=MOMENT, progress=peaks.look)
    peaks.look()
    seconds, processor = time.perf_counter() - began, sum(os.times()[:4]) - worked
    store.close()
    return Synced(report=report, seconds=seconds, processor_seconds=processor, peak_megabytes=peaks.megabytes)


class Peaks:
    """The most memory that this process and each of its children has had.

    Asked of the kernel while they live: what it tells of ended children counts their moment as a copy of the parent.
    """

    def __init__(self) -> None:
        self._kilobytes: dict[str, int] = {}

    def look(self, _rows: int = 0) -> None:
        """Note how it stands."""
        own = str(os.getpid())
        for process in (own, *Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()):
            found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
            self._kilobytes[process] = int(found[1]) if found else 0

    @property
    def megabytes(self) -> float:
        """All of them together."""
        return sum(self._kilobytes.values()) / 1024


def show_sync(what: str, done: Synced) -> None:
    """One line."""
    report = done.report
    print(
        f"  {what:13} {done.seconds:5.1f} s ({done.processor_seconds:.1f} s of the processor), "
        f"peak {done.peak_megabytes:.0f} MB, {report.clients:,} clients, "
        f"{report.bad_rows} bad rows, not understood: {dict(report.not_understood)}"
    )


def some_clients(path: Path, count: int) -> Sequence[Client]:
    """Clients from all over the file."""
    step = max(1, count // SAMPLES)
    rows = read_clients(ClientsCsv(path), NotUnderstood())
    found = [row for number, row in enumerate(rows) if number % step == 0 and not isinstance(row, BadRow)]
    random.Random(1).shuffle(found)
    return found


def look_ups(url: str, samples: Sequence[Client]) -> None:
    """Median and 95th percentile of each kind; each look-up has to find the client that it was made from."""
    store = open_database(url)
    directory = MirrorDirectory(store)
    living = [one for one in samples if one.address is not None and (one.address.flat or one.address.office)]
    timed("by contract", samples, lambda one: directory.by_contract(one.contracts[0]))
    timed("by phone", samples, lambda one: directory.by_phone(one.phones[0]))
    timed("by login", samples, lambda one: directory.by_login(one.login))
    timed("by address", living, lambda one: directory.by_address(one.address) if one.address else ())
    timed("%Лет%14%кв.15", living, lambda one: by_pattern(directory, pattern_of(one, letters=5)))
    timed("%ет%14%кв.15", living, lambda one: by_pattern(directory, pattern_of(one, letters=2)))
    timed("%Летн% alone", living, lambda one: by_pattern(directory, f"%{street_of(one)[:4]}%"), exact=False)
    timed("a house alone", living, lambda one: directory.by_address(house_of(one)), exact=False)
    missing = [f"nobody{number}" for number in range(SAMPLES)]
    timed("nobody's login", missing, directory.by_login, exact=False)
    store.close()


def by_pattern(directory: MirrorDirectory, text: str) -> Sequence[Client]:
    """As an operator searches."""
    pattern = parse_address_pattern(text)
    assert pattern is not None, text
    return directory.by_address(pattern)


def street_of(client: Client) -> str:
    """The longest word of the street's name."""
    assert client.address is not None
    return max(client.address.street.replace("-", " ").split(), key=len)


def pattern_of(client: Client, *, letters: int) -> str:
    """A piece of the street, the house and the flat."""
    address = client.address
    assert address is not None
    building = f" корп.{address.building}" if address.building else ""
    inside = f"кв.{address.flat}" if address.flat else f"оф.{address.office}"
    return f"%{street_of(client)[1 : 1 + letters]}%{address.house}{building}%{inside}"


def house_of(client: Client) -> Address:
    """The address without flat and office."""
    assert client.address is not None
    return replace(client.address, flat="", office="")


def timed(
    what: str, samples: Sequence[Sample], look_up: Callable[[Sample], Sequence[Client]], *, exact: bool = True
) -> None:
    """Look all of them up, one after the other."""
    took: list[float] = []
    found = hits = 0
    for sample in samples[:SAMPLES]:
        began = time.perf_counter()
        answer = look_up(sample)
        took.append((time.perf_counter() - began) * 1000)
        hits += len(answer)
        found += sample in answer
    share = f", {found / len(took):.1%} found again" if exact else ""
    percentile = statistics.quantiles(took, n=20)[-1]
    print(
        f"  {what:15} median {statistics.median(took):6.2f} ms, 95 % below {percentile:6.2f} ms, "
        f"{hits / len(took):.1f} hits each{share}"
    )


if __name__ == "__main__":
    main()
