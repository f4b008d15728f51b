"""What an operator approves is exactly what goes, less what has drifted."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.billing.held_plan import PlannedTicket, drift, fingerprint
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.money import from_kopecks
from tests.domain.billing.ledgers import period


def planned(number: int, roubles: int | str | Decimal) -> PlannedTicket:
    key = EpisodeKey(service="internet", contract=f"Ф-{number}", period=period("2013-05"))
    return PlannedTicket(key=key, amount=Decimal(roubles))


plans = st.dictionaries(st.integers(1, 30), st.integers(1, 5).map(from_kopecks)).map(
    lambda amounts: [planned(number, amount) for number, amount in amounts.items()]
)


@given(plans, st.randoms(use_true_random=False))
def test_the_order_of_a_plan_does_not_change_its_fingerprint(plan: list[PlannedTicket], random: Random) -> None:
    assert fingerprint(random.sample(plan, len(plan))) == fingerprint(plan)


@given(plans, plans)
def test_different_plans_have_different_fingerprints(one: list[PlannedTicket], other: list[PlannedTicket]) -> None:
    assert (set(one) == set(other)) == (fingerprint(one) == fingerprint(other))


def test_a_kopeck_written_in_another_way_is_the_same_plan() -> None:
    assert fingerprint([planned(1, "500")]) == fingerprint([planned(1, "500.00")])
    assert fingerprint([planned(1, "500")]) != fingerprint([planned(1, "500.01")])


@given(plans, plans)
def test_every_ticket_of_both_plans_is_accounted_for_once(
    stored: list[PlannedTicket], fresh: list[PlannedTicket]
) -> None:
    found = drift(stored, fresh)
    before = [*found.unchanged, *found.gone, *(one.before for one in found.changed)]
    now = [*found.unchanged, *found.appeared, *(one.now for one in found.changed)]
    assert sorted(before) == sorted(stored)
    assert sorted(now) == sorted(fresh)
    assert (found.unchanged == tuple(before) == tuple(now)) == (set(stored) == set(fresh))


def test_only_what_the_approver_saw_goes() -> None:
    stored = [planned(1, 500), planned(2, 500), planned(3, 500)]
    fresh = [planned(1, 500), planned(3, 300), planned(4, 500)]
    found = drift(stored, fresh)
    assert found.unchanged == (planned(1, 500),)
    assert found.gone == (planned(2, 500),)
    assert found.appeared == (planned(4, 500),)
    assert [(one.before, one.now) for one in found.changed] == [(planned(3, 500), planned(3, 300))]
