"""Small wholes, worked out in columns and by fractions."""

from collections.abc import Sequence

from services.scoring.engine.vector import LIMIT, Kernel, Wholes, column, plain, plainly, wholes
from shared.ruleset import Appendix, every, totals
from shared.ruleset.model import Criterion
from shared.vocabulary import Json, Missing, NotApplicable, NotScored, Score

STATES: Sequence[Score] = [NotApplicable(), NotScored(reason="late"), Missing()]
AGGREGATES: Sequence[Json] = [
    *({"kind": "sum", "not_applicable": each} for each in ("scaled", "zero", "left_out")),
    {"kind": "mean_of_applicable"},
    {"kind": "percent_of_applicable_maximum"},
    {"kind": "geometric_mean"},
    {"kind": "weighted_sum", "weights": {"a": "1/3", "b": "1.25"}},
]


def tree(aggregate: Json, *children: Json, **more: str) -> Appendix:
    return Appendix.model_validate(
        {"code": "I", "title": {"vi": "I"}, "max": "100", "aggregate": aggregate, "children": children, **more}
    )


def worked_out(
    root: Appendix, sheets: Sequence[dict[str, Score]], limit: int = LIMIT, loop: Kernel = plainly
) -> Wholes:
    """What columns come to, each figure held against the one by fractions and the one of *loop*."""
    leaves = [each for each in every(root.children) if isinstance(each, Criterion)]
    columns = {one.code: column([plain(s[one.code]) for s in sheets], int(one.max * 100)) for one in leaves}
    found = wholes(root, columns, limit)
    by_number = wholes(root, columns, limit, loop)
    assert {code: each.rows() for code, each in by_number.nodes.items()} == {
        code: each.rows() for code, each in found.nodes.items()
    }
    assert by_number.overall.rows() == found.overall.rows()
    assert by_number.overall.applicable.tolist() == found.overall.applicable.tolist()
    assert by_number.overall.most.tolist() == found.overall.most.tolist()
    overall, nodes = found.overall.rows(), {code: each.rows() for code, each in found.nodes.items()}
    for row, sheet in enumerate(sheets):
        first = totals(root, sheet)
        assert overall[row] == plain(first.overall.score)
        assert found.overall.applicable[row] == first.overall.applicable
        assert {code: each[row] for code, each in nodes.items()} == {
            code: plain(total.score) for code, total in first.nodes.items()
        }
    return found
