"""`ictindex check-report`: how a report is read by its mapping, what is printed, and refusals with place and cure."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from deploy.cli.main import run
from deploy.offline.faults import InputRefused
from deploy.offline.printed_report import Report, read_report
from deploy.offline.printed_sheets import cells_in, read_sheets
from services.scoring.engine.consistency import check

TABLE = """\
Hạng;Đơn vị;Khối;Năm trước;Nhóm 1;Nhóm 2;Tổng;Loại;Tăng;Điểm cộng;Tất cả
1;Vụ A;x;50,00;90,00;60,00;75,00;A;+1;1,00;151,00
2;Vụ B;x;60,00;70,00;–;70,00;A;−1;0,00;70,00
3;Vụ C;y;40,00;20,00;40,00;30,00;B;0;;60,00
;Trung bình;;50,00;60,00;50,00;58,33;;;;
"""
MAPPING = """\
source: Báo cáo
units: {a: [Vụ A, Vụ  a], b: [Vụ B], c: [Vụ C]}
tables:
  - table: Bảng 1
    sheet: t
    columns:
      - {kind: rank, column: Hạng, of: total}
      - {kind: unit, column: Đơn vị}
      - {kind: block, column: Khối}
      - {kind: score, column: Năm trước, figure: earlier}
      - {kind: score, column: Nhóm 1, figure: g1}
      - {kind: score, column: Nhóm 2, figure: g2}
      - {kind: mean, column: Tổng, figure: total, of: [g1, g2]}
      - {kind: class, column: Loại, of: total}
      - {kind: change, column: Tăng, of: total, earlier: earlier}
      - {kind: score, column: Điểm cộng, figure: bonus}
      - {kind: sum, column: K, figure: all, of: [g1, g2, bonus]}
    footers:
      - {kind: mean, row: Trung bình}
classes:
  - {table: Phụ lục, max: "100", bands: [{class: A, at_least: "65"}, {class: B, at_least: "0", below: "65"}]}
"""
COUNTS = "Loại;Số;%\nA;2;67\nB;1;33\nCộng;3;100\n"
CELLS = """\
source: Báo cáo
cells:
  - {sheet: t, at: "B2:B3", kind: counts, whole: B4}
  - {sheet: t, at: C2, kind: share, part: B2, whole: "3"}
  - {sheet: t, at: "C2:C3", kind: shares, whole: B4}
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICT_LANG", "en")


def files(directory: Path, table: str = TABLE, mapping: str = MAPPING) -> tuple[Path, Path]:
    (directory / "t.csv").write_text(table)
    (directory / "m.yaml").write_text(mapping)
    return directory / "t.csv", directory / "m.yaml"


def read(directory: Path, table: str = TABLE, mapping: str = MAPPING) -> Report:
    return read_report(*files(directory, table, mapping))


def told(directory: Path, table: str = TABLE, mapping: str = MAPPING) -> list[tuple[str, str, str | None]]:
    found = check(read(directory, table, mapping).claims).contradictions
    return [(each.kind.removeprefix("consistency."), each.printed, each.derived) for each in found]


def command(directory: Path, *more: str, table: str = TABLE, mapping: str = MAPPING) -> int:
    report, declared = files(directory, table, mapping)
    return run(["check-report", str(report), "--mapping", str(declared), *more])


def test_a_report_that_follows_ends_with_zero(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command(tmp_path) == 0
    assert capsys.readouterr().out == (
        "Figures recomputed: 19; that follow: 19; findings: 0; figures that rest on none: 11.\n"
    )
    assert told(tmp_path, COUNTS, CELLS) == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("3;Vụ C", "2;Vụ C", ("rank", "2", "3")),
        ("70,00;A", "70,00;B", ("class", "B", "A")),
        ("+1;", "2;", ("change", "2", "1")),
        (";151,00", ";150,00", ("sum", "150.00", "151.00")),
        (";58,33", ";58,35", ("mean", "58.35", "58.33")),
        ("50,00;58", "33,33;58", ("counts_dash", "33.33", "50.00")),
    ],
)
def test_one_figure_that_is_printed_otherwise_is_found(
    tmp_path: Path, before: str, after: str, found: tuple[str, str, str]
) -> None:
    assert told(tmp_path, TABLE.replace(before, after)) == [found]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [("B;1;", "B;2;", [("sum", "3", "4")]), ("A;2;67", "A;2;66", [("share", "66", "66.67"), ("shares", "66%", None)])],
)
def test_counts_and_percentages_in_cells(
    tmp_path: Path, before: str, after: str, found: list[tuple[str, str, str | None]]
) -> None:
    assert told(tmp_path, COUNTS.replace(before, after), CELLS) == found


def test_means_and_counts_of_blocks_stand_in_cells_of_other_sheets(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Số liệu;Giá trị\nTrung bình khối x;72,50\nLoại A;2\nTất cả;1.2\n")
    mapping = (
        MAPPING
        + """\
cells:
  - {sheet: x, at: B2, kind: mean, of: total, block: x}
  - {sheet: x, at: B3, kind: class_count, of: total, block: x, class: A}
  - {sheet: x, at: B4, kind: mean, of: g2, dash: zero, denominator: 4}
"""
    )
    _, declared = files(tmp_path, mapping=mapping)
    [one] = check(read_report(tmp_path, declared).claims).contradictions
    assert (one.printed, one.derived, one.denominator, one.place.name) == ("1.2", "25.00", 4, "Tất cả")


def test_ranks_and_changes_within_blocks(tmp_path: Path) -> None:
    mapping = MAPPING.replace("of: total}\n      - {kind: unit", "of: total, among: block}\n      - {kind: unit")
    assert told(tmp_path, TABLE, mapping) == [("rank", "3", "1")]
    mapping = MAPPING.replace("earlier: earlier}", "earlier: earlier, among: block}")
    assert told(tmp_path, TABLE, mapping) == []
    mapping = MAPPING.replace(", of: total, earlier: earlier}", "}")
    assert told(tmp_path, TABLE.replace("+1", "+2"), mapping) == [("changes_rise", "1", "0")]


def test_ranks_and_means_of_unrounded_figures_are_declared(tmp_path: Path) -> None:
    finely = MAPPING.replace("tables:", "rank_on: unrounded\nmean_of: unrounded\ntables:")
    table = TABLE.replace(";58,33", ";58,34")
    assert told(tmp_path, table) == [("mean_rounded", "58.34", "58.33")]
    assert told(tmp_path, table, finely) == []
    table = TABLE.replace("20,00;40,00;30,00;B;0;;60,00", "80,00;60,00;70,00;A;0;;140,00").replace(
        "60,00;50,00;58,33", "80,00;60,00;71,67"
    )
    assert told(tmp_path, table) == [("rank", "3", "2"), ("change", "0", "1")]
    assert told(tmp_path, table, finely) == []


def test_a_unit_that_is_kept_out_of_the_ranking_has_dashes(tmp_path: Path) -> None:
    outside = "-;Công an tỉnh;y;;;;-;-;-;;\n;Trung bình"
    mapping = MAPPING.replace("c: [Vụ C]}", "c: [Vụ C], d: [Công an tỉnh]}")
    assert told(tmp_path, TABLE.replace(";Trung bình", outside), mapping) == []


def test_a_footer_may_be_a_sum_and_a_figure_may_be_printed_twice(tmp_path: Path) -> None:
    mapping = MAPPING.replace("{kind: mean, row", "{kind: sum, row")
    again = "      - {kind: score, column: C, figure: total}\n"
    table = "\n".join(line.replace(";x;", ";75,00;", 1).replace(";y;", ";30,00;") for line in TABLE.splitlines())
    assert ("sum", "60.00", "180.00") in told(tmp_path, TABLE, mapping)
    mapping = MAPPING.replace("      - {kind: block, column: Khối}\n", again)
    assert told(tmp_path, table, mapping)[0] == ("repeated", "70.00", "75.00")


def test_what_is_found_is_printed_in_every_form(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = TABLE.replace(";58,33", ";58,34").replace("–;70,00", "–;35,00")
    assert command(tmp_path, "--format", "json", table=wrong) == 1
    answer = json.loads(capsys.readouterr().out)
    assert {name: answer[name] for name in ("figures", "follows", "wrong", "given")} == {
        "figures": 19, "follows": 16, "wrong": 3, "given": 11,
    }  # fmt: skip
    by_kind = {each["kind"]: each for each in answer["findings"]}
    assert by_kind["consistency.counts_dash"] == {
        "kind": "consistency.counts_dash", "table": "Bảng 1", "sheet": "t", "row": 3, "column": "Tổng", "name": "Vụ B",
        "printed": "35.00", "derived": "70.00", "difference": "35.00", "denominator": 1, "printed_denominator": 2,
        "also": [], "sentence": "prints 35.00, which only follows if the dash counts as zero (over 2); as declared it "
        "does not apply, so over 1 it is 70.00.",
    }  # fmt: skip
    assert command(tmp_path, "--format", "csv", table=wrong) == 1
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [line["kind"] for line in lines] == [each["kind"] for each in answer["findings"]]
    assert run(["--lang", "vi", "check-report", *map(str, (tmp_path / "t.csv", "--mapping", tmp_path / "m.yaml"))]) == 1
    shown = capsys.readouterr().out
    assert "58,34" in shown
    assert "Bảng 1 [t], dòng 3, cột Tổng, Vụ B" in shown
    assert "2 / 1" in shown
    assert "Đã tính lại 19 số liệu: 16 suy ra đúng; phát hiện: 3; không có gốc để tính: 11." in shown


def swap(text: str, before: str, after: str) -> str:
    assert before in text
    return text.replace(before, after, 1)


@pytest.mark.parametrize(
    ("table", "mapping", "said"),
    [
        (None, MAPPING, "t.csv: the file cannot be opened (No such file or directory)."),
        (TABLE, "a: [", "m.yaml: File m.yaml cannot be read at line 2: "),
        (TABLE, swap(MAPPING, "kind: rank", "kind: rang"), "m.yaml, line 7, field tables/0/columns/0: Input tag"),
        (TABLE, swap(MAPPING, "of: total}", "off: total}"), "m.yaml, line 7, field tables/0/columns/0/rank/of: Field"),
        (TABLE, swap(MAPPING, "column: Hạng", "column: Bậc"), 't.csv: no column is called "Bậc"; the headings'),
        (TABLE, swap(MAPPING, "sheet: t", "sheet: t\n    header: 9"), 't.csv: no column is called "Hạng"; the'),
        (TABLE, swap(MAPPING, "- {kind: unit, column: Đơn vị}", "# "), 't.csv: no column is called "kind: unit"'),
        (TABLE, swap(MAPPING, "row: Trung bình", "row: Cộng"), 't.csv, line 5, column B5: "Trung bình" is none of the'),
        (TABLE, swap(MAPPING, "[Vụ B]", "[]"), 't.csv, line 3, column B3: "Vụ B" is none of the spellings'),
        (swap(TABLE, "Vụ B", "Vụ A"), MAPPING, "t.csv, line 3, column B3: row 2 is about this unit already."),
        (swap(TABLE, "90,00", "9O,00"), MAPPING, 't.csv, line 2, column E2: "9O,00" is no number that can be read'),
        (swap(TABLE, "90,00", "1.234"), MAPPING, 't.csv, line 2, column E2: "1.234" is no number that can be read'),
        (swap(TABLE, ";60,00;50,00;58", ";x;50,00;58"), MAPPING, 't.csv, line 5, column E5: "x" is no number'),
        (TABLE, swap(MAPPING, "[g1, g2]", "[g1, g9]"), "m.yaml, field Bảng 1: Tổng: no column is declared"),
        (TABLE, swap(MAPPING, "Hạng, of: total", "Hạng, of: t"), "m.yaml, field Bảng 1: Hạng: no column is declared"),
        (
            TABLE,
            swap(MAPPING, "table: Phụ lục", "table: Phụ lục, block: x"),
            'm.yaml, field Bảng 1: Loại: no classes are declared for the block "y". Add them under `classes`.',
        ),
        (swap(TABLE, ";20,00;40,00;", ";;;"), MAPPING, "t.csv, line 4, column G4: no table prints g1, g2 of"),
        (swap(TABLE, ";75,00;A", ";;A"), MAPPING, "t.csv, line 2, column A2: no table prints total of"),
        (TABLE, "source: x", "m.yaml: the mapping names no figure that can be recomputed."),
        (COUNTS, swap(CELLS, "at: C2,", "at: C9,"), "t.csv, line 9, column C9: the cell is empty. Fill in"),
        (COUNTS, swap(CELLS, 'whole: "3"', 'whole: "0"'), 'm.yaml, field cells: t C2: the denominator "0" must be'),
        (COUNTS, swap(CELLS, 'whole: "3"', 'whole: "x"'), "m.yaml, line 4, field cells/1/share/whole: String should"),
        (swap(COUNTS, "Cộng;3", "Cộng;2,5"), CELLS, 'm.yaml, field cells: t C2:C3: the denominator "2.5" must be'),
        (swap(COUNTS, "Cộng;3", "Cộng;-"), CELLS, 'm.yaml, field cells: t C2:C3: the denominator "–" must be'),
        (swap(COUNTS, "1;33", "1;-"), CELLS, 't.csv, line 3, column C3: "-" is no number'),
        ('a"b;c\n"', CELLS, "t.csv: this is no table that can be read ("),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_with_place_and_cure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, table: str | None, mapping: str, said: str
) -> None:
    report, declared = files(tmp_path, table or "", mapping)
    if table is None:
        report.unlink()
    assert run(["check-report", str(report), "--mapping", str(declared)]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_a_block_that_no_unit_has_and_a_sheet_that_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a;b\n1;2\n")
    cell = "cells:\n  - {sheet: x, at: B2, kind: mean, of: total, block: z}\n"
    _, declared = files(tmp_path, mapping=MAPPING + cell)
    with pytest.raises(InputRefused) as refused:
        read_report(tmp_path, declared)
    assert [fault.error.code for fault in refused.value.faults] == ["report.figure_undeclared"]
    declared.write_text(MAPPING.replace("sheet: t", "sheet: u") + cell.replace("sheet: x", "sheet: y"))
    with pytest.raises(InputRefused) as refused:
        read_report(tmp_path, declared)
    assert [fault.error.facts["known"] for fault in refused.value.faults] == ["t, x"]


@pytest.mark.parametrize("content", [b"no workbook", b""])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(InputRefused) as refused:
        read_sheets(tmp_path / "t.xlsx")
    assert refused.value.faults[0].error.code == "report.not_readable"


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a;b\n\xff;1\n")
    with pytest.raises(InputRefused) as refused:
        read_sheets(tmp_path / "t.csv")
    assert (refused.value.faults[0].error.code, refused.value.faults[0].line) == ("offline.file_not_utf8", 2)


def workbook(path: Path, fill: Callable[[Workbook], None]) -> Path:
    book = Workbook()
    fill(book)
    book.save(path / "t.xlsx")
    return path / "t.xlsx"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (61.720000000000006, "General", "61.72"),
        (61.720000000000006, "0.00", "61.72"),
        (65.1, "0.00", "65.10"),
        (0.93023255, "0.00%", "93.02"),
        (0.75, "0%", "75"),
        (28.125, "#,##0.00", "28.13"),
        (1234567, "#,##0", "1234567"),
        (15, "General", "15"),
        (-0.5, "General", "-0.5"),
        (1e-7, "General", "0.0000001"),
        (True, "General", "True"),
        ("  Vụ  A\n", "@", "Vụ A"),
        (None, "General", ""),
    ],
)
def test_a_cell_of_a_workbook_is_read_as_it_is_shown(tmp_path: Path, value: object, form: str, shown: str) -> None:
    def fill(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet["A1"], sheet["B1"] = value, "end"  # type: ignore[assignment]
        sheet["A1"].number_format = form

    [sheet] = read_sheets(workbook(tmp_path, fill)).values()
    assert sheet.text(1, 1) == shown
    assert sheet.text(1, 9) == sheet.text(9, 1) == ""


def test_a_fault_in_a_workbook_names_sheet_and_cell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        book.worksheets[0].title = "t"
        for line in TABLE.replace("90,00", "=1+").splitlines():
            book.worksheets[0].append(line.split(";"))
        book.worksheets[0]["E2"].data_type = "s"

    _, declared = files(tmp_path)
    assert run(["check-report", str(workbook(tmp_path, fill)), "--mapping", str(declared)]) == 2
    assert 't.xlsx [t], line 2, column E2: "=1+" is no number that can be read' in capsys.readouterr().err


def test_ranges_of_cells() -> None:
    assert cells_in("B7") == [(7, 2)]
    assert cells_in("C3:B2") == cells_in("B2:C3") == [(2, 2), (2, 3), (3, 2), (3, 3)]
