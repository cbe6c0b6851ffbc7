"""The year 2020 from its files alone: what follows from the tables, and what the gate finds in the printed report.

Source: Báo cáo kèm theo Quyết định 1101/QĐ-BNV ngày 21/12/2020.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from deploy.agencies.year_file import Script
from services.scoring.engine import Standings, UnitInput, compare, examine, run_digest, standing_word, standings
from services.scoring.engine.figures import printed_score
from shared.campaign import Enrolment
from shared.edge.yaml_file import read_yaml
from shared.ruleset import cohort_of, evaluate, explain, parse, sheet_of
from shared.ruleset.errors import ClassesHaveHole
from shared.standing import PrintedFigure
from shared.vocabulary import STAGES, NotApplicable, Scored, Stage
from tests.kit.year_files import AGENCIES, full_year

HERE = Path(__file__).parent
YEARS = {"bnv": "bnv/year-2020", "bnv-portal": "bnv/year-2020-portal", "ubdt": "ubdt/year-2020"}


def script(name: str = "bnv") -> Script:
    return full_year(YEARS[name])


def unit_input(read: Script, enrolled: Enrolment) -> UnitInput:
    stages = STAGES if read.template.self_score else STAGES[1:]
    said = {stage: read.year.words(enrolled.unit, stage) for stage in stages}
    if not read.template.self_score:
        # Where units claim no points, a verdict "stands" takes over what they declared.
        said["round1"] = read.year.words(enrolled.unit, "self") | said["round1"]
    return UnitInput.of(enrolled, said)


@cache
def roster(name: str = "bnv") -> tuple[UnitInput, ...]:
    return tuple(unit_input(script(name), enrolled) for enrolled in script(name).roster.units)


@cache
def run(name: str = "bnv", stage: Stage = "council") -> Standings:
    return standings(script(name).ruleset, roster(name), stage)


@cache
def figures() -> tuple[PrintedFigure, ...]:
    reference = script().reference
    assert reference
    return reference.printed


def printed(kind: str, table: str) -> dict[str | None, str]:
    return {figure.unit: figure.value for figure in figures() if (figure.kind, figure.table) == (kind, table)}


def test_the_last_word_on_every_cell_is_the_printed_one() -> None:
    cells = {(figure.unit, figure.group): figure.value for figure in figures() if figure.kind == "group"}
    assert len(cells) == 108
    for unit in run().units:
        final = script().year.units[unit.unit].final
        for group, score in unit.groups.items():
            assert printed_score(score) == final[group] == cells[unit.unit, group], (unit.unit, group)


def test_a_dash_is_not_applicable_in_online_services_and_zero_in_the_policies_of_one_unit() -> None:
    dashes = [
        (unit.unit, group) for unit in run().units for group, score in unit.groups.items() if score == NotApplicable()
    ]
    assert len(dashes) == 18
    assert {group for _, group in dashes} == {"g4"}
    assert run().of("dh-noi-vu").groups["g5"] == Scored(points=Decimal("0.00"))


def test_what_is_published_is_what_follows_from_the_tables() -> None:
    totals = printed("total", "Bảng 1")
    moved = {unit.unit: (unit.total, unit.class_code, unit.rank_overall, unit.change_overall) for unit in run().units}
    differing = {unit for unit, value in totals.items() if str(moved[unit or ""][0]) != value}
    assert differing == {"vien-khtcnn", "tc-tcnn"}
    assert moved["vien-khtcnn"] == (Decimal("56.88"), "B", 15, 5)
    assert moved["tc-tcnn"][:3] == (Decimal("38.76"), "C", 23)
    for unit, rank in printed("rank", "Bảng 1").items():
        if 9 <= int(rank) <= 15:
            assert moved[unit or ""][2] == int(rank) - 1


def test_classes_means_and_ties_of_the_year() -> None:
    thuoc, truc_thuoc = run().blocks
    assert (thuoc.classes, truc_thuoc.classes) == ({"A": 5, "B": 10, "C": 0}, {"A": 3, "B": 3, "C": 2})
    assert [str(block.total.mean) for block in (thuoc, truc_thuoc, run().overall)] == ["61.72", "60.31", "61.23"]
    assert [block.total.denominator for block in (thuoc, truc_thuoc, run().overall)] == [15, 8, 23]
    exact = run().of("ban-tdkt")
    assert (exact.unrounded, str(exact.total)) == ("12773/200", "63.87")  # 63.865, a tie
    assert str(truc_thuoc.group_means_all["g4"].mean) == "28.13"  # 28.125, a tie


def test_self_scores_have_the_printed_means() -> None:
    stated = printed("self_total", "Bảng 1")
    assert {unit.unit: str(unit.totals["self"]) for unit in run().units} == stated
    for unit in run().units:
        assert unit.totals["self"] is not None
        assert unit.total is not None
        assert unit.totals["self"] > unit.total


def test_the_run_does_not_contradict_itself() -> None:
    for name in YEARS:
        assert examine(script(name).ruleset, roster(name), run(name)) == ()


def test_runs_have_names_of_their_own() -> None:
    runs = [(name, stage) for name in YEARS for stage in ("round1", "round2", "council")]
    digests = {run_digest(script(name).ruleset, roster(name), run(name, stage)) for name, stage in runs}
    assert len(digests) == 3 + 1 + 1  # the short processes say nothing after round 1


ROOTS = {
    "ref.total.vien-khtcnn": ("68.53", "56.88", "-11.65"),
    "ref.total.tc-tcnn": ("44.77", "38.76", "-6.01"),
    "ref.total.vien-khtcnn.bang-4": ("68.53", "56.88", "-11.65"),
    "ref.total.tc-tcnn.bang-4": ("44.77", "38.76", "-6.01"),
    "ref.block_mean.thuoc": ("59.77", "61.72", "1.95"),
    "ref.earlier_block_mean.truc_thuoc": ("63.74", "62.91", "-0.83"),
}
FOLLOWING = {
    "ref.rank.vien-khtcnn", "ref.rank.van-phong", "ref.rank.vu-tong-hop", "ref.rank.ban-tdkt", "ref.rank.vu-tien-luong",
    "ref.rank.vu-phap-che", "ref.rank.vu-cttn", "ref.rank.vu-tcpcp", "ref.block_rank.vien-khtcnn",
    "ref.block_rank.ban-tdkt", "ref.overall_mean", "ref.block_mean.truc_thuoc", "ref.class_count.truc_thuoc.A",
    "ref.class_count.truc_thuoc.B",
}  # fmt: skip


def test_the_gate_finds_what_is_wrong_in_the_report_and_what_follows_from_it() -> None:
    comparison = compare(script().ruleset, run(), figures())
    by_kind: dict[str, set[str]] = {}
    for finding in comparison.findings:
        assert finding.severity == "reference"
        by_kind.setdefault(finding.kind, set()).add(finding.id)
    assert by_kind == {
        "reference.differs": set(ROOTS),
        "reference.follows": FOLLOWING,
        "reference.second_policy": {"ref.group_mean.truc_thuoc.g4"},
    }
    found = {finding.id: (finding.printed, finding.derived, finding.difference) for finding in comparison.findings}
    assert {name: found[name] for name in ROOTS} == ROOTS
    assert comparison.checked - comparison.equal == len(comparison.findings) == 21
    assert (comparison.checked, comparison.equal) == (313, 292)
    assert (len(comparison.totals), sum(comparison.totals.values())) == (23, 21)


def test_group_means_come_with_their_denominators() -> None:
    means = {one.figure.id: one for one in compare(script().ruleset, run(), figures()).figures}
    thuoc, truc_thuoc = means["group_mean.thuoc.g4"], means["group_mean.truc_thuoc.g4"]
    assert (thuoc.derived, thuoc.denominator, thuoc.finding) == ("45.00", 2, None)
    assert (truc_thuoc.derived, truc_thuoc.denominator) == ("75.00", 3)
    assert truc_thuoc.finding
    assert (truc_thuoc.finding.denominator, truc_thuoc.finding.printed_denominator) == (3, 8)


def test_the_other_policy_turns_the_two_group_means_round() -> None:
    ruleset = script().ruleset
    policies = ruleset.policies.model_copy(update={"group_mean": "over_all"})
    comparison = compare(ruleset.model_copy(update={"policies": policies}), run(), figures())
    second = [(one.id, one.derived) for one in comparison.findings if one.kind == "reference.second_policy"]
    assert second == [("ref.group_mean.thuoc.g4", "6.00")]


def _altered(figure: PrintedFigure, derived: str | None) -> PrintedFigure:
    """Another figure than the printed one, and not by chance the right one."""
    if figure.value == "-":
        return figure.model_copy(update={"value": "0.00"})
    step = Decimal("0.01") if "." in figure.value else Decimal(1)
    others = (str(Decimal(figure.value) + step), str(Decimal(figure.value) - step))
    return figure.model_copy(update={"value": next(other for other in others if other != derived)})


def test_altering_any_one_printed_cell_makes_the_gate_name_that_cell() -> None:
    before = compare(script().ruleset, run(), figures())
    for place, one in enumerate(before.figures):
        report = [*figures()[:place], _altered(one.figure, one.derived), *figures()[place + 1 :]]
        named = {finding.id for finding in compare(script().ruleset, run(), report).findings}
        assert named == {finding.id for finding in before.findings} | {f"ref.{one.figure.id}"}


def test_a_printed_figure_of_a_unit_nobody_knows_is_named_too() -> None:
    stray = PrintedFigure(id="x", table="Bảng 1", kind="total", value="1.00", unit="nobody")
    (finding,) = compare(script().ruleset, run(), [stray]).findings
    assert (finding.kind, finding.derived) == ("reference.unknown", None)


@pytest.mark.parametrize(
    ("name", "block", "hole"), [("thuoc", "thuoc", "[80.00, 100.00]"), ("truc-thuoc", "truc_thuoc", "(80.00, 100.00]")]
)
def test_the_classes_as_printed_are_refused_and_the_hole_is_named(name: str, block: str, hole: str) -> None:
    document = read_yaml(AGENCIES / "bnv" / "ruleset-2020-published.yaml")
    document["classes"][block] = read_yaml(HERE / "data" / f"classes-as-printed-{name}.yaml")[block]
    with pytest.raises(ClassesHaveHole) as refusal:
        parse(document)
    assert refusal.value.facts["hole"] == hole
    assert refusal.value.facts["path"] == f"classes/{block}"


def test_the_script_holds_what_the_year_must_show() -> None:
    year = script().year
    units = year.units.values()
    assert sum(len(unit.round1) + len(unit.round2) for unit in units) >= 20
    assert sum(len(unit.contests) for unit in units) == 3
    assert sum(len(unit.council) for unit in units) == 1
    assert [name for name, unit in year.units.items() if unit.withdrawn] == ["vu-khtc"]
    deadline = year.calendar.submission_deadline_at
    late = [unit for act in year.acts if act.do == "submit_sheets" and act.at > deadline for unit in act.units]
    assert late == ["vu-cttn", "hv-hcqg"]
    refused = {act.do: act.refusal for act in year.acts if act.refusal}
    assert refused == {"appraise_one": "body.own_unit", "approve": "run.unknown"}
    assert [act.outcome for act in year.acts if act.do == "review"] == ["sent_back", "accepted"]
    assert [act.at for act in year.acts] == sorted(act.at for act in year.acts)


def test_one_contest_is_upheld() -> None:
    year = script().year
    raised = [
        (name, criterion)
        for name, unit in year.units.items()
        for criterion in unit.contests
        if run("bnv", "round2").of(name).total != run("bnv", "round1").of(name).total
    ]
    assert raised == [("vu-tong-hop", "g2")]


def test_eleven_of_thirteen_council_members_and_the_whole_team_come_from_assessed_units() -> None:
    year = script().year
    homes = {person.id: person.unit for person in year.persons}
    council, team = ([homes[member.person] for member in year.bodies[body].members] for body in ("council", "team"))
    assert (len(council), council.count(None)) == (13, 2)
    assert (len(team), team.count(None)) == (5, 0)


@pytest.mark.parametrize("name", YEARS)
def test_every_act_of_a_year_can_be_played(name: str) -> None:
    read = script(name)
    year, known = read.year, {enrolled.unit for enrolled in read.roster.units}
    people, steps = {person.id for person in year.persons}, {step.number for step in read.template.steps}
    assert set(year.units) == known
    assert len(people) == len(year.persons)
    for act in year.acts:
        assert act.step in steps
        assert act.by in people or act.do in {"submit_sheets", "withdraw_sheet", "confirm_figures"}
        assert set(getattr(act, "units", ())) <= known
    for unit in known:
        assert year.person(unit, "unit").id != year.person(unit, "unit_head").id
    shown = {step.number for step in read.template.steps if step.proof}
    assert shown == steps


@pytest.mark.parametrize("name", YEARS)
def test_every_cell_has_evidence_or_an_explanation_and_every_verdict_changes_something(name: str) -> None:
    for unit, year in script(name).year.units.items():
        standing = dict(year.self)
        for criterion, word in year.self.items():
            assert year.evidence.get(criterion) or year.explanations.get(criterion), (unit, criterion)
            assert not (year.evidence.get(criterion) and year.explanations.get(criterion)), word
        for verdicts in (year.round1, year.round2, year.council):
            for criterion, verdict in verdicts.items():
                assert verdict.word != standing[criterion], (unit, criterion)
                standing[criterion] = verdict.word


@pytest.mark.parametrize(
    ("name", "totals"),
    [
        (
            "ubdt",
            {
                "tt-thong-tin": "100.00", "vu-htqt": "91.60", "van-phong": "85.00", "vu-khtc": "83.00",
                "vu-tong-hop": "79.00", "vu-phap-che": "48.77", "thanh-tra": "48.15", "vu-tccb": "37.05",
            },
        ),
        ("bnv-portal", {"tt-thong-tin": "87.14", "ban-tgcp": "77.25", "cuc-vtlt": "74.50"}),
    ],
)  # fmt: skip
def test_the_second_agency_and_the_second_campaign_have_results_of_their_own(name: str, totals: dict[str, str]) -> None:
    ranked = sorted(run(name).units, key=lambda unit: unit.rank_overall or 0)
    assert {unit.unit: str(unit.total) for unit in ranked} == totals


def test_the_second_agency_uses_the_unit_codes_of_the_first_and_a_process_without_self_score() -> None:
    first, second = script("bnv"), script("ubdt")
    assert {one.unit for one in second.roster.units} <= {one.unit for one in first.roster.units}
    assert first.year.campaign == second.year.campaign
    assert not second.template.self_score
    assert "self" not in run("ubdt").units[0].totals


@pytest.mark.parametrize("name", YEARS)
def test_every_cell_of_every_year_can_be_explained(name: str) -> None:
    ruleset = script(name).ruleset
    for unit in roster(name):
        for code, criterion in sheet_of(ruleset, unit.appendix, unit.taken).items():
            cohort = cohort_of(criterion, (standing_word(peer, code, "council") for peer in roster(name)))
            word = standing_word(unit, code, "council")
            assert word
            score = evaluate(criterion, word, cohort)
            assert score == run(name).of(unit.unit).cells[code].standing
            assert explain(criterion, word, score, "vi", cohort)
            assert explain(criterion, word, score, "en", cohort)


def test_usage_figures_name_only_units_of_the_roster_but_for_the_trial() -> None:
    read = script()
    assert read.usage
    known = {enrolled.unit for enrolled in read.roster.units}
    for name, push in read.usage.pushes.items():
        strangers = {row["unit"] for row in push.rows} - known
        assert strangers == ({"vu-ctth"} if name == "october-trial" else set())
        assert {row["metric"] for row in push.rows} <= set(read.usage.metrics)
        if name != "october-trial":
            assert len({(row.unit, row.metric) for row in push.figures}) == len(push.rows)
