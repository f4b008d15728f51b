"""Finding the bridge's own tickets: many keys in one call, orphans by their titles, and people's open tickets."""

from __future__ import annotations

from tests.contract.helpdesk.scene import CLIENT, Scene, token

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


def test_the_open_tickets_of_a_client_are_found_and_closed_ones_are_not(scene: Scene) -> None:
    waiting, done = scene.new_ticket(token()), scene.new_ticket(token())
    scene.bridge.update(done, {"state": "closed successful"}, None)
    found = [ticket.id for ticket in scene.bridge.open_tickets_of([CLIENT.user, '"Петров" <test@mtel.ru>'])]
    assert waiting in found
    assert done not in found
