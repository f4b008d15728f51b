"""What to do about the tickets of one account: raise, let grow, close as paid, reconnect, or nothing.

One ticket per contract, service and episode. An episode lasts until everything due is paid; its ticket may be open
meanwhile, or closed because the line has been cut. A ticket belongs to the debt that stands when its period is not older
than that in which the debt arose; an older one was paid in between.

A debt whose ticket was settled as paid may be there again: its payment was taken out of the ledger. That debt stays with
a person, and no second ticket is raised for it. What fell due after it was settled is a debt like any other.
Source: docs/field-rules.md#episodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from otrs_bridge.domain.billing.cut_off import CutOff, Stop
from otrs_bridge.domain.billing.debt import Debt, Decision, NoDebt
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.line import decision_after, owed_on
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.next_step import after_debt
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.settlement import Left, Settlement, settlement_of
from otrs_bridge.words import Words

# open: work to do / carried out: a person closed it, so the line is off / hidden: OTRS does not show it to us, so
# nobody can say / settled: closed as paid, or reconnected / reopened: settled, but somebody opened it again.
TicketStatus = Literal["open", "carried out", "hidden", "settled", "reopened"]


OVER: Final[frozenset[TicketStatus]] = frozenset({"settled", "reopened"})
"""What was settled stays so: who opened such a ticket again has a reason. Only a debt brings it back to life."""

DISPUTED: Final = Words(
    ru="заявка этого долга уже закрыта как оплаченная, но в биллинге долг снова есть: проверьте оплату",
    en="the ticket of this debt was settled as paid, yet the ledger shows the debt again: check the payment",
)

HIDDEN: Final = Words(
    ru="долг оплачен, но OTRS не показывает заявку мосту (другая очередь, нет прав, удалена?): закройте её сами, "
    "а если линия отключена, включите",
    en="the debt is paid, but OTRS does not show the ticket to the bridge (another queue, no right, deleted?): close it "
    "yourself, and reconnect the line if it is off",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeTicket:
    """What is known of one disconnection ticket.

    `noted_debt` in roubles and `noted_in` are what the ticket said last, when raised or noted since, and in which period;
    `noted_stop` is the `Stop.mark` last written into it, "" for none. `settled_at`: when it was settled, aware, and `left`
    what was owed then; None where that is not known, and nothing was.
    """

    key: EpisodeKey
    ticket_id: int
    status: TicketStatus
    noted_debt: Decimal
    noted_in: Period
    noted_stop: str = ""
    settled_at: datetime | None = None
    left: Left | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Raise:
    """Create the disconnection ticket `key` for `debt`."""

    key: EpisodeKey
    debt: Debt


@dataclass(frozen=True, kw_only=True, slots=True)
class Grow:
    """Write the grown debt into the ticket as an internal note."""

    ticket: EpisodeTicket
    debt: Debt


@dataclass(frozen=True, kw_only=True, slots=True)
class Warn:
    """Write into an open ticket, once, that the line is not to be cut for now: `stop` came up."""

    ticket: EpisodeTicket
    stop: Stop


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosePaid:
    """The debt is paid and nobody has cut the line: note it and close the ticket. `left`: what is owed besides."""

    ticket: EpisodeTicket
    left: Left | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconnect:
    """The debt is paid and the line is off: create the ticket `key`; every ticket in `settles` is settled by
    it, none where billing itself had switched the line off. `settled`: what counts as paid, as `Debt` has it; `left`: as
    of `ClosePaid`.
    """

    key: EpisodeKey
    settles: tuple[EpisodeTicket, ...]
    settled: tuple[Settlement, ...] = ()
    left: Left | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveAlone:
    """Nothing to do, and why. `needs_a_person` when the facts contradict each other."""

    why: Words
    key: EpisodeKey | None = None
    needs_a_person: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Revive:
    """A settled ticket of this debt was opened again (by a person, by an undo): note that it is at work again."""

    ticket: EpisodeTicket
    debt: Debt


Kept = Grow | Warn | Revive | ClosePaid
Action = Raise | Kept | Reconnect | LeaveAlone


def episode_actions(decision: Decision | None, tickets: Sequence[EpisodeTicket]) -> tuple[Action, ...]:
    """What to do about one account, given every disconnection ticket known for its contract and service.

    `decision` None: the account is not in the feed. That reads as nothing at all: neither paid nor owing.
    """
    ordered = sorted(tickets, key=_age)
    if decision is None:
        why = Words(ru="лицевого счёта нет в выгрузке биллинга", en="the account is not in the billing feed")
        unsettled = (ticket for ticket in ordered if ticket.status not in OVER)
        return tuple(LeaveAlone(why=why, key=ticket.key, needs_a_person=True) for ticket in unsettled)
    settled, decision, disputed = _after_settled(decision, ordered)
    debt = decision if isinstance(decision, Debt) else None
    standing = [ticket for ticket in ordered if debt is not None and _belongs(ticket, debt)]
    paid = [ticket for ticket in ordered if ticket not in standing]
    return (
        *([] if disputed is None else [LeaveAlone(why=DISPUTED, key=disputed, needs_a_person=True)]),
        *_about_the_debt(debt, standing),
        *_about_the_paid(decision, paid, standing, settled),
    )


def _after_settled(
    debt: Decision, tickets: Sequence[EpisodeTicket]
) -> tuple[tuple[Settlement, ...], Decision, EpisodeKey | None]:
    """What counts as paid, the decision about the rest, and the youngest settled ticket, when its debt is there again."""
    if not isinstance(debt, Debt):
        return (), debt, None
    live = min((t.key.period for t in tickets if t.status != "settled" and _belongs(t, debt)), default=None)
    known = (one for one in tickets if one.status == "settled" and (one.settled_at or _belongs(one, debt)))
    over = [one for one in known if live is None or one.key.period < live]
    seen = {one.key: settlement_of(one.key, one.settled_at, one.left, live=live, rules=debt.rules) for one in over}
    settled, later = _rest_of(debt, seen)
    is_less = not isinstance(later, Debt) or owed_on(later) < owed_on(debt)
    return settled, later, over[-1].key if over and is_less else None


def _rest_of(debt: Debt, seen: dict[EpisodeKey, Settlement]) -> tuple[tuple[Settlement, ...], Decision]:
    """What counts as paid, and the decision about the rest.

    A rest of the very month whose ticket is settled (its fee was charged anew after it was paid) can have no ticket of its
    own, for one key has one ticket: it stays with a person like a payment that vanished, and the next month begins anew.
    """
    while True:
        settled = tuple(dict.fromkeys(seen.values()))
        later = decision_after(debt, settled)
        again = key_of(later) if isinstance(later, Debt) else None
        if again not in seen or seen[again].at is None:
            return settled, later
        seen[again] = Settlement(through=again.period)


def _age(ticket: EpisodeTicket) -> tuple[Period, int]:
    return ticket.key.period, ticket.ticket_id


def _belongs(ticket: EpisodeTicket, debt: Debt) -> bool:
    # With an opening balance the episode may be older than the ledger: an older ticket may well be its own.
    return ticket.key.period >= debt.arose or (debt.began_before and ticket.status not in OVER)


def _about_the_debt(debt: Debt | None, tickets: Sequence[EpisodeTicket]) -> Iterator[Action]:
    if debt is None:
        return
    live = [ticket for ticket in tickets if ticket.status != "settled"]
    if live:
        yield _keep_current(live[0], debt)
    else:
        yield _begin(debt)


def _begin(debt: Debt) -> Action:
    key = key_of(debt)
    return Raise(key=key, debt=debt) if debt.due else LeaveAlone(why=debt.next_step.words, key=key)


def _keep_current(ticket: EpisodeTicket, debt: Debt) -> Action:
    if ticket.status == "reopened":
        return Revive(ticket=ticket, debt=debt)
    if ticket.status == "carried out" and debt.contradicted:
        return LeaveAlone(why=debt.contradicted, key=ticket.key, needs_a_person=True)
    if debt.amount > ticket.noted_debt and debt.period > ticket.noted_in:
        return Grow(ticket=ticket, debt=debt)
    stop = debt.stopped_by if debt.acts_on != debt.today else None
    if stop is not None and ticket.status == "open" and stop.mark != ticket.noted_stop:
        return Warn(ticket=ticket, stop=stop)
    return LeaveAlone(why=Words(ru="заявка уже есть", en="the ticket is there already"), key=ticket.key)


def _about_the_paid(
    decision: Decision,
    paid: Sequence[EpisodeTicket],
    standing: Sequence[EpisodeTicket],
    settled: tuple[Settlement, ...],
) -> Iterator[Action]:
    left = Left(since=decision.arose, amount=decision.amount) if isinstance(decision, Debt) else Left()
    yield from (ClosePaid(ticket=ticket, left=left) for ticket in paid if ticket.status == "open")
    for ticket in paid:
        if ticket.status == "hidden":
            yield LeaveAlone(why=HIDDEN, key=ticket.key, needs_a_person=True)
    cut = tuple(ticket for ticket in paid if ticket.status == "carried out")
    if not cut:
        yield from _off_by_billing(decision)
        return
    obstacle = _no_reconnection(decision, standing)
    if obstacle is None:
        yield Reconnect(key=cut[-1].key.reconnection, settles=cut, settled=settled, left=left)
    else:
        yield from (LeaveAlone(why=obstacle, key=ticket.key) for ticket in cut)


def _off_by_billing(decision: Decision) -> Iterator[Action]:
    """A line that no ticket of ours says was cut, but that is off because of a debt which is paid."""
    if isinstance(decision, NoDebt) and decision.paid_while_off and not _no_reconnection(decision, ()):
        account = decision.account
        key = EpisodeKey(service=account.service, contract=account.contract, period=decision.paid_while_off)
        yield Reconnect(key=key.reconnection, settles=())


def _no_reconnection(decision: Decision, standing: Sequence[EpisodeTicket]) -> Words | None:
    if decision.account.has_ended_by(decision.today):
        return Words(ru="договор закончился: включать нечего", en="the contract has ended: nothing to reconnect")
    if decision.account.frozen_on(decision.today):
        return Words(
            ru="приостановлено по желанию клиента: включать нечего",
            en="paused at the client's wish: nothing to reconnect",
        )
    if isinstance(decision, Debt) and (decision.due or standing):
        return Words(
            ru="прежний долг оплачен, но есть новый: включение после его оплаты",
            en="the earlier debt is paid, but there is a new one: reconnected when that is paid",
        )
    return None


def as_told(debt: Debt, tickets: Sequence[EpisodeTicket]) -> Debt:
    """The debt as an operator is told of it: with what a settled ticket keeps from being raised of it."""
    _, later, disputed = _after_settled(debt, sorted(tickets, key=_age))
    if disputed is None:
        return debt
    stop = Stop(kind="settled before", words=_told_of(disputed))
    if isinstance(later, Debt):
        ru, en = (format_money(later.amount, language) for language in ("ru", "en"))
        words = later.next_step.words
        step = replace(later.next_step, words=Words(ru=f"за {ru}: {words.ru}", en=f"for {en}: {words.en}"))
        held = later.stopped_by or stop
        return replace(debt, cut_off_on=later.cut_off_on, acts_on=later.acts_on, stopped_by=held, next_step=step)
    step = after_debt(debt.amount, CutOff(day=None, acts_on=None, stop=stop), debt.today)
    return replace(debt, cut_off_on=None, acts_on=None, stopped_by=stop, next_step=step)


def _told_of(key: EpisodeKey) -> Words:
    return Words(ru=f"{DISPUTED.ru} («{key.title}»)", en=f"{DISPUTED.en} (“{key.title}”)")


def key_of(debt: Debt) -> EpisodeKey:
    """The key of the disconnection ticket for this debt."""
    return EpisodeKey(service=debt.account.service, contract=debt.account.contract, period=debt.arose)
