"""Whoever watches the jobs from outside is told when a run begins and how it ended."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.errors import BridgeError
from tests.service.jobs.conftest import INTERNET, Make
from tests.service.jobs.memory_billing import MemoryBilling
from tests.service.jobs.test_paused_jobs import ONLY, pause


def test_a_run_that_ends_well_pings_twice(bridge: Make) -> None:
    pinged: list[tuple[str, str]] = []
    here = bridge(modes=ONLY)
    here.runner.ping = lambda job, event: pinged.append((job, event))
    here.run(INTERNET)
    assert pinged == [(INTERNET, "start"), (INTERNET, "success")]


def test_a_run_that_waits_for_a_person_or_cannot_act_fails(bridge: Make, billing: MemoryBilling) -> None:
    pinged: list[tuple[str, str]] = []
    here = bridge(modes=ONLY, caps=BillingCaps(max_tickets=1, max_share=1))  # type: ignore[arg-type] # a whole number is a fraction
    here.runner.ping = lambda job, event: pinged.append((job, event))
    here.run(INTERNET)
    assert pinged == [(INTERNET, "start"), (INTERNET, "fail")]
    pinged.clear()
    billing.broken = True
    with pytest.raises(BridgeError):
        here.run(INTERNET)
    assert pinged == [(INTERNET, "start"), (INTERNET, "fail")]


def test_a_paused_job_pings_nothing(bridge: Make) -> None:
    pinged: list[tuple[str, str]] = []
    here = bridge(modes=ONLY)
    here.runner.ping = lambda job, event: pinged.append((job, event))
    pause(here, INTERNET)
    here.run(INTERNET)
    assert pinged == []
