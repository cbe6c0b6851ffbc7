"""What another edition changes, told as people read it: before, after, and where."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from shared.ruleset import Change, difference, parse
from tests.kit.campaigns import RULESET, appendix, leaf

GROUP = {"code": "h", "title": {"vi": "Nhóm sâu", "en": "Deep"}, "max": "100", "aggregate": "sum"}
DOCUMENT = {
    **RULESET,
    "appendices": [
        appendix(
            "I",
            leaf("g1", title={"vi": "Một", "en": "One"}),
            {**GROUP, "children": [{**GROUP, "code": "k", "children": [leaf("g2", ground="Điều 1")]}]},
        ),
        appendix("II", leaf("g1"), leaf("g3")),
    ],
}


def changes(change: Callable[[Any], object], language: str = "en") -> list[Change]:
    """What *change* makes of the document."""
    after = copy.deepcopy(DOCUMENT)
    change(after)
    return list(difference(parse(DOCUMENT), parse(after), language))


def node(document: Any, *way: int) -> Any:
    """The node at that place, the appendix first."""
    first, *rest = way
    found = document["appendices"][first]
    for place in rest:
        found = found["children"][place]
    return found


CHANGED = [
    (lambda d: d.update(note="Mới"), [Change("changed", "", "note", "", "Mới")]),
    (
        lambda d: d["policies"].update(ties="1223"),
        [
            Change(
                "changed",
                "",
                "policies",
                *(
                    '{"block_mean":"of_published","group_mean":"over_applicable","late":"flagged","no_evidence":"refused",'
                    f'"no_sheet":"unranked","rank_on":"published","rounding":{{"digits":2,"mode":"half_up"}},"ties":"{ties}"}}'
                    for ties in ("1224", "1223")
                ),
            )
        ],
    ),
    (lambda d: node(d, 0).update(title={"vi": "A", "en": "B"}), [Change("changed", "I", "title", "Phụ lục I", "B")]),
    (lambda d: node(d, 0, 0)["title"].update(en="First"), [Change("changed", "I/g1", "title", "One", "First")]),
    (lambda d: node(d, 1, 0).update(ground="Điều 2"), [Change("changed", "II/g1", "ground", "", "Điều 2")]),
    (lambda d: node(d, 0, 1, 0, 0).pop("ground"), [Change("changed", "I/h/k/g2", "ground", "Điều 1", "")]),
    (lambda d: node(d, 0, 1, 0, 0).update(digits="1"), [Change("changed", "I/h/k/g2", "digits", "", "1")]),
    (
        lambda d: node(d, 0, 1, 0, 0)["rule"].update(floor="-1"),
        [
            Change(
                "changed",
                "I/h/k/g2",
                "rule",
                "Appraised as a whole, from 0.00 to 100.00 points.",
                "Appraised as a whole, from -1.00 to 100.00 points.",
            )
        ],
    ),
    (lambda d: node(d, 1)["children"].pop(), [Change("removed", "II/g3", before="Nhóm g3")]),
    (
        lambda d: node(d, 1)["children"].append(leaf("g4", title={"vi": "Bốn", "en": "Four"})),
        [Change("added", "II/g4", after="Four")],
    ),
]


@pytest.mark.parametrize(("change", "told"), CHANGED)
def test_what_is_otherwise_is_told_as_it_was_and_as_it_is(change: Callable[[Any], object], told: list[Change]) -> None:
    assert changes(change) == told


def test_titles_are_told_in_the_language_that_was_asked_for() -> None:
    told = changes(lambda d: node(d, 0, 0).update(title={"vi": "Đầu", "en": "First"}), "vi")
    assert told == [Change("changed", "I/g1", "title", "Một", "Đầu")]


@pytest.mark.parametrize(
    ("was", "told"),
    [
        ("I/g2", [("changed", "I/h/k/g5", "I/h/k/g2", "I/h/k/g5")]),
        ("I/gone", [("removed", "I/h/k/g2", "Nhóm g2", ""), ("added", "I/h/k/g5", "", "Nhóm g2")]),
    ],
)
def test_a_node_below_a_group_is_held_against_what_it_was_where_that_is_there(
    was: str, told: list[tuple[str, ...]]
) -> None:
    def renamed(document: Any) -> None:
        node(document, 0, 1, 0, 0).update(code="g5", title={"vi": "Nhóm g2"})
        document["earlier"] = {"edition": "before", "nodes": {"I/g5": {"was": was}}}

    found: list[tuple[str, ...]] = [
        (each.what, each.path, each.before, each.after) for each in changes(renamed, "vi") if each.path
    ]
    assert found == told
