"""In which language a command speaks before its configuration is read, or when it cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from otrs_bridge.config.environment import ENVIRONMENT_PREFIX
from otrs_bridge.config.schema import Config
from otrs_bridge.config.yaml_file import LONGEST
from otrs_bridge.words import LANGUAGES, Language

_KEY = re.compile(r"^language:\s*[\"']?(?P<language>[a-z]+)", re.MULTILINE)
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as everywhere


def language_of(path: Path, environ: Mapping[str, str]) -> Language:
    """The key `language` as far as it can be told: from the environment, from the file, else as the terminal speaks."""
    told = environ.get(f"{ENVIRONMENT_PREFIX}LANGUAGE") or _written(path) or _of_the_terminal(environ)
    return next((language for language in LANGUAGES if language == told), "en")


def _written(path: Path) -> str:
    """What the file says, or leaves to the default; "" when there is no file."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            found = _KEY.search(file.read(LONGEST))
    except OSError:
        return ""
    default = str(Config.model_fields["language"].default)
    return found["language"] if found else default


def _of_the_terminal(environ: Mapping[str, str]) -> str:
    return next((environ[name][:2] for name in _LOCALE if environ.get(name)), "")
