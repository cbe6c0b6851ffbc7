"""`ictindex score`: a run from files alone, without a server; the same figures under the same digest as a service's."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, assert_never

import typer

from deploy.agencies.year_file import Roster
from deploy.cli.faulty import faults_told, tell
from deploy.cli.shown import findings_table, means_table, ranking_table, show
from deploy.cli.words import Say
from deploy.offline.answers import answer, results, spreadsheet
from deploy.offline.faults import SHOWN_FAULTS
from deploy.offline.files import read_figures, read_roster, read_ruleset
from deploy.offline.sheets import read_sheets, some
from services.scoring.engine import Computed, UnitInput, compiled, computed
from shared.edge.sentences import sentence
from shared.errors import Rejected
from shared.ruleset import Ruleset
from shared.standing import Finding
from shared.vocabulary import Json, Stage

Form = Literal["json", "csv", "table"]


class KernelMissing(Rejected, code="offline.kernel_missing"):
    """The compiled loop was asked for, and what compiles it is not installed."""


class ScoreMissing(Rejected, code="offline.score_missing"):
    """Nobody said anything on a criterion."""


class RunContradictsItself(Rejected, code="offline.run_contradicts_itself"):
    """A figure of the run is another one when it is computed another way."""


class RunRefused(Rejected, code="offline.run_refused"):
    """The consistency gate lets no figure of this run out."""


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        help=say(
            "Chấm điểm, xếp hạng từ các tệp, không cần máy chủ: cùng kết quả và mã băm như hệ thống đang chạy.",
            "Score and rank from files, without a server: the figures and the digest of a running installation.",
        )
    )
    def score(
        ruleset: Annotated[Path, _file(say("Bộ tiêu chí (YAML).", "The ruleset (YAML)."))],
        units: Annotated[Path, _file(say("Khối, đơn vị, điểm kỳ trước (YAML).", "Blocks, units, earlier (YAML)."))],
        sheets: Annotated[
            Path,
            _file(
                say(
                    "Điểm (CSV): unit, criterion, state, points hoặc unit, criterion, input, value; có thể thêm stage.",
                    "Scores (CSV): unit, criterion, state, points or unit, criterion, input, value; perhaps stage.",
                )
            ),
        ],
        stage: Annotated[
            Stage,
            typer.Option(
                help=say(
                    "Tính đến hết giai đoạn này; tệp không có cột stage thì mọi dòng thuộc giai đoạn này.",
                    "Count what was said up to here; where the file has no column stage, every row was said here.",
                )
            ),
        ] = "council",
        form: Annotated[Form, typer.Option("--format", help=say("Dạng kết quả.", "Form of the answer."))] = "table",
        reference: Annotated[
            Path | None, _file(say("Số liệu in cần đối chiếu (YAML).", "Printed figures to be compared (YAML)."))
        ] = None,
        fast: Annotated[
            bool,
            typer.Option(
                "--kernel",
                help=say(
                    "Tính lần thứ hai bằng vòng lặp biên dịch (cần numba) thay vì theo cột.",
                    "Work the run out the second time by a compiled loop (needs numba) instead of by columns.",
                ),
            ),
        ] = False,
    ) -> None:
        if fast and compiled() is None:
            raise KernelMissing
        with faults_told(say):
            rules = read_ruleset(ruleset)
            roster = read_roster(units, rules)
            figures = [] if reference is None else [read_figures(reference)]
            inputs = read_sheets(sheets, rules, roster.units, stage)
        _tell_silent(inputs, sheets.name, say)
        run = computed(rules, inputs, stage, figures, compiled() if fast else None)
        _answer(rules, roster, run, form, say)
        if run.refusing:
            raise _refusal(run.refusing, say)


def _tell_silent(inputs: Sequence[UnitInput], file: str, say: Say) -> None:
    """Say which units nobody spoke of."""
    silent = [unit.unit for unit in inputs if not unit.spoke]
    if silent:
        facts: Json = {"file": file, "count": len(silent), "units": some(silent)}
        say.step("offline.nothing_handed_in", facts)


def _file(explained: str) -> Any:  # noqa: ANN401 - typer's own
    """A file that is looked at by us: our sentence says more than "not readable"."""
    return typer.Option(help=explained, readable=False)


def _answer(ruleset: Ruleset, roster: Roster, run: Computed, form: Form, say: Say) -> None:
    """Print the run; of one that is refused, no figure in any form."""
    if form == "json":
        typer.echo(json.dumps(answer(ruleset, roster.units, run), indent=1, ensure_ascii=False))
    elif not run.refusing:
        shown = results(ruleset, roster, run)
        match form:
            case "csv":
                typer.echo(spreadsheet(ruleset, roster.units, run), nl=False)
            case "table":
                show(ranking_table(shown, say), say)
                show(means_table(shown, say), say)
            case _:
                assert_never(form)
        if run.summary.compared:
            show(findings_table(shown, say), say, on=say.err if form == "csv" else say.out)


def _refusal(found: Sequence[Finding], say: Say) -> RunRefused:
    """Tell what the run is refused for."""
    for finding in found[:SHOWN_FAULTS]:
        kind = ScoreMissing if finding.kind == "missing" else RunContradictsItself
        tell(sentence(kind(**finding.model_dump()), say.language), say)
    return RunRefused(count=len(found), shown=min(len(found), SHOWN_FAULTS))
