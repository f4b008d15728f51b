"""A database URL with a slip in it is refused: it never becomes a file, and its password is never told."""

from __future__ import annotations

from pathlib import Path

import pytest

from otrs_bridge.config.values import database_url
from otrs_bridge.errors import ConfigMistake, UsageMistake
from tests.config.made_up import LEAST, loaded

KEYS = {
    "database": "database: '{}'\n",
    "directory.url": "directory: {{source: sql, url: '{}', query: SELECT 1 AS contract}}\n",
    "billing.ledger.url": "billing: {{ledger: {{source: ubilling, url: '{}'}}}}\n",
}
SLIPS = [
    "postgresql//u:s3cr3tpw@db.example.org/x",
    "mysql//u:s3cr3tpw@127.0.0.1:1/x",
    "postgresql:/u:s3cr3tpw@db.example.org/x",
    "postgresql ://u:s3cr3tpw@db.example.org/x",
    "postgresql;//u:s3cr3tpw@db.example.org/x",
    "postgresql+psycopg/u:s3cr3tpw",
    "//u:s3cr3tpw@db.example.org/x",
    "u:s3cr3tpw@db.example.org/x",
    "MySQL:u:s3cr3tpw",
    "sqlite://u:s3cr3tpw@db.example.org/x",
    "sqlite://s3cr3tpw.db",
    "sqlite:s3cr3tpw.db",
]


@pytest.mark.parametrize("url", SLIPS)
@pytest.mark.parametrize("key", KEYS)
def test_what_was_meant_as_a_url_is_refused_and_not_repeated(tmp_path: Path, key: str, url: str) -> None:
    with pytest.raises(ConfigMistake) as refused:
        loaded(tmp_path, LEAST + KEYS[key].format(url))
    (words,) = refused.value.mistakes
    assert key in words.en
    assert "is neither a database URL nor the path of a file" in words.en
    assert "это не URL базы данных и не путь к файлу" in words.ru
    assert "s3cr3tpw" not in words.ru + words.en


@pytest.mark.parametrize("url", SLIPS)
def test_a_command_does_not_repeat_it_either(url: str) -> None:
    with pytest.raises(UsageMistake) as refused:
        database_url(url)
    assert "s3cr3tpw" not in refused.value.words.ru + refused.value.words.en


@pytest.mark.parametrize(
    "path",
    ["/home/ivanov@corp.example.org/journal.db", "./mysql/b.db", "mysql.db", "postgresql-journal.db", "data/b.db"],
)
def test_a_path_stays_a_path(tmp_path: Path, path: str) -> None:
    assert database_url(path).startswith("sqlite:////")
    assert loaded(tmp_path, LEAST + f"database: {path}\n").database.startswith("sqlite:////")
