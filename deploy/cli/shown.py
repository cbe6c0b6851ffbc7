"""Tables for people: a ranking, findings, a score history. Numbers as the language writes them."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType
from rich.table import Table

from deploy.cli.words import Say
from shared.edge.web.findings import Names, sections, tally
from shared.ruleset import decimal_text
from shared.standing import RunSummary
from shared.vocabulary import Json

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PLAIN_COLUMNS = 150
NAMED = ("blocks", "groups", "classes")
STATES = {"not_applicable": ("–", "–"), "not_scored": ("không chấm", "not scored"), "missing": ("chưa có", "missing")}
STAGES = {
    "self": ("Tự chấm", "Self"),
    "round1": ("Thẩm định lần 1", "Round 1"),
    "round2": ("Thẩm định lần 2", "Round 2"),
    "council": ("Hội đồng", "Council"),
}


def show(what: RenderableType, say: Say, *, on: Console | None = None) -> None:
    """Print *what*, a table or a tree, or *on* another console; without a terminal as wide as a log may be."""
    there = on or say.out
    (there if there.is_terminal else Console(file=there.file, width=PLAIN_COLUMNS, highlight=False)).print(what)


def ranking_table(results: Json, say: Say) -> Table:
    """All units in order of rank."""
    table = Table(title=_text(results["title"], say), title_justify="left")
    table.add_column(say("Hạng", "Rank"), justify="right")
    table.add_column(say("Đơn vị", "Unit"))
    table.add_column(say("Khối", "Block"))
    earlier = say("Kỳ trước", "Earlier")
    for name in (earlier, say("Tự chấm", "Self"), say("Thẩm định", "Appraised")):
        table.add_column(name, justify="right")
    table.add_column(say("Loại", "Class"))
    table.add_column(say("Tăng/giảm hạng", "Change"), justify="right")
    for unit in results["units"]:
        table.add_row(
            str(unit["rank_overall"] or "–"),
            _text(unit["name"], say),
            _text(unit["block_title"], say),
            _points(unit["earlier"], say),
            _points(unit["totals"].get("self"), say),
            _points(unit["total"], say),
            _text(unit["class_label"], say) if unit["class_label"] else "–",
            _change(unit["change_overall"]),
        )
    return table


def means_table(results: Json, say: Say) -> Table:
    """A block a line, then all units: mean, how many units have a score, means of the groups and over how many."""
    table = Table(title=say("Điểm trung bình", "Means"), title_justify="left")
    table.add_column(say("Khối", "Block"))
    for name in (say("Điểm trung bình", "Mean"), say("Số đơn vị", "Units"), *results["groups"]):
        table.add_column(name, justify="right")
    for line in results["means"]:
        block, total, groups = line["block"], line["total"], line["groups"]
        name = say("Tất cả", "All") if block is None else _text(results["blocks"][block], say)
        means = [_mean(groups.get(code), say) for code in results["groups"]]
        table.add_row(name, _points(total["mean"], say), str(total["denominator"]), *means)
    return table


def findings_table(results: Json, say: Say) -> Table:
    """What the consistency gate found about printed figures: errors at the root first, then what follows from them."""
    summary = RunSummary.model_validate(results["summary"])
    title = say("Số liệu in không suy ra được từ bảng điểm", "Printed figures that do not follow from the tables")
    table = Table(title=f"{title}. {tally(summary, say.language)}", title_justify="left")
    table.add_column(say("Vị trí", "Where"), overflow="fold", ratio=3)
    for name in (say("Số in", "Printed"), say("Số suy ra", "Derived"), say("Chênh lệch", "Difference")):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(say("Ghi chú", "Note"), overflow="fold", ratio=2)
    for section in sections(summary.findings, _names(results, say)):
        table.add_section()
        table.add_row(f"{section.title} ({len(section.lines)})", style="bold")
        for line in section.lines:
            table.add_row(line.place, line.printed, line.derived, line.difference, line.note)
    return table


def _names(results: Json, say: Say) -> Names:
    titles = {kind: {code: _text(each, say) for code, each in results[kind].items()} for kind in NAMED}
    return Names(say.language, units={each["unit"]: _text(each["name"], say) for each in results["units"]}, **titles)


def history_table(history: Json, name: str, say: Say, *, changes_only: bool = False) -> Table:
    """What every stage said on a unit's scores, in the order of the log; or only where another score came to stand."""
    title = say("Lịch sử điểm", "Score history")
    table = Table(title=f"{title}: {name}", title_justify="left")
    table.add_column(say("Dòng", "Row"), justify="right", no_wrap=True)
    table.add_column(say("Hiệu lực", "Effective"), no_wrap=True)
    table.add_column(say("Tiêu chí", "Criterion"), no_wrap=True)
    table.add_column(say("Giai đoạn", "Stage"), no_wrap=True)
    for heading in (say("Trước", "Before"), say("Sau", "After"), say("Tổng", "Total")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(say("Người thực hiện, nguyên nhân, lý do", "Actor, cause, reason"), overflow="fold")
    for row in history["rows"]:
        if row["changed"] or not changes_only:
            table.add_row(
                str(row["position"]),
                datetime.fromisoformat(row["effective_at"]).astimezone(ZONE).strftime("%d/%m/%Y %H:%M"),
                row["criterion"],
                say(*STAGES[row["stage"]]),
                _score(row["before"], say),
                _score(row["after"], say),
                _points(row["total_after"], say),
                _why(row, say),
            )
    return table


def _why(row: Json, say: Say) -> str:
    cause = row["cause"]["message"] if row.get("cause") else None
    by = row.get("moved_by")
    moved = by and say("đổi theo số liệu của {}", "moved by figures of {}").format(by)
    return "; ".join(filter(None, (row["actor"], cause, moved, _reason(row.get("reason"), say))))


def _text(localized: Json, say: Say) -> str:
    return localized["en"] if say.language == "en" and localized.get("en") else str(localized["vi"])


def _points(points: str | None, say: Say) -> str:
    return "–" if points is None else decimal_text(Decimal(points), say.language)


def _mean(mean: Json | None, say: Say) -> str:
    return "" if mean is None else f"{_points(mean['mean'], say)} ({mean['denominator']})"


def _score(score: Json, say: Say) -> str:
    return _points(score["points"], say) if score["state"] == "scored" else say(*STATES[score["state"]])


def _change(places: int | None) -> str:
    return "–" if places is None else f"{places:+d}" if places else "0"


def _reason(reason: Json | None, say: Say) -> str:
    if reason is None:
        return ""
    if reason.get("destroyed_by"):
        return say("đã tiêu hủy theo {}", "destroyed by {}").format(reason["destroyed_by"])
    return str(reason["text"] or "")
