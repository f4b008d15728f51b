"""How to reach OTRS: everything the adapter has to be told, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from otrs_bridge.domain.hours import Hours
from otrs_bridge.domain.otrs_limits import Platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Night:
    """Hours in which nobody works with OTRS: how many requests may be under way at once, in which zone."""

    hours: Hours
    workers: int
    zone: tzinfo


@dataclass(frozen=True, kw_only=True, slots=True)
class OtrsConnection:
    """Where OTRS is, who we are there, and how patient we are. Times are seconds.

    `platform` is the product, where the operator has said so (None: the server is asked).

    `timezone` is OTRSTimeZone; it is needed only to put back a pending time that has passed.

    `timeout` is the longest that one call may take, from the first byte to the last. `longest_answer`: bytes of an
    answer, unpacked, that are read at most. `workers` is how many requests may be under way at once; more than OTRS
    has processor cores only makes each of them slower. At `night` there may be others. `session_file` keeps the session
    across restarts (None: it lives as long as the process). `page_size` is how many ids one search asks for,
    `batch_size` how many tickets one read asks for.
    """

    url: str
    user: str
    password: str = field(repr=False)
    webservice: str = "OtrsBridge"
    path: str = "/otrs/nph-genericinterface.pl/Webservice/"
    platform: Platform | None = None
    ca_bundle: Path | None = None
    verify: bool = True
    client_certificate: Path | None = None
    client_key: Path | None = None
    timeout: float = 30.0
    connect_timeout: float = 5.0
    longest_answer: int = 64 << 20
    timezone: tzinfo | None = None
    workers: int = 2
    night: Night | None = None
    session_file: Path | None = None
    page_size: int = 2000
    batch_size: int = 50

    @property
    def most_workers(self) -> int:
        """How many requests may ever be under way at once."""
        return max(self.workers, self.night.workers) if self.night else self.workers

    def workers_at(self, moment: datetime) -> int:
        """How many requests may be under way at once at this moment."""
        if self.night is not None and self.night.hours.cover(moment.astimezone(self.night.zone).time()):
            return self.night.workers
        return self.workers

    @property
    def address(self) -> str:
        """The URL as it may be shown: without user name and password."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).rstrip("/")

    @property
    def webservice_path(self) -> str:
        """`path` with a slash at both ends."""
        return f"/{self.path.strip('/')}/"

    @property
    def certificate_check(self) -> bool | str:
        """What requests calls `verify`."""
        return str(self.ca_bundle) if self.verify and self.ca_bundle else self.verify

    @property
    def certificate(self) -> str | tuple[str, str] | None:
        """What requests calls `cert`."""
        if self.client_certificate is None:
            return None
        if self.client_key is None:
            return str(self.client_certificate)
        return str(self.client_certificate), str(self.client_key)
