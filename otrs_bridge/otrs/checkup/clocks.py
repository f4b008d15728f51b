"""Time: OTRS's clock against ours, and the zone it writes its times in against the configured one.

OTRS gives its times naive, in OTRSTimeZone. Two numbers beside them have no zone: an article's IncomingTime (seconds
since the epoch, of the same moment as its CreateTime) and a ticket's Age (seconds until the answer).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from otrs_bridge.domain.checkup import CheckResult, failed, not_checked, passed, warned
from otrs_bridge.otrs import wire_reading
from otrs_bridge.otrs.checkup.checkup import Checkup, TicketSample, moment
from otrs_bridge.otrs.platform import login_page
from otrs_bridge.words import Words

_QUARTER = timedelta(minutes=15)
_FARTHEST = timedelta(hours=14)
_RAGGED = timedelta(seconds=10)  # between an article's two times
_TOLERATED = 5.0
_TOO_MUCH = 300.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """A moment that OTRS gave twice: with and without its zone."""

    epoch: int
    offset: timedelta


def time_zone(checkup: Checkup) -> Iterator[CheckResult]:
    """The offset from UTC that OTRS's times show, against that of the configured zone at the same moments."""
    stamps = [stamp for one in checkup.samples if (stamp := _stamp(one))]
    zone = checkup.expected.zone
    if not stamps:
        yield not_checked(
            "time_zone",
            Words(
                ru="ни у одной заявки нет первой статьи со временем", en="no ticket has a first article with its time"
            ),
        )
        return
    wrong = [stamp for stamp in stamps if stamp.offset != datetime.fromtimestamp(stamp.epoch, zone).utcoffset()]
    if not wrong:
        shown = _utc(stamps[0].offset)
        yield passed("time_zone", ru=f"{zone.key}: верно ({shown})", en=f"{zone.key}: right ({shown})")
        return
    here = _utc(datetime.fromtimestamp(wrong[0].epoch, zone).utcoffset() or timedelta())
    there = _utc(wrong[0].offset)
    said = Words(
        ru=f"OTRS пишет время в {there}, а otrs.timezone ({zone.key}) — это {here}",
        en=f"OTRS writes its times in {there}, otrs.timezone ({zone.key}) is {here}",
    )
    remedy = Words(
        ru="config.yaml: otrs.timezone — тот же пояс, что в OTRS: Администрирование → Конфигурация системы → OTRSTimeZone "
        "(в OTOBO — OTOBOTimeZone); в самом OTRS пояс не меняйте: старые времена сдвинутся",
        en="config.yaml: otrs.timezone has to be the zone of OTRS: Admin → System Configuration → OTRSTimeZone (OTOBO: "
        "OTOBOTimeZone); do not change it in OTRS: old times would shift",
    )
    # Old tickets alone may come from before a change of the setting.
    yield failed("time_zone", said, remedy) if wrong[0] is stamps[0] else warned("time_zone", said, remedy)


def clock(checkup: Checkup) -> Iterator[CheckResult]:
    """OTRS's clock by the age of a ticket, or by the date of its login page."""
    ahead = _ahead_by_age(checkup)
    if ahead is None:
        before = checkup.clock.now()
        date = login_page(checkup.connection).date
        ahead = (before - date.astimezone(UTC)).total_seconds() if date else None
    if ahead is None:
        yield not_checked(
            "clock", Words(ru="OTRS ничем не показывает своё время", en="nothing that OTRS answers shows its time")
        )
        return
    difference = f"{abs(ahead):.0f}"
    if abs(ahead) <= _TOLERATED:
        yield passed("clock", ru="часы сходятся", en="the clocks agree")
        return
    said = (
        Words(
            ru=f"наши часы спешат относительно OTRS на {difference} с: поиск «изменённые после» в будущем OTRS пуст",
            en=f"our clock is {difference} s ahead of OTRS's: a search from a moment in OTRS's future finds nothing",
        )
        if ahead > 0
        else Words(ru=f"наши часы отстают от OTRS на {difference} с", en=f"our clock is {difference} s behind OTRS's")
    )
    remedy = Words(
        ru="включите NTP на обеих машинах (timedatectl set-ntp true) и проверьте: timedatectl",
        en="switch NTP on, on both machines (timedatectl set-ntp true), and check with timedatectl",
    )
    yield failed("clock", said, remedy) if abs(ahead) > _TOO_MUCH else warned("clock", said, remedy)


def _stamp(sample: TicketSample) -> Stamp | None:
    article = sample.article
    epoch, local = wire_reading.whole(article.get("IncomingTime")), moment(article.get("CreateTime"))
    if not epoch or local is None:
        return None
    apart = local - datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None)
    offset = round(apart / _QUARTER) * _QUARTER
    # Tickets that came with the installation, or from an import, have two times of two different moments.
    return Stamp(epoch=epoch, offset=offset) if abs(apart - offset) <= _RAGGED and abs(offset) <= _FARTHEST else None


def _ahead_by_age(checkup: Checkup) -> float | None:
    for sample in checkup.samples:
        stamp, created, age = _stamp(sample), sample.moment("Created"), sample.age
        if stamp and created and age is not None and checkup.sampled_at:
            their_now = (created - stamp.offset).replace(tzinfo=UTC) + timedelta(seconds=age)
            return (checkup.sampled_at - their_now).total_seconds()
    return None


def _utc(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
