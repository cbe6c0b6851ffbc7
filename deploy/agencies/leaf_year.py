"""A year at leaf level from one at group level: the same people, acts and reasons, and words on every criterion.

Pure, and nothing is left to chance: the same files give the same words, chosen so that each group comes at each stage
to exactly what the year says of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from deploy.agencies.leaf_file import Detail, LeafFile
from deploy.agencies.leaf_group import GroupSaid, GroupTold, told
from deploy.agencies.leaf_words import hundredths, said_points
from deploy.agencies.year_file import AnyAct, AppraiseOne, Paper, Script, UnitYear, Verdict
from shared.campaign import Enrolment
from shared.errors import Invalid
from shared.ruleset import Appendix, Criterion, decimal_text, evaluate, points_of, totals, tree_of
from shared.ruleset.model import leaves
from shared.vocabulary import STAGES, GivenInputs, GivenPoints, GivenState, NotApplicable, Stage, Word

T = TypeVar("T")
ANSWERS = {"yes": "có", "no": "không"}


class GroupUnknown(Invalid, code="leaves.group_unknown"):
    """The year speaks on something that is no group of the ruleset with the criteria."""


class GroupOtherwise(Invalid, code="leaves.group_otherwise"):
    """The criteria come to another score than the year says: the group is no sum of them."""


class AnswersDiffer(Invalid, code="leaves.answers_differ"):
    """The answers do not give the group's score, and the file has no words for a correction."""


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A group score that does not follow from what its source says on the criteria.

    Attributes:
        said, derived: What the year says of the group in the end, and what the answers come to.
        corrected: Criteria on which another word than the source's had to be said.
    """

    unit: str
    group: str
    said: str
    derived: str
    corrected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeafYear:
    """A year that can be played, and where its scores do not follow from its sources."""

    script: Script
    exceptional: tuple[Exceptional, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit, its tree, and its groups with their criteria, as said and as told."""

    enrolled: Enrolment
    tree: Appendix
    criteria: Mapping[str, tuple[Criterion, ...]]
    said: Mapping[str, GroupSaid]
    told: Mapping[str, GroupTold]

    def words(self, stage: Stage) -> dict[str, Word]:
        """Those that *stage* says anew, in the order of the document."""
        return {code: word for each in self.told.values() for code, word in each.by_stage.get(stage, {}).items()}


def leaf_year(detail: Detail) -> LeafYear:
    """The year of *detail*, criterion by criterion.

    Raises:
        CriterionOpen, GroupOutOfReach, GroupNotJudged: No words on a group's criteria are what the year says of it.
        GroupOtherwise, GroupUnknown, AnswersDiffer: See there.
    """
    script, file = detail.script, detail.file
    units = {each.unit: _unit(detail, each) for each in script.roster.units}
    changed = {
        "campaign": file.campaign,
        "title": file.title,
        "reconstructed": (*script.year.reconstructed, *file.reconstructed),
        "files": script.year.files.model_copy(update={"ruleset": file.ruleset}),
        "units": {code: _unit_year(file, script.year.units[code], unit) for code, unit in units.items()},
        "acts": tuple(_act(act, units) for act in script.year.acts),
    }
    year = script.year.model_copy(update=changed)
    exceptional = tuple(found for unit in units.values() for found in _exceptional(detail, unit))
    if exceptional and file.correction is None:
        raise AnswersDiffer(unit=exceptional[0].unit, group=exceptional[0].group)
    return LeafYear(script.model_copy(update={"year": year, "ruleset": detail.ruleset}), exceptional)


def _unit(detail: Detail, enrolled: Enrolment) -> _Unit:
    year = detail.script.year.units[enrolled.unit]
    tree = tree_of(detail.ruleset, enrolled.appendix, enrolled.taken)
    criteria = {node.code: tuple(leaves((node,))) for node in tree.children}
    for code in (*year.self, *year.round1, *year.round2, *year.council):
        if code not in criteria:
            raise GroupUnknown(unit=enrolled.unit, group=code)
    said = {code: _said(enrolled.unit, year, code) for code in criteria if code in year.self}
    found = {
        code: told(criteria[code], each, _known(detail, enrolled.unit, code, criteria[code]), detail.file.topics)
        for code, each in said.items()
    }
    unit = _Unit(enrolled, tree, criteria, said, found)
    _examine(unit)
    return unit


def _said(unit: str, year: UnitYear, group: str) -> GroupSaid:
    verdicts = _verdicts(year)
    spoken = {stage: found[group] for stage, found in verdicts.items() if group in found}
    by_stage: dict[Stage, Word] = {"self": year.self[group], **{stage: each.word for stage, each in spoken.items()}}
    return GroupSaid(unit, by_stage, {stage: each.reason for stage, each in spoken.items()}, year.withdrawn.get(group))


def _verdicts(year: UnitYear) -> dict[Stage, dict[str, Verdict]]:
    return {"round1": year.round1, "round2": year.round2, "council": year.council}


def _known(detail: Detail, unit: str, group: str, criteria: Sequence[Criterion]) -> dict[str, Word]:
    """What the source of the answers says on the criteria of *group*; empty where it says nothing."""
    asked, answers = detail.file.answers, detail.known.get(unit)
    if asked is None or asked.group != group or answers is None:
        return {}
    return {
        each.code: GivenInputs(inputs={declared.name: answers[declared.name] for declared in each.inputs})
        if each.inputs
        else GivenPoints(points=asked.unasked)
        for each in criteria
    }


def _examine(unit: _Unit) -> None:
    """Hold every group at every stage, added up as results are, against what the year says of it.

    Raises:
        GroupOtherwise: They differ.
    """
    known = {each.code: each for criteria in unit.criteria.values() for each in criteria}
    first = {code: word for each in unit.told.values() for code, word in each.withdrawn.items()}
    _compare(unit, known, unit.words("self") | first, {code: each.withdrawn for code, each in unit.said.items()})
    words: dict[str, Word] = {}
    for stage in STAGES:
        words |= unit.words(stage)
        _compare(unit, known, words, {code: each.by_stage.get(stage) for code, each in unit.said.items()})


def _compare(
    unit: _Unit, known: Mapping[str, Criterion], words: Mapping[str, Word], said: Mapping[str, Word | None]
) -> None:
    scores = {code: evaluate(known[code], word) for code, word in words.items()}
    found = totals(unit.tree, scores).groups
    for code, word in said.items():
        if word is not None and points_of(found[code].score) != _points(word):
            raise GroupOtherwise(unit=unit.enrolled.unit, group=code)


def _points(word: Word) -> Decimal | None:
    """What a group counts of which *word* was said."""
    return (
        word.points
        if isinstance(word, GivenPoints)
        else points_of(word.score)
        if isinstance(word, GivenState)
        else None
    )


def _exceptional(detail: Detail, unit: _Unit) -> list[Exceptional]:
    found = []
    for code, each in unit.told.items():
        last = unit.said[code].by_stage[unit.said[code].last]
        if each.corrected and isinstance(last, GivenPoints):
            known = _known(detail, unit.enrolled.unit, code, unit.criteria[code])
            derived = sum(hundredths(criterion, known[criterion.code]) or 0 for criterion in unit.criteria[code])
            given = str(said_points(derived).points)
            found.append(Exceptional(unit.enrolled.unit, code, str(last.points), given, each.corrected))
    return found


def _unit_year(file: LeafFile, year: UnitYear, unit: _Unit) -> UnitYear:
    """What the unit's *year* says of groups, said of their criteria."""
    stages = {
        stage: {
            criterion: _verdict(file, verdicts[group], unit, group, stage, criterion, word)
            for group, each in unit.told.items()
            for criterion, word in each.by_stage.get(stage, {}).items()
        }
        for stage, verdicts in _verdicts(year).items()
    }
    contests = {
        criterion: objection
        for group, objection in year.contests.items()
        for criterion in unit.told[group].by_stage.get("round1", {})
    }
    return UnitYear.model_validate(
        {
            "self": unit.words("self"),
            "explanations": _of_criteria(unit, year.explanations),
            "evidence": _of_criteria(unit, {code: _papers(file, year, unit, code) for code in year.evidence}),
            "withdrawn": {code: word for each in unit.told.values() for code, word in each.withdrawn.items()},
            **stages,
            "contests": contests,
            "final": year.final,
        }
    )


def _of_criteria(unit: _Unit, of_groups: Mapping[str, T]) -> dict[str, T]:
    """What is said of a group, said of each of its criteria."""
    return {each.code: what for group, what in of_groups.items() for each in unit.criteria[group]}


def _verdict(
    file: LeafFile, on_group: Verdict, unit: _Unit, group: str, stage: Stage, criterion: str, word: Word
) -> Verdict:
    said = unit.said[group].by_stage
    stages = [each for each in STAGES if each in said]
    before = said[stages[stages.index(stage) - 1]]
    code, reason = on_group.code, file.reason
    if criterion in unit.told[group].corrected and stage == stages[-1] and file.correction is not None:
        code, reason = file.correction.code, file.correction.reason
    told_reason = reason.format(group=group, before=_spoken(before), after=_spoken(said[stage]), reason=on_group.reason)
    return Verdict(word=word, code=code, reason=told_reason, cites=on_group.cites)


def _papers(file: LeafFile, year: UnitYear, unit: _Unit, group: str) -> tuple[Paper, ...]:
    """The group's documents, the first one with a file where the year at leaf level has one."""
    first, *others = year.evidence[group]
    if group not in file.reports or first.file is not None:
        return first, *others
    words = unit.told[group].by_stage["self"]
    lines = (f"{each.code} {each.title.vi}: {_spoken(words[each.code])}" for each in unit.criteria[group])
    return first.model_copy(update={"file": "\n".join(lines)}), *others


def _spoken(word: Word) -> str:
    """*word* as a document says it."""
    match word:
        case GivenPoints():
            return f"{decimal_text(word.points, 'vi')} điểm"
        case GivenInputs():
            return ", ".join(ANSWERS.get(str(value), str(value)) for value in word.inputs.values())
        case GivenState():
            return "không áp dụng" if isinstance(word.score, NotApplicable) else "không chấm"


def _act(act: AnyAct, units: Mapping[str, _Unit]) -> AnyAct:
    """*act*; a verdict by itself is on the first criterion that the same stage speaks on in the same group."""
    if not isinstance(act, AppraiseOne):
        return act
    unit = units[act.unit]
    words = unit.told[act.criterion].by_stage.get(act.stage) or unit.told[act.criterion].by_stage["self"]
    criterion, word = next(iter(words.items()))
    verdict = act.verdict.model_copy(update={"word": word})
    return act.model_copy(update={"criterion": criterion, "verdict": verdict})
