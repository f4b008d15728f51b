"""Which requests are asked again: reads, a few times, when waiting can help. A write never is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog
from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_random_exponential

from otrs_bridge.errors import OtrsUnintelligible, OtrsUnreachable
from otrs_bridge.otrs.request import AnswerTooLong, MisconfiguredConnection, MisconfiguredWebService, Stopped
from otrs_bridge.ports.clock import Clock

ATTEMPTS = 4
SECONDS = 60.0

_LASTING = (MisconfiguredConnection, MisconfiguredWebService, AnswerTooLong, Stopped)
_log = structlog.get_logger(__name__)

Result = TypeVar("Result")


def read_patiently(read: Callable[[], Result], clock: Clock, *, stopping: Callable[[], bool] = lambda: False) -> Result:
    """The result of `read`; when it fails in a way that passes, at most `ATTEMPTS` times within `SECONDS`.

    Once the bridge is `stopping`, nothing is asked again.
    """
    began = clock.monotonic()

    def out_of_time(state: RetryCallState) -> bool:
        return clock.monotonic() - began + state.upcoming_sleep > SECONDS

    retrying = Retrying(
        sleep=clock.sleep,
        stop=_either(stop_after_attempt(ATTEMPTS), out_of_time),
        wait=wait_random_exponential(multiplier=1.0, max=15.0),
        retry=lambda state: _may_pass(state) and not stopping(),
        before_sleep=_told,
        reraise=True,
    )
    return retrying(read)


def _may_pass(state: RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome else None
    return isinstance(error, OtrsUnreachable | OtrsUnintelligible) and not isinstance(error, _LASTING)


def _either(
    first: Callable[[RetryCallState], bool], second: Callable[[RetryCallState], bool]
) -> Callable[[RetryCallState], bool]:
    return lambda state: first(state) or second(state)


def _told(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _log.warning(
        "otrs_read_repeated",
        attempt=state.attempt_number,
        wait=round(state.upcoming_sleep, 1),
        reason=str(error),
    )
