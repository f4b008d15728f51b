"""What the jobs did, run by run: the journal knows every run, an occurrence only what came of its last one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from otrs_bridge.ports.jobs import JobJournal, JobRun, JobRunState
from otrs_bridge.ports.journal import Journal, Run
from otrs_bridge.words import Words

# broken off: the process died, and whoever came next began a run of its own / "": not known, it was before states were kept
PastState = JobRunState | Literal["broken off", ""]

NOTHING_SAID = Words.alike("")


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRun:
    """One run of one occurrence; `said` is why it is held or was refused, kept of the last run of its occurrence only."""

    run: Run
    job: str
    period: str
    state: PastState
    due: str = ""
    said: str = ""
    told: Words = NOTHING_SAID


def past_runs(journal: Journal, jobs: JobJournal, *, limit: int) -> Iterator[PastRun]:
    """The newest runs of jobs, newest first."""
    for run in journal.runs(limit=limit, kind="job"):
        job, _, period = run.selection.rpartition(" ")
        occurrence = jobs.job_run(job, period)
        is_last = occurrence is not None and occurrence.run == run.id
        yield PastRun(
            run=run,
            job=job,
            period=period,
            state=_state(run, occurrence),
            due=occurrence.due_on.isoformat() if occurrence else "",
            said=occurrence.said if occurrence and is_last else "",
            told=occurrence.told if occurrence and is_last else NOTHING_SAID,
        )


def _state(run: Run, occurrence: JobRun | None) -> PastState:
    if run.finished_at is None:
        under_way = occurrence is not None and occurrence.state == "running" and occurrence.started_at <= run.started_at
        return "running" if under_way else "broken off"
    if occurrence is not None and occurrence.run == run.id:
        return occurrence.state if occurrence.state != "running" else _kept(run)
    return _kept(run)


def _kept(run: Run) -> PastState:
    return next((state for state in get_args(JobRunState) if run.summary.get(state)), "")
