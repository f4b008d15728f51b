"""The pages say what the program does: what can be generated is, what can be compared is compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from otrs_bridge.cli.field_rules import field_rules
from otrs_bridge.cli.main import app
from otrs_bridge.errors import ExitCode
from rules import RULES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
READMES = ("README.md", "README.ru.md")
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
_ANCHOR = re.compile(r'<a id="([^"]+)">')
_HEADING = re.compile(r"(?m)^#+ (.*)$")
_MARK = re.compile(r"#+ |- |\d+\. ")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_COMMENT = re.compile(r"(?:^|\s+)(?:#|--)\s.*$")  # of a shell, YAML or SQL
_REFERENCE = re.compile(r"docs/([a-z-]+\.md)((?:,? ?#[a-z-]+)*)")


def test_the_field_rules_are_what_the_rules_say() -> None:
    page = (ROOT / "docs/field-rules.md").read_text(encoding="utf-8")
    assert page == field_rules(RULES), "run: otrs-bridge field-rules > docs/field-rules.md"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_place_in_them(rule: object) -> None:
    assert f"## Rule `{getattr(rule, 'name', '')}`" in field_rules(RULES)


def test_whatever_the_code_refers_to_is_there() -> None:
    missing = []
    for path in [*ROOT.glob("otrs_bridge/**/*.py"), *ROOT.glob("rules/*.py"), *ROOT.glob("jobs/*.py")]:
        for page, anchors in _REFERENCE.findall(path.read_text(encoding="utf-8")):
            target = ROOT / "docs" / page
            known = set(_ANCHOR.findall(target.read_text(encoding="utf-8"))) if target.is_file() else set()
            asked = re.findall(r"#([a-z-]+)", anchors)
            missing += [f"{path.name}: {page}#{name}" for name in asked if name not in known]
            missing += [f"{path.name}: {page}"] if not target.is_file() else []
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [target for target, _anchor in _LINK.findall(page.read_text(encoding="utf-8")) if target]
    assert [target for target in links if not (page.parent / target).exists()] == []


def _anchors(page: Path) -> set[str]:
    """Those that are written, and those that GitHub makes of headings."""
    text = page.read_text(encoding="utf-8")
    headings = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)]
    return {*_ANCHOR.findall(text), *headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_into_a_page_finds_its_heading(page: Path) -> None:
    links = [
        (page.parent / target if target else page, anchor) for target, anchor in _LINK.findall(page.read_text("utf-8"))
    ]
    assert [anchor for target, anchor in links if anchor and anchor not in _anchors(target)] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_readmes_list_every_command_and_exit_status(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    commands = [name for name, command in getattr(group, "commands", {}).items() if not command.hidden]
    assert len(commands) >= 10
    assert [name for name in commands if f"| `{name}" not in text] == []
    assert [int(code) for code in ExitCode if f"\n| {int(code)} |" not in text] == []


def _options(row: str) -> Iterator[str]:
    """Of a row that tells of an option with its default, both."""
    _, name, default, *_ = [cell.strip() for cell in _CELL_BORDER.split(row)]
    if re.fullmatch("`[a-z_]+`", name) and re.fullmatch("`.*`", default):
        yield from (name, default)


def _layout(page: Path) -> Iterator[str]:
    """What both languages share: levels of headings, anchors, cells of rows, options with their defaults, list items, and
    commands without their comments.
    """
    fenced, before = False, ""
    for line in page.read_text(encoding="utf-8").splitlines():
        indented = line.startswith("    ") and (not before.strip() or before.startswith("    "))
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or indented:
            yield _COMMENT.sub("", line) or "#"
        elif line.startswith("|"):
            yield "|" * len(_CELL_BORDER.findall(line))
            yield from _options(line)
        elif anchor := _ANCHOR.match(line):
            yield anchor[0]
        elif mark := _MARK.match(line):
            yield mark[0]
        before = line


@pytest.mark.parametrize("page", [page for page in PAGES if page.name.endswith(".ru.md")], ids=lambda page: page.name)
def test_both_languages_are_laid_out_alike(page: Path) -> None:
    russian, english = list(_layout(page)), list(_layout(page.with_name(page.name.replace(".ru.md", ".md"))))
    assert len(russian) > 10
    assert russian == english
