"""Words, documents and facts at the border: what bytes may mean, and what is refused there."""

import unicodedata
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.campaign import Template
from shared.errors import IctIndexError, Rejected, Stale, nearest
from shared.facts import Fact, FactBook, FactUnreadable, LogNewer
from shared.vocabulary import ClosedText, Json, Localized, Number, Points, Text, canonical


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31mđỏ", "a\x0bb"])
def test_text_with_control_characters_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Text).validate_python(text)


@pytest.mark.parametrize("salt", ["", "ab12", "A" * 32, "0" * 32 + "\n", "0" * 31 + "\n", f"{'0' * 32}\nChưa đạt."])
def test_a_salt_has_one_length_and_no_line_of_the_text(salt: str) -> None:
    with pytest.raises(ValidationError):
        ClosedText(salt=salt, text="Tuy nhiên có giải trình.")


def test_equal_texts_have_equal_bytes_however_they_were_typed() -> None:
    composed = "Bộ Nội vụ"
    decomposed = unicodedata.normalize("NFD", composed)
    text = TypeAdapter(Text).validate_python
    assert composed != decomposed
    assert canonical(text(composed)) == canonical(text(decomposed))
    assert text("một\n\thai") == "một\n\thai"


@pytest.mark.parametrize("kind", [Points, Number])
@pytest.mark.parametrize("value", [1.5, "NaN", "Infinity", "1e400"])
def test_a_number_that_is_not_exact_is_refused(kind: Any, value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


def test_a_reader_of_english_is_told_vietnamese_where_nobody_translated() -> None:
    both, one = Localized(vi="Thời hạn", en="Deadline"), Localized(vi="Thời hạn")
    assert [text.to(language) for text in (both, one) for language in ("vi", "en")] == [
        "Thời hạn", "Deadline", "Thời hạn", "Thời hạn",
    ]  # fmt: skip


@pytest.mark.parametrize("rounds", [(), ("round2",), ("round2", "round1"), ("round1", "round1")])
def test_rounds_are_the_first_or_the_first_and_the_second(rounds: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Template.model_validate({"id": "t", "title": {"vi": "T"}, "rounds": rounds})


def test_a_table_by_kind_of_error_answers_with_the_nearest_ancestor() -> None:
    table = {Rejected: "change it", Stale: "read again"}
    assert nearest(table, FactNotKept()) == "change it"


class FactNotKept(Rejected, code="test.fact_not_kept"):
    """Of this test only."""


class RoomMeasured(Fact):
    type = "room_measured.v3"
    square_metres: int

    @property
    def stream(self) -> str:
        return "room"


def in_metres(stored: Json) -> Json:
    return {"square_metres": stored["square_feet"] // 11}


def in_feet(stored: Json) -> Json:
    return {"square_feet": stored["size"]}


BOOK = FactBook(
    (RoomMeasured,),
    {"room_measured.v1": ("room_measured.v2", in_feet), "room_measured.v2": ("room_measured.v3", in_metres)},
)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("room_measured.v1", {"size": 110}),
        ("room_measured.v2", {"square_feet": 110}),
        ("room_measured.v3", {"square_metres": 10, "floor": "of a later release"}),
    ],
)
def test_a_fact_of_any_age_is_read_as_what_it_means_today(name: str, stored: Json) -> None:
    assert BOOK.read(name, stored) == RoomMeasured(square_metres=10)


@pytest.mark.parametrize(
    ("name", "stored", "kind"),
    [
        ("room_painted.v1", {}, LogNewer),
        ("room_measured.v4", {"cubic_metres": 30}, LogNewer),
        ("room_measured.v3", {"square_metres": "a few"}, FactUnreadable),
    ],
)
def test_a_fact_of_a_later_release_is_told_from_one_that_no_release_wrote(
    name: str, stored: Json, kind: type[IctIndexError]
) -> None:
    with pytest.raises(kind) as unknown:
        BOOK.read(name, stored)
    assert unknown.value.facts == {"type": name}
