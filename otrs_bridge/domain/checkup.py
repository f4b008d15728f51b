"""What one check of the doctor found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from otrs_bridge.errors import ExitCode
from otrs_bridge.words import Words


class Verdict(StrEnum):
    """How a check ended. `not_checked` is an honest "cannot know", with the reason in `said`."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """One finding: what was seen, and what to do about it in OTRS (or here).

    `exit_code` is what a failure of this check means for the command.
    """

    name: str
    verdict: Verdict
    said: Words
    remedy: Words | None = None
    exit_code: ExitCode = ExitCode.NEEDS_A_PERSON


def passed(name: str, *, ru: str, en: str) -> CheckResult:
    """All is well."""
    return CheckResult(name=name, verdict=Verdict.OK, said=Words(ru=ru, en=en))


def not_checked(name: str, why: Words, remedy: Words | None = None) -> CheckResult:
    """Nobody knows, for this reason."""
    return CheckResult(name=name, verdict=Verdict.NOT_CHECKED, said=why, remedy=remedy)


def warned(name: str, said: Words, remedy: Words) -> CheckResult:
    """It works, and should be mended."""
    return CheckResult(name=name, verdict=Verdict.WARNING, said=said, remedy=remedy)


def failed(name: str, said: Words, remedy: Words, exit_code: ExitCode = ExitCode.NEEDS_A_PERSON) -> CheckResult:
    """It does not work."""
    return CheckResult(name=name, verdict=Verdict.FAILED, said=said, remedy=remedy, exit_code=exit_code)


def exit_code_of(results: Iterable[CheckResult]) -> ExitCode:
    """The exit status of all together: unreachable and refused outweigh what only needs a person."""
    codes = {result.exit_code for result in results if result.verdict is Verdict.FAILED}
    for code in (ExitCode.OTRS_UNAVAILABLE, ExitCode.OTRS_REFUSED):
        if code in codes:
            return code
    return ExitCode.NEEDS_A_PERSON if codes else ExitCode.FINE
