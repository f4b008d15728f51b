"""The tickets that billing asks for, composed so that they obey the field rules from their first moment on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from otrs_bridge.domain.billing.accounts import Account, Service
from otrs_bridge.domain.billing.debt import Debt, Decision, decide
from otrs_bridge.domain.billing.episodes import EpisodeTicket, key_of
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.keys import EpisodeKey, ReminderKey, TicketKey
from otrs_bridge.domain.billing.line import decision_after, decision_of_line
from otrs_bridge.domain.billing.period import Period, day_at
from otrs_bridge.domain.billing.receipt import Receipt, receipt
from otrs_bridge.domain.billing.reminder_text import reminder_text
from otrs_bridge.domain.billing.reminders import ReminderList
from otrs_bridge.domain.billing.settlement import Settlement
from otrs_bridge.domain.billing.ticket_text import (
    Cleared,
    Subscriber,
    disconnection_text,
    growth_note,
    how_cleared,
    paid_note,
    reconnection_text,
)
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.dialect import Category, Dialect
from otrs_bridge.domain.job import Almanac
from otrs_bridge.domain.placeholder import build_placeholder
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.texts.legal_form import has_legal_form
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Article, Customer, NewTicket, Ticket, Value
from otrs_bridge.ports.billing import Billing, ContractLedger
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.directory import Directory
from otrs_bridge.service.judge import Judge
from otrs_bridge.words import LANGUAGES, Language, Words

PAID = Words(ru="уже оплачено", en="paid meanwhile")
UNKNOWN = Words(ru="лицевого счёта больше нет в биллинге", en="the account is not in billing any more")
DOUBTFUL = Words(
    ru="в биллинге по договору есть строки, которые не могут быть верны",
    en="billing has rows of this contract that cannot be true",
)
NOBODYS = Words(ru="Напоминания об оплате", en="Reminders to pay")  # where other tickets name their client
ON_AGAIN = Words(ru="линия уже включена", en="the line is on again")
DEBT_AGAIN = Words(ru="снова есть долг: не включать", en="there is a debt again: not to be switched on")


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketForm:
    """What every ticket of billing has; names are OTRS's. `reminder_queue` "": no ticket lists who has to be reminded."""

    queues: Mapping[Service, str]
    reminder_queue: str = ""
    open: str = "open"
    closed: str = "closed successful"
    individual: str = "3 normal"
    legal: str = "4 high"


@dataclass(frozen=True, kw_only=True, slots=True)
class BillingTickets:
    """Composes tickets from an account that is read again, at the last second."""

    billing: Billing
    almanac: Almanac
    directory: Directory | None
    judge: Judge
    dialect: Dialect
    form: TicketForm
    clock: Clock
    language: Language

    def disconnection(self, planned: Debt) -> NewTicket | Words:
        """The ticket for a debt, or why there is none to be raised any more."""
        ledger, now = self._again(planned.account)
        if isinstance(ledger, Words):
            return ledger
        decision = self._decide(ledger, planned.account, now, planned.settled)
        if isinstance(decision, Words):
            return decision
        if not decision.due:
            return decision.next_step.words
        if key_of(decision) != key_of(planned):
            return PAID  # and there is a younger debt, which the next run sees
        account = decision.account
        client = self._client(account.contract)
        subscriber = _subscriber(account, client)
        paper = self._receipt(ledger, decision.period, now)
        body = disconnection_text(subscriber, decision, paper, rules=self.almanac.rules, language=self.language)
        return self._ticket(key_of(planned), account, client, body)

    def reconnection(
        self, account: Account, key: EpisodeKey, cut: EpisodeTicket | None, settled: Sequence[Settlement] = ()
    ) -> NewTicket | Words:
        """The ticket that takes the disconnection `cut` back (None: it was billing's own), or why it is not to be raised any
        more. What is `settled` counts as paid.
        """
        ledger, now = self._again(account)
        if isinstance(ledger, Words):
            return ledger
        decision = self._decide(ledger, account, now, settled)
        if isinstance(decision, Debt) and (decision.due or decision.arose <= key.period):
            return DEBT_AGAIN
        if cut is None and not _is_off(ledger, account, day_at(now, self.almanac.rules.zone)):
            return ON_AGAIN
        if isinstance(decision, Words) and decision != PAID:
            return decision
        client = self._client(account.contract)
        subscriber = _subscriber(account, client)
        cleared = self._cleared(ledger, key)
        body = reconnection_text(subscriber, cut or key, language=self.language, cleared=cleared)
        return self._ticket(key, account, client, body)

    def growth(self, debt: Debt) -> Words | None:
        """The note about a debt that has grown, in both languages; None when billing cannot be read right now."""
        ledger, now = self._again(debt.account)
        if isinstance(ledger, Words):
            return None
        paper = self._receipt(ledger, debt.period, now)
        return Words(ru=growth_note(debt, paper, language="ru"), en=growth_note(debt, paper, language="en"))

    def who(self, contract: str, account: Account | None = None) -> tuple[str, str, str]:
        """Name, address and district of whoever has this contract, as far as the directory or billing knows."""
        client = self._client(contract)
        if account is None:
            return (client.name, client.address_text, client.district) if client else ("", "", "")
        subscriber = _subscriber(account, client)
        return subscriber.name, subscriber.address, (client.district if client else "") or account.district

    def paid_note(self, key: EpisodeKey) -> Words:
        """The note that closes the ticket of a debt that is gone, in both languages: what billing says of how it went."""
        cleared = self._cleared(self.billing.contract(key.contract), key)
        ru, en = (paid_note(language=language, cleared=cleared) for language in LANGUAGES)
        return Words(ru=ru, en=en)

    def _receipt(self, ledger: ContractLedger, period: Period, now: datetime) -> Receipt:
        rules = self.almanac.rules
        return receipt(
            ledger.contract, ledger.accounts, period=period, moment=now, rules=rules, by_balance=ledger.by_balance
        )

    def _cleared(self, ledger: ContractLedger, key: EpisodeKey) -> Cleared:
        if ledger.by_balance:
            return "even"
        entries = [one for account, known in ledger.accounts if account.service == key.service for one in known]
        return how_cleared(entries, key, self.clock.now(), self.almanac.rules)

    def reminders(self, key: ReminderKey, listed: ReminderList, *, day: date) -> NewTicket:
        """The ticket that lists who has to be reminded. It is about no single client, so it names none."""

        def who(account: Account) -> Subscriber:
            return _subscriber(account, self._client(account.contract))

        body = reminder_text(listed, who, day=day, language=self.language)
        nobody = self._placeholder("", NOBODYS.text(self.language), "")
        return self._composed(key, self.form.reminder_queue, Customer(user=nobody), body)

    def _again(self, account: Account) -> tuple[ContractLedger | Words, datetime]:
        ledger = self.billing.contract(account.contract)
        if ledger.faults:
            return DOUBTFUL, self.clock.now()
        known = any(other.service == account.service for other, _ in ledger.accounts)
        return (ledger if known else UNKNOWN), self.clock.now()

    def _decide(
        self, ledger: ContractLedger, account: Account, now: datetime, settled: Sequence[Settlement]
    ) -> Debt | Words:
        """The debt of the account's line, or that there is none; what is `settled` counts as paid."""
        rules, calendar = self.almanac.rules, self.almanac.calendar
        decisions: list[Decision] = []
        for other, entries in ledger.accounts:
            if other.service == account.service:
                decision = decide(other, entries, moment=now, rules=rules, calendar=calendar)
                if isinstance(decision, InsaneRow):
                    return DOUBTFUL
                decisions.append(decision)
        if not decisions:
            return UNKNOWN
        found = decision_of_line(decisions)
        if isinstance(found, Debt):
            found = decision_after(found, settled)
        return found if isinstance(found, Debt) else PAID

    def _client(self, contract: str) -> Client | None:
        number = parse_contract(contract)
        found = self.directory.by_contract(number) if self.directory and number else ()
        return found[0] if len(found) == 1 else None

    def _ticket(self, key: EpisodeKey, account: Account, client: Client | None, body: str) -> NewTicket:
        subscriber = _subscriber(account, client)
        told = (client.type if client else None) or account.client_type
        legal = told is ClientType.LEGAL if told else has_legal_form(subscriber.name)
        who = (subscriber.address, subscriber.name, subscriber.contract)
        customer = placeholder = Customer(user=self._placeholder(*who))
        if client is not None and client.login:
            customer = Customer(user=client.login, company=client.customer_id)
        district = (client.district if client else "") or account.district
        told_in = {self.dialect.fields.district: self.dialect.district_key(district)}
        if told is not None:
            told_in[self.dialect.fields.client_type] = self.dialect.client_types.key_of(told)
        new = self._composed(key, self.form.queues[key.service], customer, body, told_in, legal=legal)
        return replace(new, stand_in=placeholder)

    def _placeholder(self, address: str, name: str, contract: str) -> str:
        longest = self.judge.dialect().lengths.customer_user
        return build_placeholder(address, name, contract, self.dialect.contacts.placeholder, longest=longest)

    def _composed(
        self,
        key: TicketKey,
        queue: str,
        customer: Customer,
        body: str,
        told: Mapping[str, str] = MappingProxyType({}),
        *,
        legal: bool = False,
    ) -> NewTicket:
        """`told`: what is known of the client, by field; what is empty, or has no field, is left out."""
        names, category = self.dialect.fields, self.dialect.categories.value_of([Category.BILLING])
        values: dict[str, Value] = {names.bridge_key: str(key), names.category: category}
        values |= {name: value for name, value in told.items() if value}
        values.pop("", None)
        draft = Ticket(
            id=0,
            number="",
            title=key.title,
            queue=queue,
            state=self.form.open,
            state_type="open",
            priority=self.form.legal if legal else self.form.individual,
            customer=customer,
            dynamic_fields=MappingProxyType(values),
            article=Article(id=0, subject=key.title, body=body, sender_type="agent", channel="Internal", ours=True),
        )
        return _new(self._in_line(draft), body)

    def _in_line(self, draft: Ticket) -> Ticket:
        """The draft as the operator's own rules would have it; its title and its queue are ours."""
        fields = dict(draft.dynamic_fields)
        changes: dict[str, Value] = {}
        for decision in self.judge.decide([draft]):
            for item in decision.proposals:
                if item.change.field.startswith(DYNAMIC_FIELD_PREFIX):
                    name = item.change.field.removeprefix(DYNAMIC_FIELD_PREFIX)
                    if name not in {self.dialect.fields.bridge_key, self.dialect.fields.category}:
                        fields[name] = item.change.new
                elif item.change.field in {"state", "priority", "customer"}:
                    changes[item.change.field] = item.change.new
        return replace(draft, **changes, dynamic_fields=MappingProxyType(fields))  # type: ignore[arg-type] # by name


def _is_off(ledger: ContractLedger, account: Account, today: date) -> bool:
    return any(one.service == account.service and one.suspended_on(today) for one, _ in ledger.accounts)


def _new(draft: Ticket, body: str) -> NewTicket:
    return NewTicket(
        title=draft.title,
        queue=draft.queue,
        state=draft.state,
        priority=draft.priority,
        customer=draft.customer,
        subject=draft.title,
        body=body,
        dynamic_fields=draft.dynamic_fields,
    )


def _subscriber(account: Account, client: Client | None) -> Subscriber:
    name = (client.name if client else "") or account.client
    address = (client.address_text if client else "") or account.address
    return Subscriber(contract=account.contract, name=name, address=address)
