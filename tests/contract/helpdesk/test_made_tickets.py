"""Finding the bridge's own tickets: many keys in one call, orphans by their titles, and people's open tickets."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.selection import OpenTickets
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.errors import SearchNotTrusted
from tests.contract.helpdesk.scene import Scene, token

FIELD = "BridgeKey"


def test_many_keys_are_found_in_one_call_and_the_others_are_proven_absent(scene: Scene) -> None:
    mark = token()
    wanted = {f"debt:internet:{mark}-{n}:2013-05": f"Откл. интернет {mark}-{n} 2013-05" for n in range(6)}
    (first, its_title), (second, _), *_ = wanted.items()
    one = scene.new_ticket(its_title, fields={FIELD: first})
    other = scene.new_ticket("Переименована человеком", fields={FIELD: second})
    found = scene.bridge.find_made(FIELD, wanted)
    assert {key: [ticket.id for ticket in tickets] for key, tickets in found.items()} == {
        key: {first: [one], second: [other]}.get(key, []) for key in wanted
    }
    assert found[first][0].article is not None


def test_what_is_left_of_a_create_is_found_by_its_title_alone(
    scene: Scene,
) -> None:
    mark = token()
    title = f"Откл. интернет {mark} 2013-05"
    orphan = scene.backstage.ticket_without_article(title)
    scene.new_ticket(f"{title} и ещё что-то")
    found = scene.bridge.find_made(FIELD, {f"debt:internet:{mark}:2013-05": title})
    ((ticket,),) = found.values()
    assert (ticket.id, ticket.article, ticket.dynamic_fields.get(FIELD, "")) == (orphan, None, "")


def test_every_ticket_with_a_key_can_be_listed(scene: Scene) -> None:
    made = scene.new_ticket(token(), fields={FIELD: f"debt:internet:{token()}:2013-05"})
    plain = scene.new_ticket(token())
    listed = [ticket_id for page in scene.bridge.with_value(FIELD) for ticket_id in page]
    assert made in listed
    assert plain not in listed


def test_the_open_tickets_with_a_key_can_be_listed_alone(scene: Scene) -> None:
    made = [scene.new_ticket(token(), fields={FIELD: f"debt:internet:{token()}:2013-05"}) for _ in range(5)]
    states = ("closed successful", "closed unsuccessful", "merged", "removed", "open")
    for ticket_id, state in zip(made, states, strict=True):
        scene.bridge.update(ticket_id, {"state": state}, None)
    plain = scene.new_ticket(token())
    listed = [ticket_id for page in scene.bridge.with_value(FIELD, open_only=True) for ticket_id in page]
    assert [ticket_id for ticket_id in listed if ticket_id in made] == made[4:]
    assert plain not in listed


def test_a_walk_over_the_open_tickets_meets_every_placeholder_and_nothing_that_is_finished(scene: Scene) -> None:
    mark = token()
    customers = [
        Customer(user=f'"ул. Мира (подъезд 2), д. 5 & 6, {mark}, Ф-{number}" <test@mtel.ru>') for number in range(9)
    ]
    made = [scene.new_ticket(token(), customer=customer) for customer in customers]
    states = ("closed successful", "closed unsuccessful", "merged", "removed", "open")
    for ticket_id, state in zip(made, states, strict=False):
        scene.bridge.update(ticket_id, {"state": state}, None)
    met = [ticket_id for page in scene.helpdesk(page_size=4).walk(OpenTickets()) for ticket_id in page]
    assert [ticket_id for ticket_id in met if ticket_id in made] == made[4:]
    read = scene.bridge.read(made[4:], with_article=False).tickets
    assert [ticket.customer for ticket in read] == customers[4:]


def test_a_filled_field_is_told_from_an_empty_one_where_the_cache_is_wrong(scene: Scene) -> None:
    filled, empty, poisoned = (scene.new_ticket(fields=fields) for fields in ({"Contract": "Ф-1"}, {}, {}))
    scene.bridge.read([poisoned])
    scene.backstage.poison(poisoned, "Contract", "Ф-2")
    asked = [empty, filled, poisoned]
    assert scene.bridge.filled_among(asked, "Contract") == (filled, poisoned)
    assert scene.bridge.filled_among([empty], "Contract") == ()


@pytest.mark.parametrize("field", ["Nope", "contract"])
def test_filled_in_a_field_that_does_not_exist_is_noticed(scene: Scene, field: str) -> None:
    with pytest.raises(SearchNotTrusted):
        scene.bridge.filled_among([scene.new_ticket()], field)


def test_filled_among_tickets_that_are_gone_is_no_answer(scene: Scene) -> None:
    with pytest.raises(SearchNotTrusted):
        scene.bridge.filled_among([scene.new_ticket(), 99_999_999], "Contract")
    with pytest.raises(SearchNotTrusted):
        scene.bridge.filled_among([], "Contract")


@pytest.mark.parametrize("written", ["МТ/{}-15", "№ {} (доп.)", "ФЛ&Ю+{}", "А!{}", 'Б "{}"'])
def test_a_contract_as_people_write_it_is_found_by_its_title_the_earlier_title_as_well(
    scene: Scene, written: str
) -> None:
    contract = written.format(token())
    key = EpisodeKey(service="internet", contract=contract, period=Period(year=2013, month=5))
    now, before = (scene.backstage.ticket_without_article(title) for title in (key.title, key.earlier_title))
    scene.new_ticket(f"{key.title} и ещё что-то")
    (found,) = scene.bridge.find_made(FIELD, {str(key): key.title}).values()
    assert [ticket.id for ticket in found] == [now, before]
