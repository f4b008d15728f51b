"""Contracts that a text names because they are not its writer's: he lives there now, and gets another's bills.

"Купил квартиру, приходят квитанции на Орлову А.А., договор Ф-22222. Я к ней отношения не имею". Precision before recall: a
contract that may be another's finds no client. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re

_BEHIND = r"[0-9]{3,8}(?:[^.!?;\n]{0,60}[.!?;\n ]{1,3}){0,2}?[^.!?;\n]{0,40}?"
_NOTHING_TO_DO = (
    r"(?:к (?:ней|нему|ним|этому|этой|этим|долгу|договору)(?: (?!не)[а-я]{2,15}){0,2}|(?:никакого|какого-либо))"
    r" (?:отношения|отношение) не (?:имею|имеем|имел\w?)(?!\w)"
    r"|не (?:имею|имеем) (?:к (?:ней|нему|ним|этому|этой|этим)(?: [а-я]{2,15})? )?(?:никакого )?отношени[яе](?!\w)"
    r"|(?:так(?:ой|ая|ие|их)|он[аи]?|этот человек|эти люди) (?:по этому адресу |тут |здесь |у нас )?(?:больше |давно |уже )?"
    r"не (?:жив|прожива|прописан|зарегистрирован)"
    r"|(?:я|мы) (?:его|ее|их|так(?:ого|ую|их)) не знаю?(?:ем)?(?!\w)|не знаю?(?:ем)?,? кто это(?!\w)"
)
_NOTHING = (
    "отношени",
    "не жив",
    "не прожива",
    "не прописан",
    "не зарегистрирован",
    "не зна",
)  # one is in each of these
_DISOWNED = re.compile(rf"{_BEHIND}(?<!\w)(?:{_NOTHING_TO_DO})")
_BOUGHT = re.compile(
    r"(?<!\w)(?:купил[аи]?|приобрел[аи]?|унаследовал[аи]?|въехал[аи]?|вселил(?:ся|ась|ись)|снял[аи]?|снимаем|снимаю"
    r"|нов\w{2,3} (?:собственни|хозя|владел|жил|арендатор)\w{1,6})(?!\w)"
)
_CAME = re.compile(
    r"(?<!\w)(?:приход\w{1,4}|приш\w{1,3}|присыла\w{1,4}|шлете|шлют|получа\w{1,3}|бросают|висит|числится)(?!\w)"
    r"[^!?;\n]{0,60}(?<!\w)(?:на|от|за) (?!мо|наш|меня|нас)[^!?;\n]{0,60}$"
)


def is_of_the_one_before(before: str, after: str) -> bool:
    """Whether a contract is that of somebody of whom the writer says that he has nothing to do with him, or who had the
    home that he has bought. `before` and `after`, which begins with its digits, are in lower case, ё as е.
    """
    if any(part in after for part in _NOTHING) and _DISOWNED.match(after) is not None:
        return True
    return _BOUGHT.search(before) is not None and _CAME.search(before) is not None
