"""Group 5 of 2020 from the documents that units had: what is inferred of its points, held against the printed scores.

Source: Báo cáo kèm theo Quyết định 1101/QĐ-BNV ngày 21/12/2020, Bảng 3, Bảng 5 and phần II, mục 3.đ.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from shared.edge.yaml_file import read_yaml
from shared.ruleset import Ruleset, evaluate, parse, totals, tree_of
from shared.ruleset.model import leaves
from shared.vocabulary import GivenInputs, GivenPoints, Score

BNV = Path(__file__).parents[2] / "deploy" / "agencies" / "bnv"
APPENDICES = {"thuoc": "I", "truc_thuoc": "II"}
Answers = Mapping[str, str]


@cache
def method() -> Ruleset:
    return parse(read_yaml(BNV / "ruleset-2020-leaves.yaml"))


def documents(block: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = read_yaml(BNV / "policy-documents-2020.yaml")[block]
    return found


def printed() -> dict[str, str]:
    figures = read_yaml(BNV / "reference-2020.yaml")["figures"]
    return {each["unit"]: each["value"] for each in figures if each["kind"] == "group" and each["group"] == "g5"}


def score(block: str, answers: Answers) -> str:
    """Group 5 by *answers*; whatever nobody is asked is worth nothing."""
    tree = tree_of(method(), APPENDICES[block], {})
    group = next(node for node in tree.children if node.code == "g5")
    said: dict[str, Score] = {}
    for leaf in leaves((group,)):
        given = {each.name: answers[each.name] for each in leaf.inputs}
        word = GivenInputs.model_validate({"inputs": given}) if given else GivenPoints.model_validate({"points": "0"})
        said[leaf.code] = evaluate(leaf, word)
    return str(totals(tree, said).groups["g5"].points)


@pytest.mark.parametrize(("block", "follow", "of"), [("thuoc", 15, 15), ("truc_thuoc", 7, 8)])
def test_the_documents_make_the_printed_scores(block: str, follow: int, of: int) -> None:
    made = {unit: score(block, answers) for unit, answers in documents(block).items()}
    assert len(made) == of
    assert len([unit for unit, points in made.items() if points == printed()[unit]]) == follow


def test_the_one_that_does_not_follow_is_the_review() -> None:
    """Nine of its ten documents are named missing, so that it can have 10 at most; 20 is printed."""
    differing = {
        unit: (score("truc_thuoc", answers), printed()[unit])
        for unit, answers in documents("truc_thuoc").items()
        if score("truc_thuoc", answers) != printed()[unit]
    }
    assert differing == {"tc-tcnn": ("10.00", "20.00")}


def test_only_the_tenth_document_is_chosen_to_fit() -> None:
    """With the nine that the text names, each printed score lies within one document's ten points; but for one."""
    for unit, answers in documents("truc_thuoc").items():
        possible = [score("truc_thuoc", {**answers, "tenth_document": each}) for each in ("no", "yes")]
        assert (printed()[unit] in possible) == (unit != "tc-tcnn"), unit
    named = Counter(name for each in documents("truc_thuoc").values() for name in each)
    assert set(named.values()) == {8}
    assert len(named) == 10


def test_what_the_answers_of_the_first_appendix_prove_and_what_not() -> None:
    """Every printed score can be made, 40 in two ways: the answers were read back from the scores."""
    ways = Counter(
        score(
            "thuoc",
            {
                "compliance": "yes",
                "annual_plan": "no",
                "own_regulation": own,
                "five_year_plan": plan,
                "other_documents": other,
            },
        )
        for own, plan, other in product(("yes", "no"), ("yes", "no"), ("full", "part", "none"))
    )
    assert {points: ways[points] for points in sorted({printed()[unit] for unit in documents("thuoc")})} == {
        "20.00": 1, "25.00": 1, "30.00": 1, "35.00": 1, "40.00": 2,
    }  # fmt: skip


def test_all_units_of_the_roster_are_there() -> None:
    units = read_yaml(BNV / "units.yaml")["units"]
    for block in APPENDICES:
        assert list(documents(block)) == [each["unit"] for each in units if each["block"] == block]
