"""One group of one unit through the stages of a year, told criterion by criterion. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deploy.agencies.leaf_words import Part, answers, best, hundredths, words_for
from shared.errors import Invalid
from shared.ruleset import Criterion
from shared.ruleset.rules import Manual
from shared.vocabulary import STAGES, GivenInputs, GivenPoints, GivenState, NotApplicable, Stage, Word


class GroupNotJudged(Invalid, code="leaves.group_not_judged"):
    """The year gives inputs for a group, not points: what its criteria come to is calculated already."""


class GroupOutOfReach(Invalid, code="leaves.group_out_of_reach"):
    """No words on the group's criteria come to its score."""


@dataclass(frozen=True, slots=True)
class GroupSaid:
    """What a year says of one group of one unit.

    Attributes:
        by_stage: Its word wherever a stage speaks on it; "self" always does.
        reasons: Of the later stages.
        withdrawn: In a first sheet that was taken back; None where that said the same.
    """

    unit: str
    by_stage: Mapping[Stage, Word]
    reasons: Mapping[Stage, str] = field(default_factory=dict)
    withdrawn: Word | None = None

    @property
    def last(self) -> Stage:
        """The last stage that speaks on it."""
        return [stage for stage in STAGES if stage in self.by_stage][-1]


@dataclass(frozen=True, slots=True)
class GroupTold:
    """The same, criterion by criterion.

    Attributes:
        by_stage: Every criterion at "self", later those on which another word is said.
        corrected: Criteria whose last word is another than what is known of them, since the score needs it.
    """

    by_stage: Mapping[Stage, Mapping[str, Word]]
    withdrawn: Mapping[str, Word] = field(default_factory=dict)
    corrected: tuple[str, ...] = ()


def told(
    criteria: Sequence[Criterion], said: GroupSaid, known: Mapping[str, Word], topics: Sequence[str] = ()
) -> GroupTold:
    """What is *said* of a group, as words on its *criteria*.

    Args:
        criteria: In the order of the document.
        said: By stage.
        known: What a source says on the criteria in the end: of all of them, or empty.
        topics: Words by which a reason speaks of a criterion: that one moves first.

    Raises:
        CriterionOpen, GroupOutOfReach: No words come to the group's score.
        GroupNotJudged: See there.
    """
    return _Telling(criteria, said, known, topics).tell()


class _Telling:
    """One group, stage by stage."""

    def __init__(
        self, criteria: Sequence[Criterion], said: GroupSaid, known: Mapping[str, Word], topics: Sequence[str]
    ) -> None:
        self._criteria, self._said, self._known, self._topics = criteria, said, known, topics
        self._last: dict[str, Word] = {}
        last = said.by_stage[said.last]
        if known and isinstance(last, GivenPoints):
            fixed = {each.code: self._worth(each, known) for each in criteria}
            parts = [Part(each, known[each.code], fixed[each.code], fixed[each.code]) for each in self._moving(None)]
            self._last = self._reached(parts, last)
        self._corrected = tuple(code for code, word in self._last.items() if word != known[code])

    def tell(self) -> GroupTold:
        """Every stage that speaks."""
        standing = {each.code: best(each) for each in self._criteria}
        by_stage: dict[Stage, dict[str, Word]] = {}
        for stage in STAGES:
            if stage not in self._said.by_stage:
                continue
            words = self._words(self._said.by_stage[stage], standing, stage)
            by_stage[stage] = {code: each for code, each in words.items() if stage == "self" or each != standing[code]}
            standing = words
        withdrawn: dict[str, Word] = {}
        if self._said.withdrawn is not None:
            own = by_stage["self"]
            first = self._words(self._said.withdrawn, own, None)
            withdrawn = {code: word for code, word in first.items() if word != own[code]}
        return GroupTold(by_stage, withdrawn, self._corrected)

    def _words(self, word: Word, standing: Mapping[str, Word], stage: Stage | None) -> dict[str, Word]:
        """Of every criterion, where *standing* stood and *word* is said on the group; no stage: in the first sheet."""
        match word:
            case GivenState() if isinstance(word.score, NotApplicable) or stage == "self":
                return {each.code: word for each in self._criteria}
            case GivenState():  # what was worth nothing stays so
                worth = {each.code: self._worth(each, standing) for each in self._criteria}
                return {code: word if points else standing[code] for code, points in worth.items()}
            case GivenPoints() if stage == self._said.last and self._last:
                return {each.code: self._last[each.code] for each in self._criteria}
            case GivenPoints():
                parts = [Part(each, standing[each.code], *self._bounds(each)) for each in self._moving(stage)]
                chosen = self._reached(parts, word)
                return {each.code: chosen[each.code] for each in self._criteria}
            case GivenInputs():
                raise GroupNotJudged(unit=self._said.unit)

    def _reached(self, parts: Sequence[Part], word: GivenPoints) -> dict[str, Word]:
        chosen = words_for(parts, int(word.points * 100))
        if chosen is None:
            first, last = self._criteria[0].code, self._criteria[-1].code
            raise GroupOutOfReach(unit=self._said.unit, first=first, last=last, points=word.points)
        return chosen

    def _bounds(self, criterion: Criterion) -> tuple[int, int]:
        """Before the last stage: nothing below what it will come to, so that it is not lowered and raised again."""
        if criterion.code in self._corrected:
            known = self._worth(criterion, self._known)
            return known, known
        if isinstance(criterion.rule, Manual):
            least, most = int(criterion.rule.floor * 100), int(criterion.max * 100)
        else:
            worths = [worth for worth, _ in answers(criterion)]
            least, most = min(worths), max(worths)
        return max(least, self._worth(criterion, self._last)) if self._last else least, most

    def _worth(self, criterion: Criterion, words: Mapping[str, Word]) -> int:
        return hundredths(criterion, words[criterion.code]) or 0

    def _moving(self, stage: Stage | None) -> list[Criterion]:
        """The order in which they move: first those that the reason speaks of, then those that a later one does.

        In a sheet these come last, since they move later. The rest in an order of the unit's own.
        """
        own = self._said.reasons.get(stage, "") if stage else ""
        later = " ".join(reason for each, reason in self._said.reasons.items() if each != stage)
        in_a_sheet = stage in {None, "self"}

        def place(criterion: Criterion) -> tuple[bool, bool, str]:
            named = self._spoken_of(criterion, later)
            mixed = hashlib.sha256(f"{self._said.unit}/{criterion.code}".encode()).hexdigest()
            return not self._spoken_of(criterion, own), named if in_a_sheet else not named, mixed

        return sorted(self._criteria, key=place)

    def _spoken_of(self, criterion: Criterion, reason: str) -> bool:
        title, text = criterion.title.vi.casefold(), reason.casefold()
        return any(topic.casefold() in title and topic.casefold() in text for topic in self._topics)
