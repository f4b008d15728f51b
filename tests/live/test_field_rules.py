"""Every field rule on the real OTRS, paragraph by paragraph of the procedure.

Tickets come in through the API and by e-mail, one sweep with all rules enforced puts them right, and what came of it is
read straight from OTRS's database, past OTRS, its cache and the bridge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from rules import RULES
from tests.live.conftest import Cli, make_cli
from tests.live.making import Wish, mail, make_tickets
from tests.live.server.control import LiveServer

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

LONG = "Re: СРОЧНО!!! Уважаемые сотрудники, третий день вечерами пропадает интернет, договор Ф-15236"
OPTIONS: Mapping[str, Any] = {"queue_routing": {"queues": {"internet": "Internet", "tv": "TV", "billing": "Billing"}}}

# A ticket by its short name: the queue it lies in, and how it was made.
BY_API: Mapping[str, tuple[str, Wish]] = {
    "right": ("Internet", Wish(title="Просьба перезвонить", state="open", body="Помогите")),
    "new": ("Support", Wish(title="Новая", state="new")),
    "pending": ("Support", Wish(title="Отложена", state="pending reminder")),
    "own state": ("Support", Wish(title="Своё состояние", state="ждём клиента")),
    "badly closed": ("Support", Wish(title="Закрыта", state="closed unsuccessful", customer="test@mtel.ru", body="?")),
    "quiet company": ("Support", Wish(title="Фирма", customer="Ю-204", priority="1 very low")),
    "loud person": ("Support", Wish(title="НЕМЕДЛЕННО!!!", priority="5 very high")),
    "wrong type": ("Support", Wish(title="Не тот тип", priority="4 high", fields={"ClientType": "legal"})),
    "by contract": ("Support", Wish(title="Договор", customer="test@mtel.ru", body="дог. f 15236, нет связи")),
    "by address": ("Support", Wish(title="Адрес", customer="test@mtel.ru", body="ул Лётная 5-133")),
    "by phone": ("Support", Wish(title="Телефон", customer="test@mtel.ru", body="перезвоните 8 916 555 01 01")),
    "two of them": ("Support", Wish(title="Двое", customer="test@mtel.ru", body="тел. 8 (495) 586-12-12")),
    "a stranger": (
        "Support",
        Wish(
            title="Чужой",
            customer='"" <test@mtel.ru>',
            body="Фролов Иван Ильич, ул. Летная, д. 7, кв. 1, договор Ф-30001",
        ),
    ),
    "everything empty": ("Raw", Wish(title="Не работает интернет", body="Пропал утром")),
    "chosen district": ("Support", Wish(title="Район", fields={"District": "Южный"})),
    "chosen category": ("Raw", Wish(title="Не работает интернет", fields={"Category": "tv"})),
    "two categories": ("Raw", Wish(title="Авария", body="Не работает интернет, рябь по всем каналам")),
    "master": ("Support", Wish(title="Главная", fields={"MasterTicket": "2013041610000001"})),
    "nothing known": ("Support", Wish(title="Вопрос", customer="test@mtel.ru", body="Добрый день")),
    "long subject": ("Support", Wish(title=LONG)),
    "phone fault": ("Telephony", Wish(title="Не работает телефон", customer="test@mtel.ru", body="Помогите")),
    "red cross": ("Internet", Wish(title="Крест", body="На значке сети красный крест")),
    "chosen queue": ("Billing", Wish(title="Нет интернета", body="Пропал утром")),
    "merged": ("Raw", Wish(title="Re: СРОЧНО!!!", state="merged", priority="5 very high", customer="test@mtel.ru")),
}
BY_MAIL: Mapping[str, tuple[str, str, str]] = {
    "mail": ("Иванов <ivanov@mtel.ru>", "Fwd: НЕТ КАНАЛОВ!!!", "Рябь по всем каналам с утра."),
    "mail of a stranger": ("y@nowhere.ru", "Вопрос", "Договор Ф-99001, прошу перерасчёт"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A ticket as the database has it; `note` is the bridge's, "" when it wrote none."""

    number: str
    title: str
    queue: str
    state: str
    priority: str
    customer: str
    changed: str
    history: int
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The one note."""
        assert len(self.notes) <= 1, "one internal note a ticket at most"
        return "".join(self.notes)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Before the sweep and after it; `mails` is how many were waiting before (Support answers new tickets by itself)."""

    server: LiveServer
    cli: Cli
    ids: Mapping[str, int]
    before: Mapping[str, Row]
    after: Mapping[str, Row]
    mails: str


def rows(server: LiveServer, ids: Mapping[str, int]) -> dict[str, Row]:
    """The tickets from the database."""
    listed = ", ".join(map(str, ids.values()))
    values: dict[int, dict[str, list[str]]] = {number: {} for number in ids.values()}
    for number, name, value in server.sql(
        "SELECT v.object_id, f.name, coalesce(v.value_text, '') FROM dynamic_field_value v "
        f"JOIN dynamic_field f ON f.id = v.field_id WHERE v.object_id IN ({listed}) ORDER BY 1, 2, 3"
    ):
        values[int(number)].setdefault(name, []).append(value)
    notes: dict[int, list[str]] = {number: [] for number in ids.values()}
    for number, body in server.sql(
        "SELECT a.ticket_id, m.a_body FROM article a JOIN article_data_mime m ON m.article_id = a.id "
        f"WHERE m.a_subject LIKE 'otrs-bridge%' AND a.ticket_id IN ({listed}) ORDER BY a.id"
    ):
        notes[int(number)].append(body)
    found = {
        int(row[0]): row[1:]
        for row in server.sql(
            "SELECT t.id, t.tn, t.title, q.name, s.name, p.name, t.customer_user_id, t.change_time, "
            "(SELECT count(*) FROM ticket_history h WHERE h.ticket_id = t.id) FROM ticket t "
            "JOIN queue q ON q.id = t.queue_id JOIN ticket_state s ON s.id = t.ticket_state_id "
            f"JOIN ticket_priority p ON p.id = t.ticket_priority_id WHERE t.id IN ({listed})"
        )
    }
    return {
        name: Row(
            **dict(
                zip(("number", "title", "queue", "state", "priority", "customer", "changed"), found[i], strict=False)
            ),
            history=int(found[i][-1]),
            fields={key: tuple(kept) for key, kept in values[i].items() if any(kept)},
            notes=tuple(notes[i]),
        )
        for name, i in ids.items()
    }


def mails_waiting(server: LiveServer) -> str:
    """How many mails OTRS means to send."""
    return server.sql("SELECT count(*) FROM mail_queue")[0][0]


@pytest.fixture(scope="module")
def scene(fresh: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """All tickets made, and one sweep with all rules enforced."""
    ids: dict[str, int] = {}
    for queue in dict.fromkeys(queue for queue, _ in BY_API.values()):
        wishes = {name: wish for name, (where, wish) in BY_API.items() if where == queue}
        ids |= zip(wishes, make_tickets(fresh, list(wishes.values()), queue), strict=True)
    ids |= zip(BY_MAIL, fresh.mails([mail(*parts) for parts in BY_MAIL.values()]), strict=True)
    cli = make_cli(
        tmp_path_factory.mktemp("operator"),
        fresh.base_url,
        [],
        fields={"short_number": "ShortNumber"},
        rules={rule.name: {"mode": "enforce", **OPTIONS.get(rule.name, {})} for rule in RULES},
    )
    before, mails = rows(fresh, ids), mails_waiting(fresh)
    planned, _ = cli.lines("sweep", "--all")
    assert rows(fresh, ids) == before, "a dry sweep writes nothing"
    lines, _ = cli.lines("sweep", "--all", "--apply")
    assert Counter(line["outcome"] for line in lines) == {"applied": len(planned)}
    return Scene(server=fresh, cli=cli, ids=ids, before=before, after=rows(fresh, ids), mails=mails)


def test_1_1_only_open_and_closed_successful_are_left(scene: Scene) -> None:
    states = {name: scene.after[name].state for name in ("new", "pending", "own state", "badly closed", "merged")}
    assert states == {
        "new": "open",
        "pending": "open",
        "own state": "open",
        "badly closed": "closed successful",
        "merged": "merged",
    }
    assert {row.state for name, row in scene.after.items() if name != "merged"} == {"open", "closed successful"}


def test_1_2_priority_follows_the_clients_type(scene: Scene) -> None:
    assert scene.after["quiet company"].priority == "4 high"
    assert scene.after["loud person"].priority == "3 normal"
    assert scene.after["wrong type"].priority == "3 normal"
    assert scene.after["wrong type"].fields["ClientType"] == ("individual",)
    assert scene.after["merged"].priority == "5 very high"


def test_1_3_the_client_is_found_by_contract_address_and_phone(scene: Scene) -> None:
    found = {name: scene.after[name].customer for name in ("by contract", "by address", "by phone")}
    assert found == {"by contract": "Ф-15236", "by address": "петрова", "by phone": "иванов"}
    assert "Подходят несколько клиентов" in scene.after["two of them"].note
    assert "<test@mtel.ru>" in scene.after["two of them"].customer


def test_1_4_a_client_who_is_not_in_the_base_gets_the_placeholder(scene: Scene) -> None:
    assert scene.after["a stranger"].customer == '"ул. Летная, д. 7, кв. 1, Фролов Иван Ильич, Ф-30001" <test@mtel.ru>'
    assert scene.after["mail of a stranger"].customer == '"Ф-99001" <y@nowhere.ru>'


def test_1_5_what_is_known_is_filled_in_and_what_was_chosen_stays(scene: Scene) -> None:
    filled = scene.after["everything empty"]
    assert filled.fields == {
        "ClientType": ("individual",),
        "District": ("Северный",),
        "Category": ("internet",),
        "ShortNumber": (filled.number[8:],),
    }
    assert scene.after["chosen district"].fields["District"] == ("Южный",)
    assert scene.after["chosen category"].fields["Category"] == ("tv",)


def test_1_5_the_master_ticket_is_cleared_and_kept_in_the_note(scene: Scene) -> None:
    assert scene.before["master"].fields["MasterTicket"] == ("2013041610000001",)
    assert "MasterTicket" not in scene.after["master"].fields
    assert "«2013041610000001» → пусто" in scene.after["master"].note


def test_1_5_what_is_missing_is_reported_in_one_line(scene: Scene) -> None:
    note = scene.after["nothing known"].note
    assert "Не хватает: от клиента (договор, адрес или ФИО), тип клиента, район, категория." in note
    assert note.count("[required_fields]") == 1
    assert "[required_fields]" not in scene.after["badly closed"].note


def test_1_6_the_subject_is_brief_and_the_note_keeps_the_original(scene: Scene) -> None:
    row = scene.after["long subject"]
    assert row.title == "Уважаемые сотрудники, третий день вечерами пропадает…"
    assert f"«{LONG}»" in row.note
    assert row.customer == "иванов", "the customer that OTRS knows decides, not the contract of the subject"
    assert scene.after["mail"].title == "Нет каналов"


def test_1_7_the_short_number_stands_in_its_field(scene: Scene) -> None:
    for name, row in scene.after.items():
        assert row.fields.get("ShortNumber") == (None if name == "merged" else (row.number[8:],)), name


def test_1_8_the_text_gives_the_category(scene: Scene) -> None:
    assert scene.after["two categories"].fields["Category"] == ("internet", "tv")
    assert scene.after["mail"].fields["Category"] == ("tv",)
    assert scene.after["mail of a stranger"].fields["Category"] == ("billing",)
    assert "Category" not in scene.after["right"].fields


def test_1_9_a_phone_fault_asks_for_its_checklist(scene: Scene) -> None:
    assert "Не работает телефон — уточните: что именно не так; точный адрес; номер" in scene.after["phone fault"].note


def test_1_10_a_hint_is_given_where_the_text_calls_for_it(scene: Scene) -> None:
    assert "Подсказка: красный крест" in scene.after["red cross"].note
    assert sum("[hints]" in row.note for row in scene.after.values()) == 1


def test_1_11_only_intake_queues_are_left_for_the_department(scene: Scene) -> None:
    queues = {name: row.queue for name, row in scene.after.items()}
    assert queues["everything empty"] == "Internet"
    assert (queues["chosen category"], queues["mail"]) == ("TV", "TV")
    assert queues["mail of a stranger"] == "Billing"
    assert (queues["chosen queue"], queues["two categories"], queues["merged"]) == ("Billing", "Raw", "Raw")


def test_what_is_merged_is_not_touched(scene: Scene) -> None:
    assert scene.after["merged"] == scene.before["merged"]


def test_notes_are_internal_and_nobody_is_written_to(scene: Scene) -> None:
    visible = scene.server.sql(
        "SELECT DISTINCT a.is_visible_for_customer FROM article a JOIN article_data_mime m ON m.article_id = a.id "
        "WHERE m.a_subject LIKE 'otrs-bridge%'"
    )
    assert visible == [("0",)]
    assert mails_waiting(scene.server) == scene.mails
    assert max(len(row.notes) for row in scene.after.values()) == 1


def test_a_second_sweep_finds_nothing_and_touches_nothing(scene: Scene) -> None:
    lines, summary = scene.cli.lines("sweep", "--all", "--apply")
    assert (lines, summary["run"]) == ([], 0)
    assert rows(scene.server, scene.ids) == scene.after, "neither Changed nor the history of any ticket has moved"
