"""From words to columns: every word valued once by the ruleset's own function, stage after stage, tree by tree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from services.scoring.engine.roster import UnitInput, stages_until
from services.scoring.engine.vector.columns import Column, Plain, column, plain
from shared.ruleset import Appendix, Cohort, Criterion, Ruleset, cohort_of, completed, evaluate, peer_relative, tree_of
from shared.ruleset.model import leaves
from shared.vocabulary import GivenInputs, GivenPoints, Missing, NotScored, Stage, Word

Said: TypeAlias = list[Word | None]
"""What stands on one criterion, a row a unit."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Units of one tree as columns.

    Attributes:
        rows: Where each of them stands on the roster.
        columns: By code of the criterion, a row a unit.
    """

    tree: Appendix
    rows: Sequence[int]
    columns: Mapping[str, Column]


@dataclass(slots=True)
class Part:
    """The units of one tree, and what stands on each of its criteria.

    Attributes:
        rows: Where each unit stands on the roster.
        words: By criterion, as of the stage that was reached.
        found: The same, valued.
        worth: What words that were valued before are worth; of all parts together.
        heard: Rows that were spoken on at that stage, by criterion.
    """

    tree: Appendix
    sheet: Mapping[str, Criterion]
    rows: list[int]
    units: list[UnitInput]
    words: dict[str, Said]
    found: dict[str, list[Plain]]
    worth: dict[Criterion, dict[object, Plain]]
    heard: dict[str, list[int]] = field(default_factory=dict)

    def enrol(self, row: int, unit: UnitInput, unsaid: Plain) -> None:
        """One more unit, which has said nothing yet."""
        self.rows.append(row)
        self.units.append(unit)
        for code in self.sheet:
            self.words[code].append(None)
            self.found[code].append(unsaid)

    def hear(self, stage: Stage) -> None:
        """Let the words of *stage* take the place of those before it."""
        self.heard = {code: [] for code in self.sheet}
        for row, unit in enumerate(self.units):
            for code, word in unit.words.get(stage, {}).items():
                if code in self.words:
                    self.words[code][row] = word
                    self.heard[code].append(row)

    def completed(self, criterion: Criterion, row: int) -> Word | None:
        """What stands there, with what stands in registers."""
        if not criterion.registers:
            return self.words[criterion.code][row]
        return completed(criterion, lambda code: self.words[code][row])

    def value(self, criterion: Criterion, cohort: Cohort | None) -> None:
        """Value what was heard on *criterion*, and where other words matter too, all of it; equal words only once."""
        code = criterion.code
        alone = cohort is None and not criterion.registers
        rows = self.heard[code] if alone else range(len(self.rows))
        known: dict[object, Plain] = self.worth.setdefault(criterion, {}) if cohort is None else {}
        found = self.found[code]
        for row in rows:
            word = self.completed(criterion, row)
            if word is not None:
                key = _key(word)
                score = known.get(key)
                if score is None:
                    score = known[key] = plain(evaluate(criterion, word, cohort))
                found[row] = score

    def encoded(self) -> Encoded:
        """As columns."""
        columns = {code: column(self.found[code], int(each.max * 100)) for code, each in self.sheet.items()}
        return Encoded(self.tree, self.rows, columns)


def parts_of(ruleset: Ruleset, units: Sequence[UnitInput]) -> list[Part]:
    """The roster by tree, before anybody said anything.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit: A unit's composition is not in the ruleset.
    """
    missing = plain(Missing())
    silent = plain(NotScored(reason="insufficient_data")) if ruleset.policies.no_sheet == "zero" else missing
    found: dict[object, Part] = {}
    worth: dict[Criterion, dict[object, Plain]] = {}
    for row, unit in enumerate(units):
        name = (unit.appendix, *sorted(unit.taken.items()))
        if name not in found:
            tree = tree_of(ruleset, unit.appendix, unit.taken)
            sheet = {each.code: each for each in leaves(tree.children)}
            found[name] = Part(tree, sheet, [], [], {code: [] for code in sheet}, {code: [] for code in sheet}, worth)
        found[name].enrol(row, unit, missing if unit.spoke else silent)
    return list(found.values())


def heard(parts: Sequence[Part], last: Stage) -> Iterator[Stage]:
    """Each stage that spoke, and the *last*; the *parts* are then as they stood after it.

    Raises:
        WordDoesNotFit, PointsOutOfRange: A word that a criterion cannot be scored from.
    """
    for stage in stages_until(last):
        if stage != last and not any(unit.words.get(stage) for part in parts for unit in part.units):
            continue
        for part in parts:
            part.hear(stage)
        cohorts: dict[Criterion, Cohort] = {}
        for part in parts:
            for criterion in part.sheet.values():
                part.value(criterion, _cohort(criterion, parts, cohorts))
        yield stage


def _cohort(criterion: Criterion, parts: Sequence[Part], known: dict[Criterion, Cohort]) -> Cohort | None:
    """What everybody with the very same criterion said on it, where that matters."""
    if not peer_relative(criterion):
        return None
    if criterion not in known:
        same = [part for part in parts if part.sheet.get(criterion.code) == criterion]
        said = (part.completed(criterion, row) for part in same for row in range(len(part.rows)))
        known[criterion] = cohort_of(criterion, said)
    return known[criterion]


def _key(word: Word) -> object:
    """The same for words that are worth the same."""
    if isinstance(word, GivenInputs):
        return tuple(word.inputs.items())
    return word.points if isinstance(word, GivenPoints) else word.score
