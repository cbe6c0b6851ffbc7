"""A ruleset as a workbook: nothing is lost either way, and each mistake is named with its sheet and row."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from deploy.cli.main import run
from deploy.offline.files import read_ruleset
from deploy.offline.workbook import read_workbook, write_workbook, yaml_of
from shared.ruleset import Ruleset, digest, parse
from tests.kit.rule_cases import CASES
from tests.kit.rules import examples, rules_of

AGENCIES = Path(__file__).parents[2] / "deploy" / "agencies"
FILES = sorted(AGENCIES.glob("*/ruleset-*.yaml"))
KINDS = {case[0]["kind"]: case[0] for case in CASES}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICT_LANG", "en")


def there_and_back(ruleset: Ruleset, path: Path) -> tuple[Ruleset, Ruleset]:
    """What a workbook and a YAML file of it say."""
    write_workbook(ruleset, path / "r.xlsx", "vi")
    again = read_workbook(path / "r.xlsx")
    (path / "r.yaml").write_text(yaml_of(again))
    return again, read_ruleset(path / "r.yaml")


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_shipped_ruleset_is_the_same_in_a_workbook(tmp_path: Path, file: Path) -> None:
    ruleset = read_ruleset(file)
    assert {digest(again) for again in there_and_back(ruleset, tmp_path)} == {digest(ruleset)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_of_every_kind_is_the_same_in_a_workbook(tmp_path: Path, kind: str) -> None:
    ruleset = rules_of(KINDS[kind], *examples(CASES, KINDS[kind]))
    assert {digest(again) for again in there_and_back(ruleset, tmp_path)} == {digest(ruleset)}


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định: số 1 [a, b] # c",
        "=1+1",
        "65.10",
        "no",
        " một  khoảng ",
        "hai\ndòng",
        "- gạch",
        "'nháy'",
        '"kép"',
        "{x}",
    ],
)
def test_a_text_is_what_it_was(tmp_path: Path, text: str) -> None:
    ruleset = read_ruleset(AGENCIES / "ubdt" / "ruleset-2020.yaml")
    document = ruleset.model_dump(mode="json")
    document |= {"ground": text, "note": text, "title": {"vi": text, "en": text}}
    document["appendices"][0] |= {"ground": text, "title": {"vi": text}}
    ruleset = parse(document)
    assert {digest(again) for again in there_and_back(ruleset, tmp_path)} == {digest(ruleset)}


def a_node_of_nobody(book: Workbook) -> None:
    book["Criteria"].cell(3, 2).value = "nobody"


def an_input_of_nobody(book: Workbook) -> None:
    book["Inputs"].cell(2, 2).value = "nobody"


def a_rule_that_is_no_yaml(book: Workbook) -> None:
    book["Criteria"].cell(4, 8).value = "rule: [1"


def a_maximum_that_does_not_fit(book: Workbook) -> None:
    book["Criteria"].cell(3, 6).value = 41


def an_unknown_kind(book: Workbook) -> None:
    book["Criteria"].cell(4, 8).value = "rule: {kind: magic.v1}"


def a_code_typed_as_a_number(book: Workbook) -> None:
    book["Criteria"].cell(3, 3).value = Decimal("1.10")


def a_parent_typed_as_a_number(book: Workbook) -> None:
    book["Criteria"].cell(3, 2).value = 1


def an_input_typed_as_a_day(book: Workbook) -> None:
    cell = book["Inputs"].cell(2, 3)
    cell.value, cell.number_format = dt.date(2026, 2, 1), "dd/mm/yyyy"


def an_edition_typed_as_a_number(book: Workbook) -> None:
    book["Ruleset"].cell(3, 2).value = Decimal("1.10")


def a_class_with_a_hole(book: Workbook) -> None:
    book["Classes"].cell(3, 6).value = "79"


def a_type_that_is_none(book: Workbook) -> None:
    book["Inputs"].cell(3, 6).value = "figure"


def an_example_that_gives_words(book: Workbook) -> None:
    book["Examples"].cell(3, 5).value = "all"


def a_class_without_a_number(book: Workbook) -> None:
    book["Classes"].cell(3, 5).value = "much"


def a_policy_that_is_none(book: Workbook) -> None:
    row = next(row for row in book["Ruleset"].iter_rows() if row[0].value == "policies")
    row[1].value = str(row[1].value).replace("1224", "1334")


def no_classes(book: Workbook) -> None:
    book.remove(book["Classes"])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (a_node_of_nobody, "r.xlsx [Criteria], line 3: there is no node nobody."),
        (an_input_of_nobody, "r.xlsx [Inputs], line 2: there is no node nobody."),
        (a_rule_that_is_no_yaml, "r.xlsx [Criteria], line 4: the parameters cannot be read:"),
        (a_maximum_that_does_not_fit, "r.xlsx [Criteria], line 3: The maximum of appendices/I/g1 is 41.00"),
        (a_code_typed_as_a_number, "r.xlsx [Criteria], line 3, column code: code 1.1 was typed as a number or a day"),
        (a_parent_typed_as_a_number, "r.xlsx [Criteria], line 3, column parent: code 1 was typed as a number"),
        (an_input_typed_as_a_day, "r.xlsx [Inputs], line 2, column name: code 2026-02-01 00:00:00 was typed as"),
        (an_edition_typed_as_a_number, "r.xlsx [Ruleset], line 3, column value: code 1.1 was typed as a number"),
        (an_unknown_kind, "r.xlsx [Criteria], line 4: The ruleset is malformed at appendices/0/children/0/group/"),
        (a_class_with_a_hole, "r.xlsx [Classes], line 2: The classes of classes/chuc_nang give scores in"),
        (a_type_that_is_none, "r.xlsx [Inputs], line 3: The ruleset is malformed at appendices/0/"),
        (an_example_that_gives_words, "r.xlsx [Examples], line 3: The ruleset is malformed at appendices/0/"),
        (a_class_without_a_number, "r.xlsx [Classes], line 3: The ruleset is malformed at classes/chuc_nang/1/"),
        (a_policy_that_is_none, "r.xlsx [Ruleset], line 8: The ruleset is malformed at policies/ties"),
        (no_classes, "r.xlsx: the workbook lacks sheet Xếp loại."),
    ],
)
def test_a_mistake_is_named_with_its_sheet_and_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Workbook], None], told: str
) -> None:
    path = tmp_path / "r.xlsx"
    assert run(["ruleset", "export", str(AGENCIES / "ubdt" / "ruleset-2020.yaml"), str(path)]) == 0
    book = load_workbook(path)
    spoil(book)
    book.save(path)
    assert run(["ruleset", "check", str(path)]) == 1
    assert told in capsys.readouterr().err


def test_what_is_no_workbook_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.xlsx"
    assert run(["ruleset", "check", str(path)]) == 2
    assert "r.xlsx: the file cannot be opened" in capsys.readouterr().err
    path.write_text("no workbook")
    assert run(["ruleset", "check", str(path)]) == 1
    assert "r.xlsx: this is no XLSX workbook" in capsys.readouterr().err


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, document = tmp_path / "r.xlsx", tmp_path / "r.yaml"
    assert run(["ruleset", "export", str(AGENCIES / "ubdt" / "ruleset-2020.yaml"), str(book)]) == 0
    assert run(["ruleset", "import", str(book), str(document)]) == 0
    assert run(["ruleset", "import", str(book), str(document)]) == 1
    assert run(["ruleset", "export", str(document), str(book)]) == 1
    assert "r.xlsx is there already" in capsys.readouterr().err
    assert digest(read_ruleset(document)) == digest(read_workbook(book))
