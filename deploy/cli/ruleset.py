"""`ictindex ruleset`: a ruleset held against every rule of its form, in words, and against another edition."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.tree import Tree

from deploy.cli.faulty import faults_told
from deploy.cli.shown import show
from deploy.cli.words import Say
from deploy.offline.faults import FileUnreachable, InputRefused
from deploy.offline.files import read_ruleset
from deploy.offline.workbook import WORKBOOK, read_workbook, write_workbook, yaml_of
from shared.errors import Rejected
from shared.ruleset import Appendix, Criterion, Group, Node, Ruleset, decimal_text, difference, digest, rule_sentence
from shared.ruleset.model import Counterpart, Earlier, leaves

WHAT = {"added": ("thêm", "added"), "removed": ("bỏ", "removed"), "changed": ("sửa", "changed")}


class RulesetFaulty(Rejected, code="ruleset.faulty"):
    """What was to be checked has faults, each of which was named."""


class FileThere(Rejected, code="ruleset.file_there"):
    """What is to be written is there already."""


def register(app: typer.Typer, say: Say) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    _register_writers(group, say)
    app.add_typer(group, name="ruleset", help=say("Kiểm tra và đọc bộ tiêu chí.", "Check and read a ruleset."))
    file = Annotated[Path, typer.Argument(help=say("Bộ tiêu chí: YAML hoặc XLSX.", "The ruleset: YAML or XLSX."))]

    @group.command(
        help=say(
            "Kiểm tra cấu trúc, điểm tối đa, quy tắc, thang xếp loại và chạy các ví dụ tính.",
            "Check form, maxima, rules and classes, and work the examples out.",
        )
    )
    def check(files: Annotated[list[Path], typer.Argument(help=say("Các tệp YAML.", "YAML files."))]) -> None:
        for path in files:
            ruleset = _in_order(path, say)
            count = sum(len(list(leaves(appendix.children))) for appendix in ruleset.appendices)
            facts = {"file": path.name, "count": count, "appendices": len(ruleset.appendices)}
            say.out.print(say.sentence("ruleset.in_order", {**facts, "digest": digest(ruleset)}), markup=False)

    @group.command(help=say("Đọc bộ tiêu chí bằng lời.", "Say a ruleset in words."))
    def explain(
        path: file, code: Annotated[str | None, typer.Argument(help=say("Mã một mục.", "Code of one node."))] = None
    ) -> None:
        _explain(_ruleset(path, say), code, say)

    @group.command(help=say("So sánh hai bộ tiêu chí.", "Compare two rulesets."))
    def diff(before: file, after: file) -> None:
        table = Table(show_lines=True)
        for heading in (say("Thay đổi", "Change"), say("Mục", "Node"), say("Phần", "Field")):
            table.add_column(heading, overflow="fold")
        table.add_column(say("Trước", "Before"), overflow="fold", ratio=1)
        table.add_column(say("Sau", "After"), overflow="fold", ratio=1)
        old, new = _ruleset(before, say), _ruleset(after, say)
        for change in difference(old, new, say.language):
            what = say(*WHAT[change.what])
            table.add_row(what, change.path, change.field, change.before, change.after)
        if table.row_count:
            show(table, say)
            raise typer.Exit(1)
        say.out.print(say.sentence("ruleset.same", {}), markup=False)


def _register_writers(group: typer.Typer, say: Say) -> None:
    file = Annotated[Path, typer.Argument(help=say("Bộ tiêu chí: YAML hoặc XLSX.", "The ruleset: YAML or XLSX."))]
    written = Annotated[Path, typer.Argument(help=say("Tệp sẽ viết, chưa có.", "The file to write, not there yet."))]

    @group.command(help=say("Viết bộ tiêu chí ra bảng tính XLSX.", "Write a ruleset as an XLSX workbook."))
    def export(path: file, workbook: written) -> None:
        ruleset = _ruleset(path, say)
        _new(workbook)
        write_workbook(ruleset, workbook, say.language)

    @group.command(
        name="import", help=say("Viết bảng tính XLSX thành tệp YAML.", "Write an XLSX workbook as a YAML file.")
    )
    def import_(path: file, document: written) -> None:
        ruleset = _ruleset(path, say)
        _new(document)
        document.write_text(yaml_of(ruleset), encoding="utf-8")


def _in_order(path: Path, say: Say) -> Ruleset:
    """As below; but what was asked for, and found, is no wrong use of the command.

    Raises:
        InputRefused: The file cannot be opened.
        RulesetFaulty: It was found wrong.
    """
    try:
        return _ruleset(path, say)
    except InputRefused as refused:
        if any(isinstance(fault.error, FileUnreachable) for fault in refused.faults):
            raise
        raise RulesetFaulty(**refused.facts) from refused


def _ruleset(path: Path, say: Say) -> Ruleset:
    """The ruleset in a file, or every finding told with its line.

    Raises:
        InputRefused: It cannot be applied.
    """
    with faults_told(say):
        return read_workbook(path) if path.suffix == WORKBOOK else read_ruleset(path)


def _new(path: Path) -> None:
    """Refuse to write over a file.

    Raises:
        FileThere: It is there.
    """
    if path.exists():
        raise FileThere(file=str(path))


def _explain(ruleset: Ruleset, code: str | None, say: Say) -> None:
    """Show a tree an appendix, or where *code* stands."""
    if ruleset.earlier and code is None:
        say.out.print(_edition(ruleset.earlier, say), markup=False)
    for appendix in ruleset.appendices:
        tree = Tree(_headed(appendix, say))
        found = _grown(tree, appendix.children, code, say, _counterparts(appendix, ruleset))
        if found or code is None:
            show(tree, say)


def _counterparts(appendix: Appendix, ruleset: Ruleset) -> Mapping[str, Counterpart]:
    """What its nodes were in the edition before, by their code."""
    ways = {} if ruleset.earlier is None else ruleset.earlier.nodes
    named = {way.partition("/"): each for way, each in ways.items()}
    return {code: each for (place, _, code), each in named.items() if place == appendix.code}


def _edition(earlier: Earlier, say: Say) -> str:
    before = say("Kỳ trước: {}.", "The edition before: {}.").format(earlier.edition)
    if earlier.comparable:
        return before
    apart = say(" Tổng điểm và thứ hạng không so sánh được.", " Totals and ranks may not be held side by side.")
    return before + apart + (f" {earlier.note.to(say.language)}" if earlier.note else "")


def _before(was: Counterpart, say: Say) -> str:
    apart = "" if was.comparable else say(" (không so sánh được)", " (not comparable)")
    note = f": {was.note.to(say.language)}" if was.note else ""
    return say("Kỳ trước: ", "Before: ") + was.was + apart + note


def _grown(tree: Tree, nodes: tuple[Node, ...], code: str | None, say: Say, was: Mapping[str, Counterpart]) -> bool:
    """*tree* with *nodes*, or with the one of that *code* and what is below it; whether there were any."""
    grown = False
    for node in nodes:
        wanted = code in (None, node.code)
        branch = Tree(_headed(node, say))
        if isinstance(node, Criterion):
            below = wanted
            branch.add(rule_sentence(node, say.language))
            for shown in node.evidence:
                file = say(" (kèm tệp)", " (with the file)") if shown.file else ""
                branch.add(say("Minh chứng: ", "Evidence: ") + shown.title.to(say.language) + file)
            if node.reconstructed:
                branch.add(say("Dựng lại: không nguồn nào nêu tên.", "Reconstructed: no source names it."))
            if node.ground:
                branch.add(f"[dim]{node.ground}[/dim]")
        else:
            below = isinstance(node, Group) and _grown(branch, node.children, None if wanted else code, say, was)
        if node.code in was:
            branch.add(_before(was[node.code], say))
        if wanted or below:
            tree.add(branch)
            grown = True
    return grown


def _headed(node: Appendix | Node, say: Say) -> str:
    most = decimal_text(node.max, say.language)
    points = say(f"tối đa {most}", f"at most {most}")
    return f"[bold]{node.code}[/bold] {node.title.to(say.language)} ({points})"
