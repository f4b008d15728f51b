"""Automatic replies: a mail program answers for somebody who is away, and names whoever stands in for him.

None of the contracts, addresses and phones in it is the sender's. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from functools import lru_cache

from otrs_bridge.domain.texts.mail import split_mail

_READ = 600  # characters of a body: such a reply says at its beginning that it is one

# "Автоматический ответ: …", "Автоответ (отпуск)"; "Автоматический ответ АТС не включается" and "автоответчик" are a client's
# words, and "Re: Автоматический ответ" is what a person answered.
_SUBJECT = re.compile(
    r"(?:\[[^\]]{0,80}\]\s*)*(?:ответ: )?(?:"
    r"(?:автоматическ\w{2} (?:ответ|отклик|уведомление|сообщение)|автоответ(?!чик)\w*)"
    r"\s*(?:$|[:(\[!.,\u2010-\u2015-]|от\b|на (?:ваш|письмо|сообщен|обращен)|на ?:|re\b)"
    r"|auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|answer)\b|out[ -]of[ -](?:the[ -])?office\b"
    r"|(?:vacation|absence) (?:reply|response|message)\b"
    # "OOO Ромашка" may be a firm in Latin letters
    r"|ooo\s*(?:$|:|(?:until|till|from|до)\b)"
    r"|automatische (?:antwort|abwesenheit)|abwesenheitsnotiz\b|réponse automatique\b|respuesta automática\b"
    r"|risposta automatica\b|автовідповідь\b|автоматична відповідь\b"
    r"|(?:вне офиса|нет на (?:работе|рабочем месте)|отсутстви\w+ на (?:работе|рабочем месте))\s*(?:$|[:(])"
    # What came back
    r"|undelivered mail\b|undeliverable\s*:|delivery status notification\b|delivery (?:failure|has failed)\b"
    r"|mail delivery (?:failed|failure|subsystem|system)\b|returned mail\b|failure notice\s*$"
    r"|(?:недоставлен\w{1,3}(?: (?:сообщение|письмо))?|не (?:доставлено|уда[её]тся доставить))\s*(?:$|:))",
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


_GREETING = (
    r"\W{0,5}(?:(?:здравствуйте|добрый (?:день|вечер)|доброе утро|доброго (?:дня|времени суток)|коллеги|hello|hi"
    r"|buongiorno|guten tag|bonjour|к сожалению|в (?:настоящее время|данный момент)"
    r"|уважаем\w{1,3}(?: \w{1,20}){1,3}|dear \w{1,20}|(?:спасибо|благодарим) за (?:ваше )?(?:письмо|обращение)"
    r"|thank you for your (?:e-?mail|message))(?:, \w{1,20}(?: \w{1,20})?)?\W{1,5}){0,2}"
)
# What a machine begins with, and a person may, too: "я в отпуске до 20-го, а интернет не работает".
_BEGINNING = re.compile(
    rf"{_GREETING}(?:"
    r"(?:с [\w.]{1,10}(?: \w{1,8})? (?:по|до) [\w.]{1,10}(?: \w{1,8})? )?(?:я|мы) (?:(?:сейчас|временно|уже|пока) )?"
    r"(?:(?:нахожусь|находимся|буду) )?"
    r"(?:в (?:\w{1,15} )?(?:отпуске|командировке)|на больничном|вне офиса|не в офисе|отсутству)"
    r"|(?:сейчас|временно) отсутствую\b"
    r"|нахожусь (?:в (?:\w{1,15} )?(?:отпуске|командировке)|на больничном|вне офиса)"
    r"|меня (?:(?:сейчас|временно) )?(?:нет|не будет) (?:в офисе|на (?:работе|месте|рабочем месте))"
    r"|(?:я|сотрудник) больше не работа(?:ет|ю) (?:в|у|здесь)\b"
    r"|(?:это|данное|настоящее) (?:письмо|сообщение|уведомление) (?:было )?"
    r"(?:(?:с(?:формировано|оздано|генерировано)|отправлено|направлено) автоматически|автоматическ)"
    r"|ваш[ае]? (?:заявка|обращение|запрос|письмо|сообщение|тикет)(?: (?:№|#|n)? ?[\w#/-]{1,25})?"
    r" (?:(?:была?|было|успешно) ){0,2}(?:зарегистрирован|принят|получен)"
    r"|i(?:'m| am) (?:currently )?(?:out of (?:the )?office|away|on (?:\w{1,15} )?(?:leave|vacation|holiday))"
    r"|this (?:is an? )?(?:automatically generated|automated) (?:message|e-?mail|notification)"
    r"|this (?:message|e-?mail) (?:was|is|has been) (?:generated automatically|automatically|sent automatically)"
    r"|ich bin (?:\w{1,15} ){0,3}(?:im büro|im urlaub|außer haus)|sono in ferie|je suis (?:absent|en congé))",
    re.IGNORECASE,
)
_OF_A_SERVICE = re.compile(
    r"интернет|(?<!\w)(?:инет|тв|ip|кв|ул|л/?с|vpn)(?!\w)|wi-?fi|вай-?фа|роутер|модем|телевид|телевиз|канал|кабел|провод"
    r"|(?<!больше )не работа|не груз|скорост|договор|лицев|баланс|оплат|плат[её]ж|деньг|долг|квитанц|тариф|услуг"
    r"|подключ|отключ|приостанов|заблок|обрыв|авари|домофон|видеонаблюд|приставк|монт[её]р|монтаж"
    r"|мо(?:й|его|ему) (?:тел|моб|номер)"
    r"|internet|router|invoice|my (?:phone|contract|account)",
    re.IGNORECASE,
)


def is_automatic_reply(subject: str, body: str) -> bool:
    """Whether a mail was written by a machine in the place of its sender.

    Where only its first words say so, it is one when it is short and tells nothing of a service.
    """
    subject = " ".join(subject.split())
    if _SUBJECT.match(subject) is not None:
        return True
    head = body[:_READ]
    if _BODY.match(head) is not None or (_AWAY.search(head) is not None and _STANDS_IN.search(head) is not None):
        return True
    if _BEGINNING.match(subject) is None and _BEGINNING.match(head) is None:
        return False
    said = split_mail(body[: 2 * _READ]).text
    return len(said) <= _READ and _OF_A_SERVICE.search(f"{subject}\n{said}") is None


_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|calendar-notification|listserv|majordomo|zabbix|nagios|icinga|prometheus|cron"
    r"|monitoring|alerts?"
    r"|[\w.-]{1,60}-(?:request|owner|admin)(?=@(?:lists?\.|groups?\.))|.{0,60}[-+.]bounces?|bounces?[-+.].{0,60})@",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(r"(?:no-?_?reply|do-?not-?reply|robot|reports?|notifications?)[\w.+-]{0,40}@", re.IGNORECASE)
_CALENDAR = re.compile(
    r"(?:приглашение|обновленное приглашение|прочтено|прочитано|read|отменено|принято|отклонено|invitation"
    r"|updated invitation|accepted|declined"
    r"|canceled)\s?: ",
    re.IGNORECASE,
)
_PARTS_OF_A_LIST = ("отписаться", "unsubscribe", "mailing list", "не хотите получать")  # one is in each of these
_OF_A_LIST = re.compile(
    r"отписаться(?: от рассылки)?\s?:|unsubscribe\s?:|list-unsubscribe|чтобы отписаться|отписаться от (?:нашей "
    r"|этой )?рассылки"
    r"|^[\w.-]{1,60} mailing list$|to unsubscribe|если (?:вы )?(?:больше )?не хотите получать",
    re.IGNORECASE | re.MULTILINE,
)
_FORM_LINE = re.compile(
    r"^(?:[^\W\d][^:\n]{1,40}:[ \t]{0,8}\S|(?:улица|дом|квартира|договор|телефон|имя|фио|фамилия|адрес)\s?:[ \t]{0,8}$)",
    re.MULTILINE | re.IGNORECASE,
)
_FEWEST_LINES = 2


@lru_cache(maxsize=64)
def is_from_a_machine(email: str, subject: str, body: str) -> bool:
    """Whether a mail is a bounce, a list's, a calendar's or a report: nobody in it is the client, and nobody answers.

    A web form that writes from a "noreply" is none: it has its caller's lines.
    """
    if _MACHINES.match(email) or _CALENDAR.match(subject):
        return True
    lowered = body[: 2 * _READ].lower()
    if any(part in lowered for part in _PARTS_OF_A_LIST) and _OF_A_LIST.search(body[: 2 * _READ]):
        return True
    return _NO_REPLY.match(email) is not None and len(_FORM_LINE.findall(body[: 2 * _READ])) < _FEWEST_LINES
