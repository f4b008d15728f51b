"""Whatever is wrong with a configuration is told in Russian as well as in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from otrs_bridge.config import Config, load
from otrs_bridge.config.billing import BillingSettings
from otrs_bridge.config.example import _models
from otrs_bridge.config.schema import config_model
from otrs_bridge.errors import ConfigMistake
from rules import RULES
from tests.config.made_up import LEAST, loaded, written

WORDS_OF_OURS = re.compile(r"[а-яё]{2,}", re.IGNORECASE)
ODD: dict[str, Any] = {
    "nothing": None, "a word": "x", "no word": "", "below zero": -1, "a fraction": 1.23456, "huge": 10**30,
    "yes": True, "no day": "2026-99-99", "no number": ".nan", "a list": [[]], "a list of words": ["x"],
    "a mapping": {"x": []}, "an address of nothing": "://",
}  # fmt: skip


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
def test_no_wrong_value_of_any_key_is_told_in_english_only(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "config.yaml"
    for tree in _with_every_source(value):
        path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        with pytest.raises(ConfigMistake) as caught:
            load(path, RULES, {})
        for mistake in caught.value.mistakes:
            told = mistake.ru.split(": ", 2)[-1]
            assert WORDS_OF_OURS.search(told), mistake
            assert "значение не подходит" not in told, "pydantic's own words, which mistakes.py does not know"
            assert mistake.ru.count(": ") >= 2, mistake


def _with_every_source(value: Any) -> Iterator[dict[str, Any]]:
    """A file in which every key has this value, for each source of clients and of billing data."""
    tree = _filled(config_model(RULES), value)
    for kind in _models(Config.model_fields["directory"].annotation):
        yield {**tree, "directory": _filled(kind, value)}
    for kind in _models(BillingSettings.model_fields["ledger"].annotation):
        yield {**tree, "billing": {**tree["billing"], "ledger": _filled(kind, value)}}


def _filled(model: type[BaseModel], value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in model.model_fields.items():
        inner = _models(item.annotation)
        found[name] = _filled(inner[0], value) if inner else item.default if name == "source" else value
    return found


TOLD = [
    ("timezon: UTC", "config.yaml:5: timezon: такого ключа нет; может быть, timezone?"),
    ("timezone: Europe/Moskow", "config.yaml:5: timezone: такого часового пояса нет; может быть, Europe/Moscow?"),
    ("language: de", "config.yaml:5: language: допустимы 'ru' или 'en' (указано 'de')"),
    ("limits: {max_share: 300%}", "config.yaml:5: limits.max_share: должно быть не больше 1 (указано '300%')"),
    ("directory: {source: csw}", "config.yaml:5: directory: источника csw нет; допустимы 'csv', 'sql', 'otrs'"),
    ("jobs: {outages: [soon]}", "config.yaml:5: jobs.outages[0]: нужна запись вида 2026-12-01..2026-12-03 internet"),
    ("language: ru\nlanguage: en", "config.yaml:6: language: указано дважды (впервые — config.yaml:5); оставьте одно"),
    ("log:\n\tlevel: info", "config.yaml:6: ошибка в YAML: табуляция; отступы в YAML — пробелами"),
    ("fields: &a\n  client_type: *a", "config.yaml:5: fields.client_type: ссылается само на себя"),
]


@pytest.mark.parametrize(("text", "sentence"), TOLD, ids=[text for text, _ in TOLD])
def test_in_russian_a_mistake_names_its_line_and_key_too(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigMistake) as caught:
        loaded(tmp_path, LEAST + text)
    assert caught.value.mistakes[0].ru.startswith(sentence)


def test_a_wrong_variable_is_named_in_russian(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistake) as caught:
        loaded(tmp_path, LEAST, {"OTRS_BRIDGE__LIMITS__PER_HOUR": "many"})
    told = "переменная окружения OTRS_BRIDGE__LIMITS__PER_HOUR: limits.per_hour: нужно целое число (указано 'many')"
    assert caught.value.words.ru == told


def test_a_missing_file_and_an_unreadable_secret_are_told_in_russian(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistake) as missing:
        load(tmp_path / "config.yaml", RULES, {})
    assert "такого файла нет" in missing.value.words.ru
    no_secret = LEAST.replace("password: hunter2-secret", "password_file: nowhere")
    with pytest.raises(ConfigMistake) as unreadable:
        load(written(tmp_path, no_secret), RULES, {})
    assert "nowhere не читается" in unreadable.value.words.ru
