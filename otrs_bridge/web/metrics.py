"""The numbers as Prometheus takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from otrs_bridge.service.meters import BOUNDS, Latency
from otrs_bridge.service.monitor import Monitor, Numbers
from otrs_bridge.service.push.inbox import PushInbox

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def families(monitor: Monitor, numbers: Numbers | None) -> Iterator[Metric]:
    """All of them; without `numbers`, where the journal could not be asked, those of the process alone."""
    yield InfoMetricFamily("otrs_bridge", "The program.", value={"version": version("otrs-bridge")})
    yield CounterMetricFamily(
        "otrs_bridge_tickets_examined", "Tickets that the poll has examined.", value=monitor.daemon.examined
    )
    yield from _lead(monitor)
    yield from _steps(monitor)
    yield _latencies(monitor)
    yield GaugeMetricFamily(
        "otrs_bridge_otrs_pace",
        "Requests that may be under way at once, by how fast OTRS answers.",
        value=monitor.meters.pace(),
    )
    if monitor.inbox is not None:
        yield from _pushes(monitor.inbox, monitor.now)
    if numbers is not None:
        yield from _counted(numbers)
        yield from _jobs(monitor, numbers)


def _lead(monitor: Monitor) -> Iterator[Metric]:
    epoch = monitor.leadership.epoch if monitor.leadership else 0
    yield GaugeMetricFamily("otrs_bridge_leads", "1: this daemon works, 0: it follows another.", float(monitor.leads))
    yield GaugeMetricFamily("otrs_bridge_lead_epoch", "The epoch in which it leads, 0: none, or no other can.", epoch)


def _steps(monitor: Monitor) -> Iterator[Metric]:
    healthy = GaugeMetricFamily("otrs_bridge_healthy", "1: in order, 0: red, as /readyz says.", labels=["part"])
    for part in monitor.health():
        healthy.add_metric([part.name], float(part.ok))
    yield healthy
    failures = GaugeMetricFamily(
        "otrs_bridge_step_failures", "Failures in a row of a step of the turn.", labels=["step"]
    )
    for step in monitor.daemon.steps:
        failures.add_metric([step.name], step.failures)
    yield failures
    polled = monitor.daemon.step("poll").worked_at or monitor.meters.started_at
    lag = max(0.0, (monitor.now - polled).total_seconds())
    if monitor.leads:
        yield GaugeMetricFamily("otrs_bridge_poll_lag_seconds", "Seconds since the last finished poll.", value=lag)
    yield GaugeMetricFamily(
        "otrs_bridge_failing_tickets", "Tickets that cannot be written to.", value=monitor.daemon.looking.stubborn
    )


def _latencies(monitor: Monitor) -> Metric:
    found = HistogramMetricFamily(
        "otrs_bridge_otrs_seconds", "How long OTRS took to answer.", labels=["operation", "outcome"]
    )
    for (operation, well), latency in sorted(monitor.meters.latencies.items()):
        found.add_metric([operation, "ok" if well else "failed"], _buckets(latency), latency.seconds)
    return found


def _buckets(latency: Latency) -> list[tuple[str, float]]:
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    return list(zip(bounds, map(float, accumulate(latency.classes)), strict=True))


def _pushes(inbox: PushInbox, now: datetime) -> Iterator[Metric]:
    outcomes = CounterMetricFamily("otrs_bridge_pushes", "Pushes of OTRS by what became of them.", labels=["outcome"])
    for outcome, count in inbox.counts.items():
        outcomes.add_metric([outcome.value], count)
    yield outcomes
    yield GaugeMetricFamily("otrs_bridge_pushed_tickets", "Tickets of pushes that wait to be looked at.", inbox.waiting)
    lag = inbox.lag
    yield HistogramMetricFamily(
        "otrs_bridge_push_lag_seconds",
        "From the first push for a ticket to the end of the look at it.",
        buckets=_buckets(lag),
        sum_value=lag.seconds,
    )
    if inbox.received_at is not None:
        age = max(0.0, (now - inbox.received_at).total_seconds())
        yield GaugeMetricFamily("otrs_bridge_push_age_seconds", "Seconds since a push came with the right secret.", age)


def _counted(numbers: Numbers) -> Iterator[Metric]:
    changes = CounterMetricFamily(
        "otrs_bridge_changes", "Changes since the start, by what became of them.", labels=["rule", "outcome"]
    )
    for (rule, state), count in sorted(numbers.changes.items()):
        changes.add_metric([rule, state], count)
    yield changes
    for name, about, value in (
        ("queue_tickets", "Tickets that were met and have to be looked at again.", numbers.waiting),
        ("unsettled_writes", "Writes of which nobody knows yet what became.", numbers.unsettled),
        ("pins", "Fields that are left to people.", numbers.pins),
        ("held_plans", "Plans that wait for an approval.", numbers.held_plans),
    ):
        yield GaugeMetricFamily(f"otrs_bridge_{name}", about, value=value)
    debts = GaugeMetricFamily("otrs_bridge_open_debt_tickets", "Open tickets of debts by age in days.", labels=["age"])
    for age, count in (
        ("0-7", numbers.debts.under_7),
        ("7-30", numbers.debts.under_30),
        ("30-60", numbers.debts.under_60),
        ("60-90", numbers.debts.under_90),
        ("90+", numbers.debts.older),
        ("hopeless", numbers.debts.hopeless),
    ):
        debts.add_metric([age], count)
    yield debts
    pauses = GaugeMetricFamily("otrs_bridge_paused", "1: this rule or job rests.", labels=["name"])
    for name in sorted({pause.name for pause in numbers.pauses}):
        pauses.add_metric([name], 1.0)
    yield pauses


def _jobs(monitor: Monitor, numbers: Numbers) -> Iterator[Metric]:
    ages = GaugeMetricFamily("otrs_bridge_job_good_age_seconds", "Seconds since a job last ended well.", labels=["job"])
    for job, moment in sorted(numbers.good_jobs.items()):
        ages.add_metric([job], max(0.0, (monitor.now - moment).total_seconds()))
    yield ages


class _Given:
    """A collector of what was collected already."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """As prometheus_client asks for it."""
        return self._found


def as_text(found: Iterable[Metric]) -> bytes:
    """In Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given(found))
    return bytes(generate_latest(registry))


def as_objects(found: Iterable[Metric]) -> list[dict[str, object]]:
    """The same for programs that read JSON."""
    return [
        {"name": sample.name, "labels": dict(sample.labels), "value": sample.value}
        for family in found
        for sample in family.samples
    ]
