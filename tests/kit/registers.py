"""A headcount that is said once for the whole sheet, and criteria that read it: alone, and among all units."""

from shared.vocabulary import GivenInputs, Json, Word
from tests.kit.campaigns import RULESET, appendix, leaf

STAFF = {"name": "staff", "title": {"vi": "Số người"}, "type": "count", "unit": "người", "source": "unit"}
MACHINES = {"name": "machines", "title": {"vi": "Số máy"}, "unit": "máy", "source": "unit"}
REGISTER = leaf("r1", max="0", counts="false", inputs=[STAFF], rule={"kind": "collect.v1", "inputs": ["staff"]})
RATIO = leaf(
    "c1",
    inputs=[MACHINES, STAFF],
    registers={"staff": "r1"},
    rule={"kind": "ratio.v1", "numerator": "machines", "denominator": "staff", "zero_denominator": "zero"},
    examples=[{"given": {"machines": "9", "staff": "12"}, "gives": "75"}],
)
BEST = leaf(
    "c2",
    inputs=[STAFF],
    registers={"staff": "r1"},
    rule={"kind": "relative.v1", "input": "staff"},
    examples=[{"given": {"staff": "1"}, "among": [{"staff": "2"}], "gives": "50"}],
)


def document(*children: Json) -> Json:
    return {**RULESET, "appendices": [appendix("I", *children), appendix("II", leaf("c1"), leaf("c2"))]}


def said(**values: str) -> Word:
    return GivenInputs.model_validate({"inputs": values})
