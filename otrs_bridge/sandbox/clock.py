"""A clock that tests move by hand."""

from datetime import datetime, timedelta


class MovableClock:
    """Tells an aware moment that changes only when somebody says so."""

    def __init__(self, moment: datetime) -> None:
        """Start at ``moment``, which must be aware."""
        self.moment = moment

    def __call__(self) -> datetime:
        """Return the current moment."""
        return self.moment

    def advance(self, seconds: float) -> None:
        """Move the clock; negative ``seconds`` turn it back."""
        self.moment += timedelta(seconds=seconds)
