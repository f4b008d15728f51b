"""Finding tickets and clients, and the back-test, on the real OTRS (field rules: ticket number, finding)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rules import RULES
from tests.live.conftest import Cli, make_cli
from tests.live.making import Wish, make_tickets
from tests.live.server.control import LiveServer

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

PLACEHOLDER = '"ул. Летная (подъезд 2), д. 7, кв. 1, Фролов Иван Ильич, Ф-15236" <test@mtel.ru>'
WISHES = {
    "client": Wish(title="Медленно", customer="Ф-15236", priority="5 very high"),
    "placeholder": Wish(title="Не работает ТВ", customer=PLACEHOLDER),
    "title": Wish(title="Отключение (Ф-15236) & прочее", state="closed successful"),
    "other": Wish(title="Касса 15236", body="Звонила Сидорова: НЕТ (совсем!) интернета, роутер мигает, нет связи"),
}


@pytest.fixture(scope="module")
def made(fresh: LiveServer) -> dict[str, str]:
    """The tickets, one after another; their numbers by name."""
    ids = {name: make_tickets(fresh, [wish])[0] for name, wish in WISHES.items()}
    numbers = {row[0]: row[1] for row in fresh.sql("SELECT id, tn FROM ticket")}
    return {name: numbers[str(ticket_id)] for name, ticket_id in ids.items()}


def found(cli: Cli, *query: str) -> list[str]:
    """The numbers found, newest first."""
    lines, summary = cli.lines("find", *query)
    assert summary["found"] == len(lines)
    return [line["ticket"] for line in lines]


def test_a_ticket_is_found_by_its_full_and_short_number(cli: Cli, made: dict[str, str]) -> None:
    number = made["client"]
    assert found(cli, number) == found(cli, number[8:]) == [number]


def test_a_contract_finds_the_client_and_whatever_names_it(cli: Cli, made: dict[str, str]) -> None:
    wanted = [made["title"], made["placeholder"], made["client"]]
    assert found(cli, "f15236") == found(cli, "договор", "Ф-15236") == wanted
    assert found(cli, "Ф-99999") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("роутер%связи", "other"),
        ("нет (совсем!) интернета", "other"),
        ("звонила сидорова", "other"),
        ("%отключение%прочее", "title"),
        ("(ф-15236) & прочее", "title"),
        ("не работает тв", "placeholder"),
    ],
)
def test_text_finds_titles_and_articles_whatever_marks_it_has(
    cli: Cli, made: dict[str, str], query: str, name: str
) -> None:
    assert found(cli, query) == [made[name]]


def test_what_nobody_wrote_is_not_found(cli: Cli, made: dict[str, str]) -> None:
    assert found(cli, "никтонеписал%такого") == []


def test_a_card_has_the_open_tickets_only(cli: Cli, made: dict[str, str]) -> None:
    (card,), _ = cli.lines("client", "%Кольц%14%кв.15")
    assert card["contracts"] == ["Ф-15236"]
    assert [ticket["ticket"] for ticket in card["open_tickets"]] == [made["placeholder"], made["client"]]
    several, _ = cli.lines("client", "8 495 586-12-12")
    assert [client["contracts"] for client in several] == [["Ф-15236"], ["Ф-15240"]]
    refused = cli.run("client", "Сидорова Анна")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_a_backtest_counts_and_compares_and_writes_nothing(
    cli: Cli, made: dict[str, str], fresh: LiveServer, tmp_path: Path
) -> None:
    before = fresh.sql("SELECT id, change_time FROM ticket ORDER BY id")
    config = yaml.safe_load((tmp_path / "config.yaml").read_text(encoding="utf-8"))
    config["rules"] = {rule.name: {"mode": "off"} for rule in RULES}
    config["rules"]["priority"] = {"mode": "observe", "individual_at_most": "4 high"}
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    other.chmod(0o600)
    mine = make_cli(tmp_path, fresh.base_url, ("priority",))
    lines, summary = mine.lines("backtest", "--since", "1d", "--against", str(other))
    assert [(line["rule"], line.get("tickets"), line.get("different")) for line in lines] == [
        ("priority", 1, None),
        ("priority", None, 1),
    ]
    assert lines[0]["samples"][0]["ticket"] == made["client"]
    assert (summary["examined"], summary["differing"]) == (5, 1)
    assert fresh.sql("SELECT id, change_time FROM ticket ORDER BY id") == before
