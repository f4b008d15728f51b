"""The key `mode` of everything that can be off, only observe or be enforced."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from otrs_bridge.config.values import Section
from otrs_bridge.domain.rule import Mode


class WithMode(Section):
    """A section whose mode alone may stand in its place: `state: enforce` is short for `state: {mode: enforce}`."""

    mode: Mode = Field(default=Mode.OBSERVE, description="off: not run; observe: only reported; enforce: carried out")

    @model_validator(mode="before")
    @classmethod
    def _bare_mode(cls, value: Any) -> Any:
        return {"mode": value} if isinstance(value, str | bool) else value

    @field_validator("mode", mode="before")
    @classmethod
    def _yaml_off_is_false(cls, value: object) -> object:
        if value is False:
            return Mode.OFF
        return value.lower() if isinstance(value, str) else value
