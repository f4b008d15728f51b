"""From what an operator wrote about client types to how they are read. Source: docs/field-rules.md#client-type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.client_type_reading import ClientTypeReading
from otrs_bridge.domain.rule import WrongOption, WrongOptions
from otrs_bridge.words import Words

_EMPTY = Words(ru="не должно быть пустым", en="must not be empty")
_SAME = Words(ru="у двух типов не может быть одного ключа", en="must differ from the other type's key")


def reading_of(keys: Mapping[str, str]) -> ClientTypeReading:
    """The reading that the option `values` of rule `client_type` asks for; raises WrongOptions with every mistake in it."""
    if mistakes := list(_mistakes(keys)):
        raise WrongOptions(mistakes)
    return ClientTypeReading(keys=tuple(keys.items()))


def _mistakes(keys: Mapping[str, str]) -> Iterator[WrongOption]:
    allowed = ", ".join(ClientType)
    for name, key in keys.items():
        others = {keys.get(kind.value, kind.value).strip().casefold() for kind in ClientType if kind.value != name}
        if name not in set(ClientType):
            yield (
                ("values", name),
                Words(ru=f"нет такого типа; допустимы: {allowed}", en=f"is no type; allowed: {allowed}"),
            )
        elif not key.strip():
            yield ("values", name), _EMPTY
        elif key.strip().casefold() in others:
            yield ("values", name), _SAME
