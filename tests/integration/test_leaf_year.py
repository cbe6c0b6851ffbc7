"""What cannot be told criterion by criterion is refused by name, and the demo says what does not follow."""

from pathlib import Path
from typing import Any

import pytest

from deploy.agencies.leaf_file import Detail
from deploy.agencies.leaf_group import GroupNotJudged, GroupOutOfReach, GroupSaid, told
from deploy.agencies.leaf_words import CriterionOpen, Part, answers, said_points, words_for
from deploy.agencies.leaf_year import AnswersDiffer, GroupOtherwise, GroupUnknown, leaf_year
from deploy.cli.demo import exceptional_sentences
from deploy.cli.words import Say
from shared.edge.yaml_file import read_yaml
from shared.ruleset import Criterion, parse
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, NotApplicable, NotScored, Word
from tests.kit.campaigns import leaf
from tests.kit.year_files import leaf_detail, leaves_2020

BNV = Path(__file__).parents[2] / "deploy" / "agencies" / "bnv"
UNIT = "vu-cchc"


def saying(group: str, word: Word) -> Detail:
    """The year in which one unit says *word* of *group* in its sheet."""
    script, said = leaf_detail().script, leaf_detail().script.year.units[UNIT]
    unit = said.model_copy(update={"self": {**said.self, group: word}})
    year = script.year.model_copy(update={"units": {**script.year.units, UNIT: unit}})
    return leaf_detail().model_copy(update={"script": script.model_copy(update={"year": year})})


def judged(code: str, most: str = "5.00") -> Criterion:
    return Criterion.model_validate(leaf(code, max=most))


def test_a_group_that_the_ruleset_does_not_have_is_refused() -> None:
    with pytest.raises(GroupUnknown) as refused:
        leaf_year(saying("g9", said_points(100)))
    assert refused.value.facts == {"unit": UNIT, "group": "g9"}


def test_inputs_of_a_group_cannot_be_shared_out() -> None:
    with pytest.raises(GroupNotJudged):
        leaf_year(saying("g1", GivenInputs(inputs={})))


def test_a_score_above_the_maxima_is_out_of_reach() -> None:
    with pytest.raises(GroupOutOfReach) as refused:
        leaf_year(saying("g1", GivenPoints(points="100.01")))
    assert (refused.value.facts["unit"], refused.value.facts["first"]) == (UNIT, "g1.1.1")


def test_a_group_that_is_no_sum_of_its_criteria_is_seen() -> None:
    document: Any = read_yaml(BNV / "ruleset-2020-leaves.yaml")
    group = next(each for each in document["appendices"][0]["children"] if each["code"] == "g2")
    weights = dict(zip((each["code"] for each in group["children"]), ("2", "1", "1", "0.5", "0.5"), strict=True))
    group["aggregate"] = {"kind": "weighted_sum", "weights": weights}
    with pytest.raises(GroupOtherwise) as refused:
        leaf_year(leaf_detail().model_copy(update={"ruleset": parse(document)}))
    assert refused.value.facts["group"] == "g2"


def test_answers_that_do_not_give_the_score_need_words_for_a_correction() -> None:
    silent = leaf_detail().file.model_copy(update={"correction": None})
    with pytest.raises(AnswersDiffer) as refused:
        leaf_year(leaf_detail().model_copy(update={"file": silent}))
    assert refused.value.facts == {"unit": "tc-tcnn", "group": "g5"}


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        ({"kind": "per_item.v1", "input": "a", "each": "1"}, [{"name": "a", "type": "count"}]),
        ({"kind": "relative.v1", "input": "a"}, [{"name": "a", "type": "number"}]),
        ({"kind": "manual.v1"}, []),
    ],
)
def test_no_figures_are_invented_for_a_criterion(rule: dict[str, Any], inputs: list[dict[str, Any]]) -> None:
    declared = [{**each, "title": {"vi": "x"}, "source": "unit"} for each in inputs]
    criterion = Criterion.model_validate(
        {"code": "c1", "title": {"vi": "x"}, "max": "5.00", "rule": rule, "inputs": declared}
    )
    with pytest.raises(CriterionOpen):
        answers(criterion)


def test_as_few_criteria_move_as_can_the_first_ones_first() -> None:
    parts = [Part(judged(code), said_points(500), 0, 500) for code in ("c1", "c2", "c3")]
    assert words_for(parts, 1500) == {code: said_points(500) for code in ("c1", "c2", "c3")}
    assert words_for(parts, 1230) == {"c1": said_points(230), "c2": said_points(500), "c3": said_points(500)}
    assert words_for(parts, 999) == {"c1": said_points(0), "c2": said_points(499), "c3": said_points(500)}
    assert words_for(parts, 1501) is None


def test_bounds_are_kept_while_they_can_be() -> None:
    parts = [Part(judged("c1"), said_points(500), 400, 500), Part(judged("c2"), said_points(500), 0, 500)]
    assert words_for(parts, 600) == {"c1": said_points(400), "c2": said_points(200)}
    assert words_for(parts, 300) == {"c1": said_points(300), "c2": said_points(0)}


def test_a_group_that_is_not_scored_takes_what_was_worth_something_and_later_says_it_anew() -> None:
    criteria, nothing = [judged("c1"), judged("c2")], GivenState(score=NotScored(reason="no_evidence"))
    said = GroupSaid(
        "unit", {"self": said_points(500), "round1": nothing, "round2": said_points(200), "council": nothing}
    )
    found = told(criteria, said, {})
    [claimed] = [code for code, word in found.by_stage["self"].items() if word == said_points(500)]
    assert found.by_stage["round1"] == {claimed: nothing}
    assert sum(1 for word in found.by_stage["round2"].values() if word == said_points(200)) == 1
    assert set(found.by_stage["council"].values()) == {nothing}


def test_a_group_that_does_not_apply_has_no_criterion_that_does_until_it_does() -> None:
    criteria, none = [judged("c1"), judged("c2")], GivenState(score=NotApplicable())
    found = told(criteria, GroupSaid("unit", {"self": none, "round1": said_points(700)}), {})
    assert found.by_stage["self"] == {"c1": none, "c2": none}
    assert sorted(word.points for word in found.by_stage["round1"].values() if isinstance(word, GivenPoints)) == [2, 5]


def test_a_reason_moves_the_criterion_that_it_speaks_of() -> None:
    titles = ["x"] * 6 + ["Kết thúc văn bản"] + ["x"] * 2
    criteria = [
        Criterion.model_validate(leaf(f"c{number}", max="5.00", title={"vi": title}))
        for number, title in enumerate(titles)
    ]
    said = GroupSaid(
        "unit",
        {"self": said_points(4000), "round1": said_points(3800)},
        {"round1": "Tỷ lệ kết thúc văn bản chỉ đạt 9,28 %."},
    )
    found = told(criteria, said, {}, ["kết thúc văn bản"])
    assert found.by_stage["self"]["c6"] == said_points(500)
    assert found.by_stage["round1"] == {"c6": said_points(300)}


def test_what_does_not_follow_is_said_in_both_languages() -> None:
    year = leaves_2020()
    [vietnamese], [english] = (list(exceptional_sentences(year, Say(language))) for language in ("vi", "en"))
    assert vietnamese.startswith(
        "Ngoại lệ: Tạp chí Tổ chức nhà nước, g5: báo cáo ghi 20,00, câu trả lời đã biết cho 10,00"
    )
    assert english.startswith(
        "Exception: State Organization Review, g5: 20.00 is reported, the known answers give 10.00"
    )
