"""Keys given by the environment: OTRS_BRIDGE__OTRS__PASSWORD is otrs.password, and beats the file."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from otrs_bridge.config.yaml_file import Key, Written, read_flow
from otrs_bridge.config_file import ENVIRONMENT_PREFIX
from otrs_bridge.words import Words


def add_environment(written: Written, environ: Mapping[str, str], model: type[BaseModel]) -> None:
    """Lay the variables over what the file says. Lists and mappings are written `[a, b]` and `{a: b}`."""
    given = [(name, text) for name, text in environ.items() if name.upper().startswith(ENVIRONMENT_PREFIX)]
    for name, text in sorted(given):
        key: Key = tuple(name[len(ENVIRONMENT_PREFIX) :].lower().split("__"))
        place = Words(ru=f"переменная окружения {name}", en=f"environment {name}")
        if "" in key:
            example = f"{ENVIRONMENT_PREFIX}OTRS__PASSWORD"
            written.mistake(place, ru=f"это не ключ; пример: {example}", en=f"is no key; write {example}")
            continue
        _put(written, key, _value(text, key, model), place)


def _put(written: Written, key: Key, value: Any, place: Words) -> None:
    here = written.tree
    for depth, part in enumerate(key[:-1]):
        inner = here.get(str(part))
        if not isinstance(inner, dict):
            is_bare_mode = key[0] == "rules" and depth == 1 and inner is not None
            inner = here[str(part)] = {"mode": inner} if is_bare_mode else {}
        here = inner
    last = str(key[-1])
    here.pop(last.removesuffix("_file") if last.endswith("_file") else f"{last}_file", None)  # its twin in the file
    here[last] = value
    written.places[key] = place


def _value(text: str, key: Key, model: type[BaseModel]) -> Any:
    if text[:1] in {"[", "{"} and _holds_several(_annotation(key, model)):
        return read_flow(text)
    return text


def _annotation(key: Key, model: type[BaseModel]) -> Any:
    """The type of a key, None for a key nobody knows."""
    annotation: Any = model
    for part in key:
        models = [kind for kind in _alternatives(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]
        known = next((kind.model_fields[str(part)] for kind in models if part in kind.model_fields), None)
        if known is None:
            return None
        annotation = known.annotation
    return annotation


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else (annotation,)


def _holds_several(annotation: Any) -> bool:
    return any(
        get_origin(kind) not in {None, Union, types.UnionType}
        or (isinstance(kind, type) and issubclass(kind, BaseModel))
        for kind in _alternatives(annotation)
    )
