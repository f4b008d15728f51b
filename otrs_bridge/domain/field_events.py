"""What OTRS's history says of the fields of a ticket: who set which to what, in the order in which it happened.

The history keeps 200 characters of each entry and 50 of a title, so that a long value may be known by its beginning only.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.ticket import Customer, Value, shown


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldEvent:
    """Somebody set `field` to `new`. `by` is OTRS's number of the agent, 0 where it does not say.

    `new` and `old` as OTRS writes them in one text, or what it kept of that (`cut`). `old` None: it does not say.
    `company`: the CustomerID that came with a customer. `at`: when, as if OTRS's zone were UTC.
    """

    field: str
    by: int
    new: str
    old: str | None = None
    company: str = ""
    cut: bool = False
    at: datetime | None = dataclasses.field(default=None, compare=False)

    def set_it_to(self, value: Value) -> bool:
        """Whether this is the value that was set, as far as the history kept it."""
        return _same(self.new, value, cut=self.cut)


def overwritten(change: Change, events: Sequence[FieldEvent]) -> FieldEvent | None:
    """What somebody else had set between our reading and our writing of `change`, so that we overwrote it unseen.

    `change.old` is what was read. The event says who it was; None when nobody did.
    """
    of_field = [event for event in events if event.field == change.field]
    number = _last(of_field, change.new)
    if number is None:  # we wrote what was there already
        return None
    ours, before = of_field[number], of_field[number - 1] if number else None
    if ours.old is not None:
        if _same(ours.old, change.old, cut=True):
            return before if before is not None and _at_once(before, ours, change) else None
        if before is None or before.new[:_SURE] != ours.old[:_SURE]:
            return FieldEvent(field=change.field, by=0, new=ours.old, cut=len(ours.old) >= _SURE)
    return None if before is None or before.by == ours.by or before.set_it_to(change.old) else before


def changed_after(new: Value, field: str, events: Sequence[FieldEvent]) -> FieldEvent | None:
    """What somebody else set after the field had been set to `new`; None when nobody did, or it never was."""
    of_field = [event for event in events if event.field == field]
    number = _last(of_field, new)
    if number is None or of_field[-1].by == of_field[number].by:
        return None
    return of_field[-1]


def done_and_changed(old: Value, new: Value, field: str, events: Sequence[FieldEvent]) -> FieldEvent | None:
    """The same, of the write that replaced `old` by `new`: another one, long ago, may have ended at `new` as well."""
    of_field = [event for event in events if event.field == field]
    number = _last(of_field, new)
    if number is None:
        return None
    replaced = of_field[number].old or (of_field[number - 1].new if number else None)
    if replaced is not None and not _same(replaced, old, cut=True):
        return None
    return changed_after(new, field, events)


def set_anew(old: Value, new: Value, field: str, events: Sequence[FieldEvent]) -> bool:
    """Whether the field holds `new` because somebody else set it once more, after the bridge had replaced `old` by it.

    Who else had replaced the same by the same before the bridge did is taken for it: then the field counts as a person's.
    """
    of_field = [event for event in events if event.field == field]
    number = _last(of_field, new)
    if number is None:
        return False
    for before, event in zip([None, *of_field], of_field, strict=False):
        replaced = event.old if event.old is not None or before is None else before.new
        if event.set_it_to(new) and (replaced is None or _same(replaced, old, cut=True)):
            return event.by != of_field[number].by
    return False


def author_of(new: Value, field: str, events: Sequence[FieldEvent]) -> int:
    """OTRS's number of the agent who set the field to this last; 0 where nobody did, or it does not say."""
    of_field = [event for event in events if event.field == field]
    number = _last(of_field, new)
    return 0 if number is None else of_field[number].by


def most_likely(authors: Counter[int]) -> int:
    """Who wrote most of what the bridge believes it wrote: the bridge. 0 where there is too little to tell by."""
    known = Counter({by: votes for by, votes in authors.items() if by})
    for by, votes in known.most_common(1):
        if votes >= _ENOUGH and votes * 2 > known.total():
            return by
    return 0


_ENOUGH = 3
_AT_ONCE = timedelta(minutes=1)


def _at_once(before: FieldEvent, ours: FieldEvent, change: Change) -> bool:
    """Whether OTRS was at both writes at the same time, so that ours says it replaced what the other had replaced already.

    OTRS reads the old value, and locks nothing. What breaks the chain of old and new values without such haste was changed
    behind the history's back, long ago.
    """
    if before.by == ours.by or before.set_it_to(change.old) or before.set_it_to(change.new):
        return False
    return before.at is not None and ours.at is not None and abs(ours.at - before.at) <= _AT_ONCE


_SURE = 40  # so much of a value every entry of the history keeps


def _last(events: Sequence[FieldEvent], value: Value) -> int | None:
    return next((number for number in reversed(range(len(events))) if events[number].set_it_to(value)), None)


def _same(text: str, value: Value, *, cut: bool) -> bool:
    wanted = value.user if isinstance(value, Customer) else shown(value)
    if text.strip() == wanted.strip():
        return True
    return cut and len(text) >= _SURE and wanted.startswith(text.strip())
