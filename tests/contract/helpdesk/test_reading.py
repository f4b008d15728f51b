"""What reading promises: all that is there, in few calls, and a forbidden ticket sinks only itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from otrs_bridge.domain.ticket import Customer, Value, same_value
from otrs_bridge.ports.helpdesk import Note
from tests.contract.helpdesk.scene import CLIENT, PLACEHOLDER, Scene, token

NOWHERE = 99_999_999


def test_a_ticket_reads_as_it_was_made(scene: Scene) -> None:
    key = token()
    fields: dict[str, Value] = {"BridgeKey": key, "Address": "ул. Лётная, д. 5 😀", "Category": ("tv", "internet")}
    made = scene.new_ticket(f"Нет связи «Ромашка» {key}", customer=PLACEHOLDER, fields=fields)
    (ticket,) = scene.bridge.read([made]).tickets
    assert ticket.id == made
    assert ticket.number.isdigit()
    assert ticket.title == f"Нет связи «Ромашка» {key}"
    assert (ticket.queue, ticket.state, ticket.state_type) == ("Support", "new", "new")
    assert (ticket.priority, ticket.lock, ticket.owner) == ("3 normal", "unlock", "bridge")
    assert ticket.customer == PLACEHOLDER
    assert ticket.created is not None
    assert ticket.changed is not None
    assert ticket.created <= ticket.changed
    assert ticket.locked_at is None
    assert same_value(ticket.dynamic_fields["Address"], "ул. Лётная, д. 5 😀")
    assert ticket.dynamic_fields["Category"] == ("internet", "tv")
    assert ticket.value_of("DynamicField_Phone") == ""
    assert ticket.article is not None
    assert same_value(ticket.article.subject, "Не работает интернет 😀")
    assert ticket.article.body.strip() == "С утра не работает.\nПозвоните."
    assert ticket.article.sender_type == "agent"
    assert ticket.article.channel == "Internal"


def test_tickets_come_in_the_order_asked_each_once(scene: Scene) -> None:
    first, second = scene.new_ticket(), scene.new_ticket()
    read = scene.bridge.read([second, first, second])
    assert [ticket.id for ticket in read.tickets] == [second, first]


def test_reading_without_articles_asks_for_none(scene: Scene) -> None:
    key = token()
    (ticket,) = scene.bridge.read([scene.new_ticket(fields={"BridgeKey": key})], with_article=False).tickets
    assert ticket.article is None
    assert ticket.dynamic_fields["BridgeKey"] == key


def test_forbidden_and_missing_tickets_sink_only_themselves(scene: Scene) -> None:
    """Rule 1: OTRS refuses the whole call, with 200, and does not say for which ticket."""
    mine = [scene.new_ticket() for _ in range(4)]
    secret = scene.new_ticket(queue="Secret", by=scene.colleague)
    read = scene.bridge.read([mine[0], mine[1], secret, mine[2], NOWHERE, mine[3]])
    assert [ticket.id for ticket in read.tickets] == mine
    assert set(read.unreadable) == {secret, NOWHERE}
    assert all("AccessDenied" in reason.en and "не разрешил" in reason.ru for reason in read.unreadable.values())


def test_a_large_read_is_split_into_batches(scene: Scene) -> None:
    mine = [scene.new_ticket() for _ in range(5)]
    read = scene.helpdesk(batch_size=2).read(mine)
    assert [ticket.id for ticket in read.tickets] == mine


def test_a_ticket_still_being_created_has_no_article(scene: Scene) -> None:
    """Rule 9."""
    made = scene.backstage.ticket_without_article(token())
    (ticket,) = scene.bridge.read([made]).tickets
    assert ticket.article is None
    assert ticket.customer == Customer()


def test_the_first_article_stays_the_first_and_the_last_come_newest_first(scene: Scene) -> None:
    made = scene.new_ticket()
    for number in range(3):
        scene.bridge.update(made, {}, Note(subject=f"Заметка {number}", body="текст"))
    (ticket,) = scene.bridge.read([made]).tickets
    assert ticket.article is not None
    assert same_value(ticket.article.subject, "Не работает интернет 😀")
    last = scene.bridge.last_articles(made, 2)
    assert [article.subject for article in last] == ["Заметка 2", "Заметка 1"]


def test_several_threads_share_the_workers(scene: Scene) -> None:
    made = scene.new_ticket()
    with ThreadPoolExecutor(6) as pool:
        reads = list(pool.map(lambda _: scene.bridge.read([made]), range(18)))
    assert all(read.tickets[0].customer == CLIENT for read in reads)


def test_a_wrong_null_of_the_cache_is_seen_through_by_holds(scene: Scene) -> None:
    """Rule 9: TicketGet's cache may say null for hours; the search reads the database."""
    made, key = scene.new_ticket(), token()
    assert scene.bridge.read([made]).tickets[0].value_of("DynamicField_BridgeKey") == ""
    scene.backstage.poison(made, "BridgeKey", key)
    # Znuny 6.5.15 keeps no null in its cache, so there it reads right.
    assert scene.bridge.read([made]).tickets[0].value_of("DynamicField_BridgeKey") in {"", key}
    assert scene.bridge.holds(made, "DynamicField_BridgeKey", key)
    assert not scene.bridge.holds(made, "DynamicField_BridgeKey", token())
    assert not scene.bridge.holds(made, "DynamicField_BridgeKey", "")
    assert scene.bridge.find_by_key("BridgeKey", key) == (made,)


def test_holds_knows_empty_and_several_values(scene: Scene) -> None:
    made = scene.new_ticket(fields={"Category": ("internet", "tv")})
    assert scene.bridge.holds(made, "DynamicField_Category", ("tv", "internet"))
    assert not scene.bridge.holds(made, "DynamicField_Category", ("tv", "billing"))
    assert scene.bridge.holds(made, "DynamicField_Phone", "")
    assert not scene.bridge.holds(made, "DynamicField_Category", ())
