"""What an update promises: all of it or a clear word, silently, and the same again is no change."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.placeholder import build_placeholder
from otrs_bridge.domain.ticket import Customer, Pending, Value
from otrs_bridge.errors import AccessRefused, OtrsRejected
from otrs_bridge.ports.helpdesk import Note
from tests.contract.helpdesk.scene import CLIENT, PLACEHOLDER, Scene, token

ALL: dict[str, Value] = {
    "title": "Отключение (Ф-15236) 2024",
    "queue": "Internet",
    "state": "open",
    "priority": "5 very high",
    "customer": Customer(user="Ю-204", company="Ю-204"),
    "DynamicField_Address": "Олимпийский пр-т, д. 9, к. 2, кв. 4",
    "DynamicField_ClientType": "legal",
    "DynamicField_Category": ("billing", "tv"),
}


def held(scene: Scene, ticket_id: int, names: dict[str, Value]) -> dict[str, Value]:
    (ticket,) = scene.bridge.read([ticket_id]).tickets
    return {name: ticket.value_of(name) for name in names}


def test_every_kind_of_field_is_written_in_one_call(scene: Scene) -> None:
    made = scene.new_ticket()
    scene.bridge.update(made, ALL, Note(subject="Мост", body="Исправлено: всё"))
    assert held(scene, made, ALL) == ALL
    assert scene.bridge.last_articles(made, 1)[0].subject == "Мост"


def test_the_same_values_again_are_no_change(scene: Scene) -> None:
    """Rule 8: CustomerUser goes with CustomerID, even an empty one; alone it would be written each time."""
    for customer in (CLIENT, PLACEHOLDER):
        made = scene.new_ticket()
        again: dict[str, Value] = {**ALL, "customer": customer}
        scene.bridge.update(made, again, None)
        (before,) = scene.bridge.read([made]).tickets
        length = scene.backstage.history_length(made)
        scene.bridge.update(made, again, None)
        scene.bridge.update(made, {"customer": customer}, None)
        (after,) = scene.bridge.read([made]).tickets
        assert (after.changed, scene.backstage.history_length(made)) == (before.changed, length)


def test_the_company_is_emptied_together_with_a_placeholder(scene: Scene) -> None:
    made = scene.new_ticket()
    scene.bridge.update(made, {"customer": PLACEHOLDER}, None)
    assert held(scene, made, {"customer": ""}) == {"customer": PLACEHOLDER}


def test_a_known_customer_user_without_company_gets_his_own(scene: Scene) -> None:
    """And is written anew each time: whoever decides has to give the company that OTRS will keep."""
    made = scene.new_ticket()
    scene.bridge.update(made, {"customer": Customer(user=CLIENT.user)}, None)
    assert held(scene, made, {"customer": ""}) == {"customer": CLIENT}


@pytest.mark.parametrize("customer", [Customer(), Customer(company="Ф-10482")])
def test_half_a_customer_is_refused_and_nothing_is_written(scene: Scene, customer: Customer) -> None:
    """Rule 8: the company alone would erase the customer user; an empty pair is silently ignored."""
    made = scene.new_ticket()
    with pytest.raises(OtrsRejected):
        scene.bridge.update(made, {"title": "anders", "customer": customer}, None)
    assert held(scene, made, {"title": "", "customer": ""}) == {"title": "Нет связи", "customer": CLIENT}


def test_fields_are_emptied(scene: Scene) -> None:
    made = scene.new_ticket(fields={"Address": "ул. Летная", "ClientType": "legal", "Category": ("tv",)})
    empty: dict[str, Value] = {
        "DynamicField_Address": "",
        "DynamicField_ClientType": "",
        "DynamicField_Category": (),
    }
    scene.bridge.update(made, empty, None)
    (ticket,) = scene.bridge.read([made]).tickets
    assert not any(ticket.value_of(name) for name in empty)


WRONG: dict[str, dict[str, Value]] = {
    "unknown state": {"state": "does not exist"},
    "unknown queue": {"queue": "does not exist"},
    "unknown priority": {"priority": "9 panic"},
    "unknown field": {"DynamicField_Nope": "a"},
    "a dropdown by its shown name": {"DynamicField_ClientType": "Юридическое лицо"},
    "a value that a multiselect lacks": {"DynamicField_Category": ("nope", "tv")},
    "a customer that is no address": {"customer": Customer(user="Nobody At All", company="x")},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_otrs_rejects_is_told_and_nothing_is_written(scene: Scene, wrong: dict[str, Value]) -> None:
    """Rule 1: the rejection comes with 200."""
    made = scene.new_ticket()
    with pytest.raises(OtrsRejected) as caught:
        scene.bridge.update(made, {"title": "anders", **wrong}, Note(subject="a", body="b"))
    assert caught.value.code.startswith("TicketUpdate.")
    assert caught.value.text
    assert held(scene, made, {"title": ""}) == {"title": "Нет связи"}


def test_values_are_cut_to_what_otrs_holds(scene: Scene) -> None:
    """Rule 7: a longer value makes OTRS fail half-way, or report success and write nothing."""
    made, lengths = scene.new_ticket(), scene.backstage.lengths
    assert scene.bridge.lengths == lengths, "the server says which product it is"
    long: dict[str, Value] = {"title": "ж" * 300, "DynamicField_Address": "ж" * 5000}
    scene.bridge.update(made, long, Note(subject="ж" * 5000, body="ж" * 70_000))
    assert held(scene, made, long) == {"title": "ж" * lengths.title, "DynamicField_Address": "ж" * 3800}
    (note,) = scene.bridge.last_articles(made, 1)
    assert note.subject == "ж" * 3800
    assert len(note.body.strip()) == 60_000


def test_the_longest_placeholder_is_kept_whole(scene: Scene) -> None:
    """With one character more the ticket has no customer, or keeps the old one, and OTRS reports success."""
    longest = scene.bridge.lengths.customer_user
    customer = Customer(user=build_placeholder("ул. Лётная " * 40, "", "Ф-15236", longest=longest))
    assert longest - 3 < len(customer.user) <= longest, "or this test would show nothing"
    created, changed = scene.new_ticket(customer=customer), scene.new_ticket()
    scene.bridge.update(changed, {"customer": customer}, None)
    assert [held(scene, made, {"customer": ""}) for made in (created, changed)] == [{"customer": customer}] * 2


def test_control_characters_do_not_reach_otrs(scene: Scene) -> None:
    made = scene.new_ticket()
    scene.bridge.update(made, {"title": "Нет\x00 связи\x07 снова  "}, None)
    assert held(scene, made, {"title": ""}) == {"title": "Нет связи снова"}


def test_a_note_is_internal_silent_and_answered_by_nobody(scene: Scene) -> None:
    """Rule 10, in a queue with an auto reply, on a ticket that a colleague owns."""
    mails = scene.backstage.mails()
    made = scene.new_ticket(by=scene.colleague, customer=PLACEHOLDER)
    scene.bridge.update(made, {"priority": "4 high"}, Note(subject="Мост", body="Исправлено"))
    (note,) = scene.bridge.last_articles(made, 1)
    assert (note.subject, note.sender_type, note.channel) == ("Мост", "agent", "Internal")
    assert note.internal
    assert not scene.backstage.customer_can_see(note.id)
    assert scene.backstage.mails() == mails


def test_a_pending_state_is_put_back_to_the_minute(scene: Scene) -> None:
    made = scene.new_ticket()
    until = int(scene.clock.now().timestamp()) + 3 * 86_400 + 1234
    scene.bridge.update(made, {"state": Pending(state="pending reminder", until=until)}, None)
    (ticket,) = scene.bridge.read([made]).tickets
    assert (ticket.state, ticket.state_type) == ("pending reminder", "pending reminder")
    assert ticket.pending_until is not None
    waits = int(ticket.pending_until.timestamp())
    assert abs(waits // 60 - until // 60) <= 1
    assert ticket.state_value == Pending(state="pending reminder", until=waits)


def test_a_pending_time_that_has_passed_is_put_back_too(scene: Scene) -> None:
    made = scene.new_ticket()
    now = scene.clock.now()
    until = int(now.timestamp()) - 86_400
    desk = scene.helpdesk(timezone=now.tzinfo)
    desk.update(made, {"state": Pending(state="pending auto close+", until=until)}, None)
    (ticket,) = scene.bridge.read([made]).tickets
    assert ticket.state_value == Pending(state="pending auto close+", until=until // 60 * 60)


def test_a_missing_and_a_forbidden_ticket_are_refused_alike(scene: Scene) -> None:
    secret = scene.new_ticket(queue="Secret", by=scene.colleague)
    for ticket_id in (secret, 99_999_999):
        with pytest.raises(AccessRefused, match="AccessDenied"):
            scene.bridge.update(ticket_id, {"title": token()}, None)
