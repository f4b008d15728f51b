"""The main job on the real OTRS: 300 tickets that break the rules, swept, swept again, and undone.

What is right is read straight from OTRS's database, past OTRS, its cache and the bridge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.live.conftest import Cli, make_cli
from tests.live.making import Wish, mail, make_tickets
from tests.live.server.control import LiveServer

pytestmark = [pytest.mark.live, pytest.mark.waits, pytest.mark.timeout(900)]

LETNAYA = '"ул. Летная, д. 7, кв. 1, Фролов Иван Ильич, Ф-30001" <test@mtel.ru>'
CALLER = "Звонил Фролов Иван Ильич, ул. Летная, д. 7, кв. 1, договор Ф-30001."

# Each of these is made 16 times (the API) or 12 times (e-mail).
BY_API = (
    Wish(title="Новая заявка"),
    Wish(title="Отложена", state="pending reminder"),
    Wish(title="Своё состояние", state="ждём клиента"),
    Wish(title="Закрыта неуспешно", state="closed unsuccessful", then=("closed successful", "3 normal", "иванов")),
    Wish(title="СРОЧНО!!!", priority="5 very high"),
    Wish(title="Тихая", state="open", priority="1 very low", then=("open", "1 very low", "иванов")),
    Wish(title="Фирма тихая", customer="Ю-204", priority="2 low", then=("open", "4 high", "Ю-204")),
    Wish(title="Фирма кричит", customer="Ю-317", priority="5 very high", then=("open", "4 high", "Ю-317")),
    Wish(
        title="Договор в тексте",
        customer="test@mtel.ru",
        body="дог. f 15236, нет связи",
        then=("open", "3 normal", "Ф-15236"),
    ),
    Wish(
        title="Адрес в тексте",
        customer="test@mtel.ru",
        body="ул Лётная 5-133 не работает тв",
        then=("open", "3 normal", "петрова"),
    ),
    Wish(
        title="Телефон в тексте",
        customer="test@mtel.ru",
        body="перезвоните 8 916 555 01 01",
        then=("open", "3 normal", "иванов"),
    ),
    Wish(
        title="Нет в базе", customer="test@mtel.ru", priority="4 high", body=CALLER, then=("open", "3 normal", LETNAYA)
    ),
)
BY_MAIL = (
    ("Иванов <ivanov@mtel.ru>", "Не работает", "Помогите", ("open", "3 normal", "иванов")),
    ("Office <romashka@mtel.ru>", "Нет связи", "Срочно!", ("open", "4 high", "Ю-204")),
    ("x@nowhere.ru", "Интернет", "Договор Ф-15240, нет интернета", ("open", "3 normal", "smirnov")),
    ("y@nowhere.ru", "Интернет", "Договор Ф-99001, медленно", ("open", "3 normal", '"Ф-99001" <y@nowhere.ru>')),
    ("z@nowhere.ru", "Вопрос", "Сколько стоит подключение?", ("open", "3 normal", '"" <z@nowhere.ru>')),
)
TIMES_BY_API, TIMES_BY_MAIL = 20, 12


@pytest.fixture(scope="module")
def wanted(fresh: LiveServer) -> dict[int, tuple[str, str, str]]:
    """300 tickets, made; by id what each has to become."""
    wishes = BY_API * TIMES_BY_API
    mails = BY_MAIL * TIMES_BY_MAIL
    made = make_tickets(fresh, wishes)
    came = fresh.mails([mail(sender, subject, body) for sender, subject, body, _ in mails])
    assert len(made) + len(came) == 300
    found = {ticket_id: wish.then for ticket_id, wish in zip(made, wishes, strict=True)}
    return found | {ticket_id: then for ticket_id, (*_, then) in zip(came, mails, strict=True)}


def rows(server: LiveServer, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """State, priority, customer user, customer id, change time of tickets, from the database."""
    listed = ", ".join(map(str, ids))
    found = server.sql(
        "SELECT t.id, s.name, p.name, t.customer_user_id, t.customer_id, t.change_time FROM ticket t "
        "JOIN ticket_state s ON s.id = t.ticket_state_id JOIN ticket_priority p ON p.id = t.ticket_priority_id "
        f"WHERE t.id IN ({listed})"
    )
    return {int(row[0]): tuple(row[1:]) for row in found}


def test_three_hundred_tickets_are_put_right_and_stay_so_and_can_be_put_back(
    fresh: LiveServer, wanted: dict[int, tuple[str, str, str]], tmp_path: Path
) -> None:
    cli = make_cli(tmp_path, fresh.base_url, ("state", "priority", "customer"))
    ids = sorted(wanted)
    before = rows(fresh, ids)

    planned, _ = cli.lines("sweep", "--all")
    assert rows(fresh, ids) == before, "a dry sweep writes nothing"

    lines, summary = cli.lines("sweep", "--all", "--apply")
    assert Counter(line["outcome"] for line in lines) == {"applied": len(planned)}
    after = rows(fresh, ids)
    wrong = {i: (after[i][:3], then) for i, then in wanted.items() if after[i][:3] != then}
    assert wrong == {}
    assert_notes_are_silent(fresh)

    nothing, again = cli.lines("sweep", "--all", "--apply")
    assert (nothing, again["run"]) == ([], 0)
    assert rows(fresh, ids) == after, "the second sweep leaves Changed of no ticket touched"

    undone, _ = cli.lines("undo", str(summary["run"]), "--apply")
    # The ticket that every OTRS is born with has no customer: the one thing OTRS cannot be made to say again.
    assert [line["ticket_id"] for line in undone if line["outcome"] == "skipped"] == [1]
    assert Counter(line["outcome"] for line in undone) == {"applied": len(lines) - 1, "skipped": 1}
    assert {i: row[:3] for i, row in rows(fresh, ids).items()} == {i: row[:3] for i, row in before.items()}


def assert_notes_are_silent(server: LiveServer) -> None:
    """Every note of the bridge is internal, at most one a ticket, and nobody was written to."""
    notes = server.sql(
        "SELECT a.ticket_id, a.is_visible_for_customer FROM article a JOIN article_data_mime m ON m.article_id = a.id "
        "WHERE m.a_subject LIKE 'otrs-bridge%'"
    )
    assert notes
    assert {visible for _, visible in notes} == {"0"}
    assert max(Counter(ticket for ticket, _ in notes).values()) == 1
    assert server.sql("SELECT count(*) FROM mail_queue") == [("0",)]


def test_a_field_that_an_agent_puts_back_is_left_to_the_agent(cli: Cli, fresh: LiveServer) -> None:
    (ticket_id,) = make_tickets(fresh, [Wish(title="Спор", state="open", priority="5 very high")])
    number = fresh.sql(f"SELECT tn FROM ticket WHERE id = {ticket_id}")[0][0]
    cli.lines("sweep", "--ticket", number, "--apply")
    fresh.perl(
        "$Kernel::OM->Get('Kernel::System::Ticket')->TicketPrioritySet("
        f"TicketID => {ticket_id}, Priority => '5 very high', UserID => 3) or die;"
    )
    lines, _ = cli.lines("sweep", "--ticket", number[8:], "--apply")
    assert [(line["field"], line["outcome"]) for line in lines] == [("priority", "pinned")]
    assert rows(fresh, [ticket_id])[ticket_id][1] == "5 very high"
