"""The YAML file as plain values, and where each stands. Scalars as in YAML 1.2: `off` and `no` are words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from otrs_bridge.config_file import LONGEST
from otrs_bridge.small_file import NoSmallFileError, read_small
from otrs_bridge.words import Words

Key = tuple[str | int, ...]

_SECRET = re.compile(r"password|secret|token", re.IGNORECASE)
_NULL = "tag:yaml.org,2002:null"
_NOWHERE = Words.alike("")
_MOST_VALUES = 50_000  # with what aliases (*name) repeat: ten lines of them can stand for billions
_TOO_LONG = Words(
    ru="файл слишком велик для настроек: больше мегабайта",
    en="is too large for a configuration: more than a megabyte",
)
_TOO_DEEP = Words(ru="слишком глубокая вложенность", en="is nested too deeply")
_TO_BE_QUOTED = Words(
    ru="значение, которое начинается с *, & или !, нужно взять в кавычки",
    en="a value that begins with *, & or ! has to be put in quotes",
)


@dataclass(kw_only=True)
class Written:
    """What file and environment say: `tree` of plain values, `places` of keys, and what is wrong already."""

    tree: dict[str, Any] = field(default_factory=dict)
    places: dict[Key, Words] = field(default_factory=dict)
    mistakes: list[Words] = field(default_factory=list)

    def place(self, key: Key) -> Words:
        """`config.yaml:12` for the key, or for the nearest key around it."""
        return next((self.places[key[:end]] for end in range(len(key), -1, -1) if key[:end] in self.places), _NOWHERE)

    def mistake(self, place: Words | str, *, ru: str, en: str) -> None:
        """Note what is wrong at a place."""
        self.mistakes.append(told_at(place, ru=ru, en=en))


def told_at(place: Words | str, *, ru: str, en: str) -> Words:
    """A sentence that begins with where it is."""
    where = Words.alike(place) if isinstance(place, str) else place
    return Words(ru=f"{where.ru}: {ru}", en=f"{where.en}: {en}")


class _Loader(yaml.SafeLoader):
    """Scalars are null, true/false, numbers or text: no `off`, no 12:30 as seconds, no octal."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)?\.[0-9]+(?:[eE][-+]?[0-9]+)?", list("-+0123456789.")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


def read_yaml(path: Path) -> Written:
    """Read the file; what is wrong with it as YAML is in `mistakes`, `tree` holds what could be read."""
    written = Written(places={(): Words.alike(path.name)})
    text = _text(path, written)
    if text is None:
        return written
    node = _compose(text, path.name, written)
    if written.mistakes:
        return written
    if node is None:
        written.mistake(
            path.name,
            ru="файл пуст; образец печатает `otrs-bridge config example`",
            en="is empty; `otrs-bridge config example` prints one to start from",
        )
    elif not isinstance(node, MappingNode):
        written.mistake(
            f"{path.name}:1",
            ru="файл должен состоять из строк `ключ: значение`, таких как `otrs:` и `rules:`",
            en="must be a mapping, `key: value` lines such as `otrs:` and `rules:`",
        )
    else:
        found = _unfolded(node, path.name, written)
        written.tree = found if isinstance(found, dict) else {}
    return written


def read_flow(text: str) -> Any:
    """A list or mapping out of one line (`[a, b]`, `{a: b}`); the text itself when it is neither."""
    written = Written()
    node = _compose(text, "", written)
    if written.mistakes or not isinstance(node, MappingNode | SequenceNode):
        return text
    value = _unfolded(node, "", written)
    return text if written.mistakes else value


def _unfolded(node: Node, name: str, written: Written) -> Any:
    """The values below a node; None, and a mistake, when they are too deep or too many."""
    try:
        return _NodeWalk(name, written).value(node, ())
    except RecursionError:
        written.mistake(name, ru=_TOO_DEEP.ru, en=_TOO_DEEP.en)
    except _TooManyError:
        written.mistakes.clear()  # they may be one that was repeated, too
        written.mistake(
            name,
            ru=f"значений больше {_MOST_VALUES}: ссылки (*имя) повторяют одно и то же без меры",
            en=f"holds more than {_MOST_VALUES} values: aliases (*name) repeat the same without measure",
        )
    return None


def _text(path: Path, written: Written) -> str | None:
    try:
        found = read_small(path, LONGEST)
        if len(found) <= LONGEST:
            return found.decode("utf-8-sig")
        written.mistake(path.name, ru=_TOO_LONG.ru, en=_TOO_LONG.en)
    except FileNotFoundError:
        written.mistake(
            str(path),
            ru="такого файла нет; скопируйте config.example.yaml или выполните "
            "`otrs-bridge config example > config.yaml`",
            en="there is no such file; copy config.example.yaml or run `otrs-bridge config example > config.yaml`",
        )
    except UnicodeDecodeError as broken:
        line = found[: broken.start].count(b"\n") + 1
        written.mistake(
            f"{path.name}:{line}",
            ru="текст не в UTF-8; сохраните файл в UTF-8",
            en="is not UTF-8 text; save the file as UTF-8",
        )
    except NoSmallFileError as refused:
        written.mistake(str(path), ru=refused.words.ru, en=refused.words.en)
    return None


def _compose(text: str, name: str, written: Written) -> Node | None:
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        line = f":{mark.line + 1}" if mark else ""
        why = _reason(broken.problem or "")
        written.mistake(f"{name}{line}", ru=f"ошибка в YAML: {why.ru}", en=f"is not valid YAML: {why.en}")
    except yaml.YAMLError:
        written.mistake(
            name, ru="ошибка в YAML: управляющие символы", en="is not valid YAML: it holds control characters"
        )
    except RecursionError:
        written.mistake(name, ru=_TOO_DEEP.ru, en=_TOO_DEEP.en)
    return None


def _reason(problem: str) -> Words:
    """PyYAML's reason without the words it quotes from the file: they may be a secret."""
    if "'\\t'" in problem:
        return Words(ru="табуляция; отступы в YAML — пробелами", en="a tab; YAML is indented with spaces")
    if "alias" in problem or "anchor" in problem or "tag" in problem:
        return _TO_BE_QUOTED
    if "cannot start any token" in problem or "escape" in problem:
        return Words(
            ru="недопустимый символ; возьмите значение в кавычки", en="an unexpected character; put the value in quotes"
        )
    if "mapping values are not allowed" in problem:
        return Words(
            ru="лишнее `:` или неверный отступ; значение, в котором есть `: `, возьмите в кавычки",
            en="a `:` too many, or a wrong indentation; put a value that holds `: ` in quotes",
        )
    quoted = re.sub(r"'[^']*'|\"[^\"]*\"", "…", problem)
    return Words(
        ru=f"нарушена структура: проверьте отступы, скобки и кавычки{f' ({quoted})' if quoted else ''}",
        en=quoted or "its structure is broken",
    )


class _TooManyError(Exception):
    """Raised and caught in this file only."""


class _NodeWalk:
    """From PyYAML's nodes to plain values, noting places and mistakes."""

    def __init__(self, name: str, written: Written) -> None:
        self._name = name
        self._written = written
        self._open: set[int] = set()
        self._values = 0

    def value(self, node: Node, key: Key) -> Any:
        self._values += 1
        if self._values > _MOST_VALUES:
            raise _TooManyError
        self._written.places.setdefault(key, self._at(node))
        if isinstance(node, ScalarNode):
            return self._scalar(node, key)
        if id(node) in self._open:
            self._mistake(node, key, Words(ru="ссылается само на себя", en="refers to itself"))
            return None
        self._open.add(id(node))
        try:
            return self._mapping(node, key) if isinstance(node, MappingNode) else self._sequence(node, key)
        finally:
            self._open.remove(id(node))

    def _mapping(self, node: MappingNode, key: Key) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, ScalarNode):
                plain = Words(ru="ключ должен быть простым словом", en="a key has to be a plain word")
                self._mistake(name_node, key, plain)
                continue
            name = str(name_node.value)
            if name in found:
                first = self._written.places[(*key, name)].en
                twice = Words(
                    ru=f"указано дважды (впервые — {first}); оставьте одно",
                    en=f"is given twice (first at {first}); keep one",
                )
                self._mistake(name_node, (*key, name), twice)
                continue
            self._written.places[(*key, name)] = self._at(name_node)
            found[name] = self.value(value_node, (*key, name))
        return found

    def _sequence(self, node: Node, key: Key) -> list[Any]:
        return [self.value(item, (*key, index)) for index, item in enumerate(node.value)]

    def _scalar(self, node: ScalarNode, key: Key) -> Any:
        text = str(node.value)
        if key and isinstance(key[-1], str) and _SECRET.search(key[-1]) and node.tag != _NULL:
            return text  # a password of digits stays as it is written, zeros included
        match node.tag.removeprefix("tag:yaml.org,2002:"):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text) if len(text) < 40 else text  # noqa: PLR2004 # no number of ours is that long
            case "float":
                return float(text)
            case "str":
                return text
        self._mistake(
            node,
            key,
            Words(
                ru="значение, которое начинается с !, нужно взять в кавычки",
                en="a value that begins with ! has to be put in quotes",
            ),
        )
        return None

    def _at(self, node: Node) -> Words:
        return Words.alike(f"{self._name}:{node.start_mark.line + 1}")

    def _mistake(self, node: Node, key: Key, what: Words) -> None:
        name = dotted(key)
        ru, en = (f"{name}: ", f"{name} ") if name else ("", "")
        self._written.mistake(self._at(node), ru=f"{ru}{what.ru}", en=f"{en}{what.en}")


def dotted(key: Key) -> str:
    """`otrs.url`, `rules.priority.order[2]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")
