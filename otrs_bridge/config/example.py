"""config.example.yaml and the JSON schema, both drawn from the schema that checks the real file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from otrs_bridge.config.rule_options import RuleSettings
from otrs_bridge.config.schema import config_model
from otrs_bridge.domain.rule import Rule

_HEAD = """\
# Configuration of otrs-bridge. Copy it to config.yaml and change what differs with you.
# `#key: value` shows a default or an example: take the # away to change it.
# `otrs-bridge config check` names every mistake. Relative paths start at this file's folder.
# Every key can also come from the environment: OTRS_BRIDGE__OTRS__PASSWORD, OTRS_BRIDGE__RULES__STATE__MODE.
"""
_WIDTH = 110


def schema(rules: Sequence[Rule[Any]]) -> dict[str, Any]:
    """JSON schema of config.yaml with the options of these rules, for editors."""
    return config_model(rules).model_json_schema()


def example(rules: Sequence[Rule[Any]]) -> str:
    """config.example.yaml: every key with its meaning and default."""
    return "\n".join([_HEAD, *_section(config_model(rules), 0, active=True)]).rstrip() + "\n"


def _section(model: type[BaseModel], depth: int, *, active: bool) -> Iterator[str]:
    for name, item in model.model_fields.items():
        if not (name == "mode" and issubclass(model, RuleSettings)):  # said once, where the rules begin
            yield from _comment(item, depth)
        inner = _models(item.annotation)
        if not inner:
            yield _line(name, item, depth, active=active and _is_active(name, item, model))
        elif item.default is None or len(inner) > 1:
            yield from _alternatives(name, inner, depth)
        else:
            used = active and _has_active(inner[0])
            yield f"{_indent(depth, active=used)}{name}:"
            yield from _section(inner[0], depth + 1, active=used)
        if depth == 0:
            yield ""


def _alternatives(name: str, models: list[type[BaseModel]], depth: int) -> Iterator[str]:
    """A section that may be absent, or has several forms, in each of its forms, commented out."""
    for index, model in enumerate(models):
        if index:
            yield ""
            yield f"{'  ' * depth}# or: {_sentence(model.__doc__ or '')}"
        yield f"{_indent(depth, active=False)}{name}:"
        yield from _section(model, depth + 1, active=False)


def _has_active(model: type[BaseModel]) -> bool:
    return any(
        (item.default is not None and any(map(_has_active, _models(item.annotation)))) or _is_active(name, item, model)
        for name, item in model.model_fields.items()
    )


def _is_active(name: str, item: FieldInfo, model: type[BaseModel]) -> bool:
    return item.is_required() or name == "password" or (name == "mode" and issubclass(model, RuleSettings))


def _comment(item: FieldInfo, depth: int) -> list[str]:
    text = _sentence(item.description or "")
    indent = "  " * depth
    begin = f"{indent}# "
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=begin,
        subsequent_indent=begin,
        break_long_words=False,  # names of columns have no blanks between them
        break_on_hyphens=False,
    )


def _line(name: str, item: FieldInfo, depth: int, *, active: bool) -> str:
    default = item.get_default(call_default_factory=True)
    value = item.examples[0] if item.examples and (item.is_required() or not default) else default
    return f"{_indent(depth, active=active)}{name}: {_scalar(value)}"


def _scalar(value: Any) -> str:
    plain = to_jsonable_python(value)
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    return text.removesuffix("...\n").strip()


def _indent(depth: int, *, active: bool) -> str:
    return "  " * depth + ("" if active else "#")


def _sentence(text: str) -> str:
    return " ".join(text.split())


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]
