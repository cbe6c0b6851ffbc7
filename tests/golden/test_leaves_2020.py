"""The year 2020 criterion by criterion: the same groups, totals and ranking, stage by stage, and what is no source's.

Source: Báo cáo kèm theo Quyết định 1101/QĐ-BNV ngày 21/12/2020, Bảng 1, 3, 5 and phần II, mục 3.đ.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from deploy.agencies.leaf_year import Exceptional, leaf_year
from deploy.agencies.year_file import AppraiseOne, Script
from deploy.player.bodies import file_of
from services.scoring.engine import Standings, UnitInput, compare, standings
from services.scoring.engine.figures import printed_score
from shared.ruleset import check, sheet_of
from shared.vocabulary import STAGES, GivenInputs, GivenState, NotApplicable, Stage, Word
from tests.kit.year_files import leaf_detail, leaves_2020

REVIEW = "tc-tcnn"
"""The journal, whose group 5 does not follow."""


def groups() -> Script:
    """The year that it was made from."""
    return leaf_detail().script


def run(script: Script, stage: Stage) -> Standings:
    inputs = [
        UnitInput.of(each, {said: script.year.words(each.unit, said) for said in STAGES})
        for each in script.roster.units
    ]
    return standings(script.ruleset, inputs, stage)


def words(unit: str) -> Iterator[tuple[str, Word]]:
    """Everything that is said of *unit*, criterion by criterion."""
    year = leaves_2020().script.year
    yield from year.units[unit].withdrawn.items()
    for stage in STAGES:
        yield from year.words(unit, stage).items()


def test_the_last_word_on_every_group_is_that_of_the_printed_tables() -> None:
    reference = leaves_2020().script.reference
    assert reference
    cells = {(each.unit, each.group): each.value for each in reference.printed if each.kind == "group"}
    assert len(cells) == 108
    found = {
        (unit.unit, group): printed_score(score)
        for unit in run(leaves_2020().script, "council").units
        for group, score in unit.groups.items()
    }
    assert found == cells


@pytest.mark.parametrize("stage", STAGES)
def test_every_group_and_total_is_that_of_the_year_at_group_level_at_each_stage(stage: Stage) -> None:
    """But that a group which is not scored has criteria which are not, and their points are 0."""
    told, said = run(leaves_2020().script, stage), run(groups(), stage)
    for one, other in zip(told.units, said.units, strict=True):
        counted = {code: _counted(printed_score(score)) for code, score in one.groups.items()}
        assert counted == {code: _counted(printed_score(score)) for code, score in other.groups.items()}, one.unit
    assert [(each.unit, each.total, each.totals, each.class_code, each.rank_overall) for each in told.units] == [
        (each.unit, each.total, each.totals, each.class_code, each.rank_overall) for each in said.units
    ]


def _counted(printed: str | None) -> str:
    assert printed
    return printed if printed == "-" or printed[0].isdigit() else "0.00"


def test_the_gate_finds_the_same_in_the_printed_report() -> None:
    reference = leaves_2020().script.reference
    assert reference
    told, said = (
        compare(script.ruleset, run(script, "council"), reference.printed)
        for script in (leaves_2020().script, groups())
    )
    assert told == said
    assert len(said.findings) == 21


def test_a_first_sheet_that_was_taken_back_said_the_same_of_its_groups() -> None:
    def first(script: Script) -> Standings:
        inputs = [
            UnitInput.of(each, {"self": script.year.words(each.unit, "self") | script.year.units[each.unit].withdrawn})
            for each in script.roster.units
        ]
        return standings(script.ruleset, inputs, "self")

    taken_back = [unit for unit, year in groups().year.units.items() if year.withdrawn]
    assert taken_back
    for unit in taken_back:
        assert leaves_2020().script.year.units[unit].withdrawn
        assert first(leaves_2020().script).of(unit).groups == first(groups()).of(unit).groups


def test_every_sheet_has_a_word_on_each_criterion_of_its_appendix_that_may_be_said_there() -> None:
    script = leaves_2020().script
    sizes = Counter[int]()
    for enrolled in script.roster.units:
        sheet = sheet_of(script.ruleset, enrolled.appendix, enrolled.taken)
        year = script.year.units[enrolled.unit]
        assert list(year.self) == list(sheet)
        for code, word in words(enrolled.unit):
            check(sheet[code], word)
        sizes[len(sheet)] += 1
    assert sizes == {55: 15, 135: 6, 124: 2}


def test_what_does_not_apply_says_why_and_everything_that_counts_cites_a_document() -> None:
    for unit, year in leaves_2020().script.year.units.items():
        for code, word in year.self.items():
            if isinstance(word, GivenState) and isinstance(word.score, NotApplicable):
                assert code.startswith("g4."), (unit, code)
                assert year.explanations[code]
            else:
                assert year.evidence[code], (unit, code)


def test_each_sheet_has_two_files_and_one_of_them_lists_what_the_unit_says() -> None:
    for unit, year in leaves_2020().script.year.units.items():
        files = {file_of(paper) for papers in year.evidence.values() for paper in papers} - {None}
        assert len(files) == 2, unit
        [report] = [file for file in files if file and "g1.1.1 " in file.content.decode()]
        lines = report.content.decode().splitlines()
        assert len([line for line in lines if line.startswith("g1.")]) == len(
            [code for code in year.self if code.startswith("g1.")]
        )


def test_the_one_cell_that_does_not_follow_is_named_and_its_verdict_says_so() -> None:
    [one] = leaves_2020().exceptional
    assert one == Exceptional(REVIEW, "g5", "20.00", "10.00", one.corrected)
    [criterion] = one.corrected
    year = leaves_2020().script.year.units[REVIEW]
    assert isinstance(year.self[criterion], GivenInputs)
    verdict = year.round1[criterion]
    assert verdict.code == "other"
    assert "20,00 điểm" in verdict.reason
    assert "không có tài liệu kiểm chứng" in verdict.reason


def test_the_documents_of_all_others_are_in_the_end_those_that_the_report_tells_of() -> None:
    """Beside the documents: what is asked of nobody is worth nothing."""
    script, corrected = leaves_2020().script, leaves_2020().exceptional[0].corrected
    for enrolled in script.roster.units:
        standing: dict[str, Word] = {}
        for stage in STAGES:
            standing |= script.year.words(enrolled.unit, stage)
        known = leaf_detail().known[enrolled.unit]
        for code, criterion in sheet_of(script.ruleset, enrolled.appendix, enrolled.taken).items():
            word = standing[code]
            if code.startswith("g5.") and criterion.inputs and not (enrolled.unit == REVIEW and code in corrected):
                assert isinstance(word, GivenInputs)
                assert word.inputs == {each.name: known[each.name] for each in criterion.inputs}


def test_a_verdict_keeps_the_reason_of_its_group_and_speaks_first_on_what_that_names() -> None:
    year = leaves_2020().script.year.units["vu-dtbd"]
    verdict = year.round1["g2.2.2"]
    assert verdict.reason.startswith("Nhóm g2, 100,00 điểm → 81,63 điểm: 6 công chức")
    assert leaves_2020().script.year.units["vu-ccvc"].round2.keys() == {"g2.3.1"}  # online meetings, as its reason says
    assert leaves_2020().script.year.units["ban-tdkt"].council.keys() == {"g4.1.1"}


def test_what_is_contested_is_what_round_1_changed_in_that_group() -> None:
    for unit, year in leaves_2020().script.year.units.items():
        contested = groups().year.units[unit].contests
        changed = [code for code in year.round1 if code.partition(".")[0] in contested]
        assert list(year.contests) == changed


def test_the_acts_are_the_same_and_the_refused_verdict_is_on_a_criterion() -> None:
    said, told = groups().year.acts, leaves_2020().script.year.acts
    assert [(act.do, act.at, act.by, act.refusal) for act in told] == [
        (act.do, act.at, act.by, act.refusal) for act in said
    ]
    [one] = [act for act in told if isinstance(act, AppraiseOne)]
    assert one.criterion in leaves_2020().script.year.units[one.unit].self


def test_the_same_files_give_the_same_year() -> None:
    assert leaf_year(leaf_detail()) == leaves_2020()
