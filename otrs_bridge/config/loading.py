"""From config.yaml and the environment to a checked Config, or to every mistake at once."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from otrs_bridge.config.environment import add_environment
from otrs_bridge.config.mistakes import sentences
from otrs_bridge.config.schema import Config, config_model
from otrs_bridge.config.values import BASE
from otrs_bridge.config.yaml_file import Key, Written, dotted, read_yaml, told_at
from otrs_bridge.domain.rule import Rule, contested, overwritten
from otrs_bridge.errors import ConfigMistake
from otrs_bridge.small_file import NoSmallFileError, at_home, read_small
from otrs_bridge.words import Words

_UNREADABLE = "unreadable"
_LONGEST_SECRET = 4096  # bytes; OTRS and databases take far less
FILES_OF_SECRETS = ("password_file", "urls_file")
_NO_OTRS = {"url": "https://otrs.invalid", "user": "nobody", "password": "none"}


def load(path: Path, rules: Sequence[Rule[Any]], environ: Mapping[str, str], *, needs_otrs: bool = True) -> Config:
    """Read and check the configuration; raises ConfigMistake with one sentence for each mistake.

    Without `needs_otrs` the section `otrs` may be missing, for what asks OTRS nothing: its address leads nowhere then.
    """
    written = read_yaml(path)
    if written.mistakes and not written.tree:
        raise ConfigMistake(written.mistakes)
    model = config_model(rules)
    warnings = _readable_by_all(path, written.tree)
    add_environment(written, environ, model)
    if not needs_otrs:
        written.tree.setdefault("otrs", dict(_NO_OTRS))
    base = path.absolute().parent
    warnings += _read_secrets(written, (), written.tree, base)
    try:
        config = model.model_validate(written.tree, context={BASE: base})
    except ValidationError as wrong:
        raise ConfigMistake(written.mistakes + sentences(wrong, written, model)) from None
    quarrels = _fields_with_two_owners(config, written) + _fields_read_as_another(config, written)
    quarrels += _push_without_a_page(config, written)
    if mistakes := written.mistakes + quarrels:
        raise ConfigMistake(mistakes)
    return config.read_from(path, [*warnings, *_jobs_without_billing(config, written)])


def _fields_with_two_owners(config: Config, written: Written) -> list[Words]:
    """Two rules that are not off and write one field would undo each other's work in turns: the bridge does not start."""
    found = contested((active.rule for active in config.active_rules), config.dialect.fields)
    return [
        told_at(
            written.place(("rules", names[-1])),
            ru=f"{' и '.join(f'rules.{name}' for name in names)} пишут в одно поле {field}; "
            "у поля один хозяин, остальные правила выключите (off)",
            en=f"{' and '.join(f'rules.{name}' for name in names)} both write {field}; "
            "a field has one owner, switch all but one of them off",
        )
        for field, names in found.items()
    ]


def _fields_read_as_another(config: Config, written: Written) -> list[Words]:
    """What the bridge writes into a field must not be read there as something else."""
    found = overwritten((active.rule for active in config.active_rules), config.dialect.fields)
    return [
        told_at(
            written.place(("fields", one)),
            ru=f"fields.{one}: поле {name} уже названо в fields.{other}: что мост туда запишет, он прочтёт как {other}; "
            "укажите другое поле",
            en=f"fields.{one} is {name}, like fields.{other}: what the bridge writes there, it would read as {other}; "
            "give another field",
        )
        for one, other, name in found
    ]


def _push_without_a_page(config: Config, written: Written) -> list[Words]:
    """Pushes come in where the page is served."""
    if config.daemon.push is None or config.web.listen:
        return []
    return [
        told_at(
            written.place(("daemon", "push")),
            ru="daemon.push: сообщениям OTRS некуда прийти; задайте web.listen, например 127.0.0.1:8080",
            en="daemon.push: there is nowhere for pushes to come in; set web.listen, such as 127.0.0.1:8080",
        )
    ]


def _jobs_without_billing(config: Config, written: Written) -> list[Words]:
    """They would do nothing, and an operator who relies on them would not know."""
    return [
        told_at(
            written.place(("jobs", name)),
            ru=f"jobs.{name}: раздела billing нет, о долгах ничего не известно, и задание не выполняется; добавьте его",
            en=f"jobs.{name}: there is no section billing, so nothing is known of debts and the job is not run; add it",
        )
        for name in config.jobs_without_billing
    ]


def _read_secrets(written: Written, key: Key, section: Mapping[str, Any], base: Path) -> list[Words]:
    """Put the secret itself beside each `password_file` and `urls_file`, wherever it stands; returns warnings."""
    warnings: list[Words] = []
    for name, value in list(section.items()):
        if isinstance(value, dict):
            warnings += _read_secrets(written, (*key, name), value, base)
        elif name.endswith(FILES_OF_SECRETS) and isinstance(value, str) and isinstance(section, dict):
            place = told_at(written.place((*key, name)), ru=dotted((*key, name)), en=dotted((*key, name)))
            if section.get(name.removesuffix("_file")) is not None:
                twin = dotted((*key, name.removesuffix("_file")))
                written.mistake(
                    place,
                    ru=f"укажите что-то одно: это или {twin}",
                    en=f"give either this or {twin}, not both",
                )
                continue
            try:
                file = base / at_home(Path(value))
            except NoSmallFileError:  # the section's own check of the path says so
                section[name.removesuffix("_file")] = _UNREADABLE
                continue
            section[name.removesuffix("_file")] = _secret(file, place, written)
            if _world_readable(file):
                warnings.append(
                    told_at(
                        place,
                        ru=f"{file} могут читать все; chmod 600 {file}",
                        en=f"{file} can be read by everybody; chmod 600 {file}",
                    )
                )
    return warnings


def _secret(file: Path, place: Words, written: Written) -> str:
    """The secret in a file; a stand-in when it cannot be read, so that one mistake is not told twice."""
    try:
        found = read_small(file, _LONGEST_SECRET)
        secret = found.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        written.mistake(place, ru=f"{file}: текст не в UTF-8", en=f"{file} is not UTF-8 text")
    except FileNotFoundError:
        written.mistake(
            place, ru=f"{file} не читается: такого файла нет", en=f"{file} cannot be read: there is no such file"
        )
    except NoSmallFileError as refused:
        written.mistake(place, ru=f"{file}: {refused.words.ru}", en=f"{file} {refused.words.en}")
    else:
        if len(found) > _LONGEST_SECRET:
            written.mistake(place, ru=f"{file}: слишком длинно для пароля", en=f"{file} is too long for a password")
        elif not secret:
            written.mistake(place, ru=f"{file} пуст", en=f"{file} is empty")
        else:
            return secret
    return _UNREADABLE


def _readable_by_all(path: Path, tree: Mapping[str, Any]) -> list[Words]:
    if not (_holds_secret(tree) and _world_readable(path)):
        return []
    ru = f"в файле пароль, а читать его могут все; chmod 600 {path}"
    return [told_at(path.name, ru=ru, en=f"holds a password and can be read by everybody; chmod 600 {path}")]


def _holds_secret(section: Mapping[str, Any]) -> bool:
    return any(
        _holds_secret(value) if isinstance(value, dict) else _is_secret(name, value) for name, value in section.items()
    )


def _is_secret(name: str, value: object) -> bool:
    if name == "urls":
        return bool(value)
    if not isinstance(value, str):
        return False
    user_part = value.partition("://")[2].rpartition("@")[0]
    return name.endswith("password") or ":" in user_part


def _world_readable(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
