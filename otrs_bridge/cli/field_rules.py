"""otrs-bridge field-rules: docs/field-rules.md, put together from the rules themselves and the fixed paragraphs."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import typer
import yaml

from otrs_bridge.cli.screen import say
from otrs_bridge.domain.rule import Rule
from rules import RULES

_MARK = re.compile(r"<!-- rule: (\w+) -->\n")


def register(app: typer.Typer) -> None:
    """Add the command; operators read its output in docs/, so it is not listed."""
    app.command("field-rules", hidden=True)(print_field_rules)


def print_field_rules() -> None:
    """Print docs/field-rules.md: what the procedure asks of a ticket, and every rule with its options."""
    say(field_rules(RULES))


def field_rules(rules: Sequence[Rule[Any]]) -> str:
    """The page; a rule without a place of its own in the fixed paragraphs comes at the end of the ticket's rules."""
    text = resources.files("otrs_bridge.cli").joinpath("procedure.md").read_text(encoding="utf-8")
    sections = {rule.name: "\n".join(_section(rule)) for rule in rules}
    placed = _MARK.findall(text)
    unplaced = "\n".join(section for name, section in sections.items() if name not in placed)
    page = _MARK.sub(lambda mark: sections[mark[1]], text)
    return page.replace("# Billing\n", f"{unplaced}\n# Billing\n", 1) if unplaced else page


def _section(rule: Rule[Any]) -> Iterator[str]:
    """A rule's documentation: its module's docstring, what it may change, its options."""
    headline, _, rest = (inspect.getdoc(inspect.getmodule(rule.check)) or "").partition("\n")
    yield f'<a id="{rule.name.replace("_", "-")}"></a>'
    yield f"## Rule `{rule.name}`"
    yield ""
    yield f"**{headline}**"
    yield rest.rstrip()
    yield ""
    yield f"Changes: {', '.join(f'`{field}`' for field in rule.writes) or 'nothing; it speaks in the internal note'}."
    yield ""
    if options := dataclasses.fields(rule.options):
        yield "| option | default | meaning |"
        yield "|---|---|---|"
        yield from (f"| `{item.name}` | `{_default(item)}` | {item.metadata['description']} |" for item in options)
        yield ""


def _default(item: dataclasses.Field[Any]) -> str:
    """A default as one would write it in config.yaml."""
    made = item.default if item.default_factory is dataclasses.MISSING else item.default_factory()
    text = yaml.safe_dump(_plain(made), default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    return text.removesuffix("...\n").strip().replace("|", "\\|")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list | frozenset | set) else value
