"""What the rows of one push come to."""

import pytest

from shared.campaign import UsageRow
from shared.measured import Measured, measured
from shared.vocabulary import canonical


def row(value: str, part: str | None = None, unit: str = "a") -> UsageRow:
    return UsageRow(unit=unit, metric="outgoing", part=part, value=value)


def test_a_row_without_a_part_is_stored_as_before_there_were_parts() -> None:
    stored = canonical(row("0.375").model_dump(mode="json"))
    assert stored == b'{"metric":"outgoing","unit":"a","value":"0.375"}'
    assert row("1", "xa-001").model_dump(mode="json")["part"] == "xa-001"


def test_a_whole_stays_as_it_was_pushed_and_parts_come_to_their_sum() -> None:
    rows = [row("5.50"), row("007", "xa-002", "b"), row("0.10", "xa-001", "b"), row("1", "xa-001", "c")]
    assert measured(rows) == {
        ("a", "outgoing"): Measured("5.50"),
        ("b", "outgoing"): Measured("7.1", {"xa-001": "0.10", "xa-002": "007"}),
        ("c", "outgoing"): Measured("1", {"xa-001": "1"}),
    }
    assert list(measured(rows)["b", "outgoing"].parts) == ["xa-001", "xa-002"]
    assert measured([]) == {}


@pytest.mark.parametrize(
    ("values", "whole"),
    [
        (["0.1", "0.2"], "0.3"),
        (["999999999999.999999"] * 2, "1999999999999.999998"),
        (["999999999999", "0.000001"], "999999999999.000001"),
        (["1200", "300"], "1500"),
        (["-0.5", "0.25"], "-0.25"),
        (["1.5", "-1.5"], "0"),
        (["-0"], "0"),
    ],
)
def test_a_sum_is_exact_and_has_one_spelling(values: list[str], whole: str) -> None:
    rows = [row(value, f"xa-{number}") for number, value in enumerate(values)]
    assert measured(rows)["a", "outgoing"].value == whole
