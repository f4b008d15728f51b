"""Everything that can go wrong, split by WHO HAS TO ACT.

    BridgeError
    ├── YourMistake            exit 2    the person who typed the command or wrote the config
    │   ├── UsageMistake
    │   └── ConfigMistake                every mistake of the file at once
    ├── OtrsUnavailable        exit 75   time, or whoever runs the network: trying later can help
    │   ├── OtrsUnreachable              no answer
    │   ├── OtrsUnintelligible           an answer, but not OTRS's (a proxy's page, broken JSON)
    │   └── OutcomeUnknown               a write was sent and its fate is not known
    ├── OtrsRefused            exit 77   the OTRS administrator: login, session, permission
    │   ├── LoginRefused
    │   │   └── SessionRefused           a session that OTRS gave a moment ago; trying later can help
    │   └── AccessRefused
    └── NeedsAPerson           exit 1    the one who reads the report
        ├── OtrsRejected                 OTRS says that the data is wrong: its code and text
        ├── SearchNotTrusted             a search that did not filter, or an empty answer nobody can believe
        ├── LimitReached                 more than a limit or a page allows
        ├── JournalUnusable              the bridge's own database
        │   └── LeadLost                 another daemon leads: this one follows
        ├── AlreadyRunning               a second daemon on a SQLite journal
        ├── DirectoryUnusable            the client directory
        ├── BillingUnusable              the billing source
        └── MessageNotSent               a message to people that nobody took

Foreign exceptions are translated into these once, at the edge, with `from`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from otrs_bridge.words import LANGUAGES, Words


class ExitCode(IntEnum):
    """Exit status of every command. 75 and 77 are sysexits' EX_TEMPFAIL and EX_NOPERM."""

    FINE = 0
    NEEDS_A_PERSON = 1
    YOUR_MISTAKE = 2
    OTRS_UNAVAILABLE = 75
    OTRS_REFUSED = 77


class BridgeError(Exception):
    """Root of the tree. `words` is one clear sentence for an operator: what, where, what to do; never a secret.

    `str()` is the English one, for the log.
    """

    exit_code = ExitCode.NEEDS_A_PERSON

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class YourMistake(BridgeError):
    """The command or the configuration has to be corrected."""

    exit_code = ExitCode.YOUR_MISTAKE


class UsageMistake(YourMistake):
    """An argument of the command makes no sense."""


class ConfigMistake(YourMistake):
    """The configuration is wrong. `mistakes` holds one sentence each, with line and key."""

    def __init__(self, mistakes: Sequence[Words]) -> None:
        self.mistakes = tuple(mistakes)
        ru, en = ("\n".join(one.text(language) for one in self.mistakes) for language in LANGUAGES)
        super().__init__(Words(ru=ru, en=en))


class OtrsUnavailable(BridgeError):
    """OTRS could not be asked, or did not answer as OTRS does. Trying later can help.

    `answered`: something did answer, with a failure of its own. So OTRS is there, and what it failed over may be at fault.
    """

    exit_code = ExitCode.OTRS_UNAVAILABLE

    def __init__(self, words: Words, *, answered: bool = False) -> None:
        super().__init__(words)
        self.answered = answered


class OtrsUnreachable(OtrsUnavailable):
    """No connection, no answer in time, or the connection broke. The request had no effect, or was only a read."""


class OtrsUnintelligible(OtrsUnavailable):
    """Something answered that is not OTRS's Generic Interface. The request had no effect, or was only a read."""


class OutcomeUnknown(OtrsUnavailable):
    """A write was sent and nobody knows whether it was done: read back before anything else.

    `broke_off`: OTRS itself said that it failed in the middle, so that nothing more of it is to come. Otherwise OTRS may
    still be at it, minutes after the line is dead.
    """

    def __init__(self, words: Words, *, answered: bool = False, broke_off: bool = False) -> None:
        super().__init__(words, answered=answered)
        self.broke_off = broke_off


class OtrsRefused(BridgeError):
    """OTRS understood and will not: the OTRS administrator has to act."""

    exit_code = ExitCode.OTRS_REFUSED


class LoginRefused(OtrsRefused):
    """User name and password, or the session, were not accepted, several times."""


class SessionRefused(LoginRefused):
    """OTRS does not accept the session that it has just given, several times: it may be on its way up, or misconfigured."""


class AccessRefused(OtrsRefused):
    """The agent lacks a right, or the ticket does not exist: OTRS answers both alike (OTRS code in the text)."""


class NeedsAPerson(BridgeError):
    """The reader of the report has to decide or repair something."""


class OtrsRejected(NeedsAPerson):
    """OTRS says that the data is wrong. `code` is OTRS's (`TicketUpdate.InvalidParameter`), `text` its words.

    `fields`: which of the bridge's fields it named, `DynamicField_` where it did not say which dynamic field.
    """

    def __init__(self, code: str, text: str, fields: frozenset[str] = frozenset()) -> None:
        super().__init__(Words.alike(f"{code}: {text}"))
        self.code = code
        self.text = text
        self.fields = fields


class SearchNotTrusted(NeedsAPerson):
    """A search returned what its own condition excludes, or nothing where something is known to exist."""


class LimitReached(NeedsAPerson):
    """More is asked for than `limits` or a page allow; nothing was changed."""


class JournalUnusable(NeedsAPerson):
    """The bridge's own database cannot be opened, read or written."""


class LeadLost(JournalUnusable):
    """This daemon led once and is to write no more: another has taken over, in a later epoch."""


class AlreadyRunning(NeedsAPerson):
    """Another daemon works on this journal. No mistake of the configuration: systemd may try again when that one is gone."""


class DirectoryUnusable(NeedsAPerson):
    """The client directory cannot be read."""


class BillingUnusable(NeedsAPerson):
    """The billing source cannot be read."""


class MessageNotSent(NeedsAPerson):
    """A message to people was not taken by whoever should deliver it."""
