"""Every ruleset that is shipped: it can be applied, has as many criteria as its source counts, says what it rests on.

Source: Báo cáo kèm theo Quyết định 1101/QĐ-BNV ngày 21/12/2020, phần I.IV.1; Quyết định 922/QĐ-BTTTT ngày 20/5/2022,
Bảng I.1; Quyết định 1149/QĐ-BNV ngày 30/12/2020.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from deploy.agencies.year_file import Usage
from services.scoring.engine.vector import LIMIT, bounds
from shared.edge.yaml_file import read_yaml
from shared.ruleset import Appendix, Criterion, Group, Node, Ruleset, Shared, every, parse, sheet_of, totals
from shared.ruleset.aggregates import Aggregate
from shared.ruleset.model import leaves
from shared.ruleset.rules import Collect, Manual
from shared.vocabulary import NotApplicable, Score, Scored
from tests.kit.rules import every_kind

AGENCIES = Path(__file__).parents[2] / "deploy" / "agencies"
FILES = sorted(AGENCIES.glob("*/ruleset-*.yaml"))
NAMES = [str(path.relative_to(AGENCIES)) for path in FILES]
EXAMPLE = "Ví dụ"
"""A ruleset whose ground begins so follows no method."""
UNKNOWN = re.compile(r"Chưa rõ \d+")
ON_THE_APPENDIX = {
    ("lamdong/ruleset-2017.yaml", "so"): ["chua-ro-1"],
    ("lamdong/ruleset-2017.yaml", "khac"): ["chua-ro-1", "chua-ro-2"],
    ("lamdong/ruleset-2017.yaml", "huyen"): ["chua-ro-1"],
}
"""What no source names, right below an appendix: only of that is anything said."""
WIDE = {("ubdt/ruleset-2015.yaml", None)}
"""Nodes whose numbers may not fit into 64 bits; None is a root. It weighs three exact figures of equal denominators."""
NOT_MANUAL = {"g5.2.7": "yes_no.v1", "do-thi.1": "collect.v1", "do-thi.2": "collect.v1", "do-thi.3": "collect.v1"}
"""Without a name, and yet known to be worth ten points or none, or to be collected only."""
CITED = re.compile(r"\d+/[A-ZĐ]|Báo cáo năm \d{4}|Báo cáo kèm theo|Chỉ thị \d+|\bC\d\d\b")


@cache
def ruleset(name: str) -> Ruleset:
    return parse(read_yaml(AGENCIES / name))


def real() -> list[str]:
    return [name for name in NAMES if not ruleset(name).ground.startswith(EXAMPLE)]


def all_leaves(name: str) -> list[Criterion]:
    return [leaf for appendix in ruleset(name).appendices for leaf in leaves(appendix.children)]


def full(tree: Appendix, but: Mapping[str, Score] | None = None) -> dict[str, Score]:
    """The maximum for every leaf of *tree*, but for some."""
    return {leaf.code: Scored(points=leaf.max) for leaf in leaves(tree.children)} | dict(but or {})


def test_the_methods_that_were_asked_for_are_there() -> None:
    assert {
        "bnv/ruleset-2017.yaml", "bnv/ruleset-2020-leaves.yaml", "bnv/ruleset-2020-published.yaml",
        "btttt/ruleset-ct34-2013.yaml", "dti/ruleset-2022-province.yaml", "examples/ruleset-all-kinds.yaml",
        "lamdong/ruleset-2017.yaml", "par/ruleset-2020-ministry.yaml", "ubdt/ruleset-2015.yaml",
    } <= set(NAMES)  # fmt: skip
    editions = Counter((ruleset(name).id, ruleset(name).edition) for name in NAMES)
    assert set(editions.values()) == {1}


@pytest.mark.parametrize("name", NAMES)
def test_a_ruleset_can_be_applied_and_every_rule_that_calculates_is_worked_out(name: str) -> None:
    for leaf in all_leaves(name):
        assert isinstance(leaf.rule, Manual | Collect) or leaf.examples, leaf.code


def ungrounded(nodes: tuple[Node, ...]) -> Iterator[str]:
    """Codes of nodes that have no ground and stand under none; what is shared has that of the group it shares."""
    for node in nodes:
        if isinstance(node, Shared) or node.ground:
            continue
        yield node.code
        if isinstance(node, Group):
            yield from ungrounded(node.children)


def unsourced(leaf: Criterion) -> bool:
    """Whether its name is from nowhere: what no source names is called so, and judged as a whole."""
    if leaf.ground:
        return not CITED.search(leaf.ground)
    unknown = UNKNOWN.fullmatch(leaf.title.vi) and leaf.title.to("en") == leaf.title.vi.replace("Chưa rõ", "Not known")
    return not unknown or not isinstance(leaf.rule, Manual) or bool(leaf.inputs)


@pytest.mark.parametrize("name", real())
def test_every_node_has_a_ground_and_every_name_a_source(name: str) -> None:
    for appendix in ruleset(name).appendices:
        resting = list(ungrounded(appendix.children))
        assert resting == ON_THE_APPENDIX.get((name, appendix.code), [])
        assert appendix.ground or not resting
    assert [leaf.code for leaf in all_leaves(name) if unsourced(leaf)] == []
    if any(UNKNOWN.match(leaf.title.vi) for leaf in all_leaves(name)):
        assert ruleset(name).reconstructed
        assert "hưa rõ" in (ruleset(name).note or "") or "không có trong nguồn" in (ruleset(name).note or "")


def test_what_no_source_names_is_reconstructed_and_appraised_as_a_whole() -> None:
    unnamed = [leaf for name in NAMES for leaf in all_leaves(name) if UNKNOWN.match(leaf.title.vi)]
    assert unnamed == [leaf for name in NAMES for leaf in all_leaves(name) if leaf.reconstructed]
    kinds = {leaf.code: leaf.rule.kind for leaf in unnamed}
    assert {code: kind for code, kind in kinds.items() if kind != "manual.v1"} == NOT_MANUAL


def test_a_leaf_that_a_source_names_is_stored_as_it_was_before_any_was_reconstructed() -> None:
    leaf = next(each for each in all_leaves("bnv/ruleset-2020-leaves.yaml") if not each.reconstructed)
    assert "reconstructed" not in leaf.model_dump(mode="json")
    assert leaf.model_copy(update={"reconstructed": True}).model_dump(mode="json")["reconstructed"] is True


def test_the_checks_see_a_name_from_nowhere_and_a_node_without_ground() -> None:
    leaf = all_leaves("bnv/ruleset-2020-leaves.yaml")[0]
    assert not unsourced(leaf)
    bare = leaf.model_copy(update={"ground": None})
    assert unsourced(bare)
    assert unsourced(leaf.model_copy(update={"ground": "ai cũng biết"}))
    assert list(ungrounded((bare,))) == [leaf.code]


def structure(appendix: Appendix) -> list[tuple[str, int, int, int]]:
    """Of each group: main criteria, sub-criteria, leaves."""
    found = []
    for group in appendix.children:
        assert isinstance(group, Group)
        mains = [main for main in group.children if isinstance(main, Group)]
        subs = sum(len(main.children) for main in mains)
        found.append((group.code, len(group.children), subs, len(list(leaves((group,))))))
    return found


def test_numbers_of_every_node_are_proved_to_fit_but_for_those_that_are_listed() -> None:
    proofs = [(name, bounds(appendix)) for name in NAMES for appendix in ruleset(name).appendices]
    nodes = [1 + len(list(every(appendix.children))) for name in NAMES for appendix in ruleset(name).appendices]
    assert [len(proof) for _, proof in proofs] == nodes
    assert {(name, code) for name, proof in proofs for code, each in proof.items() if each.reach > LIMIT} == WIDE


def test_bnv_2020_has_as_many_criteria_as_the_report_counts() -> None:
    first, second = (structure(appendix) for appendix in ruleset("bnv/ruleset-2020-leaves.yaml").appendices)
    assert first == [("g1", 3, 20, 20), ("g2", 5, 20, 20), ("g4", 3, 9, 9), ("g5", 6, 0, 6)]
    assert second == [
        ("g1", 4, 31, 31), ("g2", 5, 23, 23), ("g3", 5, 51, 51), ("g4", 3, 9, 9), ("g5", 2, 10, 10), ("g6", 11, 0, 11),
    ]  # fmt: skip
    totalled = [tuple(map(sum, zip(*(counts for _, *counts in each), strict=True))) for each in (first, second)]
    assert totalled == [(17, 49, 55), (30, 124, 135)]


def test_bnv_2020_in_detail_has_the_groups_of_the_published_edition() -> None:
    both = [ruleset(f"bnv/ruleset-2020-{edition}.yaml") for edition in ("leaves", "published")]
    detailed, published = (
        [(each.code, [(g.code, g.title, g.max) for g in each.children]) for each in one.appendices] for one in both
    )
    assert detailed == published
    assert both[0].classes == both[1].classes
    assert both[0].policies == both[1].policies


def test_a_unit_at_the_seat_of_the_ministry_has_another_sheet() -> None:
    both = [sheet_of(ruleset("bnv/ruleset-2020-leaves.yaml"), "II", overrides) for overrides in ({}, {"g1": "I"})]
    assert [len(sheet) for sheet in both] == [135, 124]
    assert [len([code for code in sheet if not code.startswith("g4")]) for sheet in both] == [126, 115]


def test_documents_closed_and_staff_who_close_them_are_two_metrics() -> None:
    closing = {
        appendix.code: [
            (each.metric, each.numerator, each.denominator)
            for leaf in leaves(appendix.children)
            for each in leaf.inputs
            if each.metric and each.metric.startswith(("eoffice_document", "eoffice_staff"))
        ]
        for appendix in ruleset("bnv/ruleset-2020-leaves.yaml").appendices
    }
    documents = ("số văn bản đã được kết thúc trên Voffice", "số văn bản phải kết thúc trên Voffice")
    staff = (
        "số công chức, viên chức, người lao động kết thúc văn bản trên Voffice",
        "số công chức, viên chức, người lao động",
    )
    assert closing == {
        "I": [("eoffice_document_closure_rate", *documents)],
        "II": [("eoffice_staff_closing_rate", *staff)],
    }


@pytest.mark.parametrize("name", real())
def test_a_rate_says_what_it_is_of(name: str) -> None:
    rates = [each for leaf in all_leaves(name) for each in leaf.inputs if each.metric and each.unit == "%"]
    assert all(each.numerator and each.denominator for each in rates) or name == "bnv/ruleset-2020-published.yaml"


def test_bnv_2017_has_seven_criteria_and_four_classes() -> None:
    method = ruleset("bnv/ruleset-2017.yaml")
    assert len(all_leaves("bnv/ruleset-2017.yaml")) == 7
    for bands in method.classes.values():
        assert [band.label.vi for band in bands] == ["Tốt", "Khá", "Trung bình", "Yếu"]
    assert method.reconstructed


def test_lam_dong_has_three_blocks_with_one_criterion_in_common() -> None:
    method = ruleset("lamdong/ruleset-2017.yaml")
    assert [appendix.code for appendix in method.appendices] == list(method.classes) == ["so", "khac", "huyen"]
    named = [
        {leaf.code: leaf for leaf in leaves(appendix.children) if not UNKNOWN.match(leaf.title.vi)}
        for appendix in method.appendices
    ]
    common = set.intersection(*map(set, named))
    assert common == {"nhan-luc"}
    first, *others = (each["nhan-luc"] for each in named)
    assert all(other.model_dump() == first.model_dump() for other in others)


def test_an_index_of_ubdt_is_held_against_the_best_and_weighed() -> None:
    (appendix,) = ruleset("ubdt/ruleset-2015.yaml").appendices
    assert appendix.aggregate.kind == "weighted_sum"
    kinds = {leaf.rule.kind for leaf in leaves(appendix.children) if leaf.ground}
    assert kinds == {"relative.v1"}
    assert totals(appendix, full(appendix)).overall.points == Decimal("100.00")


def test_the_inputs_of_ct34_come_from_feeds_and_add_up() -> None:
    inputs = [each for leaf in all_leaves("btttt/ruleset-ct34-2013.yaml") for each in leaf.inputs]
    assert {each.source for each in inputs} == {"feed"}
    assert {each.type for each in inputs} == {"yes_no", "count"}
    assert {each.additive for each in inputs if each.metric} == {True}
    assert [each.name for each in inputs if not each.metric] == ["official_mail", "document_system"]
    pushes = Usage.model_validate(read_yaml(AGENCIES / "btttt/usage-2013.yaml"))
    assert set(pushes.metrics) == {each.metric for each in inputs} - {None}
    assert {row.metric for push in pushes.pushes.values() for row in push.figures} == set(pushes.metrics)


def test_the_digital_index_has_a_thousand_points_and_three_pillars_on_one_foundation() -> None:
    (appendix,) = ruleset("dti/ruleset-2022-province.yaml").appendices
    groups = {node.code: node for node in every(appendix.children) if isinstance(node, Group)}
    counted = {code: len(list(leaves((groups[code],)))) for code in groups if not code.startswith("tru-cot")}
    assert counted == {
        "nen-tang": 56, "nhan-thuc": 10, "the-che": 11, "ha-tang": 7, "nhan-luc": 13, "an-toan": 12,
        "hoat-dong": 42, "chinh-quyen": 22, "kinh-te": 12, "xa-hoi": 8,
    }  # fmt: skip
    assert [appendix.max, groups["nen-tang"].max, groups["hoat-dong"].max] == [1000, 500, 500]
    assert [groups[code].max for code in ("chinh-quyen", "kinh-te", "xa-hoi")] == [200, 150, 150]
    collected = [leaf for leaf in leaves(appendix.children) if not leaf.counts]
    assert [leaf.rule.kind for leaf in collected] == ["collect.v1"] * 3
    assert {leaf.max for leaf in collected} == {0}
    best = totals(appendix, full(appendix))
    assert best.overall.points == Decimal("1000.00")
    assert [best.nodes[f"tru-cot-{each}"].points for each in ("chinh-quyen", "kinh-te", "xa-hoi")] == [700, 650, 650]
    worse = totals(appendix, full(appendix, {"nhan-thuc.1": Scored(points=Decimal(0))}))
    assert (worse.overall.points, worse.nodes["tru-cot-kinh-te"].points) == (Decimal("990.00"), Decimal("640.00"))


def test_the_reform_index_is_a_percentage_of_what_applies() -> None:
    (appendix,) = ruleset("par/ruleset-2020-ministry.yaml").appendices
    assert {child.code: child.max for child in appendix.children} == {
        "tham-dinh": Decimal("63.50"),
        "dieu-tra": Decimal("36.50"),
    }
    domains = appendix.children[0]
    assert isinstance(domains, Group)
    assert len(domains.children) == 7
    without = totals(appendix, full(appendix, {"dieu-tra": NotApplicable(), "tham-dinh.2": Scored(points=Decimal(0))}))
    assert without.overall.points == Decimal("85.04")  # 54.00 of 63.50
    leaf = totals(appendix, full(appendix, {"tham-dinh.1.4": NotApplicable(), "dieu-tra": Scored(points=Decimal(0))}))
    assert leaf.overall.points == Decimal("62.76")  # 61.50 of 98.00: the 2 points leave domain, appraisal and total
    assert leaf.nodes["tham-dinh.1"].points == Decimal("5.00")
    domain = dict.fromkeys((f"tham-dinh.1.{each}" for each in range(1, 7)), NotApplicable())
    fewer = full(appendix, {**domain, "dieu-tra": NotApplicable(), "tham-dinh.2": Scored(points=Decimal(0))})
    assert totals(appendix, fewer).overall.points == Decimal("83.19")  # 47.00 of 56.50: a whole domain does so too


def test_the_example_shows_every_kind_and_every_aggregate_once() -> None:
    kinds = Counter(leaf.rule.kind for leaf in all_leaves("examples/ruleset-all-kinds.yaml"))
    assert kinds == Counter(every_kind())
    assert len(kinds) == 18
    (appendix,) = ruleset("examples/ruleset-all-kinds.yaml").appendices
    wholes = [node.aggregate.kind for node in every(appendix.children) if isinstance(node, Group)]
    aggregates = get_args(get_args(Aggregate)[0])
    names = [get_args(each.model_fields["kind"].annotation)[0] for each in aggregates]
    assert sorted([appendix.aggregate.kind, *wholes]) == sorted(names)


def test_the_example_has_a_register_and_a_list_of_evidence() -> None:
    found = all_leaves("examples/ruleset-all-kinds.yaml")
    assert {leaf.code: leaf.registers for leaf in found if leaf.registers} == {"may-tinh": {"staff": "nhan-su"}}
    assert [(leaf.code, [each.file for each in leaf.evidence]) for leaf in found if leaf.evidence] == [
        ("ke-hoach", [True])
    ]


def test_a_folder_of_rulesets_is_no_agency() -> None:
    """Years are played of directories that have an agency's file; methods alone need none."""
    assert {path.parent.name for path in AGENCIES.glob("*/agency.yaml")} == {"bnv", "ubdt"}
