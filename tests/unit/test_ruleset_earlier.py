"""What a ruleset says of the edition before it."""

import pytest

from shared.ruleset import RulesetInvalid, digest, parse
from shared.ruleset.errors import BreakUnexplained, CounterpartUnknown
from shared.vocabulary import Json, Localized
from tests.kit.campaigns import RULESET
from tests.kit.rules import told


def test_who_says_nothing_of_an_edition_before_has_the_digest_that_he_had() -> None:
    """A field that came later is in no digest of what was written before it."""
    ruleset = parse(RULESET)
    assert not {"earlier", "semantics"} & ruleset.model_dump(mode="json").keys()
    assert digest(parse({**RULESET, "semantics": "1"})) == digest(ruleset)
    assert ruleset.break_note is None
    told = {"edition": "2019", "nodes": {"I/g1": {"was": "I/g2", "comparable": "false"}}}
    assert parse({**RULESET, "earlier": told}).break_note is None
    assert digest(parse({**RULESET, "earlier": told})) != digest(ruleset)
    broken = {"edition": "2019", "comparable": "false", "note": {"vi": "khác"}}
    assert parse({**RULESET, "earlier": broken}).break_note == Localized(vi="khác")


@pytest.mark.parametrize(
    ("earlier", "error", "facts"),
    [
        ({"edition": "2019", "comparable": "false"}, BreakUnexplained, {"path": "earlier", "edition": "2019"}),
        (
            {"edition": "2019", "nodes": {"I/g1": {"was": "I/g2"}, "I/g9": {"was": "I/g1"}}},
            CounterpartUnknown,
            {"path": "earlier/nodes", "node": "I/g9"},
        ),
    ],
)
def test_a_break_is_explained_and_a_counterpart_is_one_of_a_node(
    earlier: Json, error: type[RulesetInvalid], facts: dict[str, str]
) -> None:
    with pytest.raises(error) as refusal:
        parse({**RULESET, "earlier": earlier})
    assert told(refusal.value) == facts
