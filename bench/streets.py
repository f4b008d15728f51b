"""A made-up but realistic base of clients: towns, streets, houses and flats as Russian billing systems write them."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

HEADER = ("contract", "type", "name", "address", "district", "phones", "email", "login")


def _words(text: str) -> list[str]:
    return text.split()


_TOWNS = _words(
    """Мытищи Королёв Пушкино Щёлково Ивантеевка Фрязино Балашиха Реутов Долгопрудный Лобня Химки Дмитров
Сергиев-Посад Красноармейск Юбилейный Лосино-Петровский"""
)
_OF_PEOPLE = _words(
    """Ленина Мира Гагарина Пушкина Кирова Калинина Горького Чехова Толстого Лермонтова Гоголя Некрасова
Тургенева Маяковского Есенина Крылова Островского Чкалова Жукова Суворова Кутузова Фрунзе Чапаева Дзержинского
Свердлова Куйбышева Орджоникидзе Щорса Котовского Королёва Циолковского Титова Терешковой Комарова Менделеева
Ломоносова Мичурина Павлова Пирогова Космонавтов Строителей Энтузиастов Металлургов Химиков Энергетиков Шахтёров
Геологов Дружбы Труда Юности Победы Революции Пионеров Ветеранов Героев Лётчиков Садовников Матросова Крупской
Тимирязева Вавилова Курчатова Туполева Репина Сурикова Левитана Шишкина Чайковского Глинки Бажова"""
)
_ADJECTIVES = _words(
    """Летн Лесн Садов Парков Школьн Заводск Фабричн Вокзальн Железнодорожн Центральн Советск Полев Лугов
Речн Озёрн Набережн Солнечн Весенн Осенн Зелён Берёзов Соснов Кольцев Окружн Привокзальн Первомайск Октябрьск
Комсомольск Пионерск Молодёжн Спортивн Стадионн Больничн Почтов Рабоч Московск Ярославск Дмитровск"""
)
_KINDS = (("ул.", 20), ("пр-т", 2), ("пер.", 4), ("проезд", 3), ("б-р", 1), ("ш.", 1))
_MASCULINE = {"пр-т", "пер.", "проезд", "б-р"}
_SURNAMES = _words("Иванов Петров Сидоров Кузнецов Смирнов Попов Васильев Соколов Михайлов Новиков Фёдоров Морозов")
_NAMES = _words("Иван Пётр Сергей Андрей Алексей Дмитрий Николай Владимир Михаил Юрий")
_FATHERS = _words("Иванович Петрович Сергеевич Андреевич Алексеевич Дмитриевич Николаевич")
_FIRMS = _words("Ромашка Вектор Горизонт Стройсервис Альфа Техноград Меридиан Север Восход Партнёр")


def write_clients(path: Path, count: int, seed: int = 15236) -> None:
    """Write a client list of `count` rows, the same for the same seed, in no order of addresses."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerows(_rows(count, random.Random(seed)))


def _rows(count: int, dice: random.Random) -> Iterator[tuple[str, ...]]:
    towns = [(town, [(street, _houses(dice)) for street in _streets(dice)]) for town in _TOWNS]
    for number in range(1, count + 1):
        legal = dice.random() < 0.07
        town, streets = dice.choice(towns)
        street, houses = dice.choice(streets)
        letter = "Ю" if legal else "Ф"
        mail = f"user{number}@example.org" if dice.random() < 0.4 else ""
        yield (
            f"{letter}-{number + 10_000}",
            "legal" if legal else "individual",
            _name(dice, legal=legal),
            _address(dice, town, street, dice.choice(houses), legal=legal),
            town,
            _phones(dice),
            mail,
            f"{'u' if legal else 'f'}{number + 10_000}",
        )


def _streets(dice: random.Random) -> list[str]:
    kinds = [kind for kind, weight in _KINDS for _ in range(weight)]
    found: dict[str, None] = {}
    for _ in range(230):
        kind = dice.choice(kinds)
        if dice.random() < 0.6:
            name = dice.choice(_OF_PEOPLE)
        else:
            stem = dice.choice(_ADJECTIVES)
            soft = stem in {"Летн", "Весенн", "Осенн"}
            masculine, neuter, feminine = ("ий", "ее", "яя") if soft else ("ый", "ое", "ая")
            name = stem + (masculine if kind in _MASCULINE else neuter if kind == "ш." else feminine)
            if dice.random() < 0.15:
                name = f"{dice.randint(1, 9)}-{'й' if kind in _MASCULINE else 'я'} {name}"
        found[f"{kind} {name}"] = None
    return list(found)


def _houses(dice: random.Random) -> list[tuple[str, bool]]:
    """The houses of a street as they are written, and whether they have flats; blocks hold most of the clients."""
    blocks: list[tuple[str, bool]] = []
    for _ in range(dice.randint(2, 12)):
        number, shape = dice.randint(1, 90), dice.random()
        letter = dice.choice("АБВ") if shape < 0.1 else ""
        building = f", корп. {dice.randint(1, 4)}" if 0.1 <= shape < 0.25 else ""
        blocks.append((f"{number}{letter}{building}", True))
    own = [(f"{number}", False) for number in range(1, dice.randint(10, 80))]
    return blocks * max(1, 4 * len(own) // len(blocks)) + own


def _address(dice: random.Random, town: str, street: str, house: tuple[str, bool], *, legal: bool) -> str:
    written, has_flats = house
    flat = f", кв. {dice.randint(1, 180)}" if has_flats else ""
    inside = f", оф. {dice.randint(1, 400)}" if legal else flat
    if dice.random() < 0.05:
        return f"{street.split(' ', 1)[1]} {written}{inside if ',' in written else inside.replace(', кв. ', '-')}"
    return f"г. {town}, {street}, д. {written}{inside}"


def _phones(dice: random.Random) -> str:
    mobile = f"+7 9{dice.randint(10, 29)} {dice.randint(100, 999)}-{dice.randint(10, 99)}-{dice.randint(10, 99)}"
    if dice.random() < 0.3:
        return f"{mobile};8 (495) {dice.randint(200, 799)}-{dice.randint(10, 99)}-{dice.randint(10, 99)}"
    return mobile


def _name(dice: random.Random, *, legal: bool) -> str:
    if legal:
        return f"ООО «{dice.choice(_FIRMS)}-{dice.randint(1, 999)}»"
    return f"{dice.choice(_SURNAMES)} {dice.choice(_NAMES)} {dice.choice(_FATHERS)}"
