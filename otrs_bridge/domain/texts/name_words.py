"""Which words are given names and surnames: by the tags of pymorphy3's dictionary, and a few names that it lacks.

Only the tags are used: its normal forms damage surnames. The dictionary (some 20 MB) is loaded by the first text that has
two words which could be a name, not by importing this. Source: docs/field-rules.md#placeholder.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from otrs_bridge.domain.address.transliteration import to_cyrillic


@dataclass(frozen=True, kw_only=True, slots=True)
class NameWord:
    """What a word may be in a name. `other`: the dictionary knows it as a word of another kind, too; `known`: at all."""

    given: bool = False
    surname: bool = False
    patronymic: bool = False
    place: bool = False
    other: bool = False
    known: bool = False


@lru_cache(maxsize=20_000)
def name_word(word: str) -> NameWord:
    """Read one word, in any letter case, in the nominative only; Latin letters are read as transliterated Russian."""
    low = word.lower()
    if low.isascii():
        if low in _FOREIGN:
            return NameWord(given=True, known=True)
        low = to_cyrillic(word).lower()
    if low in _MORE:
        return NameWord(given=True, known=True)
    tags = _tags_of(low)
    if not tags:
        return NameWord(surname=_ends_as_surname(low), patronymic=low.endswith(_PATRONYMIC_ENDINGS))
    named = [tag for tag in tags if "nomn" in tag or "Fixd" in tag]
    return NameWord(
        given=any("Name" in tag and "Patr" not in tag and "plur" not in tag for tag in named),
        surname=any("Surn" in tag for tag in named) or (_ends_as_surname(low) and not any(map(_is_common, tags))),
        patronymic=any("Patr" in tag for tag in named),
        place=any("Geox" in tag for tag in tags),
        other=any(map(_is_common, tags)),
        known=True,
    )


def _is_common(tag: frozenset[str]) -> bool:
    return _PROPER.isdisjoint(tag)


def _ends_as_surname(low: str) -> bool:
    return len(low) >= _SHORTEST_SURNAME and low.endswith(_SURNAME_ENDINGS)


def _tags_of(low: str) -> list[frozenset[str]]:
    """What holds of each form that a word may be, by the dictionary's tags; nothing of a word that it does not know."""
    morphology = _morphology()
    words, tag_of = morphology.dictionary.words, morphology.dictionary.build_tag_info
    spelt = words.similar_item_values(low, morphology.char_substitutes)  # each of them with ё in other places
    return [tag_of(*form).grammemes for forms in spelt for form in forms]


@cache
def _morphology() -> Any:
    import pymorphy3  # takes a sixth of a second and 20 MB, and most commands read no names

    known_words_only = pymorphy3.MorphAnalyzer(lang="ru", units=[], probability_estimator_cls=None)
    known_words_only.dictionary.prediction_suffixes_dawgs.clear()  # 4 MB for guessing at words that it does not know
    return known_words_only


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PROPER = _words("Name Surn Patr Geox Orgn Trad Init")
_SURNAME_ENDINGS = (
    *(
        "ов",
        "ова",
        "ев",
        "ева",
        "ёв",
        "ёва",
        "ин",
        "ина",
        "ын",
        "ына",
        "ский",
        "ская",
        "цкий",
        "цкая",
        "енко",
        "чук",
        "щук",
    ),
    *("швили", "дзе", "ян", "янц", "заде", "юк", "ук", "ський", "ська", "ко", "ич", "ых", "их"),
)
_PATRONYMIC_ENDINGS = ("ович", "евич", "овна", "евна", "івна", "ївна", "йович", "ұлы", "қызы", "улы", "кызы", "оглы")
_SHORTEST_SURNAME = 4
# Given names that the dictionary lacks, or has for something else only.
_MORE = _words(
    """айгуль айгерим айнур айша алибек алмаз арман армен арсен артак асель асан аскар ашот баходир бахтиёр бахтияр
    бекзод ботир вартан ваган гайк гегам гарик гульнара гульнора гузель гюльнара дамир данияр дилшод дильшод динара
    ерлан єрлан жанна жанар замира зарина зульфия ильгиз ильдар ильнур ильшат камила камиль карен лейла лола мадина
    малика мамед мариям мехман мурад муса нагима наргиз наргиза назим нурлан нурсултан ойбек олжас рамиз рамиль
    рафик равшан резеда рашид рустам сабина саид саида салават самвел севда севиль серик сулейман таир тигран тимур
    тофик умид улугбек фарид фарида фарход фатима фируза хасан хусейн шамиль шахноза шерзод эльвира эльдар эльмира
    эльчин эмиль юнус юлдуз ясмина яна олена оксана тарас остап богдан зоряна мирослава микола василь андрій сергій
    олексій дмитро наталія юлія ганна нгуен тхань ван линь чинь хоанг регина кира ада мирон лия эмма снежана илона
    милана стефания"""
)
_FOREIGN = _words(
    """john sean james robert michael william david richard thomas mark paul peter george kevin brian jason eric steven
    andrew daniel joseph charles christopher anthony donald kenneth edward ronald mary patricia jennifer linda
    elizabeth barbara susan jessica sarah karen nancy lisa margaret sandra ashley emily anna maria laura julia hans
    klaus jurgen wolfgang stefan heinz otto karl franz pierre jean jacques michel luis jose carlos juan antonio
    mehmet ahmet ali hassan"""
)
