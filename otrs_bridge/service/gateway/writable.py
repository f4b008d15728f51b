"""What only the gateway gets of the world. An import contract keeps the other services from it."""

from __future__ import annotations

from dataclasses import dataclass

from otrs_bridge.ports.helpdesk_writes import WritableHelpdesk
from otrs_bridge.service.outside import Outside


@dataclass(frozen=True, kw_only=True, slots=True)
class WritableOutside(Outside):
    """The world with an OTRS that can be written to. To everybody else it is an Outside."""

    helpdesk: WritableHelpdesk
