"""Kinds of values that several keys share: paths beside the file, shares, secrets, databases."""

from __future__ import annotations

import math
import re
import stat
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from otrs_bridge.config.meant_urls import is_meant_as_url
from otrs_bridge.domain.hours import hours_of
from otrs_bridge.errors import UsageMistake
from otrs_bridge.small_file import NoSmallFileError, at_home
from otrs_bridge.words import Words

# A name (international ones, too), an IPv4 or [IPv6] address, a port; what follows is no part of it.
_WEB_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<server>(?:[\w-]+(?:\.[\w-]+)*\.?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?)"
    r"(?P<path>[/?#]\S*)?",
    re.IGNORECASE,
)
_LAST_PORT = 65535
_PING_ADDRESS = re.compile(r"https?://[^\s@?#]+")

BASE = "base"  # key of the validation context: the folder that relative paths start from
WORDS = "words"  # key of an error's context: what our own validators say, in both languages


def refusal(*, ru: str, en: str) -> PydanticCustomError:
    """What a validator raises: pydantic itself would keep one language only."""
    return PydanticCustomError("refused", "{why}", {"why": en, WORDS: Words(ru=ru, en=en)})


class Section(BaseModel):
    """One mapping of the file: frozen, unknown keys refused, an empty `key:` means "nothing but defaults"."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_means_defaults(cls, value: Any) -> Any:
        return {} if value is None else value


def _beside_config(path: Path, info: ValidationInfo) -> Path:
    base: Path = (info.context or {}).get(BASE, Path())
    try:
        return base / at_home(path)
    except NoSmallFileError as error:
        raise refusal(ru=error.words.ru, en=error.words.en) from error


def _readable(path: Path, info: ValidationInfo) -> Path:
    found = _beside_config(path, info)
    if _is_waited_for(found):
        raise refusal(ru=f"{found}: это не обычный файл", en=f"{found} cannot be read: it is no regular file")
    return found


def _is_waited_for(path: Path) -> bool:
    """Whether it is a pipe, a device or a socket: whoever opened it could wait without end, or read without end."""
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError):  # not there yet, or not to be seen: whoever opens it says so
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))


def _web_address(value: str) -> str:
    """Scheme, host and port. What stands there by mistake is not repeated: it may be a password, or a token."""
    address = value.strip()
    if "@" in address:
        raise refusal(
            ru="имени и паролю здесь не место: для них есть свои ключи",
            en="must not hold a user and password; they have keys of their own",
        )
    found = _WEB_ADDRESS.fullmatch(address)
    if found is None:
        raise refusal(
            ru="нужен адрес вида https://otrs.example.org", en="must be an address such as https://otrs.example.org"
        )
    server, port = found["server"], int(found["port"] or 1)
    if not found["scheme"]:
        raise refusal(ru=f"нужен адрес с https://: https://{server}", en=f"must begin with https://: https://{server}")
    if not 0 < port <= _LAST_PORT:
        raise refusal(ru=f"порта {port} не бывает", en=f"has no port {port}: ports end at {_LAST_PORT}")
    right = f"{found['scheme'].lower()}://{server}"
    if found["path"] not in {None, "/"}:
        raise refusal(
            ru=f"нужен адрес без пути: {right}; путь веб-сервисов — в otrs.path",
            en=f"must be without a path: {right}; the path of the web services is otrs.path",
        )
    return right


def _share(value: object) -> object:
    """`20%` is 0.2; whatever else is left to the number's own checks."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            share = float(value.strip()[:-1].replace(",", ".")) / 100
        except ValueError:
            return value
        return share if math.isfinite(share) else value
    return value


def _database_url(value: str, info: ValidationInfo) -> str:
    """A path becomes SQLite's URL, `postgresql://` gets our driver, relative files lie beside the config.

    What is neither is not repeated, nor chained: it may hold a password.
    """
    if "://" not in value:
        if is_meant_as_url(value):
            raise _no_url()
        return _sqlite(_beside_config(Path(value), info))
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise _no_url() from None
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername in {"mysql", "mariadb"}:
        url = url.set(drivername=f"{url.drivername}+pymysql")
    if url.drivername.startswith("sqlite") and url.host:  # two slashes too few, or the name of another driver
        raise _no_url()
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return _sqlite(_beside_config(Path(url.database), info), url)
    return url.render_as_string(hide_password=False)


def _no_url() -> PydanticCustomError:
    return refusal(
        ru="это не URL базы данных и не путь к файлу: нужен URL вида postgresql://user:password@host/database "
        "или путь вида /var/lib/journal.db",
        en="is neither a database URL nor the path of a file: write a URL such as "
        "postgresql://user:password@host/database, or a path such as /var/lib/journal.db",
    )


def _sqlite(path: Path, url: URL | None = None) -> str:
    found = (url or URL.create("sqlite")).set(database=str(path.absolute()))
    return found.render_as_string(hide_password=False)


def url_password(url: str) -> str:
    """The password inside a database URL, "" when there is none."""
    return str(make_url(url).password or "")


def url_with_password(url: str, password: SecretStr | None) -> str:
    """The database URL with a password that was given beside it."""
    if password is None:
        return url
    return make_url(url).set(password=password.get_secret_value()).render_as_string(hide_password=False)


def database_url(value: str, password: str = "") -> str:
    """A URL that was given on the command line, as one of the configuration would be read. Raises UsageMistake."""
    try:
        url = TypeAdapter(DatabaseUrl).validate_python(value)
    except ValidationError:
        raise UsageMistake(
            Words(
                ru="--url: нужен URL вида mysql://user@host/database",
                en="--url must be such as mysql://user@host/database",
            )
        ) from None  # not `from`: it may quote the password
    return url_with_password(url, SecretStr(password) if password else None)


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An http(s) address without the slash at its end."""

ConfigPath = Annotated[Path, AfterValidator(_readable)]
"""A path; a relative one starts at the folder of the config file."""

SecretPath = Annotated[Path, AfterValidator(_beside_config)]
"""The same, of a file that loading itself has read."""

Share = Annotated[float, BeforeValidator(_share), Field(gt=0, le=1)]
"""A part of the whole: 0.2, or "20%"."""

DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
"""A SQLAlchemy URL, or the path of an SQLite file."""


def _ping_address(value: SecretStr) -> SecretStr:
    if not _PING_ADDRESS.fullmatch(value.get_secret_value()):
        raise refusal(
            ru="нужен адрес вида https://hc-ping.example.org/UUID",
            en="must be an address such as https://hc-ping.example.org/UUID",
        )
    return value


PingUrl = Annotated[SecretStr, AfterValidator(_ping_address)]
"""Where a ping goes; secret, for whoever knows it can answer for the bridge."""


def _hours_of_day(value: str) -> str:
    if value and hours_of(value) is None:
        raise refusal(ru='нужны часы вида "22:00-07:00"', en='must be hours such as "22:00-07:00"')
    return value


HoursOfDay = Annotated[str, AfterValidator(_hours_of_day)]
"""`22:00-07:00`, or "" for no hours."""

# A secret has a twin key ending in `_file`; loading reads that file into the secret itself.
Secret = SecretStr
