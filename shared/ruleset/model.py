"""A ruleset: trees of criteria, how each is scored, classes and policies. Data, because the method changes yearly."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from shared.ruleset.aggregates import Aggregate
from shared.ruleset.rules import NUMERIC, InputType, Rule, Strict
from shared.vocabulary import Day, Id, InputValue, Localized, Number, Points, Sha256, Text

CEILING = Decimal(1_000_000_000)
RATES = ("%", "‰")
"""Units of measure of what is no count."""
DIGITS = 2
"""Of published figures, where a node says no other."""
SEMANTICS = ("1",)
"""Of aggregates, rounding, ranks and means, the oldest first: every one that a run can be computed by."""


class Input(Strict):
    """A figure or an answer that a rule reads.

    Attributes:
        type: A figure is never below zero, a count is whole.
        unit: Unit of measure, e.g. ``máy`` or ``%``; an answer has none.
        numerator, denominator: Of a rate that comes as one figure: what is counted, of what. A share of documents and
            a share of people are two figures, whatever both are called.
        source: Who says it.
        metric: The usage figure it can be held against, where there is one.
        ceiling: No unit can have more; a figure above it is refused as a slip of the pen.
    """

    name: Id
    title: Localized
    type: InputType = "number"
    unit: Text | None = None
    numerator: Text | None = None
    denominator: Text | None = None
    source: Literal["unit", "appraiser", "inspection", "feed", "survey"]
    metric: Id | None = None
    ceiling: Number = CEILING

    @property
    def additive(self) -> bool:
        """Whether figures of parts add up to the whole's: counts and amounts do; rates, days and answers do not."""
        rate = self.numerator or self.denominator or any(sign in (self.unit or "") for sign in RATES)
        return self.type in NUMERIC and not rate


class EvidenceWanted(Strict):
    """A document that must stand behind whatever a unit claims on a criterion.

    Attributes:
        file: Whether it must be handed in itself; else its number, date, issuer and abstract are enough.
    """

    code: Id
    title: Localized
    file: bool = False


Maximum = Annotated[Points, Field(gt=0)]


class Example(Strict):
    """What the method's authors expect a rule to give; worked out whenever the ruleset is read.

    Attributes:
        given: A value for each input.
        among: What the other units said, where the rule looks at them.
        gives: Points as they are published; ``-`` where the criterion does not apply.
    """

    given: dict[Id, InputValue]
    among: tuple[dict[Id, InputValue], ...] = ()
    gives: Points | Literal["-"]


class _Published(Strict):
    """What is said of every node.

    Attributes:
        published: Whether its figure is; one that is not is never rounded, it is read exactly.
        digits: Decimals of the published figure; None for the ruleset's.
        counts: False for what is shown, but is in no whole.
    """

    published: bool = True
    digits: Annotated[int, Field(ge=0, le=2)] | None = None
    counts: bool = True

    @property
    def decimals(self) -> int:
        """Of its figure."""
        return DIGITS if self.digits is None else self.digits


class Criterion(_Published):
    """A leaf: what a word is said on.

    Attributes:
        max: Zero only for what is collected and not scored.
        reconstructed: True where no source names it; in no digest where it is not, as ``earlier`` of the ruleset.
        evidence: What must be shown; where nothing is named, any document.
        registers: By name of an input that is said once for the whole sheet, e.g. the headcount, the code of the
            criterion that collects it.
    """

    code: Id
    title: Localized
    max: Annotated[Points, Field(ge=0)]
    reconstructed: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    ground: Text | None = None
    inputs: tuple[Input, ...] = ()
    evidence: tuple[EvidenceWanted, ...] = ()
    registers: dict[Id, Id] = {}
    rule: Rule
    examples: tuple[Example, ...] = ()

    @property
    def own(self) -> frozenset[str]:
        """Names of the inputs that are said on it, and stand in no register."""
        return frozenset(declared.name for declared in self.inputs) - self.registers.keys()

    def __hash__(self) -> int:
        """Of its code: rules have tables."""
        return hash(self.code)


class Group(_Published):
    """Criteria, or groups of them."""

    code: Id
    title: Localized
    max: Maximum
    ground: Text | None = None
    aggregate: Aggregate
    children: Annotated[tuple["Node", ...], Field(min_length=1)]


class Shared(Strict):
    """A group that stands elsewhere in the appendix and counts here too.

    Attributes:
        code: Its own, as a part of this whole.
        of: The group's.
    """

    code: Id
    title: Localized
    max: Maximum
    ground: Text | None = None
    of: Id

    @property
    def counts(self) -> bool:
        """Always: it stands here for no other reason."""
        return True

    @property
    def published(self) -> bool:
        """Always: it is the group's figure, which is."""
        return True


def _which(node: Any) -> str:  # noqa: ANN401 - whatever stands in the document
    if isinstance(node, dict):
        return "criterion" if "rule" in node else "shared" if "of" in node else "group"
    return type(node).__name__.lower()


Node = Annotated[
    Annotated[Criterion, Tag("criterion")] | Annotated[Group, Tag("group")] | Annotated[Shared, Tag("shared")],
    Discriminator(_which),
]


class Appendix(_Published):
    """A tree of criteria for one kind of unit."""

    code: Id
    title: Localized
    max: Maximum
    ground: Text | None = None
    aggregate: Aggregate
    children: Annotated[tuple[Node, ...], Field(min_length=1)]


class ClassBand(Strict):
    """Scores from *at_least* (included) up to *below* (excluded) or, for the top class, *up_to* (included).

    The lowest class may have no *at_least*: then whatever a unit has left after penalties is in it.
    """

    code: Id
    label: Localized
    at_least: Points | None = None
    below: Points | None = None
    up_to: Points | None = None

    def begins_at(self, points: Decimal) -> bool:
        """Whether *points* are enough for it."""
        return self.at_least is None or points >= self.at_least


class Rounding(Strict):
    """Once for each level that is published: criterion, group, unit."""

    mode: Literal["half_up"]
    digits: Annotated[int, Field(ge=2, le=2)]


class Policies(Strict):
    """What a source often leaves unsaid; every ruleset must say it.

    Attributes:
        ties: Equal scores share the better rank; the next one counts on (1-2-2-4) or follows at once (1-2-2-3).
        rank_on: Ranks compare what is published, or what was before rounding.
        block_mean: Mean of the published totals of the units that have one.
        group_mean: Denominator of a group's mean: the units it applies to, or all (then not applicable counts as 0).
        late: A sheet that comes after the deadline is taken and marked as late, or refused.
        no_evidence: A claim without the evidence that it needs keeps a sheet from being handed in, or is left to the
            appraisers.
        no_sheet: A unit that handed nothing in is shown so and has no rank, or has nothing for want of data.
    """

    ties: Literal["1224", "1223"]
    rank_on: Literal["published", "unrounded"]
    rounding: Rounding
    block_mean: Literal["of_published"]
    group_mean: Literal["over_applicable", "over_all"]
    late: Literal["flagged", "refused"]
    no_evidence: Literal["flagged", "refused"]
    no_sheet: Literal["unranked", "zero"]


class InForce(Strict):
    """The first and, where it is known, the last day on which a method is in force."""

    since: Day
    until: Day | None = None


class Altered(Strict):
    """What was taken over otherwise, and by which document."""

    node: Text
    ground: Text


class Imported(Strict):
    """The ruleset that this one began with."""

    id: Id
    edition: Id
    digest: Sha256
    alterations: tuple[Altered, ...] = ()


class Counterpart(Strict):
    """What a node was in the edition before.

    Attributes:
        was: The way to it there, ``appendix/node``.
        comparable: Whether points on both may be held side by side.
        note: What differs.
    """

    was: Text
    comparable: bool = True
    note: Localized | None = None


class Earlier(Strict):
    """The edition before this one: what of it may be held against what.

    Attributes:
        edition: What people call it.
        digest: Of that ruleset, where there is one.
        comparable: Whether totals and ranks of both mean the same; *note* says why not.
        nodes: By the way to the node here, ``appendix/node``; a node that is not listed is new, or the same by its way.
    """

    edition: Text
    digest: Sha256 | None = None
    comparable: bool = True
    note: Localized | None = None
    nodes: dict[Text, Counterpart] = {}


class Ruleset(Strict):
    """One edition of a method.

    Attributes:
        ground: The legal document it follows.
        reconstructed: True where a rule in it is printed in no source; *note* says which.
        classes: By block, from the best down.
        semantics: What its aggregates, rounding, ranks and means mean; a kind of rule carries its own version. In no
            digest where it is the first.
        earlier: In no digest where there is none, so that rulesets written before this field was have theirs still.
    """

    id: Id
    edition: Id
    title: Localized
    ground: Text
    in_force: InForce | None = None
    imports: Imported | None = None
    earlier: Annotated[Earlier | None, Field(exclude_if=lambda value: value is None)] = None
    reconstructed: bool = False
    note: Text | None = None
    appendices: Annotated[tuple[Appendix, ...], Field(min_length=1)]
    classes: dict[Id, Annotated[tuple[ClassBand, ...], Field(min_length=1)]]
    policies: Policies
    semantics: Annotated[Id, Field(exclude_if=lambda value: value == SEMANTICS[0])] = SEMANTICS[0]

    @property
    def break_note(self) -> Localized | None:
        """Why earlier totals and ranks do not mean the same; None where they do, as far as anybody says."""
        return None if self.earlier is None or self.earlier.comparable else self.earlier.note

    @property
    def not_additive(self) -> frozenset[str]:
        """Metrics that some input is held against whose figures do not add up."""
        inputs = (each for appendix in self.appendices for leaf in leaves(appendix.children) for each in leaf.inputs)
        return frozenset(each.metric for each in inputs if each.metric and not each.additive)

    @property
    def max(self) -> Decimal:
        """The greatest total; the same in every appendix, else ranks across blocks would mean nothing."""
        return self.appendices[0].max


def every(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every node under *nodes*, each before what it is made of."""
    for node in nodes:
        yield node
        if isinstance(node, Group):
            yield from every(node.children)


def leaves(nodes: tuple[Node, ...]) -> Iterator[Criterion]:
    """Every criterion under *nodes*, in the order of the document; one of a shared group where that stands."""
    return (node for node in every(nodes) if isinstance(node, Criterion))
