"""The doctor, put together: our own parts first, then OTRS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from otrs_bridge.bootstrap.clients import open_directory
from otrs_bridge.bootstrap.connections import connection_of, open_channels, open_journal, opened_database
from otrs_bridge.bootstrap.leading import leader_of
from otrs_bridge.bootstrap.people import people_of_the_page
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import (
    Config,
)
from otrs_bridge.domain.checkup import CheckResult, failed, passed, warned
from otrs_bridge.domain.pause import told
from otrs_bridge.domain.rule import Mode
from otrs_bridge.errors import BridgeError
from otrs_bridge.otrs.checkup.checkup import Checkup, Expected
from otrs_bridge.otrs.checkup.probe import Probe
from otrs_bridge.otrs.checkup.series import examine
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.push.worker import WATERMARK
from otrs_bridge.words import Words

SILENT = timedelta(days=1)  # without a push: a weekend's quiet is told, too, and does no harm


def examine_bridge(
    config: Config, *, clock: Clock | None = None, write_tickets: Sequence[str] = ()
) -> Iterator[CheckResult]:
    """The doctor: our own parts first, then OTRS. Nothing is written there, except what `write_tickets` already hold."""
    yield _opens("database", lambda: _open_and_close(config))
    yield from _lead(config)
    if config.notify.urls:
        yield _opens("notify", lambda: open_channels(config))
    yield from _pauses(config, clock or SystemClock())
    if config.daemon.push is not None:
        yield from _push(config, clock or SystemClock())
    if config.web.listen and config.web.opens_to_agents:
        yield from people_of_the_page(config)
    if config.directory is None:
        yield passed("directory", ru="не настроен: клиент виден только по заявке", en="none: only the ticket is read")
    else:
        yield _opens("directory", lambda: _open_directory_and_close(config, clock or SystemClock()))
    if config.jobs_without_billing:
        yield _no_billing(config.jobs_without_billing)
    clock = clock or SystemClock()
    connection = connection_of(config)
    probe = Probe(connection, clock)
    try:
        yield from examine(
            Checkup(
                connection=connection,
                clock=clock,
                probe=probe,
                expected=expected_of(config),
                write_tickets=tuple(write_tickets),
            )
        )
    finally:
        probe.close()


def _lead(config: Config) -> Iterator[CheckResult]:
    """Which daemon works. A journal that cannot be read has been told of already."""
    try:
        leader = leader_of(config)
    except BridgeError:
        return
    if leader is None:
        yield passed("lead", ru="служба сейчас не работает", en="no daemon works now")
    else:
        told = leader.told(config.timezone)
        yield passed("lead", ru=f"работает служба: {told.ru}", en=f"the daemon that works: {told.en}")


def _pauses(config: Config, clock: Clock) -> Iterator[CheckResult]:
    """Whoever wonders why nothing happens is told here. A journal that cannot be read has been told of already."""
    try:
        with open_journal(config) as journal:
            found = journal.pauses.in_force(clock.now())
    except BridgeError:
        return
    if not found:
        yield passed("pauses", ru="пауз нет", en="nothing is paused")
    for one in found:
        yield warned(
            "pauses",
            told(one, f"{one.until.astimezone(config.timezone):%Y-%m-%d %H:%M %Z}"),
            Words(ru=f"снять раньше: otrs-bridge resume {one.name}", en=f"to end it: otrs-bridge resume {one.name}"),
        )


def _push(config: Config, clock: Clock) -> Iterator[CheckResult]:
    """Whether pushes arrive. A journal that cannot be read has been told of already."""
    try:
        with open_journal(config) as journal:
            came_at = journal.watermark(WATERMARK)
    except BridgeError:
        return
    if came_at is not None and clock.now() - came_at < SILENT:
        at = f"{came_at.astimezone(config.timezone):%Y-%m-%d %H:%M %Z}"
        yield passed(
            "push", ru=f"сообщения OTRS приходят, последнее {at}", en=f"OTRS's pushes arrive, the last one {at}"
        )
        return
    last = f"{came_at.astimezone(config.timezone):%Y-%m-%d %H:%M %Z}" if came_at else None
    yield warned(
        "push",
        Words(
            ru=f"сообщения OTRS не приходят: {f'последнее было {last}' if last else 'ещё ни одного'}; опрос работает и так",
            en=f"no pushes of OTRS arrive: {f'the last one came {last}' if last else 'not one yet'}; "
            "polling goes on all the same",
        ),
        Words(
            ru="работает ли otrs-bridge run; импортирован ли otrs-bridge webservice --push; доступен ли из OTRS его адрес; "
            "тот ли секрет; работает ли демон OTRS (без --synchronous)",
            en="does otrs-bridge run; is otrs-bridge webservice --push imported; does OTRS reach its address; "
            "is the secret right; does OTRS's daemon run (without --synchronous)",
        ),
    )


def _no_billing(jobs: Sequence[str]) -> CheckResult:
    named = ", ".join(f"jobs.{name}" for name in jobs)
    return warned(
        "billing",
        Words(
            ru=f"не настроен, а заданы {named}: они не выполняются", en=f"none, but {named} are set: they are not run"
        ),
        Words(
            ru="config.yaml: добавьте раздел billing (образец — otrs-bridge config example) или выключите задания (off)",
            en="config.yaml: add a section billing (otrs-bridge config example shows how), or switch the jobs off",
        ),
    )


def expected_of(config: Config) -> Expected:
    """What OTRS has to know for the fields and the rules of this config."""
    fields = {role: name for role, name in config.fields.model_dump().items() if name}
    uses: dict[str, dict[str, None]] = {}
    for active in config.active_rules:
        for name, wanted in active.uses().items():
            uses.setdefault(name, {}).update(dict.fromkeys(wanted))
    return Expected(
        zone=config.otrs.timezone,
        fields=tuple(fields.values()),
        single=tuple(name for role, name in fields.items() if role != "category"),
        values={name: tuple(uses[role]) for role, name in fields.items() if role in uses},
        states=tuple(uses.get("state", ())),
        open_states=tuple(uses.get("open_state", ())),
        closed_states=tuple(uses.get("closed_state", ())),
        priorities=tuple(uses.get("priority", ())),
        customers=tuple(uses.get("customer", ())),
        job_queues=_job_queues(config),
    )


def _job_queues(config: Config) -> tuple[str, ...]:
    """The queues in which the jobs that are not off open tickets."""
    jobs, billing = config.jobs, config.billing
    if billing is None:
        return ()
    found = {
        billing.queues.internet: (jobs.internet_suspension, jobs.debt_sync),
        billing.queues.telephony: (jobs.telephony_disconnection, jobs.debt_sync),
    }
    named = [name for name, users in found.items() if any(job.mode is not Mode.OFF for job in users)]
    if jobs.reminders.mode is not Mode.OFF:
        named.append(jobs.reminders.ticket_queue)
    return tuple(dict.fromkeys(filter(None, named)))


def _open_and_close(config: Config) -> None:
    with open_journal(config):
        pass


def _open_directory_and_close(config: Config, clock: Clock) -> None:
    with opened_database(config) as database:
        open_directory(config, database, clock)


def _opens(name: str, opening: Callable[[], object]) -> CheckResult:
    try:
        opening()
    except BridgeError as error:
        return failed(
            name,
            Words(ru=f"не открывается: {error.words.ru}", en=f"cannot be opened: {error.words.en}"),
            Words(ru=f"config.yaml: проверьте {name}", en=f"config.yaml: check {name}"),
        )
    return passed(name, ru="открывается", en="opens")
