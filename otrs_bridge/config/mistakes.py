"""From pydantic's errors to sentences for an operator: where, which key, what is wrong, what is allowed."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from otrs_bridge.config.yaml_file import Key, Written, dotted

_SHOWN = 60  # characters of a wrong value that are repeated to the operator
_NEVER_SHOWN = re.compile(r"password|secret|token|database|url|query", re.IGNORECASE)
_BRANCH = re.compile(r"^(?:function-.*|str|int|float|bool|none|lax-or-strict.*|json-or-python.*|\[key\])$")
_NEAR = 0.6

_SENTENCES = {
    "missing": "is missing",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_max_places": "must have at most {decimal_places} decimal places",
    "date_type": "must be a day, 2026-12-31",
    "date_parsing": "must be a day, 2026-12-31",
    "date_from_datetime_parsing": "must be a day, 2026-12-31",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list, [a, b]",
    "list_type": "must be a list, [a, b]",
    "frozen_set_type": "must be a list, [a, b]",
    "set_type": "must be a list, [a, b]",
    "mapping_type": "must be a mapping, {{key: value}}",
    "dict_type": "must be a mapping, {{key: value}}",
    "model_type": "must be a mapping of keys",
    "model_attributes_type": "must be a mapping of keys",
    "path_type": "must be a path",
    "union_tag_invalid": "has no source {tag}; must be {expected_tags}",
    "union_tag_not_found": "needs the key source",
}


def sentences(error: ValidationError, written: Written, model: type[BaseModel]) -> list[str]:
    """One sentence for each error, in the order of the file's sections."""
    errors = (part for one in error.errors(include_url=False) for part in _parts(one))
    return list(dict.fromkeys(_sentence(one, written, model) for one in errors))


def _parts(error: ErrorDetails) -> Iterator[ErrorDetails]:
    """A rule that refuses several of its options at once names each by its key."""
    for key, allowed in error.get("ctx", {}).get("each", ()):
        yield {"type": error["type"], "loc": (*error["loc"], *key), "msg": allowed, "input": None}
    if "each" not in error.get("ctx", {}):
        yield error


def _sentence(error: ErrorDetails, written: Written, model: type[BaseModel]) -> str:
    key = _key(error, written.tree)
    known = _known_keys(model, error["loc"][:-1])
    where = f"{written.place(key)}: {dotted(key)}"
    if error["type"] == "extra_forbidden":
        return f"{where} is not a key of this configuration; {_suggestion(str(key[-1]), known)}"
    if error["type"] in {"zone_info_str", "zoneinfo_str"}:
        near = _suggestion(str(error["input"]), sorted(zoneinfo.available_timezones()))
        return f"{where} is not a time zone; {near}"
    words = _SENTENCES.get(error["type"])
    said = words.format_map(error.get("ctx", {})) if words else error["msg"][:1].lower() + error["msg"][1:]
    return f"{where} {said}{_what_it_is(error, key)}"


def _what_it_is(error: ErrorDetails, key: Key) -> str:
    """The wrong value, unless it may hold a secret: a secret's own key, or text where a mapping belongs."""
    value = error["input"]
    secret = any(_NEVER_SHOWN.search(str(part)) for part in key) or "model" in error["type"]
    if secret or error["type"] == "missing" or not isinstance(value, str | int | float) or value == "":
        return ""
    text = repr(value)
    return f", not {text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}"


def _key(error: ErrorDetails, tree: Any) -> Key:
    """pydantic's location without the branches it tried: what an operator can find in the file."""
    key: list[str | int] = []
    here = tree
    for index, part in enumerate(error["loc"]):
        is_last = index == len(error["loc"]) - 1
        if _has(here, part):
            here = here[part]
            key.append(part)
        elif (is_last or not isinstance(here, dict)) and not _BRANCH.match(str(part)):
            key.append(part)
            here = None
        elif isinstance(here, dict) and not here:
            key.append(part)
    return tuple(key)


def _has(section: Any, part: str | int) -> bool:
    if isinstance(section, list):
        return isinstance(part, int) and part < len(section)
    return isinstance(section, dict) and part in section


def _known_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys allowed in the section at `location`."""
    models = [model]
    for part in location:
        fields = [found.model_fields[str(part)] for found in models if part in found.model_fields]
        if fields:
            models = [kind for item in fields for kind in _models(item.annotation)]
        else:
            models = [found for found in models if _tag(found) == part] or models
    return list(dict.fromkeys(name for found in models for name in found.model_fields))


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]


def _tag(model: type[BaseModel]) -> str | None:
    source = model.model_fields.get("source")
    return source.default if source else None


def _suggestion(wrong: str, allowed: list[str]) -> str:
    folded = {name.lower(): name for name in allowed}
    near = difflib.get_close_matches(wrong.lower(), list(folded), n=1, cutoff=_NEAR)
    if near:
        return f"did you mean {folded[near[0]]}?"
    few = ", ".join(allowed[:20]) + (", …" if len(allowed) > 20 else "")  # noqa: PLR2004 # what fits into a sentence
    return f"allowed: {few}"
