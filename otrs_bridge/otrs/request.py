"""One request on its way to OTRS, as far as those who explain its failure need to know it."""

from __future__ import annotations

from dataclasses import dataclass, field

from otrs_bridge.errors import AccessRefused, BridgeError, OtrsUnintelligible, OtrsUnreachable, OutcomeUnknown
from otrs_bridge.words import Words

_LONGEST_QUOTE = 300


class MisconfiguredConnection(OtrsUnreachable):
    """No answer, and no repetition can help: certificate, address or proxy are configured wrongly."""


class MisconfiguredWebService(OtrsUnintelligible):
    """OTRS answers, but its web service lacks what we ask for; no repetition can help."""


class BrokeInside(OtrsUnreachable):
    """OTRS itself failed over a read: its trouble of the moment, or this one ticket that it cannot digest."""


class AnswerTooLong(BrokeInside):
    """OTRS's answer was cut off by us: it was longer than we are willing to hold. Asking for less can help."""


class Stopped(OtrsUnreachable):
    """The bridge is being stopped: the call was ended, or not begun."""


class TicketRefused(AccessRefused):
    """OTRS will not show or change this one ticket. It says the same of a ticket that does not exist."""


class SessionGone(BridgeError):  # noqa: N818 - named as the rest of the tree
    """OTRS has forgotten the session, and did nothing. Never leaves this package: a new one is made."""


class LoginDenied(BridgeError):  # noqa: N818 - named as the rest of the tree
    """OTRS said no to one login, for good or for a moment. Never leaves this package."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What was asked (`operation`, in OTRS's words), of whom, and whether it can change anything there."""

    operation: str
    writes: bool
    address: str
    webservice: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def no_answer(self, sentence: Words, *, answered: bool = False) -> BridgeError:
        """The request may have arrived, and no answer of OTRS came back; `answered`: one of somebody in front of it did."""
        if self.writes:
            return OutcomeUnknown(self._fate_unknown(sentence), answered=answered)
        return OtrsUnreachable(sentence, answered=answered)

    def broke_inside(self, sentence: Words, *, answered: bool = True, said_so: bool = False) -> BridgeError:
        """OTRS failed while it worked on the request: it answered so, or just died; `said_so`: in its own words, so it has
        ended.
        """
        if self.writes:
            return OutcomeUnknown(self._fate_unknown(sentence), answered=answered, broke_off=said_so)
        return BrokeInside(sentence, answered=answered)

    def not_otrs(self, sentence: Words) -> BridgeError:
        """Something answered that is not OTRS as we know it."""
        if self.writes:
            return OutcomeUnknown(self._fate_unknown(sentence), answered=True)
        return OtrsUnintelligible(sentence, answered=True)

    def stopped(self, sentence: Words) -> BridgeError:
        """The bridge is being stopped, and did not wait for the answer."""
        return OutcomeUnknown(self._fate_unknown(sentence)) if self.writes else Stopped(sentence)

    def too_long(self, at_most: int) -> BridgeError:
        """The answer was longer than this many bytes."""
        sentence = Words(
            ru=f"Ответ {self.address} на {self.operation} длиннее {at_most >> 20} МБ (otrs.max_answer_mb) и не прочитан.",
            en=f"The answer of {self.address} to {self.operation} is longer than {at_most >> 20} MB (otrs.max_answer_mb) "
            f"and was not read.",
        )
        if self.writes:
            return OutcomeUnknown(self._fate_unknown(sentence), answered=True)
        return AnswerTooLong(sentence, answered=True)

    def quoted(self, words: str) -> str:
        """Somebody else's words, fit for one line of a report: short, and without our secrets."""
        for secret in self.secrets:
            words = words.replace(secret, "***")
        line = " ".join(words.split())
        return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE]}…"

    def _fate_unknown(self, sentence: Words) -> Words:
        return Words(
            ru=f"{sentence.ru} Выполнена ли операция {self.operation}, неизвестно.",
            en=f"{sentence.en} Whether {self.operation} was carried out is not known.",
        )
