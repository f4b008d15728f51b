"""How this operator's OTRS speaks: its names, its keys, its own contacts, its time zone, the lengths of its columns.

One value for all who read a ticket or write one: rules, jobs, the judge and the demo. The configuration makes it; each rule
adds what its options say of it (`Rule.dialect`), whatever the rule's mode is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from otrs_bridge.domain.client import ClientType, parse_client_type
from otrs_bridge.domain.otrs_limits import SMALLEST, Lengths
from otrs_bridge.domain.placeholder import DEFAULT_EMAIL
from otrs_bridge.domain.ticket import Ticket, Value


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldNames:
    """How this OTRS calls the dynamic fields that the procedure needs; "" means that it has no such field."""

    client_type: str = "ClientType"
    district: str = "District"
    category: str = "Category"
    master_ticket: str = "MasterTicket"
    bridge_key: str = "BridgeKey"
    short_number: str = ""
    contract: str = ""
    address: str = ""
    phone: str = ""

    def present_on(self, ticket: Ticket) -> FieldNames:
        """Without the fields that OTRS does not list on this ticket, where it lists the empty ones too.

        A name that is configured and does not exist must not be written, or OTRS would refuse the whole update. Znuny
        6.5.15 and later list filled fields only, 6.0 and 6.5.1 all; so a ticket that lists no empty field says nothing
        about names, and what is missing there may well be written.
        """
        listed = ticket.dynamic_fields
        absent = {item.name: "" for item in fields(self) if (name := getattr(self, item.name)) and name not in listed}
        return replace(self, **absent) if absent and not all(listed.values()) else self


class Category(StrEnum):
    """The categories of the procedure, by what clients ask for."""

    INTERNET = "internet"
    SETUP = "setup"
    SPEED = "speed"
    TELEPHONY_INCOMING = "telephony-incoming"
    TELEPHONY_OUTGOING = "telephony-outgoing"
    TELEPHONY_INTERNATIONAL = "telephony-international"
    TV = "tv"
    CABLE = "cable"
    BILLING = "billing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Categories:
    """How this operator reads categories in texts, and how his field takes them.

    `built_in` are the categories whose own phrases are read, `keywords` what he reads besides, by category; the
    category may be one of his own. `keys` are the field's keys by category, where they differ from its name; a field
    that does not take `several` takes one key.
    """

    built_in: frozenset[str] = frozenset(category.value for category in Category)
    keywords: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    several: bool = True

    @property
    def field_keys(self) -> tuple[str, ...]:
        """Every key that may be written."""
        names = dict.fromkeys([*(name for name in Category if name in self.built_in), *dict(self.keywords)])
        return self.keys_of(names)

    def keys_of(self, categories: Iterable[str]) -> tuple[str, ...]:
        """The field's keys for these categories, each once."""
        keys = dict(self.keys)
        return tuple(dict.fromkeys(str(keys.get(category, category)) for category in categories))

    def value_of(self, categories: Iterable[str]) -> Value:
        """These categories as the field takes them; "" where it takes one and they are several: a person knows which."""
        keys = sorted(self.keys_of(categories))
        if self.several:
            return tuple(keys)
        return keys[0] if len(keys) == 1 else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientTypes:
    """What this operator's field says of a client. `keys`: the field's key by type, where it is not the type's name."""

    keys: tuple[tuple[str, str], ...] = ()

    def key_of(self, kind: ClientType) -> str:
        """How the field says that a client is of this type."""
        return dict(self.keys).get(kind.value, kind.value)

    def type_in(self, written: str) -> ClientType | None:
        """Which type the field names, by its key in any letter case or in words; None when it says neither."""
        bare = written.strip().casefold()
        by_key = (ClientType(name) for name, key in self.keys if key.strip().casefold() == bare)
        return next(by_key, None) or parse_client_type(written)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contacts:
    """What this operator's tickets are read with.

    `placeholder` is the e-mail address of clients who are not in the base; `own` the operator's own contracts, phones,
    addresses and e-mails (`@mtel.ru` for a domain) in any writing, which are no client's; `area_code` completes local phone
    numbers, see `find_phones`.
    """

    placeholder: str = DEFAULT_EMAIL
    own: tuple[str, ...] = ()
    area_code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """The whole of it; the defaults are the procedure's own.

    `districts` has the field's key of a district where it is not the directory's word. `zone` is the operator's own zone,
    in which people speak of days. `lengths`: what OTRS keeps; the smallest until it says which product it is.
    """

    fields: FieldNames = FieldNames()
    categories: Categories = Categories()
    client_types: ClientTypes = ClientTypes()
    contacts: Contacts = Contacts()
    districts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    lengths: Lengths = SMALLEST

    def district_key(self, district: str) -> str:
        """How the field says a district of the directory; "" for none."""
        bare = district.strip()
        return self.districts.get(bare, bare)


AS_THE_PROCEDURE_HAS_IT = Dialect()
