"""What follows for 2020 from the tables of the report, as page, CSV and JSON of the published year tell it.

Source: Báo cáo kèm theo Quyết định 1101/QĐ-BNV ngày 21/12/2020: group scores of Bảng 3 and 5, serial numbers of Bảng 1,
both group means of online services in part II.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.vocabulary import Json
from tests.kit.shown import Sections

THUOC, TRUC_THUOC, ALL = "Đơn vị thuộc Bộ", "Đơn vị trực thuộc Bộ", "Tất cả đơn vị"
PLACE, UNIT, TOTAL, CLASS, CHANGE = "Hạng", "Đơn vị", "Thẩm định", "Xếp loại", "Thay đổi hạng"
ONLINE, ONLINE_OF_ALL = "Nhóm g4", "Nhóm g4, tính cả đơn vị không áp dụng (là 0)"
Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything in the writing of a page.

    Attributes:
        units: Total, class and rank of each unit whose printed total does not follow.
        up: By how many ranks a unit moved up against 2019.
        moved: New rank of those printed 9th to 15th.
        means: By block and figure, with the number of units.
        classes: By block, how many are A, B and C.
        second_policy: Of the one mean that is printed by another policy: printed, derived, over how many units each.
    """

    units: Mapping[str, tuple[str, str, int]]
    up: Mapping[str, int]
    moved: Mapping[str, int]
    means: Mapping[tuple[str, str], tuple[str, int]]
    classes: Mapping[str, tuple[int, int, int]]
    second_policy: tuple[str, str, int, int]


FIGURES = Figures(
    units={
        "Viện Khoa học tổ chức nhà nước": ("56,88", "Loại B", 15),
        "Tạp chí Tổ chức nhà nước": ("38,76", "Loại C", 23),
    },
    up={"Viện Khoa học tổ chức nhà nước": 5},
    moved={
        "Văn phòng Bộ": 8,
        "Vụ Tổng hợp": 9,
        "Ban Thi đua - Khen thưởng Trung ương": 10,
        "Vụ Tiền lương": 11,
        "Vụ Pháp chế": 12,
        "Vụ Công tác thanh niên": 13,
        "Vụ Tổ chức phi chính phủ": 14,
    },
    means={
        (THUOC, TOTAL): ("61,72", 15),
        (TRUC_THUOC, TOTAL): ("60,31", 8),
        (ALL, TOTAL): ("61,23", 23),
        (THUOC, ONLINE): ("45,00", 2),
        (TRUC_THUOC, ONLINE_OF_ALL): ("28,13", 8),
    },
    classes={THUOC: (5, 10, 0), TRUC_THUOC: (3, 3, 2)},
    second_policy=("28,13", "75,00", 3, 8),
)


def of_page(page: str) -> Figures:
    """What people see."""
    tables = {name: _lines(rows) for name, rows in Sections(page).tables.items()}
    means = {
        (block, line["Chỉ tiêu"]): _mean(text)
        for line in tables["means"]
        for block, text in line.items()
        if (block, line["Chỉ tiêu"]) in FIGURES.means
    }
    [note] = [line["Ghi chú"] for line in tables["findings"] if "là trung bình trên cả" in line.get("Ghi chú", "")]
    [printed] = [line for line in tables["findings"] if line.get("Ghi chú") == note]
    over = 3 if "trên 3 đơn vị có áp dụng" in note else 0, 8 if "trên cả 8 đơn vị" in note else 0
    second = printed["Số in"], printed["Số tính lại"], *over
    return Figures(*_ranked(tables["overall"]), means, _classes(tables["classes"]), second)


def of_tables(tables: Mapping[str, Iterable[Line]]) -> Figures:
    """What a spreadsheet opens."""
    means = {
        (line["Khối"], line["Chỉ tiêu"]): (line["Bình quân"], int(line["Số đơn vị được tính"]))
        for line in tables["means"]
        if (line["Khối"], line["Chỉ tiêu"]) in FIGURES.means
    }
    [second] = [line for line in tables["findings"] if line["Số in trên (đơn vị)"]]
    over = int(second["Số tính lại trên (đơn vị)"]), int(second["Số in trên (đơn vị)"])
    told = second["Số in"], second["Số tính lại"], *over
    return Figures(*_ranked(tables["ranking"]), means, _classes(tables["classes"]), told)


def of_json(results: Json) -> Figures:
    """What a program reads."""
    lines = [
        {
            PLACE: str(each["rank_overall"]),
            UNIT: each["name"]["vi"],
            TOTAL: _comma(each["total"]),
            CLASS: each["class_label"]["vi"],
            CHANGE: str(each["change_overall"]),
        }
        for each in results["units"]
    ]
    summary = results["summary"]
    of = {results["blocks"][each["block"]]["vi"]: each for each in summary["blocks"]} | {ALL: summary["overall"]}
    found = {(block, TOTAL): each["total"] for block, each in of.items()}
    found[THUOC, ONLINE] = of[THUOC]["group_means"]["g4"]
    found[TRUC_THUOC, ONLINE_OF_ALL] = of[TRUC_THUOC]["group_means_all"]["g4"]
    means = {key: (_comma(each["mean"]), int(each["denominator"])) for key, each in found.items()}
    classes = {block: _three(of[block]["classes"][code] for code in "ABC") for block in (THUOC, TRUC_THUOC)}
    [second] = [each for each in summary["findings"] if each["kind"] == "reference.second_policy"]
    over = int(second["denominator"]), int(second["printed_denominator"])
    told = _comma(second["printed"]), _comma(second["derived"]), *over
    return Figures(*_ranked(lines), means, classes, told)


def _ranked(lines: Iterable[Line]) -> tuple[dict[str, tuple[str, str, int]], dict[str, int], dict[str, int]]:
    named = {line[UNIT].removesuffix("nộp muộn"): line for line in lines}
    ranks = {unit: int(line[PLACE]) for unit, line in named.items()}
    units = {unit: (named[unit][TOTAL], named[unit][CLASS], ranks[unit]) for unit in FIGURES.units}
    up = {unit: int(named[unit][CHANGE].removeprefix("▲")) for unit in FIGURES.up}
    return units, up, {unit: ranks[unit] for unit in FIGURES.moved}


def _classes(lines: Iterable[Line]) -> dict[str, tuple[int, int, int]]:
    found = {line["Khối"]: line for line in lines}
    return {block: _three(int(found[block][f"Loại {code}"]) for code in "ABC") for block in (THUOC, TRUC_THUOC)}


def _three(counts: Iterable[int]) -> tuple[int, int, int]:
    a, b, c = counts
    return a, b, c


def _mean(text: str) -> tuple[str, int]:
    mean, _, count = text.partition(" (")
    return mean, int(count.partition(" ")[0])


def _comma(figure: str) -> str:
    return figure.replace(".", ",")


def _lines(rows: list[list[str]]) -> list[Line]:
    """A page's table by its headings; a line with fewer cells is a heading of its own."""
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
