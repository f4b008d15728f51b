"""What `billing show` and `billing check` print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import SERVICE_NAMES, SERVICES, Account, Service
from otrs_bridge.domain.billing.balances import Parting, Reconciliation
from otrs_bridge.domain.billing.cut_off import HOLD_NAMES
from otrs_bridge.domain.billing.debt import Debt, Decision, NoDebt
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.feed_gate import FeedRefused
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.receipt import ReceiptLine
from otrs_bridge.service.queries.billing_desk import ContractView
from otrs_bridge.service.queries.feed_check import FeedCheck
from otrs_bridge.words import Language, Words

_REFUSED = Words(ru="ОТКАЗ: по этим данным ничего не делается", en="REFUSED: nothing is done by this data")


def unknown_contract(number: str, refused: Sequence[Words]) -> Words:
    """That billing does not know a contract; where the whole feed is `refused`, it may be among what cannot be read."""
    words = Words(ru=f"договора {number} в биллинге нет", en=f"billing knows no contract {number}")
    for why in refused:
        words = Words(ru=f"{words.ru}; {why.ru}", en=f"{words.en}; {why.en}")
    return words


def contract_lines(view: ContractView, refused: Sequence[Words], language: Language, zone: tzinfo) -> list[str]:
    """A contract for people. `refused`: why the whole feed is."""
    client = next((account.client for account, _ in view.decisions if account.client), "")
    heading = Words(ru=f"Договор {view.contract}", en=f"Contract {view.contract}").text(language)
    lines = [f"{heading}{', ' if client else ''}{client}", _told(view, language, zone)]
    lines += [f"! {line}" for line in _refusal(refused, language)]
    lines += [f"! {fault.account}: {fault.why.text(language)}" for fault in view.faults]
    lines += [f"! {one.words.text(language)}" for one in view.parted]
    for account, decision in view.decisions:
        lines += ["", *_account(account, decision, language)]
    return [*lines, "", *view.receipt.text(language).splitlines()]


def _refusal(reasons: Sequence[Words], language: Language) -> list[str]:
    return [_REFUSED.text(language), *(f"  {reason.text(language)}" for reason in reasons)] if reasons else []


def _told(view: ContractView, language: Language, zone: tzinfo) -> str:
    day, as_of = _day(view.day, language), _moment(view.as_of, language, zone)
    words = Words(ru=f"на {day}, данные биллинга: {as_of}", en=f"on {day}, billing data as of {as_of}")
    if view.presumed:
        words = Words(
            ru=f"{words.ru}; плата, которой ещё нет в биллинге, взята по тарифу",
            en=f"{words.en}; fees that are not charged yet are taken from the tariff",
        )
    return words.text(language)


def _account(account: Account, decision: Decision | InsaneRow, language: Language) -> Iterator[str]:
    yield f"{SERVICE_NAMES[account.service].text(language)}, {Words(ru='счёт', en='account').text(language)} {account.id}"
    for label, value in _facts(account, decision):
        yield f"  {label.text(language)}: {value.text(language)}"


def _facts(account: Account, decision: Decision | InsaneRow) -> Iterator[tuple[Words, Words]]:
    match decision:
        case InsaneRow():
            yield Words(ru="решать нельзя", en="nothing can be decided"), decision.why
        case NoDebt():
            yield Words(ru="долга нет, баланс", en="no debt, balance"), _money(-decision.balance)
            yield Words(ru="дальше", en="next"), decision.next_step.words
        case Debt():
            yield Words(ru="долг", en="debt"), _money(decision.amount)
            since = decision.since.date()
            yield (
                Words(ru="возник", en="since"),
                Words(ru=f"{since:%d.%m.%Y} ({decision.arose})", en=f"{since} ({decision.arose})"),
            )
            yield Words(ru="дальше", en="next"), decision.next_step.words
            if decision.stopped_by is not None:
                yield Words(ru="удерживает", en="held by"), decision.stopped_by.words
    if account.balance is not None:
        yield Words(ru="баланс в биллинге", en="balance in billing"), _balance(account, account.balance)
    for hold in account.holds:
        until = Words(ru="бессрочно", en="without end")
        if hold.until is not None:
            until = Words(ru=f"до {hold.until:%d.%m.%Y}", en=f"until {hold.until}")
        kind = HOLD_NAMES[hold.kind].ru if hold.kind != "do not cut" else "не отключать"
        reason = f" ({hold.reason})" if hold.reason else ""
        yield (
            Words(ru="отметка", en="hold"),
            Words(ru=f"{kind} {until.ru}{reason}", en=f"{hold.kind} {until.en}{reason}"),
        )


def _balance(account: Account, balance: Decimal) -> Words:
    words, until = _money(balance), account.credit_until
    if not account.credit:
        return words
    credit = _money(account.credit)
    words = Words(ru=f"{words.ru}, кредит {credit.ru}", en=f"{words.en}, credit {credit.en}")
    return Words(ru=f"{words.ru} до {until:%d.%m.%Y}", en=f"{words.en} until {until}") if until else words


def contract_json(view: ContractView, refused: Sequence[Words], language: Language) -> dict[str, object]:
    """A contract for programs; money as text in roubles. `refused`: why the whole feed is."""
    return {
        "contract": view.contract,
        "date": view.day.isoformat(),
        "as_of": view.as_of.isoformat() if view.as_of else None,
        "presumed": view.presumed,
        "accounts": [_account_json(account, decision, language) for account, decision in view.decisions],
        "receipt": {
            "period": str(view.receipt.period),
            "total": str(view.receipt.total),
            "debt": str(view.receipt.debt),
            "lines": [_line_json(line) for line in view.receipt.lines],
        },
        "faults": [{"account": fault.account, "why": fault.why.text(language)} for fault in view.faults],
        **({"parted": [_parting_json(one) for one in view.parted]} if view.parted else {}),
        "refused": [reason.text(language) for reason in refused],
    }


def _account_json(account: Account, decision: Decision | InsaneRow, language: Language) -> dict[str, object]:
    found: dict[str, object] = {"account": account.id, "service": account.service, "client": account.client}
    if account.balance is not None:
        found |= {"billing_balance": str(account.balance), "credit": str(account.credit)}
    match decision:
        case InsaneRow():
            return found | {"debt": None, "why": decision.why.text(language)}
        case NoDebt():
            return found | {
                "debt": "0.00",
                "balance": str(-decision.balance),
                "next": decision.next_step.words.text(language),
            }
        case Debt():
            cut_off = decision.cut_off_on
            return found | {
                "debt": str(decision.amount),
                "since": decision.since.isoformat(),
                "arose": str(decision.arose),
                "cut_off_on": cut_off.isoformat() if isinstance(cut_off, date) else None,
                "acts_on": decision.acts_on.isoformat() if decision.acts_on else None,
                "stopped_by": decision.stopped_by.words.text(language) if decision.stopped_by else None,
                "next": decision.next_step.words.text(language),
            }


def _line_json(line: ReceiptLine) -> dict[str, object]:
    names = (
        "brought_forward",
        "payments",
        "charges",
        "corrections",
        "prepayment",
        "paid_since",
        "charged_since",
        "total",
        "now",
        "not_due",
    )
    return {"service": line.service} | {name: str(getattr(line, name)) for name in names} | {"presumed": line.presumed}


def check_lines(found: FeedCheck, language: Language, zone: tzinfo) -> list[str]:
    """The feed gate for people."""
    as_of, last = _moment(found.as_of, language, zone), found.last_good_rows
    lines = [Words(ru=f"Биллинг: {found.source}", en=f"Billing: {found.source}")]
    lines.append(Words(ru=f"данные на: {as_of}", en=f"as of: {as_of}"))
    lines += [_service_line(found, service) for service in SERVICES]
    before = Words(
        ru="" if last is None else f", в прошлый раз {last}", en="" if last is None else f", {last} last time"
    )
    lines.append(Words(ru=f"строк: {found.rows}{before.ru}", en=f"rows: {found.rows}{before.en}"))
    if found.balances is not None:
        lines.append(found.balances.words)
        lines += [Words(ru=f"  {one.words.ru}", en=f"  {one.words.en}") for one in found.balances.worst]
    if found.differences is not None:
        lines += _compared(found.differences)
    odd = (*found.unmet_holds, *found.doubts)
    lines += [Words(ru=f"внимание: {told.ru}", en=f"warning: {told.en}") for told in odd]
    if isinstance(found.verdict, FeedRefused):
        lines.append(_REFUSED)
        lines += [Words(ru=f"  {reason.ru}", en=f"  {reason.en}") for reason in found.verdict.reasons]
    else:
        lines.append(Words(ru="годится: свежая, полная, непротиворечивая", en="accepted: fresh, complete and sane"))
    return [line.text(language) for line in lines]


def _compared(differences: Sequence[Words]) -> list[Words]:
    """What reading every row has shown of the prefilter."""
    if not differences:
        return [
            Words(
                ru="prefilter: все строки прочитаны, долги те же",
                en="prefilter: every row was read, the debts are the same",
            )
        ]
    off = Words(
        ru="prefilter: решено не то, что по всем строкам; выключите его (billing.prefilter: false) и сообщите об этом",
        en="prefilter: not what all rows decide; switch it off (billing.prefilter: false) and report it",
    )
    return [off, *(Words(ru=f"  {one.ru}", en=f"  {one.en}") for one in differences)]


def _service_line(found: FeedCheck, service: Service) -> Words:
    name, accounts, debtors = SERVICE_NAMES[service], found.accounts.get(service, 0), found.debtors.get(service, 0)
    return Words(
        ru=f"{name.ru}: счетов {accounts}, с долгом {debtors}", en=f"{name.en}: {accounts} accounts, {debtors} in debt"
    )


def check_json(found: FeedCheck, language: Language) -> dict[str, object]:
    """The feed gate for programs."""
    refused = isinstance(found.verdict, FeedRefused)
    return {
        "source": found.source,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "accounts": dict(found.accounts),
        "debtors": dict(found.debtors),
        "rows": found.rows,
        "last_good_rows": found.last_good_rows,
        "insane": found.insane,
        "examples": [{"account": row.account, "why": row.why.text(language)} for row in found.examples[:20]],
        "faults": [{"count": fault.count, "why": fault.words.text(language)} for fault in found.faults],
        "unmet_holds": [told.text(language) for told in found.unmet_holds],
        "doubts": [told.text(language) for told in found.doubts],
        **({} if found.balances is None else {"balances": _balances_json(found.balances)}),
        **({} if found.differences is None else {"differences": [one.text(language) for one in found.differences]}),
        "accepted": not refused,
        "reasons": [reason.text(language) for reason in found.verdict.reasons]
        if isinstance(found.verdict, FeedRefused)
        else [],
    }


def _balances_json(found: Reconciliation) -> dict[str, object]:
    worst = [_parting_json(one) for one in found.worst]
    return {"compared": found.compared, "parted": found.parted, "worst": worst}


def _parting_json(one: Parting) -> dict[str, str]:
    numbers = {"by_entries": str(one.by_entries), "balance": str(one.balance)}
    return {"account": one.account, "contract": one.contract, **numbers}


def _money(amount: Decimal) -> Words:
    return Words(ru=format_money(amount, "ru"), en=format_money(amount, "en"))


def _day(day: date, language: Language) -> str:
    return f"{day:%d.%m.%Y}" if language == "ru" else day.isoformat()


def _moment(moment: datetime | None, language: Language, zone: tzinfo) -> str:
    if moment is None:
        return Words(ru="неизвестно", en="not known").text(language)
    local = moment.astimezone(zone)
    return f"{local:%d.%m.%Y %H:%M}" if language == "ru" else f"{local:%Y-%m-%d %H:%M}"
