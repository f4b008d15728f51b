"""The words of Russian addresses, and the one form a street's name is compared in.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from functools import lru_cache

STREET = "ул"
"""The kind of street that is meant when none is named."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _forms(table: dict[str, str]) -> dict[str, str]:
    return {form: canonical for canonical, forms in table.items() for form in forms.split()}


KINDS = _forms(
    {
        STREET: "ул улица улицы улице улицу улицей ул-ца",
        "пр-т": "пр-т пр-кт пркт прт просп проспект проспекта проспекте проспекту пр",
        "пр-д": "пр-д пр-зд проезд проезда проезде проезду",
        "пер": "пер пер-к переулок переулка переулке переулку",
        "ш": "ш шоссе",
        "б-р": "б-р бул бульв бульвар бульвара бульваре бульвару",
        "пл": "пл площадь площади",
        "наб": "наб набережная набережной набережную",
        "мкр": "мкр мкрн мкр-н мк-н м-н микрорайон микрорайона микрорайоне микр",
        "кв-л": "кв-л квартал квартала квартале",
        "туп": "туп тупик тупика тупике",
        "ал": "аллея аллеи аллее",
        "тракт": "тракт тракта тракте",
        "линия": "линия линии",
        "снт": "снт днт днп",
    }
)
"""Every writing of a kind of street, lower case, to its short name. `пр` alone is taken for a проспект."""

AREA_KINDS = frozenset({"мкр", "кв-л", "линия"})
"""Kinds whose name may be a bare number, as in "5 мкр"."""

KIND_SHOWN = {
    STREET: "ул.",
    "пер": "пер.",
    "ш": "ш.",
    "пл": "пл.",
    "наб": "наб.",
    "мкр": "мкр.",
    "туп": "туп.",
}
KIND_SHOWN |= {"ал": "аллея", "снт": "СНТ"}

LOCALITIES = _forms(
    {
        "г": "г гор город города городе",
        "пос": "пос поселок поселка поселке",
        "пгт": "пгт",
        "рп": "рп",
        "с": "с село селе",
        "дер": "дер деревня деревне",
        "ст-ца": "ст-ца станица",
    }
)
"""Every writing of a kind of settlement, lower case, to its short word."""

HOUSE_WORDS = _words("д дом дома доме дому д-м влд вл владение уч участок домовладение")
DISTRICT_WORDS = _words("судебный судебного судебном судебному избирательный избирательного избирательном")
"""Before "участок" they tell of no plot of land: a court's or an election's has a number, and no place by it."""
BUILDING_WORDS = _words("к корп корпус корпуса корпусе кор кп")
STRUCTURE_WORDS = _words("с стр строение строении строен")
LETTER_WORDS = _words("лит литер литера")
FLAT_WORDS = _words("кв квартира квартиры квартире квартиру кварт кв-ра кв-ре")
OFFICE_WORDS = _words("оф офис офисе офиса пом помещение помещении каб кабинет кабинете")
ROOM_WORDS = _words("ком комн комната комнате комнаты room")
"""In a hostel rooms are what flats are elsewhere; in a flat they are nothing."""
INSIDE_WORDS = _words("подъезд подъезде под п-д пд этаж этаже эт домофон дмф код floor entrance флоор") | ROOM_WORDS

TOLD_ORDINALS = _words("первый второй третий четвертый пятый шестой седьмой восьмой девятый")
ORDINAL_ENDINGS = _words("я й ая ый ой ое е го ого му ому х ых ую ей ом м")
RANKS = _forms(
    {
        "академика": "академика акад ак",
        "маршала": "маршала марш",
        "генерала": "генерала ген",
        "адмирала": "адмирала адм",
        "профессора": "профессора проф",
        "космонавта": "космонавта",
        "героя": "героя",
        "героев": "героев",
        "летчика": "летчика",
        "капитана": "капитана",
        "полковника": "полковника",
        "лейтенанта": "лейтенанта",
        "сержанта": "сержанта",
        "архитектора": "архитектора",
        "художника": "художника",
        "писателя": "писателя",
        "доктора": "доктора",
        "большая": "большая большой большого большом бол б",
        "малая": "малая малой малого малом мал",
        "новая": "новая новой новый",
        "старая": "старая старой старый",
        "верхняя": "верхняя верхней верхний верх",
        "нижняя": "нижняя нижней нижний нижн ниж",
        "средняя": "средняя средней средний ср",
        "красная": "красная красной красный",
    }
)
"""Words that begin a street's name and belong to the word after them."""

FIRST_NAMES = _words(
    """карла розы клары льва юрия зои лизы олега павлика александра алексея богдана емельяна степана
    максима сергея николая дмитрия ивана михаила андрея петра веры инессы саши валентины"""
)
"""First words of names of streets."""

ANNIVERSARY = frozenset({"лет", "летия", "летие"})
"""Between a number and a name: `50 лет Октября`, `40-летия Победы`."""

INITIALS = {
    "к маркса": "карла маркса",
    "к либкнехта": "карла либкнехта",
    "р люксембург": "розы люксембург",
    "з космодемьянской": "зои космодемьянской",
    "б хмельницкого": "богдана хмельницкого",
    "л толстого": "льва толстого",
    "ст разина": "степана разина",
    "с разина": "степана разина",
    "ем пугачева": "емельяна пугачева",
}
"""Initials that can mean one name only."""

NAMES_OF_STREETS = _words(
    """ленина мира гагарина пушкина советская победы кирова калинина горького чехова толстого лермонтова
    гоголя некрасова тургенева маяковского есенина крылова островского чкалова жукова суворова кутузова
    фрунзе чапаева дзержинского свердлова куйбышева орджоникидзе щорса котовского буденного ворошилова
    королева циолковского титова терешковой комарова менделеева ломоносова мичурина павлова пирогова
    энгельса маркса космонавтов строителей энтузиастов металлургов машиностроителей химиков энергетиков
    железнодорожников шахтеров геологов текстильщиков монтажников рабочих дружбы труда юности молодежи
    революции пионеров комсомольцев ветеранов героев партизан гвардейцев танкистов летчиков авиаторов
    моряков садовников грибоедова белинского герцена чернышевского добролюбова радищева рылеева кольцова
    никитина шевченко матросова гастелло космодемьянской панфилова доватора ватутина конева
    рокоссовского толбухина ушакова нахимова макаренко крупской урицкого володарского плеханова
    тимирязева вавилова курчатова туполева ильюшина репина сурикова левитана шишкина айвазовского
    чайковского глинки мусоргского бажова куприна бунина"""
)
"""Names so common that a number after them is a house even without a word for "street"."""

# Words that look like an adjective's name of a street, or stand where one could, and are none.

NO_STREET = _words(
    """около общая жилая
    сейчас скорая горячая последняя последней первая вторая второй третья третьей четвертая пятая
    максимальная минимальная реальная средняя абонентская техническая каждая какой какая такой такая другой
    другая любой любая целая самой этой той своей моей твоей нашей вашей всей одной одной никакой новая
    новой старой большой большая маленькая полной какой-то второй первой мой твой свой мое свое это все весь
    наш ваш их его ее дом дома кв квартира скорость тариф этаж подъезд номер телефон договор заявка адрес
    адресу время примерно порядка всего минимум максимум просит звонить тел моб лицевой счет соседней
    соседнем частный жилой многоэтажный новый старый целый данный указанный диспетчерская приемная дежурная
    аварийная справочная проходная горячая городской городского домашний домашнего домашняя сотовый мобильный
    контактный стационарный земельный земельного земельном
    """
)
# `8 марта 15-20` is rather a day and hours, unless the text is nothing but an address.
MONTHS = _words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря")
# Words of a sentence: no street's name goes on over them.
BREAKS_NAME = _words(
    """не нет на в во и или по с со к у о об от до для за из что как так уже еще есть был была было
    стоит живет работает живу проживает проживаю находится адрес адресу без под над при же ли бы это
    весь вся все целый день авария ремонт тел моб кв этаж подъезд договор дог фио аб абонент клиент
    заявка корп корпус строение просьба просит прошу просим звонил звонила"""
)
NOT_IN_NAME = BREAKS_NAME | HOUSE_WORDS | FLAT_WORDS | OFFICE_WORDS
# Words after which a street may stand without a word for it.
LEADS_TO_STREET = _words("адрес адресу адреса на по с со из от в аб клиент кл абонент адр проживает живет")
ADDRESS_WORDS = _words("адрес адресу адреса адр")

_FOLDED_ENDINGS = (
    ("ой", "ая"), ("ую", "ая"), ("ей", "яя"), ("юю", "яя"),
)  # fmt: skip
_MASCULINE_ENDINGS = (
    ("ского", "ский"), ("ском", "ский"), ("скому", "ский"), ("ном", "ный"), ("вом", "вый"), ("ной", "ный"),
    ("вой", "вый"), ("ного", "ный"), ("ному", "ный"),
)  # fmt: skip
_NEUTER_ENDINGS = (("ского", "ское"), ("ском", "ское"), ("скому", "ское"), ("ном", "ное"), ("вом", "вое"))
_MASCULINE = frozenset({"пр-т", "пр-д", "пер", "б-р", "мкр", "кв-л", "туп", "тракт"})
_DROPPED = frozenset({"им", "имени"})
_ORDINAL = re.compile(r"([0-9]+)-?([а-я]+)")
_SHORTEST_ENDING_WORD = 5


@lru_cache(maxsize=65536)
def canonical_street(name: str, kind: str) -> str:
    """A street's name as it is compared: lower case, ё as е, without case endings, numerals first.

    `1-я Парковая`, `Парковой 1-й` and `парковая 1ая` give the same; `Лётной` gives `летная`. The result is
    for comparing, not for people: `Крупской` gives `крупская` on both sides.
    """
    endings = _NEUTER_ENDINGS if kind == "ш" else _MASCULINE_ENDINGS if kind in _MASCULINE else _FOLDED_ENDINGS
    words = name.lower().replace("ё", "е").replace(".", " ").replace("«", " ").replace("»", " ").split()
    numerals: list[str] = []
    names: list[str] = []
    for word in words:
        if word in _DROPPED:
            continue
        if word[0].isdigit():
            numerals.extend(_numeral(word))
        else:
            names.append(word)
    spelled = INITIALS.get(" ".join(names))
    if spelled is None:
        ranked = [RANKS.get(word, word) for word in names[:-1]] + names[-1:]
        spelled = " ".join(_folded(word, endings) for word in ranked)
    return " ".join([*numerals, spelled]).strip()


def _numeral(word: str) -> list[str]:
    found = _ORDINAL.fullmatch(word)
    if found is None:
        return [word]
    return [found[1]] if found[2] in ORDINAL_ENDINGS else [found[1], "лет" if found[2] == "летия" else found[2]]


def _folded(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    if len(word) >= _SHORTEST_ENDING_WORD:
        for ending, instead in endings:
            if word.endswith(ending):
                return word[: -len(ending)] + instead
    return word
