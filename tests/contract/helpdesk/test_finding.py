"""What the searches for a person promise: nothing that was asked for is missed, and no condition is lost on the way."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import pytest

from otrs_bridge.domain.ticket import Customer, Ticket
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.ports.helpdesk import Note
from tests.contract.helpdesk.scene import Scene, token


def number() -> str:
    """Digits that no other test and no other run has used."""
    return str(secrets.randbelow(9 * 10**8) + 10**8)


def ids(tickets: Sequence[Ticket]) -> list[int]:
    return [ticket.id for ticket in tickets]


def test_text_is_found_in_the_title_and_in_any_article_newest_first(scene: Scene) -> None:
    key = token()
    in_title = scene.new_ticket(f"НЕТ связи {key.upper()} с утра")
    in_note, elsewhere = scene.new_ticket(), scene.new_ticket()
    scene.bridge.update(in_note, {}, Note(subject="Звонок", body=f"Пропала связь ({key}), потом: с утра вернулась"))
    assert ids(scene.bridge.find_by_text([key], limit=9)) == [in_note, in_title]
    assert ids(scene.bridge.find_by_text(["связ", key, "утра"], limit=9)) == [in_note, in_title]
    assert scene.bridge.find_by_text(["утра", key], limit=9) == ()
    assert ids(scene.bridge.find_by_text([key], limit=1)) == [in_note]
    assert elsewhere not in ids(scene.bridge.find_by_text([key], limit=9))


def test_words_told_twice_and_words_too_short_for_the_index_do_not_hide_a_ticket(scene: Scene) -> None:
    key = token()
    made = scene.new_ticket()
    scene.bridge.update(made, {}, Note(subject="Звонок", body=f"не работает {key} и у соседа не работает"))
    assert ids(scene.bridge.find_by_text(["не", "работает", key, "работает"], limit=9)) == [made]
    assert scene.bridge.find_by_text(["не", "работает", key, "тв"], limit=9) == ()


def test_a_ticket_still_without_an_article_is_found_by_its_title(scene: Scene) -> None:
    key = token()
    half = scene.backstage.ticket_without_article(f"Half {key}")
    assert ids(scene.bridge.find_by_text([key], limit=9)) == [half]


@pytest.mark.parametrize("piece", ["", "a b", "(a", "a&b", "a|b", "!a", "a+b", 'a"b', "a\\b", "a*", "a%"])
def test_a_piece_that_otrs_would_read_as_an_expression_is_refused(scene: Scene, piece: str) -> None:
    with pytest.raises(SearchNotTrusted):
        scene.bridge.find_by_text([piece], limit=9)
    with pytest.raises(SearchNotTrusted):
        scene.bridge.find_naming(piece, fields=(), limit=9)


def test_a_number_is_found_wherever_a_ticket_names_it(scene: Scene) -> None:
    wanted = number()
    made = [
        scene.new_ticket(customer=Customer(user=f"{wanted}@mtel.ru", company="x")),
        scene.new_ticket(customer=Customer(user="иванов", company=f"Ф-{wanted}")),
        scene.new_ticket(customer=Customer(user=f'"ул. Мира (подъезд 2), д. 5, Ф-{wanted}" <test@mtel.ru>')),
        scene.new_ticket(f"Отключение (Ф-{wanted}) & прочее"),
        scene.new_ticket(fields={"BridgeKey": f"дог. (Ф-{wanted})"}),
    ]
    assert ids(scene.bridge.find_naming(wanted, fields=["BridgeKey"], limit=9)) == made[::-1]
    assert ids(scene.bridge.find_naming(wanted, fields=[], limit=9)) == made[-2::-1]
    assert ids(scene.bridge.find_naming(wanted, fields=["BridgeKey"], limit=2)) == made[:-3:-1]
    assert scene.bridge.find_naming(number(), fields=["BridgeKey"], limit=9) == ()


def test_only_open_tickets_are_found_when_asked(scene: Scene) -> None:
    wanted = number()
    customer = Customer(user=f"{wanted}@mtel.ru", company=f"Ф-{wanted}")
    made, closed, merged = (scene.new_ticket(customer=customer) for _ in range(3))
    scene.bridge.update(closed, {"state": "closed successful"}, None)
    scene.bridge.update(merged, {"state": "merged"}, None)
    assert ids(scene.bridge.find_naming(wanted, fields=["BridgeKey"], limit=9, open_only=True)) == [made]
    assert ids(scene.bridge.find_by_customer(customer.user, limit=9, open_only=True)) == [made]
    assert ids(scene.bridge.find_by_customer(customer.user, limit=9)) == [merged, closed, made]


def test_a_customer_is_found_as_a_whole_in_any_letter_case_and_with_operators_in_his_login(scene: Scene) -> None:
    login = f"Client+{number()}@mtel.ru"
    made = scene.new_ticket(customer=Customer(user=login, company="x"))
    scene.new_ticket(customer=Customer(user=f"0{login}", company="x"))
    assert ids(scene.bridge.find_by_customer(login.lower(), limit=9)) == [made]
    with pytest.raises(SearchNotTrusted):
        scene.bridge.find_by_customer(" % ", limit=9)


def test_a_field_that_does_not_exist_is_noticed_although_otrs_returns_everything(scene: Scene) -> None:
    scene.new_ticket()
    with pytest.raises(SearchNotTrusted):
        scene.bridge.find_naming(number(), fields=["Nope"], limit=9)


def test_an_empty_answer_is_no_proof_where_the_agent_sees_nothing(scene: Scene) -> None:
    scene.new_ticket()
    user, password = scene.backstage.agent_without_rights()
    blind = scene.helpdesk(user=user, password=password)
    with pytest.raises(SearchNotTrusted):
        blind.find_by_text([token()], limit=9)
    with pytest.raises(SearchNotTrusted):
        blind.find_naming(number(), fields=(), limit=9)
