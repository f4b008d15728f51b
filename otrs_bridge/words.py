"""A sentence for an operator, in both languages of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["ru", "en"]
LANGUAGES: Final[tuple[Language, Language]] = ("ru", "en")
DEFAULT_LANGUAGE: Final[Language] = "ru"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One sentence or label, said in Russian and in English. Both are always given: nobody meets a missing text."""

    ru: str
    en: str

    def text(self, language: Language) -> str:
        """The sentence in `language`."""
        return self.ru if language == "ru" else self.en

    @classmethod
    def alike(cls, text: str) -> Words:
        """What is no language of ours: OTRS's own sentence, a number, a name."""
        return cls(ru=text, en=text)
