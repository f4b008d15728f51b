"""Which file the configuration is, and the language it asks for: what a call has to know before it reads the file.

Apart from `config/`, which needs pydantic, the rules and everything they know; `--help` needs none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from otrs_bridge.small_file import NoSmallFileError, read_small
from otrs_bridge.words import DEFAULT_LANGUAGE, LANGUAGES, Language

CONFIG_VARIABLE = "OTRS_BRIDGE_CONFIG"
ENVIRONMENT_PREFIX = "OTRS_BRIDGE__"
LONGEST = 1 << 20  # bytes of a file: far more than a configuration ever has, far less than memory

_KEY = re.compile(r"^language:\s*[\"']?(?P<language>[a-z]+)", re.MULTILINE)
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as everywhere


def config_path(given: Path | None, environ: Mapping[str, str]) -> Path:
    """The file to read: --config, else OTRS_BRIDGE_CONFIG, else config.yaml in the working directory."""
    return given or Path(environ.get(CONFIG_VARIABLE) or "config.yaml")


def language_of(path: Path, environ: Mapping[str, str]) -> Language:
    """The key `language` as far as it can be told: from the environment, from the file, else as the terminal speaks."""
    told = environ.get(f"{ENVIRONMENT_PREFIX}LANGUAGE") or _written(path)
    return _known(told) if told else language_of_terminal(environ)


def language_of_terminal(environ: Mapping[str, str]) -> Language:
    """What the locale says: Russian for `ru*`, otherwise English."""
    return _known(next((environ[name][:2] for name in _LOCALE if environ.get(name)), ""))


def _written(path: Path) -> str:
    """What the file says, or leaves to the default; "" when there is no file."""
    try:
        found = _KEY.search(read_small(path, LONGEST).decode("utf-8-sig", errors="replace"))
    except (FileNotFoundError, NoSmallFileError):
        return ""
    return found["language"] if found else DEFAULT_LANGUAGE


def _known(told: str) -> Language:
    return next((language for language in LANGUAGES if language == told), "en")
