"""A ruleset: trees of criteria, how each is scored, classes and policies. Data, because the method changes yearly."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, Tag

from shared.vocabulary import Id, Localized, Number, Points, Text, Value


class Strict(Value):
    """An unknown field is a mistake: a rule that nobody reads would look as if it counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Input(Strict):
    """A figure that a rule reads; never below zero.

    Attributes:
        unit: Unit of measure, e.g. ``máy`` or ``%``.
        source: Who says it: the unit itself, a feed, or the appraisers.
        metric: The usage figure it can be held against, where there is one.
    """

    name: Id
    title: Localized
    unit: Text
    source: Literal["unit", "feed", "appraiser"]
    metric: Id | None = None


class Manual(Strict):
    """Appraised as a whole: people say the points."""

    kind: Literal["manual.v1"]


class Ratio(Strict):
    """Points = numerator / denominator × maximum, never above the maximum."""

    kind: Literal["ratio.v1"]
    numerator: Id
    denominator: Id
    zero_denominator: Literal["not_applicable", "zero"]

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of its inputs."""
        return (self.numerator, self.denominator)


class Tier(Strict):
    """From *at_least* (included) up to the next higher tier (excluded)."""

    at_least: Number
    points: Points


class Tiers(Strict):
    """Points by where one input lies; tiers from the highest down to 0, so that none is missing."""

    kind: Literal["tiers.v1"]
    input: Id
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of its inputs."""
        return (self.input,)


class Relative(Strict):
    """Points = input / the best unit's input × maximum: another unit's word can change this one's score."""

    kind: Literal["relative.v1"]
    input: Id

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of its inputs."""
        return (self.input,)


Rule = Annotated[Manual | Ratio | Tiers | Relative, Field(discriminator="kind")]
Aggregate: TypeAlias = Literal["mean_of_applicable", "sum"]
"""How parts make a whole. ``sum`` is scaled to what applies: a part that does not apply costs nothing."""
Maximum = Annotated[Points, Field(gt=0)]


class Criterion(Strict):
    """A leaf: what a word is said on, and the first level that is published."""

    code: Id
    title: Localized
    max: Maximum
    ground: Text | None = None
    inputs: tuple[Input, ...] = ()
    rule: Rule


class Group(Strict):
    """Criteria, or groups of them."""

    code: Id
    title: Localized
    max: Maximum
    ground: Text | None = None
    aggregate: Aggregate
    children: Annotated[tuple["Node", ...], Field(min_length=1)]


def _which(node: Any) -> str:  # noqa: ANN401 - whatever stands in the document
    leaf = "rule" in node if isinstance(node, dict) else isinstance(node, Criterion)
    return "criterion" if leaf else "group"


Node = Annotated[Annotated[Criterion, Tag("criterion")] | Annotated[Group, Tag("group")], Discriminator(_which)]


class Appendix(Strict):
    """A tree of criteria for one kind of unit."""

    code: Id
    title: Localized
    max: Maximum
    ground: Text | None = None
    aggregate: Aggregate
    children: Annotated[tuple[Node, ...], Field(min_length=1)]


class ClassBand(Strict):
    """Scores from *at_least* (included) up to *below* (excluded) or, for the top class, *up_to* (included)."""

    code: Id
    label: Localized
    at_least: Points
    below: Points | None = None
    up_to: Points | None = None


class Rounding(Strict):
    """Once for each level that is published: criterion, group, unit."""

    mode: Literal["half_up"]
    digits: Annotated[int, Field(ge=2, le=2)]


class Policies(Strict):
    """What a source often leaves unsaid; every ruleset must say it.

    Attributes:
        ties: Equal scores share the better rank, and the next one counts on.
        rank_on: Ranks compare what is published, not what was before rounding.
        block_mean: Mean of the published totals of the units that have one.
        group_mean: Denominator of a group's mean: the units it applies to, or all (then not applicable counts as 0).
    """

    ties: Literal["1224"]
    rank_on: Literal["published"]
    rounding: Rounding
    block_mean: Literal["of_published"]
    group_mean: Literal["over_applicable", "over_all"]


class Ruleset(Strict):
    """One edition of a method.

    Attributes:
        ground: The legal document it follows.
        reconstructed: True where a rule in it is printed in no source; *note* says which.
        classes: By block, from the best down.
    """

    id: Id
    edition: Id
    title: Localized
    ground: Text
    reconstructed: bool = False
    note: Text | None = None
    appendices: Annotated[tuple[Appendix, ...], Field(min_length=1)]
    classes: dict[Id, Annotated[tuple[ClassBand, ...], Field(min_length=1)]]
    policies: Policies

    @property
    def max(self) -> Decimal:
        """The greatest total; the same in every appendix, else ranks across blocks would mean nothing."""
        return self.appendices[0].max


def codes(nodes: tuple[Node, ...]) -> Iterator[str]:
    """The code of every node under *nodes*, groups and criteria."""
    for node in nodes:
        yield node.code
        if isinstance(node, Group):
            yield from codes(node.children)


def leaves(nodes: tuple[Node, ...]) -> Iterator[Criterion]:
    """Every criterion under *nodes*, in the order of the document."""
    for node in nodes:
        if isinstance(node, Criterion):
            yield node
        else:
            yield from leaves(node.children)
