"""The example file is drawn from the schema, so it is complete, correct and never old."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from otrs_bridge.config import example, schema
from otrs_bridge.domain.rule import Mode
from tests.config import made_up
from tests.config.made_up import loaded


def test_the_file_in_the_repository_is_up_to_date() -> None:
    from rules import RULES  # the real rules; every other test here is about rules in general

    kept = Path(__file__).parents[2] / "config.example.yaml"
    assert kept.read_text(encoding="utf-8") == example(RULES), "run: otrs-bridge config example > config.example.yaml"


def test_no_comment_is_broken_within_a_word() -> None:
    from rules import RULES  # the real ones have the long comments

    lines = example(RULES).splitlines()
    said = " ".join(line.strip().removeprefix("# ") for line in lines if line.lstrip().startswith("# "))
    described = [text for text in _descriptions(schema(RULES)) if text]
    assert len(described) > 100
    assert [text for text in described if " ".join(text.split()) not in said] == []
    assert max(len(line) for line in lines if line.lstrip().startswith("# ")) <= 112


def _descriptions(part: Any) -> Iterator[str]:
    """Of the keys; what stands beside them is of the sections' classes."""
    if isinstance(part, dict):
        for key in part.get("properties", {}).values():
            if "mode" not in str(key.get("title", "")).casefold():
                yield str(key.get("description", ""))
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _descriptions(inner)


def test_the_example_loads_and_changes_nothing(tmp_path: Path) -> None:
    config = loaded(tmp_path, example(made_up.RULES))
    assert {one.mode for one in config.active_rules} == {Mode.OBSERVE}
    assert config.warnings == ()


def test_every_default_that_is_shown_is_the_default(tmp_path: Path) -> None:
    text = example(made_up.RULES)
    shown = re.sub(r"(?m)^( *)#(?=[a-z_]+:)", r"\1", text)
    # These show an example, not their default.
    examples = r"password_file|urls|urls_file|ping_url|quiet|listen|certificate\w*|ca_bundle"
    examples += r"|client_\w+|short_number|contract|address|phone"
    shown = re.sub(rf"(?m)^ *({examples}): \S.*\n", "", shown)
    shown = re.sub(r"(?m)^directory:\n(?: .*\n)*", "", shown)
    shown = re.sub(r"(?m)^  push:\n(?:    .*\n)*", "", shown)
    shown = re.sub(r"(?m)^billing:\n(?:(?: .*)?\n)*", "", shown)
    assert loaded(tmp_path, shown).model_dump() == loaded(tmp_path, text).model_dump()


def test_every_key_of_the_example_has_its_meaning_before_it() -> None:
    lines = example(made_up.RULES).splitlines()
    bare = [
        line for before, line in itertools.pairwise(lines)
        if re.match(r" *#?[a-z_]+:", line) and not before.lstrip().startswith("# ") and "mode:" not in line
    ]  # fmt: skip
    assert bare == []


def test_the_json_schema_knows_the_options_of_the_rules() -> None:
    found = json.loads(json.dumps(schema(made_up.RULES)))
    assert found["additionalProperties"] is False
    colour = found["$defs"]["Rule_colour"]["properties"]
    assert colour["longest"] == {
        "default": 60, "description": "letters at most", "maximum": 250, "minimum": 10,
        "title": "Longest", "type": "integer",
    }  # fmt: skip
    assert yaml.safe_load(example(made_up.RULES)).keys() <= found["properties"].keys()
