"""`ictindex check-report`: whether a report that somebody else made follows from its own figures."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, assert_never

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.faulty import faults_told
from deploy.cli.shown import show
from deploy.cli.words import Say
from deploy.offline.printed_report import read_report
from services.scoring.engine.claims import Place
from services.scoring.engine.consistency import Checked, Contradiction, check
from services.scoring.engine.figures import number as exact
from shared.edge.web.formats import number, signed
from shared.vocabulary import Json

Form = Literal["table", "json", "csv"]
COLUMNS = (
    "kind", "table", "sheet", "row", "column", "name", "printed", "derived", "difference", "denominator",
    "printed_denominator", "also", "sentence",
)  # fmt: skip


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        name="check-report",
        help=say(
            "Tính lại mọi số liệu in trong một báo cáo từ chính các bảng của nó; không cần bộ tiêu chí, máy chủ.",
            "Recompute every figure of a report from its own tables; needs neither ruleset nor server.",
        ),
    )
    def check_report(
        file: Annotated[
            Path,
            typer.Argument(
                readable=False,
                help=say(
                    "Báo cáo: .xlsx, .csv hoặc thư mục các tệp .csv.", "The report: .xlsx, .csv, or a folder of .csv."
                ),
            ),
        ],
        mapping: Annotated[
            Path,
            typer.Option(
                readable=False, help=say("Mỗi cột, mỗi ô là số liệu gì (YAML).", "What each column and cell is (YAML).")
            ),
        ],
        form: Annotated[Form, typer.Option("--format", help=say("Dạng kết quả.", "Form of the answer."))] = "table",
    ) -> None:
        with faults_told(say):
            report = read_report(file, mapping)
        checked = check(report.claims)
        _answer(checked, report.given, form, say)
        if checked.contradictions:
            raise typer.Exit(1)


def _answer(checked: Checked, given: int, form: Form, say: Say) -> None:
    found = checked.contradictions
    facts: Json = {"figures": checked.figures, "follows": checked.follow, "wrong": len(found)}
    match form:
        case "json":
            lines = [_line(each, say) for each in found]
            answer = {**facts, "given": given, "findings": lines}
            typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        case "csv":
            typer.echo(_spreadsheet(found, say), nl=False)
        case "table":
            if found:
                show(_table(found, say), say)
            say.out.print(say.sentence("consistency.tally", {**facts, "given": given}), markup=False)
        case _:
            assert_never(form)


def _line(found: Contradiction, say: Say) -> Json:
    """Figures as they are reckoned with: a decimal point, texts."""
    place = found.place
    return {
        "kind": found.kind,
        "table": place.table,
        "sheet": place.sheet,
        "row": place.row or None,
        "column": place.column,
        "name": place.name,
        "printed": found.printed,
        "derived": found.derived,
        "difference": found.difference,
        "denominator": found.denominator,
        "printed_denominator": found.printed_denominator,
        "also": [f"{each.sheet}:{each.row}" for each in found.also],
        "sentence": _sentence(found, say),
    }


def _spreadsheet(found: Sequence[Contradiction], say: Say) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in found:
        line = {**_line(each, say), "also": " ".join(f"{place.sheet}:{place.row}" for place in each.also)}
        writer.writerow([line[column] for column in COLUMNS])
    return text.getvalue()


def _table(found: Sequence[Contradiction], say: Say) -> Table:
    table = Table(
        title=say(
            "Số liệu in không suy ra được từ chính báo cáo", "Printed figures that do not follow from the report"
        ),
        title_justify="left",
        show_lines=True,
    )
    table.add_column(say("Vị trí", "Where"), overflow="fold", ratio=2)
    over = say("Chia cho (in / suy ra)", "Over (printed / follows)")
    for name in (say("Số in", "Printed"), say("Suy ra", "Follows"), over, say("Chênh lệch", "Difference")):
        table.add_column(name, justify="right")
    table.add_column(say("Phát hiện", "Finding"), overflow="fold", ratio=3)
    for each in found:
        counts = [str(count) for count in (each.printed_denominator, each.denominator) if count is not None]
        figures = (_figure(each.printed, say), _figure(each.derived, say), " / ".join(counts) or "–")
        cells = (_where(each, say), *figures, _gap(each.difference, say), _sentence(each, say))
        table.add_row(*map(escape, cells))
    return table


def _where(found: Contradiction, say: Say) -> str:
    also = [_place(place, say, named=False) for place in found.also]
    again = say("in lại ở {}", "printed again in {}").format(", ".join(also))
    return "; ".join([_place(found.place, say, named=True), *([again] if also else [])])


def _place(place: Place, say: Say, *, named: bool) -> str:
    parts = [place.table if place.sheet in {"", place.table} else f"{place.table} [{place.sheet}]"]
    if place.row:
        parts.append(say("dòng {}", "row {}").format(place.row))
    if named and place.column:
        parts.append(say("cột {}", "column {}").format(place.column))
    if named and place.name:
        parts.append(place.name)
    return ", ".join(parts)


def _sentence(found: Contradiction, say: Say) -> str:
    given: Json = {
        "printed": found.printed,
        "derived": found.derived,
        "denominator": found.denominator,
        "printed_denominator": found.printed_denominator,
        **(found.facts or {}),
    }
    return say.sentence(found.kind, {name: _said(name, fact, say) for name, fact in given.items()})


def _said(name: str, fact: object, say: Say) -> str:
    match fact:
        case tuple() if name == "scores":
            return "; ".join(f"{unit} {_figure(points, say)} ({column})" for unit, column, points in fact)
        case tuple() if name == "values":
            return ", ".join(f"{of} {_figure(value, say)} %" for of, value in fact)
        case tuple():
            return ", ".join(map(str, fact))
        case _:
            return _figure(None if fact is None else str(fact), say)


def _figure(text: str | None, say: Say) -> str:
    value = None if text is None else exact(text)
    return "–" if text is None else text if value is None else number(value, say.language)


def _gap(text: str | None, say: Say) -> str:
    return "–" if text is None else signed(Decimal(text), say.language)
