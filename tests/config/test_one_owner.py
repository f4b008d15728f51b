"""Two rules that may write the same field are refused when the bridge starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from otrs_bridge.config import load
from otrs_bridge.errors import ConfigMistake
from otrs_bridge.words import Words
from rules import RULES
from rules.district import RULE as DISTRICT
from tests.config.made_up import LEAST, written

RIVAL = replace(DISTRICT, name="district_by_phone")
WITH_RIVAL = (*RULES, RIVAL)


def refusal(folder: Path, text: str, rules: tuple[object, ...] = WITH_RIVAL) -> tuple[Words, ...]:
    with pytest.raises(ConfigMistake) as caught:
        load(written(folder, LEAST + text), rules, {})  # type: ignore[arg-type] # any rules
    return caught.value.mistakes


def test_two_rules_for_one_field_are_refused(tmp_path: Path) -> None:
    (mistake,) = refusal(tmp_path, "rules:\n  district: enforce\n  district_by_phone: observe\n")
    assert mistake.en == (
        "config.yaml:7: rules.district and rules.district_by_phone both write DynamicField_District; "
        "a field has one owner, switch all but one of them off"
    )
    assert mistake.ru.startswith("config.yaml:7: rules.district и rules.district_by_phone пишут в одно поле")


def test_all_mistakes_of_this_kind_come_at_once(tmp_path: Path) -> None:
    more = (*WITH_RIVAL, replace(RIVAL, name="colour", writes=("state", "title")))
    assert len(refusal(tmp_path, "rules: {district: enforce}\n", more)) == 3


def test_switching_one_of_them_off_settles_it(tmp_path: Path) -> None:
    config = load(written(tmp_path, f"{LEAST}rules: {{district: off}}\n"), WITH_RIVAL, {})
    assert "district" not in {active.rule.name for active in config.active_rules}


def test_two_roles_of_one_dynamic_field_are_one_field(tmp_path: Path) -> None:
    (mistake,) = refusal(tmp_path, "fields: {district: Area, category: Area}\n", RULES)
    assert "rules.district and rules.category both write DynamicField_Area" in mistake.en


def test_a_field_that_this_otrs_does_not_have_is_nobodys(tmp_path: Path) -> None:
    config = load(written(tmp_path, f'{LEAST}fields: {{district: ""}}\n'), WITH_RIVAL, {})
    assert len(config.active_rules) == len(WITH_RIVAL)


def test_the_rules_as_they_are_do_not_quarrel(tmp_path: Path) -> None:
    assert load(written(tmp_path, LEAST), RULES, {}).active_rules
