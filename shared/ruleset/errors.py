"""What can be wrong with a ruleset, and with a word on one of its criteria."""

from shared.errors import Corrupt, Invalid, NotFound


class RulesetInvalid(Invalid, code="ruleset.invalid"):
    """A ruleset that cannot be applied; each finding is a class of its own, with its cure in its sentence.

    Facts: *path*, the way from the root to the node, and what the sentence of the finding needs.
    """


class ShapeWrong(RulesetInvalid, code="ruleset.shape_wrong"):
    """A field is missing, unknown or not what it must be."""


class CodeRepeated(RulesetInvalid, code="ruleset.code_repeated"):
    """Two nodes of one appendix, or two appendices, or two inputs of one criterion, have one code."""


class CodeLooksLikeNumber(RulesetInvalid, code="ruleset.code_looks_like_number"):
    """A spreadsheet or another program would read a code as a number, and write 1.1 for 1.10."""


class MaximaDisagree(RulesetInvalid, code="ruleset.maxima_disagree"):
    """The maxima of a node's parts do not make up the node's own."""


class InputsDisagree(RulesetInvalid, code="ruleset.inputs_disagree"):
    """A rule reads an input that its criterion does not declare, or the other way round."""


class TiersHaveHole(RulesetInvalid, code="ruleset.tiers_have_hole"):
    """Some value of the input falls into no tier."""


class TiersOutOfOrder(RulesetInvalid, code="ruleset.tiers_out_of_order"):
    """A tier does not start below the one before it."""


class TiersOverlap(RulesetInvalid, code="ruleset.tiers_overlap"):
    """A tier says that it ends where a higher one has begun."""


class WorthAboveMaximum(RulesetInvalid, code="ruleset.worth_above_maximum"):
    """A tier, an option or a cell of a table gives more than the criterion has."""


class ShareOutOfRange(RulesetInvalid, code="ruleset.share_out_of_range"):
    """A share of a rule is not above 0 and up to 1, or stands where the rule has none."""


class FloorAboveMaximum(RulesetInvalid, code="ruleset.floor_above_maximum"):
    """The least that a rule may give is not below its maximum."""


class TableHasHole(RulesetInvalid, code="ruleset.table_has_hole"):
    """A row of a table lacks a column that another one has."""


class ZeroDenominatorUnsaid(RulesetInvalid, code="ruleset.zero_denominator_unsaid"):
    """Tiers of a share must say what nothing of nothing is worth; others have no denominator."""


class CollectedNotScored(RulesetInvalid, code="ruleset.collected_not_scored"):
    """What is only collected has a maximum."""


class InputTypeWrong(RulesetInvalid, code="ruleset.input_type_wrong"):
    """A rule cannot read an input of the type that is declared."""


class ExampleMissing(RulesetInvalid, code="ruleset.example_missing"):
    """A rule that calculates carries no worked example."""


class ExampleFails(RulesetInvalid, code="ruleset.example_fails"):
    """A worked example does not come to what it says."""


class NothingCounts(RulesetInvalid, code="ruleset.nothing_counts"):
    """A whole has no part that counts."""


class ReadsUnpublished(RulesetInvalid, code="ruleset.reads_unpublished"):
    """A whole reads its parts as published, and one of them is not."""


class ReadsRoot(RulesetInvalid, code="ruleset.reads_root"):
    """A whole reads its parts exactly, and one of them is a geometric mean, which is no fraction."""


class RootOfPenalty(RulesetInvalid, code="ruleset.root_of_penalty"):
    """A geometric mean has a part that may fall below zero."""


class FallsTooLow(RulesetInvalid, code="ruleset.falls_too_low"):
    """Penalties may add up to a figure that no score has room for."""


class RegisterUnknown(RulesetInvalid, code="ruleset.register_unknown"):
    """An input is to come from a criterion of the appendix that does not collect it, or not as that type."""


class ImportFaulty(RulesetInvalid, code="ruleset.import_faulty"):
    """The ruleset that this one begins with cannot be had, cannot be applied, or begins with this one."""


class ImportDiffers(RulesetInvalid, code="ruleset.import_differs"):
    """The imported ruleset is another one than was meant."""


class AlterationUnknown(RulesetInvalid, code="ruleset.alteration_unknown"):
    """An alteration names a node that the imported ruleset does not have."""


class RanksOnRoot(RulesetInvalid, code="ruleset.ranks_on_root"):
    """Ranks compare totals before rounding, and the total is a geometric mean, which is no fraction."""


class InForceBackwards(RulesetInvalid, code="ruleset.in_force_backwards"):
    """The last day of a method lies before its first."""


class BreakUnexplained(RulesetInvalid, code="ruleset.break_unexplained"):
    """Totals may not be held against the edition before, and nobody is told why."""


class CounterpartUnknown(RulesetInvalid, code="ruleset.counterpart_unknown"):
    """What a node was before is said of a node that the ruleset does not have."""


class SemanticsUnknown(RulesetInvalid, code="ruleset.semantics_unknown"):
    """The ruleset is meant for a way of computing that this program does not know."""


class LimitFinerThanFigure(RulesetInvalid, code="ruleset.limit_finer_than_figure"):
    """A figure with so few decimals cannot stop at its maximum or its floor: rounding would carry it beyond."""


class RoundedUnpublished(RulesetInvalid, code="ruleset.rounded_unpublished"):
    """A figure that is not published would be rounded."""


class SharedUnknown(RulesetInvalid, code="ruleset.shared_unknown"):
    """A group that is shared does not stand in the appendix, or has another maximum there."""


class SharedInItself(RulesetInvalid, code="ruleset.shared_in_itself"):
    """A group that is shared would be a part of itself."""


class NothingToScore(RulesetInvalid, code="ruleset.nothing_to_score"):
    """A scored criterion has no maximum."""


class ClassesHaveHole(RulesetInvalid, code="ruleset.classes_have_hole"):
    """Some score from the least that a unit can come to up to the maximum has no class."""


class ClassesOverlap(RulesetInvalid, code="ruleset.classes_overlap"):
    """Some score has two classes, or one above the maximum has any."""


class NoSuchAppendix(NotFound, code="ruleset.no_such_appendix"):
    """The ruleset has no such appendix."""


class OverrideDoesNotFit(Invalid, code="ruleset.override_does_not_fit"):
    """A node to be taken from another appendix is not in both, or does not fit the rest of the sheet."""


class WordDoesNotFit(Invalid, code="ruleset.word_does_not_fit"):
    """Points for a criterion that is calculated from inputs, or inputs for one that is appraised as a whole."""


class InputsDoNotFit(WordDoesNotFit, code="ruleset.inputs_do_not_fit"):
    """An input is missing, or the criterion does not have it."""


class PointsOutOfRange(Invalid, code="ruleset.points_out_of_range"):
    """Points below the criterion's least or above its maximum."""


class InputOutOfRange(Invalid, code="ruleset.input_out_of_range"):
    """An input below zero, or above the most that any unit can have."""


class InputWrong(WordDoesNotFit, code="ruleset.input_wrong"):
    """An input that is not what it was declared to be: no number, no day, none of the answers."""


class CohortUnknown(Corrupt, code="ruleset.cohort_unknown"):
    """A criterion that looks at other units was evaluated without them."""
