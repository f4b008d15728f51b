"""From a rule's options (a frozen dataclass of the standard library) to a section of the file, and back."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, get_type_hints

from pydantic import Field, create_model, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from otrs_bridge.config.modes import WithMode
from otrs_bridge.config.values import Section, refusal
from otrs_bridge.domain.dialect import Dialect
from otrs_bridge.domain.rule import ActiveRule, Mode, Rule, WrongOptions

_LIMITS = {"at_least": "ge", "at_most": "le", "above": "gt", "below": "lt", "examples": "examples"}


class RuleSettings(WithMode):
    """A rule's mode and its options. `state: enforce` is short for `state: {mode: enforce}`."""

    rule: ClassVar[Rule[Any]]

    @model_validator(mode="after")
    def _options_make_sense(self) -> Self:
        try:
            self.options()
        except WrongOptions as wrong:
            raise PydanticCustomError("options", "{why}", {"why": str(wrong), "each": wrong.mistakes}) from wrong
        except ValueError as nonsense:
            raise refusal(ru=str(nonsense), en=str(nonsense)) from nonsense
        return self

    def options(self) -> Any:
        """The options as the rule takes them: an instance of its own dataclass."""
        kind = self.rule.options
        names = [item.name for item in dataclasses.fields(kind) if item.init]
        return kind(**{name: _frozen(getattr(self, name)) for name in names})

    def active(self) -> ActiveRule[Any]:
        """The rule as this operator runs it."""
        return ActiveRule(rule=self.rule, mode=self.mode, options=self.options())


class RulesSettings(Section):
    """All rules, each by its name."""

    def dialect(self, known: Dialect) -> Dialect:
        """`known` with what all rules' options say of it, those of the rules that are off included."""
        for name in type(self).model_fields:
            one = getattr(self, name)
            known = one.rule.dialect(one.options(), known)
        return known

    def active(self) -> tuple[ActiveRule[Any], ...]:
        """The rules that are not off, in the order in which they are listed."""
        found = (getattr(self, name) for name in type(self).model_fields)
        return tuple(one.active() for one in found if one.mode is not Mode.OFF)


def rules_model(rules: Sequence[Rule[Any]]) -> type[RulesSettings]:
    """The `rules:` section for these rules."""
    sections: dict[str, Any] = {}
    for rule in rules:
        section = _rule_model(rule)
        sections[rule.name] = (section, Field(default={}, description=_about(rule)))
    return create_model("RulesSettings", __base__=RulesSettings, __doc__=RulesSettings.__doc__, **sections)


def _about(rule: Rule[Any]) -> str:
    """The first sentence of the rule's module: its user documentation."""
    text = getattr(inspect.getmodule(rule.check), "__doc__", None) or rule.check.__doc__ or rule.name
    return " ".join(text.strip().partition("\n\n")[0].split())


def _rule_model(rule: Rule[Any]) -> type[RuleSettings]:
    hints = get_type_hints(rule.options, include_extras=True)
    fields = {item.name: (hints[item.name], _field(item)) for item in dataclasses.fields(rule.options) if item.init}
    section = create_model(f"Rule_{rule.name}", __base__=RuleSettings, __doc__=rule.options.__doc__, **fields)  # type: ignore[call-overload] # names come from data
    section.rule = rule
    return section  # type: ignore[no-any-return] # create_model's overload is lost with it


def _field(item: dataclasses.Field[Any]) -> FieldInfo:
    """One option's key: description, limits (at_least, at_most, above, below), examples from its metadata."""
    extra: dict[str, Any] = {_LIMITS[key]: value for key, value in item.metadata.items() if key in _LIMITS}
    if item.default is not dataclasses.MISSING:
        extra["default"] = _plain(item.default)
    elif item.default_factory is not dataclasses.MISSING:
        extra["default"] = _plain(item.default_factory())
    info: FieldInfo = Field(description=item.metadata.get("description"), **extra)
    return info


def _plain(value: Any) -> Any:
    """A default as a file would give it: the schema can show it, and it is validated like a given value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return types.MappingProxyType({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value
