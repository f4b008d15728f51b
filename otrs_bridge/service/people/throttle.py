"""Slows guessing down: after a few failures each further one doubles the wait, for a name and for an address alike."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict

from otrs_bridge.ports.clock import Clock

FREE = 3  # failures that cost nothing: people mistype
LONGEST = 15 * 60.0  # seconds; after as long a quiet time, failures are forgotten
_IPV6_SUBNET = 64  # bits
REMEMBERED = 10_000  # names and addresses; whoever fills this with names of nobody is slowed down by his address


class Throttle:
    """Counts failures by name and by address. Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()  # how many, and when it may be tried again

    def begin(self, name: str, address: str) -> float:
        """0.0: try it. It counts as a failure until it has succeeded, so that many tries at once are no way around.

        Otherwise the seconds to wait; nothing is counted then.
        """
        now = self._clock.monotonic()
        with self._lock:
            keys = (f"name {name}", f"address {_network(address)}")
            if (wait := max(self._known(key, now)[1] - now for key in keys)) > 0:
                return wait
            for key in keys:
                self._count(key, now)
            return 0.0

    def succeeded(self, name: str, address: str) -> None:
        """The password was right: the failures of this name were slips. Those of the address may be of other names."""
        with self._lock:
            self._failures.pop(f"name {name}", None)
            self._one_less(f"address {_network(address)}")

    def not_tried(self, name: str, address: str) -> None:
        """The password could not be tried after all: nobody has learned anything of it."""
        with self._lock:
            self._one_less(f"name {name}")
            self._one_less(f"address {_network(address)}")

    def _one_less(self, key: str) -> None:
        count, _ready = self._failures.pop(key, (0, 0.0))
        if count > 1:
            self._failures[key] = (count - 1, self._clock.monotonic())

    def _known(self, key: str, now: float) -> tuple[int, float]:
        count, ready = self._failures.get(key, (0, 0.0))
        return (0, 0.0) if ready + LONGEST < now else (count, ready)

    def _count(self, key: str, now: float) -> None:
        count = self._known(key, now)[0] + 1
        pause = 0.0 if count < FREE else min(2.0 ** min(count - FREE, 20), LONGEST)
        self._failures[key] = (count, now + pause)
        self._failures.move_to_end(key)
        if len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)


def _network(address: str) -> str:
    """Whom an address stands for: whoever has one of IPv6 has 2^64 of them."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _IPV6_SUBNET), strict=False))
