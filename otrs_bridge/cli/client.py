"""otrs-bridge client: a client's card, by contract, address or phone; never by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.console import Console

from otrs_bridge.bootstrap.bridge import Bridge
from otrs_bridge.cli.output import Format, print_hanging
from otrs_bridge.cli.screen import Text, console, print_object
from otrs_bridge.cli.state import state_of
from otrs_bridge.cli.tickets_found import print_tickets, ticket_object
from otrs_bridge.config import Config
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.errors import UsageMistake
from otrs_bridge.service.queries.client_card import ClientCard, client_card
from otrs_bridge.service.queries.find_client import ClientSearch, find_client
from otrs_bridge.words import Language, Words

_TYPES = {
    ClientType.LEGAL: Words(ru="юридическое лицо", en="legal"),
    ClientType.INDIVIDUAL: Words(ru="физическое лицо", en="individual"),
    None: Words(ru="", en=""),
}
_NO_BILLING = Words(ru="биллинг не настроен", en="billing is not configured")
_NO_DEBT = Words(ru="нет", en="none")
_LABEL_WIDTH = 18

NO_DIRECTORY = Words(
    ru="раздела directory нет, клиентов искать не в чем: добавьте его (образец — `otrs-bridge config example`)",
    en="there is no section directory, so there is nobody to find: add it (`otrs-bridge config example` shows how)",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("client")(client)


def client(
    context: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(help="a contract, an address (with % for anything), a phone", metavar="QUERY"),
    ],
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """A client's card with the open tickets, found by contract, address or phone; several clients are listed."""
    with state_of(context).bridge() as bridge:
        answer = _search(bridge, " ".join(query))
        if answer.refused:
            raise UsageMistake(answer.refused)
        card = client_card(answer.clients[0], bridge.finder, bridge.debts_of) if len(answer.clients) == 1 else None
        if format is Format.JSON:
            _print_json(answer, card, bridge.config)
        else:
            _print(answer, card, bridge.config, console())


def _search(bridge: Bridge, query: str) -> ClientSearch:
    if bridge.directory is None or bridge.config.directory is None:
        raise UsageMistake(NO_DIRECTORY)
    return find_client(query, bridge.directory, area_code=bridge.config.directory.area_code)


def _print_json(answer: ClientSearch, card: ClientCard | None, config: Config) -> None:
    for one in answer.clients:
        print_object({**_client_object(one), **(_card_object(card, config) if card else {})})
    understood = [step.words.text(config.language) for step in answer.steps]
    print_object({"summary": {"understood": understood, "found": len(answer.clients), "cut_off": answer.cut_off}})


def _client_object(one: Client) -> dict[str, object]:
    return {
        "contracts": [contract.canonical for contract in one.contracts],
        "type": one.type.value if one.type else "",
        "name": one.name,
        "address": one.address_text,
        "district": one.district,
        "phones": [phone.human for phone in one.phones],
        "email": one.email,
        "login": one.login,
        "services": list(one.services),
        "notes": one.notes,
    }


def _card_object(card: ClientCard, config: Config) -> dict[str, object]:
    debts = None if card.debts is None else [debt.text(config.language) for debt in card.debts]
    return {"open_tickets": [ticket_object(ticket, config) for ticket in card.open_tickets], "debts": debts}


def _print(answer: ClientSearch, card: ClientCard | None, config: Config, out: Console) -> None:
    language = config.language
    _print_steps(answer, language, out)
    if card:
        _print_card(card, config, out)
    elif answer.clients:
        _print_list(answer, language, out)
    else:
        out.print(Words(ru="Никто не найден.", en="Nobody was found.").text(language))


def print_search(answer: ClientSearch, config: Config, format_: Format) -> None:
    """What was understood, how it was searched, and who was found, without asking OTRS anything."""
    if format_ is Format.JSON:
        _print_json(answer, None, config)
        return
    out, language = console(), config.language
    _print_steps(answer, language, out)
    _print_clients(answer, out)
    if not answer.clients:
        out.print(Words(ru="Никто не найден.", en="Nobody was found.").text(language))


def _print_steps(answer: ClientSearch, language: Language, out: Console) -> None:
    label = Words(ru="Искали", en="Looked for").text(language)
    out.print(f"{label}: {'; '.join(step.words.text(language) for step in answer.steps)}", style="dim")


def _print_clients(answer: ClientSearch, out: Console) -> None:
    for one in answer.clients:
        parts = (one.name, one.address_text, ", ".join(phone.human for phone in one.phones))
        out.print(
            Text.assemble((one.contract or one.login or one.email, "bold"), "  " + ", ".join(filter(None, parts)))
        )


def _print_list(answer: ClientSearch, language: Language, out: Console) -> None:
    _print_clients(answer, out)
    more = Words(ru=" Есть и другие.", en=" There are others.").text(language) if answer.cut_off else ""
    several = Words(
        ru=f"Подходят клиентов: {len(answer.clients)}.{more} Уточните запрос, чтобы увидеть карточку.",
        en=f"{len(answer.clients)} clients fit.{more} Say more to see one client's card.",
    )
    out.print(several.text(language))


def _print_card(card: ClientCard, config: Config, out: Console) -> None:
    language = config.language
    for label, value in _lines(card, language):
        print_hanging(out, Text(f"{label.text(language):<{_LABEL_WIDTH}}", style="bold"), Text(value or "—"))
    count = len(card.open_tickets)
    out.print(Words(ru=f"Открытых заявок: {count}", en=f"Open tickets: {count}").text(language), style="bold")
    print_tickets(card.open_tickets, config, out)


def _lines(card: ClientCard, language: Language) -> Iterator[tuple[Words, str]]:
    one = card.client
    yield Words(ru="Договор", en="Contract"), ", ".join(contract.canonical for contract in one.contracts)
    yield Words(ru="Тип", en="Type"), _TYPES[one.type].text(language)
    yield Words(ru="Имя", en="Name"), one.name
    yield Words(ru="Адрес", en="Address"), one.address_text
    yield Words(ru="Район", en="District"), one.district
    yield Words(ru="Телефоны", en="Phones"), ", ".join(phone.human for phone in one.phones)
    yield Words(ru="Почта", en="E-mail"), one.email
    yield Words(ru="Логин", en="Login"), one.login
    yield Words(ru="Услуги", en="Services"), ", ".join(one.services)
    yield Words(ru="Примечания", en="Notes"), " ".join(one.notes.split())
    yield Words(ru="Долг", en="Debt"), _debt(card.debts, language)


def _debt(debts: Sequence[Words] | None, language: Language) -> str:
    if debts is None:
        return _NO_BILLING.text(language)
    return "; ".join(debt.text(language) for debt in debts) or _NO_DEBT.text(language)
