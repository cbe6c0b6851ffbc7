"""`ictindex ruleset`: every finding with its file and line, a ruleset in words, two editions side by side."""

import shutil
from pathlib import Path

import pytest

from deploy.cli.main import run
from shared.edge.yaml_file import line_of, read_yaml, read_yaml_with_lines
from shared.ruleset import Change, difference, digest, parse

UBDT = Path(__file__).parents[2] / "deploy" / "agencies" / "ubdt" / "ruleset-2020.yaml"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICT_LANG", "en")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A copy to be changed."""
    return Path(shutil.copy(UBDT, tmp_path / "other.yaml"))


def replace(path: Path, *changes: tuple[str, str]) -> None:
    """Write the changes into *path*."""
    text = path.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text)


def test_a_ruleset_that_is_in_order_is_named_by_its_digest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ruleset", "check", str(UBDT)]) == 0
    assert "1 appendices, 5 criteria. SHA-256 " in capsys.readouterr().out


def test_every_finding_is_named_with_its_line(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(other, ('max: "40"', 'max: "41"'), ('at_least: "70"', 'at_least: "95"'))
    criterion = 1 + UBDT.read_text()[: UBDT.read_text().index("- code: g2.1")].count("\n")
    assert run(["ruleset", "check", str(other)]) == 1
    told = capsys.readouterr().err
    assert "other.yaml, line 26: The maximum of appendices/I/g1 is 41.00, but its parts make 40." in told
    assert f"other.yaml, line {criterion}: The tier of appendices/I/g2/g2.1 from 95 is not below" in told
    assert "other.yaml: faults: 3, named here: 3." in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("kind: tiers.v1", "kind: magic.v1"), "malformed at appendices/0/children/1/group/children/0/criterion/rule"),
        (("policies:", "polices:"), "malformed at policies"),
        (('max: "100"', "max: [1"), "cannot be read at line"),
    ],
)
def test_what_has_the_wrong_form_is_named_with_its_line(
    other: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], told: str
) -> None:
    replace(other, change)
    assert run(["ruleset", "check", str(other)]) == 1
    assert told in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ruleset", "check", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml: the file cannot be opened" in capsys.readouterr().err


def test_a_ruleset_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ruleset", "explain", str(UBDT)]) == 0
    told = capsys.readouterr().out
    assert "g1 Infrastructure (at most 40.00)" in told
    assert "Electronic documents (%) ≥ 90: 20.00; ≥ 70: 10.00; ≥ 50: 5.00; ≥ 0: 0.00." in told


def test_what_must_be_shown_is_said_too(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = 'evidence: [{code: kh, title: {vi: Kế hoạch, en: Plan}, file: "true"}]'
    replace(other, ("            rule:", f"            {wanted}\n            rule:"))
    assert run(["ruleset", "explain", str(other)]) == 0
    assert "Evidence: Plan (with the file)" in capsys.readouterr().out


def test_what_no_source_names_is_said_to_be_reconstructed(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(other, ("code: g2.1\n", 'code: g2.1\n            reconstructed: "true"\n'))
    assert run(["ruleset", "explain", str(other)]) == 0
    assert capsys.readouterr().out.count("Reconstructed: no source names it.") == 1


def test_one_node_is_said_with_what_is_around_it_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ruleset", "explain", str(UBDT), "g2.3"]) == 0
    told = capsys.readouterr().out
    assert "Points = 20.00 × Online procedures / Procedures" in told
    assert "g2 Use" in told
    assert "g1 Infrastructure" not in told
    assert "g2.1" not in told


def test_what_was_before_is_said_with_what_may_not_be_held_against_it(
    other: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = '"I/g1": {was: I/a}, "I/g2": {was: I/b, comparable: "false", note: {vi: mẫu số khác, en: other staff}}'
    broken = 'comparable: "false", note: {vi: cách tính khác, en: another method}'
    replace(other, ("appendices:", f'earlier: {{edition: "2019", {broken}, nodes: {{{nodes}}}}}\nappendices:'))
    assert run(["ruleset", "explain", str(other)]) == 0
    told = capsys.readouterr().out
    assert "The edition before: 2019. Totals and ranks may not be held side by side. another method" in told
    assert "Before: I/a\n" in told.replace(" \n", "\n")
    assert "Before: I/b (not comparable): other staff" in told


def test_two_editions_are_told_apart_node_by_node(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ruleset", "diff", str(UBDT), str(UBDT)]) == 0
    assert "The two rulesets are the same." in capsys.readouterr().out
    replace(
        other,
        ('at_least: "70"', 'at_least: "75"'),
        ('edition: "2020"', 'edition: "2021"'),
        ("code: g2.3", "code: g2.4"),
    )
    assert run(["ruleset", "diff", str(UBDT), str(other)]) == 1
    assert "≥ 75: 10.00" in capsys.readouterr().out
    found = list(difference(parse(read_yaml(UBDT)), parse(read_yaml(other)), "en"))
    assert [(change.what, change.path, change.field) for change in found] == [
        ("changed", "", "edition"),
        ("changed", "I/g2/g2.1", "rule"),
        ("removed", "I/g2/g2.3", ""),
        ("added", "I/g2/g2.4", ""),
    ]
    assert found[0] == Change("changed", "", "edition", "2020", "2021")


@pytest.mark.parametrize("meant", [None, digest(parse(read_yaml(UBDT))), "0" * 64], ids=["any", "this", "another"])
def test_a_node_that_says_what_it_was_is_held_against_it(other: Path, meant: str | None) -> None:
    replace(other, ("code: g2.3", "code: g2.4"))
    document = read_yaml(other)
    document["earlier"] = {"edition": "2020", "digest": meant, "nodes": {"I/g2.4": {"was": "I/g2.3"}}}
    found = list(difference(parse(read_yaml(UBDT)), parse(document), "en"))
    nodes = [(change.what, change.path, change.before, change.after) for change in found if change.path]
    if meant == "0" * 64:
        assert [what for what, *_ in nodes] == ["removed", "added"]
    else:
        assert nodes == [("changed", "I/g2/g2.4", "I/g2/g2.3", "I/g2/g2.4")]


def test_of_two_nodes_that_were_one_the_second_is_new_and_none_is_passed_over(other: Path) -> None:
    replace(other, ("code: g2.3", "code: g2.4"))
    document = read_yaml(other)
    document["earlier"] = {"edition": "2020", "nodes": {"I/g2.4": {"was": "I/g2.2"}}}
    found = list(difference(parse(read_yaml(UBDT)), parse(document), "en"))
    told = {(change.what, change.path) for change in found if change.path}
    assert told == {("changed", "I/g2/g2.4"), ("removed", "I/g2/g2.3"), ("added", "I/g2/g2.2")}


@pytest.mark.parametrize(
    ("path", "line"),
    [("a/x", 2), ("a/x/inputs/1", 5), ("a/x/y/unknown/z", 6), ("a/nothing", 2), ("b", 7), ("", 1), ("a/0/inputs/0", 4)],
)
def test_a_path_leads_to_the_nearest_line(tmp_path: Path, path: str, line: int) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a:\n  - code: x\n    inputs:\n      - p\n      - q\n    children: [{code: y}]\nb: 1\n")
    assert line_of(path, *read_yaml_with_lines(file)) == line


def test_an_empty_file_is_no_ruleset(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("")
    assert read_yaml_with_lines(file) == (None, {})
