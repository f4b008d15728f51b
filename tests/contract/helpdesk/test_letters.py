"""What the database beneath OTRS takes for the same letter is no letter of ours: ё is е to MariaDB, and a smiley nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from otrs_bridge.domain.ticket import Customer, Ticket, Value, same_value
from otrs_bridge.ports.helpdesk import Note
from tests.contract.helpdesk.scene import Scene, token

FIELD = "BridgeKey"
# What some database takes for one: marks over letters, and what only looks like marks or case.
TWINS = [
    ("Ёлкин-1", "Елкин-1"),
    ("Rene-2", "René-2"),
    ("Їжак-3", "Іжак-3"),
    ("Straße-4", "Strase-4"),
    ("Йод-5", "Иод-5"),
]


def _ids(found: Sequence[Ticket]) -> list[int]:
    return [ticket.id for ticket in found]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_a_key_is_found_by_its_own_letters_alone(scene: Scene, one: str, other: str) -> None:
    mark = token()
    first, second = (scene.new_ticket(fields={FIELD: f"{mark}:{key}"}) for key in (one, other))
    assert scene.bridge.find_by_key(FIELD, f"{mark}:{one}") == (first,)
    assert scene.bridge.find_by_key(FIELD, f"{mark}:{other}".upper()) == (second,)


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_a_key_that_only_a_twin_has_is_proven_absent(scene: Scene, one: str, other: str) -> None:
    mark = token()
    scene.new_ticket(f"Откл. {mark} {one}", fields={FIELD: f"{mark}:{one}"})
    assert scene.bridge.find_by_key(FIELD, f"{mark}:{other}") == ()
    assert scene.bridge.find_by_title(f"{mark}-{other}") == ()
    wanted = {f"{mark}:{other}": f"Откл. {mark} {other}"}
    assert dict(scene.bridge.find_made(FIELD, wanted)) == {f"{mark}:{other}": ()}


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_the_tickets_of_two_keys_are_told_apart_in_one_search(scene: Scene, one: str, other: str) -> None:
    mark = token()
    wanted = {f"{mark}:{key}": f"Откл. {mark} {key}" for key in (one, other)}
    made = {key: scene.new_ticket(title, fields={FIELD: key}) for key, title in wanted.items()}
    found = scene.bridge.find_made(FIELD, wanted)
    assert {key: _ids(tickets) for key, tickets in found.items()} == {key: [made[key]] for key in wanted}


def test_what_is_left_of_a_create_is_told_from_its_twins_by_the_letters_of_its_title(scene: Scene) -> None:
    mark = token()
    orphan = scene.backstage.ticket_without_article(f"Откл. {mark} Семёнов")
    wanted = {f"{mark}:{name}": f"Откл. {mark} {name}" for name in ("Семенов", "Семёнов")}
    assert [_ids(tickets) for tickets in scene.bridge.find_made(FIELD, wanted).values()] == [[], [orphan]]


@pytest.mark.parametrize("asked", ["Летная", "ЛЕТНАЯ", "лётная", "Лётная"])
def test_a_person_who_searches_for_a_street_is_given_the_tickets_that_name_it(scene: Scene, asked: str) -> None:
    mark = token()
    made = {name: scene.new_ticket(f"{name} ул., {mark}") for name in ("Летная", "Лётная")}
    found = _ids(scene.bridge.find_by_text([asked, mark], limit=9))
    assert made[asked.capitalize()] in found
    assert set(found) <= set(made.values())


def test_a_customer_is_not_given_the_tickets_of_another(scene: Scene) -> None:
    mark = token()
    logins = [f'"{name}, {mark}" <test@mtel.ru>' for name in ("Семенов", "Семёнов")]
    made = [scene.new_ticket(customer=Customer(user=login, company="")) for login in logins]
    assert [_ids(scene.bridge.find_by_customer(login, limit=9)) for login in logins] == [[one] for one in made]


def test_what_is_written_is_read_back_as_the_same_whatever_the_letters(scene: Scene) -> None:
    made = scene.new_ticket()
    wanted: dict[str, Value] = {
        "title": "Роутер мигает 🔴 и не грузит 😀",
        "DynamicField_Address": "ул. Лётная, д. 5 🏠",
        "customer": Customer(user='"ул. Мира 🏠, д. 5, Ф-10482" <test@mtel.ru>'),
    }
    scene.bridge.update(made, wanted, Note(subject="Мост", body="Было: 😀"))
    (ticket,) = scene.bridge.read([made]).tickets
    assert [name for name, value in wanted.items() if not same_value(ticket.value_of(name), value)] == []
    assert scene.bridge.holds(made, "DynamicField_Address", "ул. Лётная, д. 5 🏠")
    assert same_value(scene.bridge.last_articles(made, 1)[0].body, "Было: 😀")
