"""From pydantic's errors to sentences for an operator: where, which key, what is wrong, what is allowed."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from otrs_bridge.config.values import WORDS
from otrs_bridge.config.yaml_file import Key, Written, dotted
from otrs_bridge.words import Words

_SHOWN = 60  # characters of a wrong value that are repeated to the operator
_NEVER_SHOWN = re.compile(r"password|secret|token|database|url|query", re.IGNORECASE)
_BRANCH = re.compile(r"^(?:function-.*|str|int|float|bool|none|lax-or-strict.*|json-or-python.*|\[key\])$")
_NEAR = 0.6
_TIME_ZONE = ("zone_info_str", "zoneinfo_str")

_NUMBER = Words(ru="нужно число", en="must be a number")
_WHOLE = Words(ru="нужно целое число", en="must be a whole number")
_DAY = Words(ru="нужен день, 2026-12-31", en="must be a day, 2026-12-31")
_YES_OR_NO = Words(ru="нужно true или false", en="must be true or false")
_ONE_OF = Words(ru="допустимы {expected}", en="must be {expected}")
_LIST = Words(ru="нужен список, [a, b]", en="must be a list, [a, b]")
_MAPPING = Words(ru="нужны пары {{ключ: значение}}", en="must be a mapping, {{key: value}}")
_SECTION = Words(ru="нужен раздел с ключами", en="must be a mapping of keys")

_SENTENCES: Mapping[str, Words] = {
    "missing": Words(ru="не указано", en="is missing"),
    "string_type": Words(ru="нужен текст", en="must be text"),
    "string_too_short": Words(ru="не должно быть пустым", en="must not be empty"),
    "string_pattern_mismatch": Words(ru="должно подходить под {pattern}", en="string should match pattern '{pattern}'"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": Words(
        ru="слишком большое число", en="unable to parse input string as an integer, exceeded maximum size"
    ),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_places": Words(
        ru="знаков после запятой — не больше {decimal_places}", en="must have at most {decimal_places} decimal places"
    ),
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "time_type": Words(ru="нужно время, 06:00", en="input should be a valid time"),
    "time_parsing": Words(ru="нужно время, 06:00", en="input should be in a valid time format, {error}"),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "greater_than": Words(ru="должно быть больше {gt:g}", en="must be above {gt:g}"),
    "greater_than_equal": Words(ru="должно быть не меньше {ge:g}", en="must be at least {ge:g}"),
    "less_than": Words(ru="должно быть меньше {lt:g}", en="must be below {lt:g}"),
    "less_than_equal": Words(ru="должно быть не больше {le:g}", en="must be at most {le:g}"),
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "frozen_set_type": _LIST,
    "set_type": _LIST,
    "mapping_type": _MAPPING,
    "dict_type": _MAPPING,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "path_type": Words(ru="нужен путь", en="must be a path"),
    "union_tag_invalid": Words(
        ru="источника {tag} нет; допустимы {expected_tags}", en="has no source {tag}; must be {expected_tags}"
    ),
    "union_tag_not_found": Words(ru="нужен ключ source", en="needs the key source"),
}


def sentences(error: ValidationError, written: Written, model: type[BaseModel]) -> list[Words]:
    """One sentence for each error, in the order of the file's sections."""
    errors = (part for one in error.errors(include_url=False) for part in _parts(one))
    return list(dict.fromkeys(_sentence(one, written, model) for one in errors))


def _parts(error: ErrorDetails) -> Iterator[ErrorDetails]:
    """A rule that refuses several of its options at once names each by its key."""
    for key, allowed in error.get("ctx", {}).get("each", ()):
        yield {
            "type": error["type"],
            "loc": (*error["loc"], *key),
            "msg": allowed.en,
            "ctx": {WORDS: allowed},
            "input": None,
        }
    if "each" not in error.get("ctx", {}):
        yield error


def _sentence(error: ErrorDetails, written: Written, model: type[BaseModel]) -> Words:
    key = _key(error, written.tree)
    name, said, given = dotted(key), _said(error, key, model), _what_it_is(error, key)
    place = written.place(key)
    return Words(ru=f"{place.ru}: {name}: {said.ru}{given.ru}", en=f"{place.en}: {name} {said.en}{given.en}")


def _said(error: ErrorDetails, key: Key, model: type[BaseModel]) -> Words:
    if error["type"] == "extra_forbidden":
        near = _suggestion(str(key[-1]), _known_keys(model, error["loc"][:-1]))
        return Words(ru=f"такого ключа нет; {near.ru}", en=f"is not a key of this configuration; {near.en}")
    if error["type"] in _TIME_ZONE:
        near = _suggestion(str(error["input"]), sorted(zoneinfo.available_timezones()))
        return Words(ru=f"такого часового пояса нет; {near.ru}", en=f"is not a time zone; {near.en}")
    context = error.get("ctx", {})
    if isinstance(told := context.get(WORDS), Words):
        return told
    if words := _SENTENCES.get(error["type"]):
        listed = {name: text.replace(" or ", " или ") if name == "expected" else text for name, text in context.items()}
        return Words(ru=words.ru.format_map(listed), en=words.en.format_map(context))
    foreign = error["msg"][:1].lower() + error["msg"][1:]
    return Words(ru=f"значение не подходит ({foreign})", en=foreign)


def _what_it_is(error: ErrorDetails, key: Key) -> Words:
    """The wrong value, unless it may hold a secret: a secret's own key, or text where a mapping belongs."""
    value = error["input"]
    secret = any(_NEVER_SHOWN.search(str(part)) for part in key) or "model" in error["type"]
    told = error["type"] in {"missing", "extra_forbidden", *_TIME_ZONE}
    if secret or told or not isinstance(value, str | int | float) or value == "":
        return Words.alike("")
    text = repr(value)
    shown = f"{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}"
    return Words(ru=f" (указано {shown})", en=f", not {shown}")


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


def _suggestion(wrong: str, allowed: list[str]) -> Words:
    folded = {name.lower(): name for name in allowed}
    near = difflib.get_close_matches(wrong.lower(), list(folded), n=1, cutoff=_NEAR)
    if near:
        return Words(ru=f"может быть, {folded[near[0]]}?", en=f"did you mean {folded[near[0]]}?")
    few = ", ".join(allowed[:20]) + (", …" if len(allowed) > 20 else "")  # noqa: PLR2004 # what fits into a sentence
    return Words(ru=f"допустимы: {few}", en=f"allowed: {few}")
