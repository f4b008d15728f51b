"""How long a ticket is left to the person who is still typing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from otrs_bridge.domain.ticket import Article, Ticket

_NEXT_LOOK = timedelta(minutes=1)  # at a ticket that a person has locked; unlocking changes it, and is met anyway
_LOCKED = "lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grace:
    """`new`: from the creation on, for what no mail has made. `while_locked`: also as long as an agent has it locked.

    `user` is the bridge's own agent: a lock of its own keeps nobody from typing.
    """

    new: timedelta = timedelta(0)
    while_locked: bool = False
    user: str = ""

    def ends_at(self, ticket: Ticket, *, met_at: datetime, now: datetime) -> datetime | None:
        """Until when the ticket is left alone, or at least not looked at again; None: it is not.

        `met_at`: since when the bridge knows it, by its own clock. However far OTRS's clock is off, the grace ends.
        """
        if self.while_locked and ticket.lock == _LOCKED and ticket.owner != self.user:
            return now + _NEXT_LOOK
        if _came_by_mail(ticket.article):
            return None
        ends_at = min(ticket.created or met_at, met_at) + self.new
        return ends_at if now < ends_at else None


def _came_by_mail(article: Article | None) -> bool:
    """A client's mail is complete when it comes; an agent's may be a ticket that he goes on filling in."""
    return article is not None and article.channel == "Email" and article.sender_type == "customer"
