import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shared.edge.web import formats


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (Decimal("73.11"), "73,11", "73.11"),
        (Decimal("0.00"), "0,00", "0.00"),
        (Decimal("100.00"), "100,00", "100.00"),
        (Decimal(1721), "1.721", "1,721"),
        (Decimal("1234567.50"), "1.234.567,50", "1,234,567.50"),
        (Decimal("-11.65"), "−11,65", "−11.65"),
        (23, "23", "23"),
        (-10, "−10", "−10"),
    ],
)
def test_numbers_have_a_decimal_comma_in_vietnamese_and_a_point_in_english(
    value: Decimal | int, vietnamese: str, english: str
) -> None:
    assert formats.number(value) == vietnamese
    assert formats.number(value, "en") == english


def test_a_difference_shows_its_sign() -> None:
    assert [formats.signed(value) for value in (5, 0, -1)] == ["+5", "0", "−1"]


def test_dates_are_day_month_year_and_moments_tell_their_zone() -> None:
    assert formats.date(date(2020, 12, 7)) == "07/12/2020"
    assert formats.date(date(2020, 12, 7), "en") == "7 December 2020"
    assert formats.moment(datetime(2020, 12, 7, 8, 30, tzinfo=UTC)) == "07/12/2020 15:30 (GMT+7)"
    assert formats.moment(datetime(2020, 12, 7, 18, 30, tzinfo=UTC)) == "08/12/2020 01:30 (GMT+7)"


def test_names_sort_as_in_a_vietnamese_dictionary() -> None:
    syllables = "an|ăn|ân|ca|ca dao|cà|cà phê|cả|cã|cá|cạ|can|căn|cân|dan|đan|em|êm|Ngân|ông|ơn"
    order = syllables.split("|")
    order += ["Thanh tra Bộ", "Tổng", "Trường", "un", "ưng", "Vụ Cải cách", "Vụ Công chức", "Vụ Đào tạo"]
    assert sorted(sorted(order), key=formats.sort_key) == order


def test_composed_and_decomposed_names_sort_alike() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Vụ Đào tạo") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert formats.sort_key(composed)[0] == formats.sort_key(decomposed)[0]


@pytest.mark.parametrize(
    ("query", "found"), [("dao tao", True), ("ĐÀO", True), ("đào  tạo vu", True), ("van phong", False), ("", True)]
)
def test_search_ignores_diacritics_case_and_order(query: str, found: bool) -> None:
    assert formats.matches(query, "Vụ Đào tạo, bồi dưỡng", "vu-dtbd") is found
