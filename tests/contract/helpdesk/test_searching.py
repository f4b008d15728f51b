"""What searching promises: what is found is what was asked for, and nothing found means nothing there."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.selection import ChangedWithin, Everything
from otrs_bridge.domain.ticket import NewTicket
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.errors import OtrsRejected, SearchNotTrusted
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.contract.helpdesk.scene import CLIENT, Scene, token


def flat(helpdesk: OtrsHelpdesk, minutes: int | None) -> list[int]:
    selection = Everything() if minutes is None else ChangedWithin(minutes=minutes)
    return [ticket_id for page in helpdesk.walk(selection) for ticket_id in page]


@pytest.mark.parametrize(("page_size", "minutes"), [(3, 1), (2000, 1), (25, None), (2000, None)])
def test_a_walk_finds_every_ticket_once_oldest_first(scene: Scene, page_size: int, minutes: int | None) -> None:
    made = [scene.new_ticket() for _ in range(8)]
    found = flat(scene.helpdesk(page_size=page_size), minutes)
    assert len(found) == len(set(found))
    assert [ticket_id for ticket_id in found if ticket_id in made] == made


def test_a_changed_ticket_is_found_last(scene: Scene) -> None:
    made = scene.new_ticket()
    younger = scene.new_ticket()
    scene.bridge.update(made, {"title": token()}, None)
    found = flat(scene.bridge, 60)
    old, new = (scene.bridge.read([ticket_id]).tickets[0] for ticket_id in (made, younger))
    assert (found.index(made) > found.index(younger)) is (old.raw_changed > new.raw_changed)


def test_merged_and_removed_tickets_are_found_and_known_as_such(scene: Scene) -> None:
    made = scene.new_ticket()
    scene.bridge.update(made, {"state": "removed"}, None)
    assert made in flat(scene.bridge, 60)
    assert scene.bridge.read([made]).tickets[0].is_technical


def test_forbidden_tickets_are_not_found(scene: Scene) -> None:
    secret = scene.new_ticket(queue="Secret", by=scene.colleague)
    assert secret not in flat(scene.bridge, 60)
    assert secret in flat(scene.colleague, 60)


def test_an_empty_answer_is_no_proof_where_the_agent_sees_nothing(scene: Scene) -> None:
    """Rule 2: a lost right looks exactly like an empty OTRS."""
    made, key = scene.new_ticket(), token()
    user, password = scene.backstage.agent_without_rights()
    blind = scene.helpdesk(user=user, password=password)
    (ticket,) = scene.bridge.read([made]).tickets
    for search in (
        lambda: flat(blind, None),
        lambda: flat(blind, 60),
        lambda: blind.find_by_number(ticket.number),
        lambda: blind.find_by_key("BridgeKey", key),
        lambda: blind.find_by_title(key),
    ):
        with pytest.raises(SearchNotTrusted):
            search()


def test_a_key_finds_its_ticket_and_no_other(scene: Scene) -> None:
    """Rules 3 and 4."""
    key = token()
    made = scene.new_ticket(fields={"BridgeKey": key})
    scene.new_ticket(fields={"BridgeKey": f"{key}-2"})
    assert scene.bridge.find_by_key("BridgeKey", key) == (made,)
    assert scene.bridge.find_by_key("BridgeKey", key.upper()) == (made,)


def test_a_key_that_nobody_has_is_proven_absent(scene: Scene) -> None:
    """Rule 2: beside a ticket that the same kind of search does find."""
    scene.new_ticket(fields={"BridgeKey": token()})
    assert scene.bridge.find_by_key("BridgeKey", token()) == ()


def test_a_field_that_no_ticket_uses_yet_proves_absence_by_its_emptiness(scene: Scene) -> None:
    scene.new_ticket()
    assert scene.bridge.find_by_key("MasterTicket", token()) == ()


def test_two_tickets_with_one_key_are_both_told(scene: Scene) -> None:
    key = token()
    made = tuple(scene.new_ticket(fields={"BridgeKey": key}) for _ in range(2))
    assert scene.bridge.find_by_key("BridgeKey", key) == made


@pytest.mark.parametrize("field", ["Nope", "bridgekey"])
def test_a_field_that_does_not_exist_is_noticed_although_otrs_returns_everything(scene: Scene, field: str) -> None:
    """Rule 3."""
    made = scene.new_ticket()
    with pytest.raises(SearchNotTrusted):
        scene.bridge.find_by_key(field, token())
    with pytest.raises(SearchNotTrusted):
        scene.bridge.holds(made, f"DynamicField_{field}", token())


@pytest.mark.parametrize("key", ["", "  ", "*", "a*", "%"])
def test_a_key_that_would_find_everything_is_refused(scene: Scene, key: str) -> None:
    """Rule 3."""
    with pytest.raises(SearchNotTrusted):
        scene.bridge.find_by_key("BridgeKey", key)


def test_a_token_in_the_title_finds_what_was_created(scene: Scene) -> None:
    """Rules 5 and 6: the title is written first, so it finds even half a ticket."""
    key = token()
    made = scene.new_ticket(f"Отключение (Ф-15236) & 2024 [#key:{key}]", fields={"BridgeKey": key})
    half = scene.backstage.ticket_without_article(f"Half [#key:{key}]")
    assert scene.bridge.find_by_title(f"[#key:{key}]") == (made, half)
    assert scene.bridge.find_by_key("BridgeKey", key) == (made,)
    assert scene.bridge.find_by_title(f"[#key:{token()}]") == ()


@pytest.mark.parametrize("words", ["", "a b", "(a)", "a&b", "!a", 'a"b', "a*", "a|b", "a+b", "a\\b"])
def test_a_title_that_otrs_would_read_as_an_expression_is_refused(scene: Scene, words: str) -> None:
    with pytest.raises(SearchNotTrusted) as refused:
        scene.bridge.find_by_title(words)
    assert "OTRS прочтёт это как выражение" in refused.value.words.ru


def test_full_and_short_numbers_find_their_ticket(scene: Scene) -> None:
    made = scene.new_ticket()
    (ticket,) = scene.bridge.read([made]).tickets
    assert scene.bridge.find_by_number(ticket.number) == (made,)
    assert scene.bridge.find_by_number(f" {ticket.number} ") == (made,)
    found = scene.bridge.find_by_number(short_number(ticket.number))
    assert made in found
    for other in scene.bridge.read(found).tickets:
        assert short_number(other.number) == short_number(ticket.number)


@pytest.mark.parametrize("number", ["", "abc", "*", "%", "-1", "1 2", "99999999999999", "٣٣"])
def test_what_is_no_number_of_a_ticket_finds_nothing(scene: Scene, number: str) -> None:
    assert scene.bridge.find_by_number(number) == ()


def test_a_rejected_creation_creates_nothing(scene: Scene) -> None:
    key = token()
    with pytest.raises(OtrsRejected):
        scene.bridge.create_ticket(
            NewTicket(
                title=f"[#key:{key}]",
                queue="does not exist",
                state="new",
                priority="3 normal",
                customer=CLIENT,
                subject="a",
                body="b",
            )
        )
    assert scene.bridge.find_by_title(f"[#key:{key}]") == ()
