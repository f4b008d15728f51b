"""Telling people what waits for them: at once and once, outside quiet hours, and a summary from time to time.

What was told is remembered until it is settled, channel by channel. A channel that fails is tried again ever more
seldom; nothing of that reaches the rest of the daemon.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

import structlog

from otrs_bridge.domain.concern import A_WHILE, Concern, Every, impersonal, last_digest_due
from otrs_bridge.domain.hours import Hours
from otrs_bridge.domain.texts.spreadsheet import defused
from otrs_bridge.errors import BridgeError, JournalUnusable
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobJournal
from otrs_bridge.ports.journal import Journal
from otrs_bridge.ports.notices import Attachment, Channel, Message, Notices
from otrs_bridge.service.concerns import WhatWaits
from otrs_bridge.words import Language, Words

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0  # seconds between two tries of a channel that fails


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """How the operator wants to be told."""

    language: Language
    zone: ZoneInfo
    quiet: Hours | None = None
    digest: Every = "off"
    digest_at: time = time(8)


@dataclass(kw_only=True, slots=True)
class _ChannelState:
    """How a channel fares."""

    failures: int = 0
    next_try: float = 0.0


@dataclass(kw_only=True, slots=True)
class Teller:
    """One look a turn. `summary` makes the text of a digest that begins at a moment; `turn` names the turn, for whoever
    looks into the log.
    """

    channels: Sequence[Channel]
    notices: Notices
    journal: Journal
    jobs: JobJournal
    clock: Clock
    concerns: Callable[[], WhatWaits]
    summary: Callable[[datetime, WhatWaits], Words]
    manners: Manners
    turn: Callable[[], str] = str
    _lines: dict[str, _ChannelState] = field(default_factory=dict)
    _lost_since: float | None = None
    _told_of_loss: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Tell what is to be told now. Raises JournalUnusable, and tells of that, too, when it lasts."""
        try:
            self._look()
        except JournalUnusable as error:
            self._tell_without_memory(error)
            raise
        self._lost_since, self._told_of_loss = None, set()

    def _look(self) -> None:
        found = self.concerns()
        for channel in self.channels:
            self._meet(channel, found)
            if self._may_speak(channel):
                self._tell(channel, found)
                self._digest(channel, found)

    def _tell_without_memory(self, error: JournalUnusable) -> None:
        """Without its journal the bridge does nothing, and cannot write down whom it has told."""
        now = self.clock.monotonic()
        self._lost_since = now if self._lost_since is None else self._lost_since
        if now - self._lost_since < A_WHILE.total_seconds():
            return
        concern = Concern(key="journal", words=impersonal(error.words))
        for channel in self.channels:
            may = channel.id not in self._told_of_loss and self._may_speak(channel)
            if may and self._sent(channel, self._message([concern])):
                self._told_of_loss.add(channel.id)

    def _meet(self, channel: Channel, found: WhatWaits) -> None:
        known, now = self.notices.known(channel.id), self.clock.now()
        keys = {concern.key for concern in found.concerns}
        self.notices.meet(channel.id, keys - set(known), at=now)
        self.notices.settle(channel.id, set(known) - keys - found.unclear)

    def _may_speak(self, channel: Channel) -> bool:
        quiet, now = self.manners.quiet, self.clock.now().astimezone(self.manners.zone)
        if quiet is not None and quiet.cover(now.time()):
            return False
        return self.clock.monotonic() >= self._line(channel).next_try

    def _tell(self, channel: Channel, found: WhatWaits) -> None:
        known, now = self.notices.known(channel.id), self.clock.now()
        due = []
        for concern in found.concerns:
            first_at, told_at = known.get(concern.key, (now, None))
            if told_at is None and now - first_at >= concern.patience:
                due.append(concern)
        if due and self._sent(channel, self._message(due)):
            self.notices.tell(channel.id, [concern.key for concern in due], at=now)
            log.info("told", channel=channel.name, concerns=[concern.key for concern in due])

    def _digest(self, channel: Channel, found: WhatWaits) -> None:
        name, now = f"digest {channel.id}", self.clock.now()
        due = last_digest_due(now.astimezone(self.manners.zone), self.manners.digest, self.manners.digest_at)
        if due is None:
            return
        since = self.journal.watermark(name)
        if since is None or (since < due and self._sent(channel, self._summary(since, found))):
            self.journal.set_watermark(name, now)

    def _sent(self, channel: Channel, message: Message) -> bool:
        line = self._line(channel)
        try:
            channel.send(message)
        except BridgeError as error:
            line.failures += 1
            wait = min(FIRST_WAIT * 2 ** (line.failures - 1), LONGEST_WAIT)
            line.next_try = self.clock.monotonic() + wait
            log.warning("not told", channel=channel.name, failures=line.failures, wait_seconds=wait, error=str(error))
            return False
        line.failures = 0
        return True

    def _line(self, channel: Channel) -> _ChannelState:
        return self._lines.setdefault(channel.id, _ChannelState())

    # --- what is said -----------------------------------------------------------------------------------------------

    def _message(self, due: Sequence[Concern]) -> Message:
        language = self.manners.language
        title = Words(ru="otrs-bridge: нужен человек", en="otrs-bridge: a person is needed").text(language)
        lines = [concern.words.text(language) for concern in due]
        files = (self._plan(concern.plan) for concern in due if concern.plan)
        turn = self.turn()
        where = [Words(ru=f"Ход службы: {turn}", en=f"Turn of the daemon: {turn}").text(language)] if turn else []
        return Message(
            title=f"{title} ({len(due)})" if len(due) > 1 else title,
            body="\n".join([*(f"• {line[:1].upper()}{line[1:]}." for line in lines), *where]),
            attachments=tuple(file for file in files if file),
        )

    def _summary(self, since: datetime, found: WhatWaits) -> Message:
        language = self.manners.language
        title = Words(ru="otrs-bridge: сводка", en="otrs-bridge: summary").text(language)
        return Message(title=title, body=self.summary(since, found).text(language))

    def _plan(self, run: int) -> Attachment | None:
        """A held plan as a table: contract, service, period, purpose and sum; nothing else of anybody."""
        plan = self.jobs.plan(run)
        if plan is None:
            return None
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["contract", "service", "period", "purpose", "roubles"])
        for ticket in plan.tickets:
            key = ticket.key
            table.writerow([defused(key.contract), key.service, key.period, key.purpose, f"{ticket.amount:.2f}"])
        return Attachment(name=f"plan-{run}.csv", content=text.getvalue().encode("utf-8-sig"))


def trial_message(language: Language) -> Message:
    """What `notify test` sends."""
    title = Words(ru="otrs-bridge: проверка", en="otrs-bridge: a test").text(language)
    body = Words(
        ru="Сообщения моста доходят сюда. Отвечать не нужно.",
        en="Messages of the bridge arrive here. There is nothing to do.",
    ).text(language)
    return Message(title=title, body=body)
