"""otrs-bridge explain: what the rules saw in one ticket, and what each of them decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer
from rich.console import Console

from otrs_bridge.bootstrap.bridge import Bridge
from otrs_bridge.cli.output import change_text, moment_text, print_hanging, print_lines, print_row
from otrs_bridge.cli.screen import Text, console
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.cli.sweep import find_tickets
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.client import Client, Doubtful, Found, SearchStep, Several
from otrs_bridge.domain.decision import RuleAnswer
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.pause import Pause
from otrs_bridge.domain.report import decided_lines
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Ticket, shown
from otrs_bridge.domain.ticket_number import both
from otrs_bridge.errors import ExitCode
from otrs_bridge.words import Language, Words

_MODES = {
    Mode.OFF: Words(ru="выключено", en="off"),
    Mode.OBSERVE: Words(ru="наблюдение", en="observe"),
    Mode.ENFORCE: Words(ru="исполняется", en="enforce"),
}
_PAUSED = Words(ru="на паузе", en="paused")
_BY: Mapping[SearchStep, Words] = {
    "email": Words(ru="по адресу почты", en="by e-mail"),
    "login": Words(ru="логин", en="login"),
    "contract": Words(ru="договор", en="contract"),
    "address": Words(ru="адрес", en="address"),
    "phone": Words(ru="телефон", en="phone"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    context: typer.Context,
    ticket: Annotated[str, typer.Argument(help="the ticket, by full or short number")],
) -> None:
    """Which rules looked at this ticket, what they saw, what they decided. Reads only."""
    with state_of(context).bridge() as bridge:
        for found in bridge.outside.helpdesk.read(find_tickets(bridge, [ticket])).tickets:
            _explain(bridge, found)
        leave(ExitCode.FINE)


def _explain(bridge: Bridge, ticket: Ticket) -> None:
    language = bridge.config.language
    out = console()
    out.print(Text(f"{both(ticket.number)}  {ticket.title}", style="bold"))
    facts = bridge.judge.facts(ticket)
    for label, value in _seen(facts, language):
        print_hanging(out, Text(f"  {label.text(language):<18}"), Text(value or "—"))
    if ticket.is_technical:
        out.print(
            Words(
                ru="Служебное состояние: правила эту заявку не трогают.",
                en="A technical state: no rule touches this ticket.",
            ).text(language)
        )
        return
    out.print()
    for answer in bridge.judge.answers(facts):
        _print_answer(answer, language, out)
    for pause in bridge.judge.pauses:
        print_row(out, (_PAUSED.text(language), "yellow"), pause.name, _pause_text(pause, bridge), pause.because)
    out.print()
    decision = bridge.judge.decide([ticket])[0]
    if decision.says_something:
        print_lines(decided_lines(decision), language, out)
    else:
        out.print(Words(ru="Итог: менять нечего.", en="Result: nothing to change.").text(language))


def _pause_text(pause: Pause, bridge: Bridge) -> str:
    until = moment_text(pause.until, bridge.config.timezone)
    return Words(ru=f"до {until}, {pause.who}", en=f"until {until}, {pause.who}").text(bridge.config.language)


def _seen(facts: Facts, language: Language) -> Iterator[tuple[Words, str]]:
    ticket, clues = facts.ticket, facts.clues
    yield Words(ru="Состояние", en="State"), f"{ticket.state} ({ticket.state_type})"
    yield Words(ru="Приоритет", en="Priority"), ticket.priority
    yield Words(ru="Очередь", en="Queue"), ticket.queue
    yield Words(ru="Клиент в заявке", en="Customer"), shown(ticket.customer)
    if ticket.article:
        yield Words(ru="От", en="From"), ticket.article.sender
    yield Words(ru="Договоры", en="Contracts"), ", ".join(c.value.canonical for c in clues.contracts)
    yield Words(ru="Адреса", en="Addresses"), "; ".join(str(c.value) for c in clues.addresses)
    yield Words(ru="Телефоны", en="Phones"), ", ".join(c.value.human for c in clues.phones)
    yield Words(ru="Кто это", en="Who it is"), _who(facts, language)


def _who(facts: Facts, language: Language) -> str:
    match facts.client:
        case Found(client=client, by=by, clue=clue):
            return f"{_client(client)} [{_BY[by].text(language)}: {clue}]"
        case Several(candidates=candidates) | Doubtful(candidates=candidates):
            return " / ".join(_client(client) for client in candidates)
        case _:
            return "—"


def _client(client: Client) -> str:
    return ", ".join(part for part in (client.contract, client.name, client.address_text) if part)


def _print_answer(answer: RuleAnswer, language: Language, out: Console) -> None:
    mode = (_MODES[answer.mode].text(language), "dim")
    if answer.error:
        print_row(out, mode, answer.rule, answer.error, "")
    elif not answer.findings:
        print_row(out, mode, answer.rule, Words(ru="всё в порядке", en="in order").text(language), "")
    for finding in answer.findings:
        if isinstance(finding, Change):
            said = change_text(finding.field, shown(finding.old), shown(finding.new), language)
            print_row(out, mode, answer.rule, said, finding.why.text(language))
        else:
            print_row(out, mode, answer.rule, finding.text.text(language), "")
