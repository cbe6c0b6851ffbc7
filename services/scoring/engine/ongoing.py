"""A run that goes on: what a word changes is worked out again, and nothing else. Pure.

What comes of it is what `standings` makes of the same words; only the way there is shorter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.scoring.engine.reference import scores
from services.scoring.engine.reference.scores import Cohorts, Scored
from services.scoring.engine.reference.standings import (
    Places,
    Standings,
    compared,
    earlier_places,
    members,
    places,
    ranked,
    standing,
    summary,
)
from services.scoring.engine.roster import UnitInput, stages_until
from shared.ruleset import Appendix, Ruleset, Totals, peer_relative, totals
from shared.standing import Standing
from shared.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A run with all that the next one takes over from it.

    Attributes:
        units: What went into it, in the order of the roster.
        spoken: Stages at which anything was said.
        scored: The units with their scores.
        earlier: Places by the scores of the earlier campaign.
    """

    ruleset: Ruleset
    units: Mapping[str, UnitInput]
    spoken: Sequence[Stage]
    cohorts: Cohorts
    scored: Mapping[str, Scored]
    earlier: Places
    standings: Standings

    @classmethod
    def begun(cls, ruleset: Ruleset, units: Sequence[UnitInput], stage: Stage) -> "Ongoing":
        """The run of *units*, counting what was said up to *stage*.

        Raises:
            NoSuchAppendix, OverrideDoesNotFit, WordDoesNotFit, PointsOutOfRange: As `standings`.
        """
        cohorts, spoken = Cohorts(ruleset, units), scores.spoken_until(units, stage)
        scored = {unit.unit: scores.score(unit, spoken, stage, cohorts) for unit in units}
        run, earlier = compared(ruleset, list(scored.values()), stage), earlier_places(ruleset, units)
        return cls(ruleset, {unit.unit: unit for unit in units}, spoken, cohorts, scored, earlier, run)

    def heard(self, *units: UnitInput) -> "Ongoing":
        """The run with *units*, which are on the roster, as they are now.

        Raises:
            WordDoesNotFit, PointsOutOfRange: As `standings`.
        """
        known, stage = {**self.units, **{unit.unit: unit for unit in units}}, self.standings.stage
        if not all(_same_place(unit, self.units[unit.unit]) for unit in units):
            return Ongoing.begun(self.ruleset, list(known.values()), stage)
        touched = {unit.unit: self._touched(unit) for unit in units}
        sheets = self.cohorts.sheets
        relative = {
            sheets.of(unit)[code]
            for unit, codes in touched.items()
            for code in codes
            if peer_relative(sheets.of(unit)[code])
        }
        cohorts = self.cohorts.onward(list(known.values()), relative)
        for criterion in relative:
            if any(cohorts.of(criterion, each) != self.cohorts.of(criterion, each) for each in stages_until(stage)):
                for peer in sheets.peers(criterion):
                    touched.setdefault(peer, set()).add(criterion.code)
        again = {name: _again(self.scored[name], known[name], codes, cohorts) for name, codes in touched.items()}
        scored = {**self.scored, **again}
        spoken = scores.spoken_until(known.values(), stage)
        if spoken != self.spoken:
            again = scored = {name: _after(spoken, one, sheets.tree(name)) for name, one in scored.items()}
        run = self._compared(scored, again)
        return replace(self, units=known, spoken=spoken, cohorts=cohorts, scored=scored, standings=run)

    def _touched(self, unit: UnitInput) -> set[str]:
        """Criteria of *unit* that may be worth something else than before."""
        before, sheets = self.units[unit.unit], self.cohorts.sheets
        sheet = sheets.of(unit.unit)
        if unit.spoke != before.spoke:
            return set(sheet)
        spoken = {code for stage in stages_until(self.standings.stage) for code in _differing(unit, before, stage)}
        readers = (reader.code for code in spoken for reader in sheets.readers(unit.unit, code))
        return {code for code in (*spoken, *readers) if code in sheet}

    def _compared(self, scored: Mapping[str, Scored], again: Mapping[str, Scored]) -> Standings:
        """Everybody beside each other, where only those who were scored *again* may have other points."""
        blocks = members(self.units.values())
        now = places(self.ruleset, blocks, scored)
        units = tuple(
            standing(self.ruleset, again[old.unit], now, self.earlier) if old.unit in again else self._placed(old, now)
            for old in self.standings.units
        )
        moved = {one.unit.block for one in again.values()}
        beside = [each for each in units if self.units[each.unit].ranked]
        summaries = tuple(
            summary(self.ruleset, old.block, [each for each in beside if each.block == old.block])
            if old.block in moved
            else old
            for old in self.standings.blocks
        )
        overall = summary(self.ruleset, None, beside) if again else self.standings.overall
        return Standings(self.standings.stage, units, summaries, overall)

    def _placed(self, old: Standing, now: Places) -> Standing:
        """*old* among the others as they are *now*."""
        if now.of(old.unit) == (old.rank_overall, old.rank_block):
            return old
        return old.model_copy(update=ranked(old.unit, now, self.earlier))


def _same_place(unit: UnitInput, before: UnitInput) -> bool:
    """Whether only words differ."""
    return replace(unit, words=before.words) == before


def _differing(unit: UnitInput, before: UnitInput, stage: Stage) -> Iterator[str]:
    now, then = unit.words.get(stage, {}), before.words.get(stage, {})
    return (code for code in dict.fromkeys((*now, *then)) if now.get(code) != then.get(code))


def _again(old: Scored, unit: UnitInput, codes: set[str], cohorts: Cohorts) -> Scored:
    """*unit*, of which only *codes* may be worth something else than of *old*."""
    tree, sheet = cohorts.sheets.tree(unit.unit), cohorts.sheets.of(unit.unit)
    *_, last = old.found
    valued = {code: scores.course(unit, sheet[code], last, cohorts) for code in codes}
    courses = {**old.courses, **valued}
    found = {
        stage: then
        if all(course[stage] == old.courses[code][stage] for code, course in valued.items())
        else totals(tree, scores.at(courses, stage))
        for stage, then in old.found.items()
    }
    return replace(old, unit=unit, courses=courses, found=found)


def _after(spoken: Sequence[Stage], one: Scored, tree: Appendix) -> Scored:
    """*one* after each stage that has *spoken* by now; where nothing moved since another stage, it came to the same."""
    *_, last = one.found
    known = [(scores.at(one.courses, stage), then) for stage, then in one.found.items()]
    found: dict[Stage, Totals] = {}
    for stage in dict.fromkeys((*spoken, last)):
        stood = scores.at(one.courses, stage)
        found[stage] = next((then for other, then in known if other == stood), None) or totals(tree, stood)
    return replace(one, spoken=spoken, found=found)
