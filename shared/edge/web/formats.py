"""How numbers, dates and names are written and sorted for people. Pure.

Source: Nghị định 30/2020/NĐ-CP, appendix I, for documents in Vietnamese: decimal comma, dot for thousands, dd/mm/yyyy.
"""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Final

from shared.errors import Invalid
from shared.vocabulary import InputValue

MINUS: Final = "−"
"""The typographic minus: a screen reader says it, and it never breaks from its figure."""
VIETNAM: Final = dt.timezone(dt.timedelta(hours=7))
LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""The Vietnamese alphabet; f, j, w, z of foreign names stand where the Latin one has them."""
TONES: Final = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
"""Huyền, hỏi, ngã, sắc, nặng: behind the level tone, in the order of dictionaries."""
GROUPED: Final = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
PLAIN: Final = re.compile(r"-?\d+([.,]\d+)?", re.ASCII)
LETTER: Final = 100
FOREIGN: Final = 200
"""Where letters begin behind the figures, and letters of other alphabets behind ours."""
_RANK = {letter: number for number, letter in enumerate(LETTERS, start=1)}
_TONE = {tone: number for number, tone in enumerate(TONES, start=1)}
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SyllableKey = tuple[tuple[int, ...], tuple[int, ...]]
SortKey = tuple[tuple[SyllableKey, ...], str]


def number(value: Decimal | int, language: str = "vi") -> str:
    """*value* with as many decimals as it carries: ``73,11``, ``1.721``; in English ``73.11``, ``1,721``."""
    english = f"{abs(value):,f}" if isinstance(value, Decimal) else f"{abs(value):,d}"
    text = english if language == "en" else english.translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if value < 0 else text


class NumberUnreadable(Invalid, code="form.number_unreadable"):
    """No number as people write it here."""


class DayUnreadable(Invalid, code="form.day_unreadable"):
    """No day as people write it here."""


def read_number(text: str) -> Decimal:
    """What somebody typed: ``73,11``, ``1.721``, ``1.721,5``, ``-2``; ``73.11`` too, since dots group by threes only.

    Raises:
        NumberUnreadable: See there.
    """
    plain = text.strip().replace(MINUS, "-").replace("\u00a0", "").replace(" ", "")
    if GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    if not PLAIN.fullmatch(plain):
        raise NumberUnreadable(text=text[:40])
    return Decimal(plain.replace(",", "."))


def read_day(text: str) -> dt.date:
    """What somebody typed, ``07/12/2020``, or a date field sent, ``2020-12-07``.

    Raises:
        DayUnreadable: See there.
    """
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return dt.date(year, month, day)
        return dt.date.fromisoformat(text.strip())
    except ValueError as found:
        raise DayUnreadable(text=text[:40]) from found


def signed(value: Decimal | int, language: str = "vi") -> str:
    """Like ``number``, with a plus sign before what is above zero."""
    return f"+{number(value, language)}" if value > 0 else number(value, language)


def date(day: dt.date, language: str = "vi") -> str:
    """``07/12/2020``; in English ``7 December 2020``, since 07/12 would be read as July there."""
    if language == "en":
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def given(value: InputValue, language: str = "vi") -> str:
    """What somebody said of one input: a number, a day, figures of many records, yes or no, or an option's code."""
    match value:
        case tuple():
            return "; ".join(number(each, language) for each in value)
        case str():
            return {"yes": ("có", "yes"), "no": ("không", "no")}.get(value, (value, value))[language == "en"]
        case dt.date():
            return date(value, language)
        case _:
            return number(value, language)


def moment(at: dt.datetime, language: str = "vi") -> str:
    """``07/12/2020 15:30 (GMT+7)``: always with its zone."""
    local = at.astimezone(VIETNAM)
    return f"{date(local.date(), language)} {local.hour:02}:{local.minute:02} (GMT+7)"


def sort_key(text: str) -> SortKey:
    """Order of Vietnamese dictionaries: syllable by syllable, first letters, then tone; case last.

    So ``ca``, ``ca dao``, ``cà``, ``cả``, ``cã``, ``cá``, ``cạ``, ``căn``, ``cân``. Figures come before letters.
    """
    return tuple(_syllable(each) for each in unicodedata.normalize("NFC", text).lower().split()), text


def _syllable(text: str) -> SyllableKey:
    letters: list[int] = []
    tones: list[int] = []
    for character in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", character)
        tone = next((_TONE[part] for part in parts if part in _TONE), 0)
        # the breve, circumflex and horn that stay make another letter; a tone does not
        letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONE))
        if letter in _RANK:
            letters.append(LETTER + _RANK[letter])
            tones.append(tone)
        elif letter.isdecimal():
            letters.append(int(letter))
            tones.append(0)
        elif letter.isalpha():
            letters.append(FOREIGN + ord(letter[0]))
            tones.append(tone)
    return tuple(letters), tuple(tones)


def folded(text: str) -> str:
    """*text* as it is searched: lower case, without diacritics, đ as d, one space between words."""
    plain = (part for part in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(part) != "Mn")
    return " ".join("".join(plain).replace("đ", "d").split())


def matches(query: str, *texts: str) -> bool:
    """Whether every word of *query* begins somewhere in *texts*, diacritics aside."""
    hay = folded(" ".join(texts))
    return all(word in hay for word in folded(query).split())
