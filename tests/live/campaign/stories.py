"""The stories of the campaign (tests/faults/campaign), played on the real OTRS: the same promises, read from its database.

Only OTRS's time is the real one; the bridge's clock and billing's are the story's, so that nobody waits. A story has its own
tickets, which are put out of the bridge's sight at its end: none needs a fresh server.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.campaign.invariants import violations
from tests.faults.campaign.story import played
from tests.faults.campaign.world import NetworkedWorld
from tests.live.campaign.desk import LiveDesk
from tests.live.server.control import LiveServer


@dataclass(kw_only=True)
class LiveWorld(NetworkedWorld):
    """A world whose helpdesk is the test server."""

    server: LiveServer = field(default_factory=LiveServer)

    def _desk(self) -> LiveDesk:
        self.desk = LiveDesk(server=self.server)
        return self.desk

    @property
    def ours(self) -> int:
        """The number of the bridge's agent."""
        return self.desk.ours


def broken_promises(seed: int) -> tuple[list[str], list[str]]:
    """(the promises that this seed's story broke on the real OTRS, the story)."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as closing:
        story = played(seed, Path(folder), closing, LiveWorld)
        assert isinstance(story.world, LiveWorld)
        story.world.desk.hold_still()
        return violations(story), story.world.log
