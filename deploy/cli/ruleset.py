"""`ictindex ruleset`: a ruleset held against every rule of its form, in words, and against another edition."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.tree import Tree

from deploy.cli.shown import show
from deploy.cli.words import Say
from shared.edge.yaml_file import line_of, read_yaml_with_lines
from shared.errors import Invalid, Rejected
from shared.ruleset import (
    Appendix,
    Criterion,
    Group,
    Node,
    Ruleset,
    decimal_text,
    difference,
    digest,
    examined,
    rule_sentence,
)
from shared.ruleset.model import leaves

WHAT = {"added": ("thêm", "added"), "removed": ("bỏ", "removed"), "changed": ("sửa", "changed")}


class RulesetWrong(Rejected, code="ruleset.wrong_at"):
    """One finding, with file and line."""


class RulesetMissing(Invalid, code="ruleset.file_missing"):
    """There is no such file, or it may not be read."""


class RulesetFaulty(Rejected, code="ruleset.faulty"):
    """How many findings a file has, once each was named."""


def register(app: typer.Typer, say: Say) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="ruleset", help=say("Kiểm tra và đọc bộ tiêu chí.", "Check and read a ruleset."))
    file = Annotated[Path, typer.Argument(help=say("Tệp YAML của bộ tiêu chí.", "The ruleset's YAML file."))]

    @group.command(
        help=say(
            "Kiểm tra cấu trúc, điểm tối đa, quy tắc, thang xếp loại và chạy các ví dụ tính.",
            "Check form, maxima, rules and classes, and work the examples out.",
        )
    )
    def check(files: Annotated[list[Path], typer.Argument(help=say("Các tệp YAML.", "YAML files."))]) -> None:
        for path in files:
            ruleset = ruleset_in(path, say)
            count = sum(len(list(leaves(appendix.children))) for appendix in ruleset.appendices)
            facts = {"file": path.name, "count": count, "appendices": len(ruleset.appendices)}
            say.out.print(say.sentence("ruleset.in_order", {**facts, "digest": digest(ruleset)}), markup=False)

    @group.command(help=say("Đọc bộ tiêu chí bằng lời.", "Say a ruleset in words."))
    def explain(
        path: file, code: Annotated[str | None, typer.Argument(help=say("Mã một mục.", "Code of one node."))] = None
    ) -> None:
        for appendix in ruleset_in(path, say).appendices:
            tree = Tree(_headed(appendix, say))
            found = _grown(tree, appendix.children, code, say)
            if found or code is None:
                show(tree, say)

    @group.command(help=say("So sánh hai bộ tiêu chí.", "Compare two rulesets."))
    def diff(before: file, after: file) -> None:
        table = Table(show_lines=True)
        for heading in (say("Thay đổi", "Change"), say("Mục", "Node"), say("Phần", "Field")):
            table.add_column(heading, overflow="fold")
        table.add_column(say("Trước", "Before"), overflow="fold", ratio=1)
        table.add_column(say("Sau", "After"), overflow="fold", ratio=1)
        old, new = ruleset_in(before, say), ruleset_in(after, say)
        for change in difference(old, new, say.language):
            what = say(*WHAT[change.what])
            table.add_row(what, change.path, change.field, change.before, change.after)
        if table.row_count:
            show(table, say)
            raise typer.Exit(1)
        say.out.print(say.sentence("ruleset.same", {}), markup=False)


def ruleset_in(path: Path, say: Say) -> Ruleset:
    """The ruleset in a file; every finding is printed with its line.

    Raises:
        RulesetFaulty: It has findings.
        RulesetMissing, YamlUnreadable: It cannot be read.
    """
    try:
        document, lines = read_yaml_with_lines(path)
    except OSError as missing:
        raise RulesetMissing(file=str(path)) from missing
    ruleset, found = examined(document)
    for finding in found:
        line = line_of(str(finding.facts.get("path", "")), document, lines)
        said = say.sentence(finding.code, finding.facts)
        say.error(RulesetWrong(file=path.name, line=line, finding=said))
    if ruleset is None or found:
        raise RulesetFaulty(file=path.name, count=len(found))
    return ruleset


def _grown(tree: Tree, nodes: tuple[Node, ...], code: str | None, say: Say) -> bool:
    """*tree* with *nodes*, or with the one of that *code* and what is below it; whether there were any."""
    grown = False
    for node in nodes:
        wanted = code in (None, node.code)
        branch = Tree(_headed(node, say))
        if isinstance(node, Criterion):
            below = wanted
            branch.add(rule_sentence(node, say.language))
            if node.ground:
                branch.add(f"[dim]{node.ground}[/dim]")
        else:
            below = isinstance(node, Group) and _grown(branch, node.children, None if wanted else code, say)
        if wanted or below:
            tree.add(branch)
            grown = True
    return grown


def _headed(node: Appendix | Node, say: Say) -> str:
    most = decimal_text(node.max, say.language)
    points = say(f"tối đa {most}", f"at most {most}")
    return f"[bold]{node.code}[/bold] {node.title.to(say.language)} ({points})"
