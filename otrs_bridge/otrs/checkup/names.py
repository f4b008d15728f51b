"""Whether OTRS knows the names that the rules use: by requests that are right in front and wrong behind."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from otrs_bridge.domain.checkup import CheckResult, failed, not_checked, passed, warned
from otrs_bridge.otrs import conditions
from otrs_bridge.otrs.checkup.checkup import Checkup
from otrs_bridge.otrs.checkup.probe import HALF_AN_ARTICLE, UNKNOWN_FIELD
from otrs_bridge.otrs.checkup.searching import exists
from otrs_bridge.words import Words

_NOBODY = "otrs-bridge doctor: no such name"
# A domain that can have no mail exchanger (RFC 2606).
_NO_MAIL_THERE = "nobody@no-such-host.invalid"


def states(checkup: Checkup) -> Iterator[CheckResult]:
    """Every state that a rule may set, or takes for known."""
    yield _attribute(checkup, "states", "State", checkup.expected.states, checkup.samples[0].text("State"))


def priorities(checkup: Checkup) -> Iterator[CheckResult]:
    """Every priority likewise."""
    yield _attribute(
        checkup, "priorities", "Priority", checkup.expected.priorities, checkup.samples[0].text("Priority")
    )


def _attribute(checkup: Checkup, name: str, attribute: str, wanted: Sequence[str], own: str) -> CheckResult:
    if not wanted:
        return passed(name, ru="правила ничего не требуют", en="no rule needs any")
    # The ticket's own is known for certain, the other is not: if OTRS's words do not differ, they say nothing.
    if not _known(checkup, attribute, own) or _known(checkup, attribute, _NOBODY):
        return not_checked(name, _unreadable(attribute))
    unknown = [one for one in wanted if not _known(checkup, attribute, one)]
    if not unknown:
        listed = ", ".join(wanted)
        return passed(name, ru=f"есть все: {listed}", en=f"all there: {listed}")
    listed = ", ".join(f"«{one}»" for one in unknown)
    menu = {"State": ("Состояния", "States"), "Priority": ("Приоритеты", "Priorities")}[attribute]
    rule = {"State": "rules.state", "Priority": "rules.priority"}[attribute]
    return failed(
        name,
        Words(ru=f"OTRS не знает: {listed} (регистр важен)", en=f"OTRS does not know: {listed} (letter case counts)"),
        Words(
            ru=f"Администрирование → {menu[0]}: создайте, или впишите в {rule} имена, которые там есть",
            en=f"Admin → {menu[1]}: create it, or give {rule} the names that are there",
        ),
    )


def _known(checkup: Checkup, attribute: str, name: str) -> bool:
    words = checkup.probe.complaint_of_update(checkup.samples[0].id, {"Ticket": {attribute: name}})
    return f"Ticket->{attribute}" not in words


def dynamic_fields(checkup: Checkup) -> Iterator[CheckResult]:
    """Every configured field is among those that OTRS shows on a ticket, or searches by."""
    there = sorted({name for sample in checkup.samples for name in sample.fields})
    missing = [name for name in checkup.expected.fields if not exists(checkup, name)]
    if not missing:
        listed = ", ".join(checkup.expected.fields) or "—"
        yield passed("dynamic_fields", ru=f"есть все: {listed}", en=f"all there: {listed}")
        return
    yield failed(
        "dynamic_fields",
        Words(
            ru=f"у заявок нет полей: {'; '.join(_alike(name, there, 'есть') for name in missing)}",
            en=f"tickets have no such fields: {'; '.join(_alike(name, there, 'there is') for name in missing)}",
        ),
        Words(
            ru="Администрирование → Динамические поля → Заявка: создайте поле с этим именем (регистр важен), или впишите "
            'имя вашего поля в config.yaml, раздел fields ("" — такого поля нет)',
            en="Admin → Dynamic Fields → Ticket: create the field with this name (letter case counts), or give your "
            'field\'s name in config.yaml under fields ("": there is no such field)',
        ),
    )


def _alike(name: str, there: Sequence[str], word: str) -> str:
    folded = {one.casefold(): one for one in there}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1)
    return f"{name} ({word} {folded[close[0]]})" if close else name


def field_values(checkup: Checkup) -> Iterator[CheckResult]:
    """Every key that a rule writes into a field is one of its possible values."""
    wanted = {name: keys for name, keys in checkup.expected.values.items() if exists(checkup, name)}
    wrong = [f"{name}: {key}" for name, keys in wanted.items() for key in keys if not _possible(checkup, name, key)]
    if wrong:
        listed = "; ".join(wrong)
        yield failed(
            "field_values",
            Words(ru=f"поле не принимает ключ — {listed}", en=f"the field does not take the key — {listed}"),
            Words(
                ru="Администрирование → Динамические поля → поле → «Возможные значения»: добавьте этот ключ (не название), "
                "или впишите ваши ключи в config.yaml (rules.client_type.values)",
                en="Admin → Dynamic Fields → the field → Possible values: add this key (not the display name), or give your "
                "keys in config.yaml (rules.client_type.values)",
            ),
        )
        return
    listed = "; ".join(f"{name}: {', '.join(keys)}" for name, keys in wanted.items()) or "—"
    yield passed("field_values", ru=f"поля принимают ключи — {listed}", en=f"the fields take the keys — {listed}")


def _possible(checkup: Checkup, name: str, key: str) -> bool:
    """OTRS goes through the list in order: our value, then one that is missing, then a field that nobody has."""
    entries = [{"Name": name, "Value": key}, {"Name": name, "Value": None}, UNKNOWN_FIELD]
    words = checkup.probe.complaint("TicketUpdate", {"DynamicField": entries}, ticket_id=checkup.samples[0].id)
    return "Value parameter is invalid" not in words


def multi_value(checkup: Checkup) -> Iterator[CheckResult]:
    """No field in which the bridge writes one value holds several, as OTOBO 11 can: a read gives a list then."""
    lists = [
        name for name in checkup.expected.single if exists(checkup, name) and isinstance(_value_of(checkup, name), list)
    ]
    if not lists:
        yield passed("multi_value", ru="списков не видно", en="none is seen to hold a list")
        return
    listed = ", ".join(lists)
    yield failed(
        "multi_value",
        Words(
            ru=f"в поле несколько значений (MultiValue), а мост пишет одно: {listed}. Запись одного значения "
            "обрывает OTOBO посередине",
            en=f"a field of several values (MultiValue), where the bridge writes one: {listed}. One value breaks OTOBO "
            "half-way",
        ),
        Words(
            ru="Администрирование → Динамические поля → поле → «Несколько значений» (MultiValue): нет",
            en="Admin → Dynamic Fields → the field → Multiple values (MultiValue): No",
        ),
    )


def _value_of(checkup: Checkup, name: str) -> object:
    """What OTRS shows of the field on a ticket that has it filled; None when no ticket has."""
    samples = [one for one in checkup.samples if one.fields.get(name)]
    if not samples:
        filled = checkup.hits(conditions.field_is_empty(name, empty=False), 1)
        samples = checkup.tickets(filled, DynamicFields=1) if filled else []
    return next((one.fields.get(name) for one in samples), None)


def placeholder(checkup: Checkup) -> Iterator[CheckResult]:
    """OTRS takes the placeholder for a customer. No queue, no state, half an article: no ticket can come of it."""
    wanted = checkup.expected.customers
    if not wanted:
        yield passed("placeholder", ru="правилам не нужен", en="no rule needs it")
        return
    if not _accepted(checkup, "<>") or _accepted(checkup, "otrs-bridge doctor, nobody"):
        yield not_checked("placeholder", _unreadable("CustomerUser"))
        return
    refused = [one for one in wanted if not _accepted(checkup, one)]
    if not refused:
        yield passed("placeholder", ru=f"OTRS принимает {wanted[0]}", en=f"OTRS accepts {wanted[0]}")
        return
    yield failed(
        "placeholder",
        Words(ru=f"OTRS не принимает {refused[0]}", en=f"OTRS does not accept {refused[0]}"),
        _about_mail(checkup),
    )


def mail_exchanger(checkup: Checkup) -> Iterator[CheckResult]:
    """An address without a mail server passes only where OTRS does not ask the name service."""
    if _accepted(checkup, _NO_MAIL_THERE):
        yield passed(
            "mail_exchanger", ru="OTRS не спрашивает DNS об адресах", en="OTRS asks no name service about addresses"
        )
        return
    yield warned(
        "mail_exchanger",
        Words(
            ru="OTRS проверяет почтовые серверы адресов: при сбое DNS он откажет в любой правке клиента, "
            "как будто адрес неверен",
            en="OTRS looks for each address's mail server: when DNS fails it refuses every change of a customer, as if the "
            "address were wrong",
        ),
        _about_mail(checkup),
    )


def _accepted(checkup: Checkup, customer: str) -> bool:
    ticket = {"Title": "otrs-bridge doctor", "CustomerUser": customer}
    words = checkup.probe.complaint("TicketCreate", {"Ticket": ticket, "Article": HALF_AN_ARTICLE})
    return "CustomerUser" not in words


def _about_mail(checkup: Checkup) -> Words:
    return Words(
        ru=f"Администрирование → Конфигурация системы → CheckMXRecord: выключите (консоль: {checkup.console} "
        "Admin::Config::Update --setting-name CheckMXRecord --value 0), или впишите адрес в CheckEmailValidAddress; "
        "CheckEmailInvalidAddress не должен его запрещать",
        en=f"Admin → System Configuration → CheckMXRecord: switch it off (console: {checkup.console} "
        "Admin::Config::Update --setting-name CheckMXRecord --value 0), or list the address in CheckEmailValidAddress; "
        "CheckEmailInvalidAddress must not forbid it",
    )


def _unreadable(what: str) -> Words:
    return Words(
        ru=f"эта версия OTRS не говорит, что именно неверно ({what})",
        en=f"this version of OTRS does not say what is wrong ({what})",
    )
