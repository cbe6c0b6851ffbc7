"""What was said of one unit, made points: each criterion at each stage, and what they come to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.scoring.engine.roster import UnitInput, full_word, stages_until
from services.scoring.engine.sheets import Sheets
from shared.ruleset import Cohort, Criterion, Ruleset, Totals, cohort_of, evaluate, peer_relative, totals
from shared.standing import Cell
from shared.vocabulary import Missing, NotScored, Score, Stage, Word

NO_SHEET = NotScored(reason="insufficient_data")


class Cohorts:
    """What each criterion that looks at the other units must know of them, at each stage."""

    def __init__(self, ruleset: Ruleset, units: Sequence[UnitInput]) -> None:
        self._ruleset = ruleset
        self._unsaid: Score = NO_SHEET if ruleset.policies.no_sheet == "zero" else Missing()
        self._units = {unit.unit: unit for unit in units}
        self.sheets = Sheets(ruleset, self._units)
        self._known: dict[tuple[Criterion, Stage], Cohort] = {}

    def unsaid(self, unit: UnitInput) -> Score:
        """What a criterion is worth that *unit* said nothing on."""
        return Missing() if unit.spoke else self._unsaid

    def of(self, criterion: Criterion, stage: Stage) -> Cohort | None:
        """What its peers said on *criterion* until *stage*; None where that does not matter."""
        if not peer_relative(criterion):
            return None
        key = (criterion, stage)
        if key not in self._known:
            peers = (self._units[unit] for unit in self.sheets.peers(criterion))
            self._known[key] = cohort_of(criterion, (full_word(peer, criterion, stage) for peer in peers))
        return self._known[key]

    def onward(self, units: Sequence[UnitInput], spoken: Collection[Criterion]) -> "Cohorts":
        """The same of *units*, composed as before, which said something else at most on these criteria."""
        found = Cohorts(self._ruleset, units)
        found.sheets = self.sheets
        found._known = {key: cohort for key, cohort in self._known.items() if key[0] not in spoken}
        return found


@dataclass(frozen=True, slots=True)
class Scored:
    """One unit with its scores, before it is compared with the others.

    Attributes:
        courses: What stood on each criterion, at each stage.
        spoken: Stages at which anybody spoke.
        found: What it came to after each of them, and after the last stage that counts.
    """

    unit: UnitInput
    courses: Mapping[str, Mapping[Stage, Score]]
    spoken: Sequence[Stage]
    found: Mapping[Stage, Totals]

    @property
    def now(self) -> Totals:
        """What it comes to in the end."""
        *_, last = self.found.values()
        return last

    @property
    def by_stage(self) -> dict[Stage, Totals]:
        """What it came to after each stage that spoke."""
        return {stage: self.found[stage] for stage in self.spoken}

    @property
    def cells(self) -> dict[str, Cell]:
        """What was said of each criterion, and what stands in the end."""
        return {code: _cell(self.unit, code, course) for code, course in self.courses.items()}


def spoken_until(units: Iterable[UnitInput], last: Stage) -> tuple[Stage, ...]:
    """The stages up to *last* at which anything was said of any of them."""
    known = tuple(units)
    return tuple(stage for stage in stages_until(last) if any(unit.words.get(stage) for unit in known))


def score(unit: UnitInput, spoken: Sequence[Stage], last: Stage, cohorts: Cohorts) -> Scored:
    """*unit* after each stage that spoke, and after the *last*.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit: Its composition is not in the ruleset.
        WordDoesNotFit, PointsOutOfRange: A word that a criterion cannot be scored from.
    """
    tree, sheet = cohorts.sheets.tree(unit.unit), cohorts.sheets.of(unit.unit)
    courses = {code: course(unit, criterion, last, cohorts) for code, criterion in sheet.items()}
    found = {stage: totals(tree, at(courses, stage)) for stage in dict.fromkeys((*spoken, last))}
    return Scored(unit, courses, spoken, found)


def at(courses: Mapping[str, Mapping[Stage, Score]], stage: Stage) -> dict[str, Score]:
    """What stood on each criterion after *stage*."""
    return {code: course[stage] for code, course in courses.items()}


def course(unit: UnitInput, criterion: Criterion, last: Stage, cohorts: Cohorts) -> dict[Stage, Score]:
    """What stood on *criterion* at each stage up to *last*."""
    found: dict[Stage, Score] = {}
    before: Word | None = None
    score = unsaid = cohorts.unsaid(unit)
    for stage in stages_until(last):
        word, cohort = full_word(unit, criterion, stage), cohorts.of(criterion, stage)
        if word is None:
            score = unsaid
        elif cohort is not None or word != before:
            # Among others it is valued anew: the best unit may have changed since this one was last spoken on.
            score = evaluate(criterion, word, cohort)
        before, found[stage] = word, score
    return found


def _cell(unit: UnitInput, code: str, course: Mapping[Stage, Score]) -> Cell:
    spoke = {stage: score for stage, score in course.items() if code in unit.words.get(stage, {})}
    *_, standing = course.values()
    return Cell(scores=spoke, standing=standing)
