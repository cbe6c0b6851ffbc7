"""Which faults `ictindex check-report` finds in the shipped reports, and that it finds no other.

Source: the reports named in each mapping. AN01 … number the faults that were found in them by hand.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook

from deploy.offline.printed_report import read_report
from services.scoring.engine.claims import Averaged, Claim, Counted, Printed, Ranked
from services.scoring.engine.consistency import Contradiction, check
from tests.golden.test_report_2020 import roster, script
from tests.kit.exported import exported

AGENCIES = Path(__file__).parents[2] / "deploy" / "agencies"
REPORTS = ("bnv/report-2020", "bnv/report-2017", "lamdong/report-2017", "btttt/report-2013")
Told = tuple[str, str, str | None, str | None, int | None, int | None]
FOUND: Mapping[str, Sequence[Told]] = {
    "bnv/report-2020": [
        # AN01 and AN03: neither reading of the dash in group 4 gives the total
        ("mean_either", "68.53", "56.88", "-11.65", 5, None),
        # AN06: the dash in group 5 is zero, those in group 4 are not
        ("dash_twofold", "52.50", "65.62", "13.12", 4, 5),
        ("mean_either", "44.77", "38.76", "-6.01", 5, None),
        # AN10: zeros in Bảng 5, though they are left out in Bảng 3
        ("counts_dash", "28.13", "75.00", "46.87", 3, 8),
        # AN07 and AN08
        ("mean", "59.77", "61.72", "1.95", 15, None),
        ("mean", "63.74", "62.91", "-0.83", 8, None),
        # AN13, in the words of both blocks
        ("hole_with_scores", "[80, 100]", None, None, None, None),
        ("hole_with_scores", "(80, 100]", None, None, None, None),
    ],
    # AN14; AN15, the other block, does follow
    "bnv/report-2017": [("shares_of_other", "9% 48% 4%", None, None, 18, 23)],
    "lamdong/report-2017": [
        ("changes_rise", "1", "0", "-1", None, None),  # AN19; AN20, the other block, does follow
        ("share_of_other", "75", "93.02", "18.02", 129, 160),  # AN21
    ],
    "btttt/report-2013": [("share", "96.7", "96.83", "0.13", 63, None)],  # cut off; 62 of 63 is 98 as printed
}
FOLLOWING = {
    "45.00": 2,  # AN09: group 4 of Bảng 3, dashes left out
    "33.75": 8,  # AN11: group 5 of Bảng 5, its dash is zero
}


def told(found: Contradiction) -> Told:
    kind = found.kind.removeprefix("consistency.")
    return kind, found.printed, found.derived, found.difference, found.denominator, found.printed_denominator


def claims(name: str) -> tuple[Claim, ...]:
    return read_report(AGENCIES / name, AGENCIES / name / "mapping.yaml").claims


@pytest.mark.parametrize("name", REPORTS)
def test_every_fault_is_found_and_nothing_else_is_flagged(name: str) -> None:
    assert [told(each) for each in check(claims(name)).contradictions] == FOUND[name]


def test_where_the_faults_of_the_report_stand() -> None:
    found = check(claims("bnv/report-2020")).contradictions
    assert [(each.place.table, each.place.row, each.place.name) for each in found] == [
        ("Bảng 4", 5, "Viện Khoa học tổ chức nhà nước"),
        ("Bảng 4", 7, "Trường Đại học Nội vụ Hà Nội"),
        ("Bảng 4", 9, "Tạp chí Tổ chức nhà nước"),
        ("Bảng 5", 10, "Điểm trung bình"),
        ("Bảng 2 và lời văn", 3, "Điểm trung bình 15 đơn vị thuộc Bộ, năm 2020"),
        ("Lời văn phần II", 6, "Điểm trung bình 8 đơn vị trực thuộc Bộ, năm 2019"),
        ("Lời văn phần II", 0, "Đơn vị thuộc Bộ"),
        ("Lời văn phần II", 0, "Đơn vị trực thuộc Bộ"),
    ]
    assert [[(place.table, place.row) for place in each.also] for each in found[:3]] == [
        [("Bảng 1", 9)], [("Bảng 1", 22)], [("Bảng 1", 24)],
    ]  # fmt: skip
    holes = [fact for each in found[6:] for fact in [(each.facts or {})["scores"]]]
    assert [len(scores) for scores in holes if isinstance(scores, tuple)] == [3, 2]  # of 2019


def test_the_whole_of_which_the_shares_are_is_found_with_its_counts() -> None:
    [found] = check(claims("bnv/report-2017")).contradictions
    assert (found.facts or {})["counts"] == (2, 9, 11, 1)


def test_means_that_do_follow_are_recomputed_over_the_units_that_count() -> None:
    means = {each.printed.value: each for each in claims("bnv/report-2020") if isinstance(each, Averaged)}
    for value, count in FOLLOWING.items():
        assert sum(part.points is not None for part in means[value].parts) == count
        assert check([means[value]]).contradictions == ()


def test_every_total_rank_count_and_mean_of_the_report_is_recomputed() -> None:
    of = claims("bnv/report-2020")
    assert sum(isinstance(each, Averaged) for each in of) == 23 + 10 + 5
    assert sum(len(each.printed) for each in of if isinstance(each, Ranked)) == 23 + 2 * 15 + 2 * 8
    assert sum(isinstance(each, Counted) for each in of) == 6


def test_without_a_meaning_for_the_dash_the_total_is_told_with_both_denominators(tmp_path: Path) -> None:
    text = (AGENCIES / "bnv" / "report-2020" / "mapping.yaml").read_text()
    (tmp_path / "m.yaml").write_text(text.replace(", dash: zero", ""))
    found = check(read_report(AGENCIES / "bnv" / "report-2020", tmp_path / "m.yaml").claims).contradictions
    assert [told(each) for each in found if each.kind == "consistency.counts_dash"] == [
        ("counts_dash", "52.50", "65.62", "13.12", 4, 5),
        ("counts_dash", "28.13", "75.00", "46.87", 3, 8),
        ("counts_dash", "33.75", "38.57", "4.82", 7, 8),
    ]


def _cells(text: str, column: int) -> object:
    """A cell as somebody would type it: figures as numbers with their format."""
    plain = text.replace(",", ".")
    return Decimal(plain) if column and plain.replace(".", "").isdecimal() else text


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("typed", [True, False], ids=["numbers", "texts"])
def test_a_workbook_of_the_same_tables_is_found_the_same(tmp_path: Path, name: str, typed: bool) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for path in (AGENCIES / name).glob("*.csv"):
        sheet = book.create_sheet(path.stem)
        for row, cells in enumerate(csv.reader(path.read_text().splitlines(), delimiter=";"), start=1):
            for column, text in enumerate(cells, start=1):
                value = _cells(text, column) if typed and row > 1 else text
                cell = sheet.cell(row, column, value)
                if isinstance(value, Decimal) and "," in text:
                    cell.number_format = "0." + "0" * len(text.partition(",")[2])
    book.save(tmp_path / "report.xlsx")
    read = read_report(tmp_path / "report.xlsx", AGENCIES / name / "mapping.yaml")
    assert [told(each) for each in check(read.claims).contradictions] == FOUND[name]


def _other(printed: Printed) -> Printed:
    return replace(printed, value=f"{Decimal(printed.value) + 7}")


def _altered(of: Sequence[Claim]) -> Iterator[tuple[Printed, list[Claim]]]:
    """Every recomputed figure of its own, and the claims in which it alone is printed otherwise."""
    for place, claim in enumerate(of):
        if isinstance(claim, Ranked):
            for unit, printed in claim.printed.items():
                column = {**claim.printed, unit: _other(printed)}
                yield printed, [*of[:place], replace(claim, printed=column), *of[place + 1 :]]
        elif isinstance(claim, Averaged | Counted):
            yield claim.printed, [*of[:place], replace(claim, printed=_other(claim.printed)), *of[place + 1 :]]


def test_a_figure_that_is_altered_is_named_and_no_other() -> None:
    of = claims("bnv/report-2020")
    before = {each.place for each in check(of).contradictions}
    for printed, altered in _altered(of):
        assert {each.place for each in check(altered).contradictions} == before | {printed.place}


def test_what_this_system_publishes_follows_from_its_own_tables(tmp_path: Path) -> None:
    exported(script(), roster(), tmp_path, "ranking", "means", "classes")
    report = read_report(tmp_path, AGENCIES / "bnv" / "export-2020.yaml")
    checked = check(report.claims)
    assert checked.contradictions == ()
    assert checked.figures == checked.follow == 23 * 6 + 28 + 6
    mapping = yaml.safe_load((AGENCIES / "bnv" / "export-2020.yaml").read_text())
    assert len(mapping["cells"]) == 28 + 6
