"""What the services need of the world."""

from __future__ import annotations

from dataclasses import dataclass

from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.helpdesk import Helpdesk
from otrs_bridge.ports.journal import Journal


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """OTRS as it is read, the journal, and the clock."""

    helpdesk: Helpdesk
    journal: Journal
    clock: Clock
