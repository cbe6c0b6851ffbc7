"""A province starts from a ministry's ruleset: named by its digest, each alteration with its ground."""

import copy
from pathlib import Path

import pytest

from deploy.agencies.ruleset_file import read_ruleset_document
from deploy.cli.main import run
from deploy.offline.files import read_ruleset
from deploy.offline.workbook import read_workbook, write_workbook
from shared.ruleset import digest, imported, parse, sheet_of
from shared.ruleset.errors import ImportDiffers, ShapeWrong
from shared.ruleset.model import Altered
from tests.kit.rules import told

UBDT = Path(__file__).parents[2] / "deploy" / "agencies" / "ubdt" / "ruleset-2020.yaml"
DIGEST = digest(read_ruleset(UBDT))
GROUND = "Quyết định 1/QĐ-UBND"
OWN = f"""\
id: tinh
edition: "2021"
title: {{vi: Bộ tiêu chí của tỉnh}}
import:
  file: {UBDT}
  digest: {DIGEST}
  alterations:
    - {{node: I/g1/g1.2, remove: "true", ground: {GROUND}}}
    - node: I/g1
      set: {{title: {{vi: Hạ tầng số}}}}
      add: {{code: g1.3, title: {{vi: Mạng}}, max: "20", rule: {{kind: manual.v1}}}}
      ground: {GROUND}
    - {{node: I/g2/g2.1, set: {{ground: Điều 5}}, ground: {GROUND}}}
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICT_LANG", "en")


def written(path: Path, text: str) -> Path:
    file = path / "tinh.yaml"
    file.write_text(text)
    return file


def test_what_is_altered_is_listed_and_the_rest_is_the_others(tmp_path: Path) -> None:
    ruleset, base = read_ruleset(written(tmp_path, OWN)), read_ruleset(UBDT)
    mine, theirs = sheet_of(ruleset, "I", {}), sheet_of(base, "I", {})
    assert list(mine) == ["g1.1", "g1.3", "g2.1", "g2.2", "g2.3"]
    assert mine["g1.1"] == theirs["g1.1"]
    assert (mine["g2.1"].ground, mine["g2.1"].rule) == ("Điều 5", theirs["g2.1"].rule)
    assert (ruleset.id, ruleset.policies, ruleset.reconstructed) == ("tinh", base.policies, base.reconstructed)
    assert ruleset.imports is not None
    assert (ruleset.imports.id, ruleset.imports.digest) == ("ubdt-example", DIGEST)
    assert ruleset.imports.alterations == tuple(
        Altered(node=node, ground=GROUND) for node in ("I/g1/g1.2", "I/g1", "I/g2/g2.1")
    )


def test_what_the_other_one_was_before_is_not_what_this_one_was() -> None:
    theirs = {**read_ruleset(UBDT).model_dump(mode="json"), "earlier": {"edition": "2019"}}
    document = {"id": "tinh", "import": {"file": "x", "digest": "0" * 64}}
    assert "earlier" not in imported(document, theirs, "0" * 64)
    assert imported({**document, "earlier": {"edition": "2018"}}, theirs, "0" * 64)["earlier"] == {"edition": "2018"}


def test_another_ruleset_than_was_meant_is_named_by_both_digests() -> None:
    document = {"id": "tinh", "import": {"file": "x", "digest": "0" * 64}}
    with pytest.raises(ImportDiffers) as refusal:
        imported(document, {"id": "a", "edition": "1"}, "1" * 64)
    assert told(refusal.value) == {"path": "import/digest", "expected": "0" * 64, "found": "1" * 64}
    with pytest.raises(ShapeWrong) as malformed:
        imported({"id": "tinh", "import": {"file": "x"}}, {}, "0" * 64)
    assert told(malformed.value) == {"path": "import/digest", "finding": "Field required"}


def test_what_is_altered_is_not_altered_in_the_other_one() -> None:
    theirs = read_ruleset(UBDT).model_dump(mode="json")
    before = copy.deepcopy(theirs)
    altered = {"node": "I/g1", "set": {"max": "50"}, "ground": GROUND}
    imported({"id": "tinh", "import": {"file": "x", "digest": DIGEST, "alterations": [altered]}}, theirs, DIGEST)
    assert theirs == before


def test_whoever_imports_may_be_imported_and_read_as_a_workbook(tmp_path: Path) -> None:
    first = read_ruleset(written(tmp_path, OWN))
    second = tmp_path / "huyen.yaml"
    second.write_text(f"id: huyen\nimport: {{file: tinh.yaml, digest: {digest(first)}}}\n")
    ruleset = read_ruleset(second)
    assert ruleset.id == "huyen"
    assert ruleset.appendices == first.appendices
    write_workbook(ruleset, tmp_path / "r.xlsx", "en")
    assert (
        digest(read_workbook(tmp_path / "r.xlsx")) == digest(ruleset) == digest(parse(read_ruleset_document(second)[0]))
    )


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        ((DIGEST, "0" * 64), 6, "the imported ruleset has SHA-256"),
        ((str(UBDT), "none.yaml"), 5, "The ruleset none.yaml that this one begins with cannot be used."),
        ((str(UBDT), "tinh.yaml"), 5, "The ruleset tinh.yaml that this one begins with cannot be used."),
        (("I/g1/g1.2", "I/g1/g9"), 8, "the imported ruleset has no node I/g1/g9."),
        (("I/g1/g1.2", "I/g1/g1.1/x"), 8, "the imported ruleset has no node I/g1/g1.1/x."),
        ((f'remove: "true", ground: {GROUND}', 'remove: "true"'), 8, "malformed at import/alterations/0/ground"),
        (
            ("- node: I/g1\n", "- node: I/g1/g1.1\n"),
            1,
            "malformed at appendices/0/children/0/group/children/0/criterion/",
        ),
        (("digest:", "digests:"), 5, "malformed at import/digest"),
        (('max: "20"', 'max: "21"'), 1, "The maximum of appendices/I/g1 is 40.00, but its parts make 41"),
    ],
)
def test_what_does_not_fit_what_it_begins_with_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], line: int, told: str
) -> None:
    assert change[0] in OWN
    assert run(["ruleset", "check", str(written(tmp_path, OWN.replace(*change)))]) == 1
    found = capsys.readouterr().err
    assert told in found
    assert f"tinh.yaml, line {line}" in found


def test_two_that_begin_with_each_other_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"id: {name}\nimport: {{file: {other}.yaml, digest: {DIGEST}}}\n")
    assert run(["ruleset", "check", str(tmp_path / "a.yaml")]) == 1
    assert "The ruleset b.yaml that this one begins with cannot be used." in capsys.readouterr().err


@pytest.mark.parametrize("null", ["null", "~"])
def test_a_field_that_is_null_is_taken_away(tmp_path: Path, null: str) -> None:
    """One that was not there stays away."""
    fields = f"set: {{examples: {null}, note: {null}, rule: {{kind: manual.v1}}, inputs: []}}"
    ruleset = read_ruleset(written(tmp_path, OWN.replace("set: {ground: Điều 5}", fields)))
    assert sheet_of(ruleset, "I", {})["g2.1"].examples == ()
