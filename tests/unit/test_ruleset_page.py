"""The page on how to write a ruleset: every block can be applied, or is refused as it says, and reads as it says."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest

from shared.edge.sentences import sentence
from shared.ruleset import Criterion, Ruleset, RulesetInvalid, examined, parse, rule_sentence
from shared.ruleset.aggregates import Aggregate
from shared.ruleset.model import Policies, leaves
from shared.ruleset.rules import InputType
from tests.kit.rules import every_kind
from tests.kit.ruleset_page import PAGE, Block, blocks, ruleset_around

TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = list(blocks(TEXT))
GOOD = [block for block in BLOCKS if not block.refused]
REFUSED = [block for block in BLOCKS if block.refused]


def at(block: Block) -> str:
    return f"line {block.line}"


def own(ruleset: Ruleset) -> Sequence[Criterion]:
    """The criteria that a block is about, without the one that fills it up."""
    return [leaf for leaf in leaves(ruleset.appendices[0].children) if leaf.code != "con-lai"]


@pytest.mark.parametrize("block", GOOD, ids=at)
def test_a_block_can_be_applied(block: Block, tmp_path: Path) -> None:
    parse(ruleset_around(block.text, tmp_path / "block.yaml"))


@pytest.mark.parametrize("block", [block for block in GOOD if block.said], ids=at)
def test_below_a_rule_stands_what_the_system_makes_of_it(block: Block, tmp_path: Path) -> None:
    (leaf,) = own(parse(ruleset_around(block.text, tmp_path / "block.yaml")))
    assert block.said == (rule_sentence(leaf, "vi"), rule_sentence(leaf, "en"))


@pytest.mark.parametrize("block", REFUSED, ids=at)
def test_a_mistake_is_refused_in_these_words_and_for_nothing_else(block: Block, tmp_path: Path) -> None:
    _, found = examined(ruleset_around(block.text, tmp_path / "block.yaml"))
    assert tuple(sentence(each, "en") for each in found) == block.said


def test_every_kind_aggregate_type_and_policy_is_explained(tmp_path: Path) -> None:
    said = [own(parse(ruleset_around(block.text, tmp_path / "block.yaml"))) for block in GOOD if block.said]
    kinds = set(every_kind())
    assert {leaf.rule.kind for found in said for leaf in found} == kinds
    for kind in kinds:
        assert f". `{kind}`: " in TEXT, kind
    aggregates = [get_args(each.model_fields["kind"].annotation)[0] for each in get_args(get_args(Aggregate)[0])]
    for name in (*aggregates, *get_args(InputType), *Policies.model_fields):
        assert f"| `{name}` |" in TEXT, name


def test_the_reader_sees_every_block(tmp_path: Path) -> None:
    assert len(BLOCKS) == TEXT.count("\n```yaml")
    first, second = blocks("a\n```yaml\nb: c\n```\n> d\n>\n> e\nf\n```yaml refused\ng: h\n```\n")
    assert (first.line, first.refused, first.text, first.said) == (2, False, "b: c\n", ("d", "e"))
    assert (second.line, second.refused, second.said) == (9, True, ())
    with pytest.raises(RulesetInvalid):
        parse(ruleset_around(second.text, tmp_path / "block.yaml"))
