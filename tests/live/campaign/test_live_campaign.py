"""Seeded stories of faults, kills, people and second bridges on the real OTRS; `make campaign-live` plays more of them."""

from __future__ import annotations

import pytest

from tests.live.campaign.stories import broken_promises
from tests.live.server.control import LiveServer

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

SEEDS = (3, 4, 8, 9)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_story_on_the_real_otrs_breaks_no_promise(seed: int, fresh: LiveServer) -> None:
    broken, log = broken_promises(seed)
    assert broken == [], "\n".join(log)
    assert fresh.is_up()
