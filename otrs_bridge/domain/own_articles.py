"""What the bridge itself wrote into a ticket. It is never read as the client's words, wherever it stands.

A note of the bridge can be the first article that there is: the first one may have been deleted, which OTOBO allows. And a
ticket that a job opened begins with the job's text.
"""

from __future__ import annotations

from otrs_bridge.domain.billing.keys import is_title
from otrs_bridge.domain.note_text import SIGN


def is_ours(*, sender_type: str, subject: str) -> bool:
    """Whether an article with this sender type and subject is a note of the bridge, or the text of a ticket it opened."""
    return sender_type == "agent" and (subject.startswith(SIGN) or is_title(subject))
