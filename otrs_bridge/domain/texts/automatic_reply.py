"""Automatic replies: a mail program answers for somebody who is away, and names whoever stands in for him.

None of the contracts, addresses and phones in it is the sender's. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re

_READ = 600  # characters of a body: such a reply says at its beginning that it is one

# "Автоматический ответ: …", "Автоответ (отпуск)"; "Автоматический ответ АТС не включается" and "автоответчик" are a client's
# words, and "Re: Автоматический ответ" is what a person answered.
_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,80}\]\s*)*(?:"
    r"(?:автоматическ\w+ ответ|автоответ(?!чик)\w*)"
    r"\s*(?:$|[:(\[!.,\u2010-\u2015-]|от\b|на (?:ваш|письмо|сообщен|обращен)|re\b)"
    r"|auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|answer)\b|out[ -]of[ -](?:the[ -])?office\b"
    r"|(?:vacation|absence) (?:reply|response|message)\b"
    r"|(?:вне офиса|нет на (?:работе|рабочем месте)|отсутстви\w+ на (?:работе|рабочем месте))\s*(?:$|[:(]))",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\W*(?:(?:здравствуйте|добрый день|уважаем\w+ \w+|hello|hi|dear \w+)\W+)?"
    r"(?:это\W+|this is an? )?(?:автоматическ\w+ ответ\b|auto(?:mat(?:ic|ed))?[ -]?(?:reply|response)\b)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:в отпуск[еу]?|в командировк\w+|на больничном|отсутству(?:ю|ем)|вне офиса"
    r"|out of (?:the )?office|on (?:\w+ )?(?:leave|vacation|holiday))\b",
    re.IGNORECASE,
)
_STANDS_IN = re.compile(
    r"\bзамеща(?:ет|ющ\w+)\b"
    r"|\b(?:по (?:\w+ ){0,3}вопрос\w+|в (?:мое|моё) отсутствие|в это время|в случае \w+|если \w+ срочн\w+)"
    r"[^.!?\n]{0,60}\b(?:обращайтесь|обратитесь|обращаться|обратиться|отвеча\w+)\b"
    r"|\b(?:please|kindly) (?:contact|call|write to)\b",
    re.IGNORECASE,
)


def is_automatic_reply(subject: str, body: str) -> bool:
    """Whether a mail was written by a machine in the place of its sender."""
    if _SUBJECT.match(subject) is not None:
        return True
    head = body[:_READ]
    return _BODY.match(head) is not None or (_AWAY.search(head) is not None and _STANDS_IN.search(head) is not None)
