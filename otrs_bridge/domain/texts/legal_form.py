"""Whether a name is a company's: it carries a legal form.

Source: docs/field-rules.md#priority. An individual entrepreneur (ИП) counts as a company here.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Typed on the wrong keyboard, "OOO" and "AO" are Latin: they look the same and mean the same.
_LATIN = str.maketrans("abcehkmoptxy", "авсенкмортху")

_SHORT = _words(
    "ооо оао зао пао нао ао ип чп пбоюл тоо одо тсж тсн жск гск снт днт днп кфх спк "
    "муп мкп гуп фгуп "
    "гбу гку гау мбу мку мау фгу фгбу фгку фгау фку фбу огбу огку кгбу кгку "
    "моу мкоу мбоу маоу гбоу гкоу гаоу чоу ноу ано аноо фгбоу фгаоу фгоу огаоу огбоу "
    "доу мдоу мбдоу мадоу мкдоу гбдоу гбпоу гапоу гаупо мбудо маудо "
    "гбуз гауз гкуз мбуз мауз мкуз огбуз фгбуз чуз нуз "
    "нко нп роо чоп чоо"
)
_SPELLED = (
    r"обществ\w* с ограниченн\w* ответственност\w*",
    r"(?:(?:публичн|закрыт|открыт|непубличн)\w* )?акционерн\w* обществ\w*",
    r"индивидуальн\w* предпринимател\w*",
    r"товариществ\w* собственников",
    r"(?:жилищн|гаражн|потребительск|производственн)\w*(?:[ -]строительн\w*)? кооператив\w*",
    r"(?:садовое|дачное) (?:некоммерческое )?товарищество",
    r"(?:унитарн|казенн)\w* предприяти\w*",
    r"(?:бюджетн|казенн|автономн|муниципальн|государственн|образовательн)\w* (?:\w+ ){0,3}учреждени\w*",
    r"некоммерческ\w* (?:организаци|партнерств)\w*",
    r"крестьянск\w* \(?фермерск\w*\)? хозяйств\w*",
    r"общественн\w* организаци\w*",
    r"благотворительн\w* фонд\w*",
    r"коллеги\w* адвокатов",
    r"администраци\w* (?:город|район|муниципальн|сельск)\w*",
)
_ENGLISH = ("llc", "ltd", "inc", "gmbh", "jsc", "pjsc", "ojsc", "cjsc")
_FORM = re.compile(
    # "ИП-телефония" is telephony, "Ханты-Мансийский АО" a region; both are no company.
    rf"(?<![\w-])(?<!ий )(?<!ый )(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})"
    r"(?![\w-])(?! ?(?:адрес|телеф|камер|тв\b))"
    rf"|(?<!\w)(?:{'|'.join(_SPELLED)})(?!\w)"
)
_FOREIGN = re.compile(rf"(?<!\w)(?:{'|'.join(_ENGLISH)})(?!\w)")


@lru_cache(maxsize=256)
def has_legal_form(name: str) -> bool:
    """Whether `name` carries a legal form as a word of its own: `ООО «Ромашка»`, `ИП Иванов`, `Ромашка ООО`.

    Spelled-out forms, any letter case and Latin look-alikes (`OOO`) count; `тип` or `ипотека` do not.
    """
    lowered = " ".join(name.lower().replace("ё", "е").split())
    return _FORM.search(lowered.translate(_LATIN)) is not None or _FOREIGN.search(lowered) is not None
