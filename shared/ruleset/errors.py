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


class MaximaDisagree(RulesetInvalid, code="ruleset.maxima_disagree"):
    """The maxima of a node's parts do not make up the node's own."""


class InputsDisagree(RulesetInvalid, code="ruleset.inputs_disagree"):
    """A rule reads an input that its criterion does not declare, or the other way round."""


class TiersHaveHole(RulesetInvalid, code="ruleset.tiers_have_hole"):
    """Some value of the input falls into no tier."""


class TiersOutOfOrder(RulesetInvalid, code="ruleset.tiers_out_of_order"):
    """A tier does not start below the one before it."""


class TierAboveMaximum(RulesetInvalid, code="ruleset.tier_above_maximum"):
    """A tier gives fewer than no points, or more than the criterion has."""


class ClassesHaveHole(RulesetInvalid, code="ruleset.classes_have_hole"):
    """Some score from nothing to the maximum has no class."""


class ClassesOverlap(RulesetInvalid, code="ruleset.classes_overlap"):
    """Some score has two classes, or one above the maximum has any."""


class NoSuchAppendix(NotFound, code="ruleset.no_such_appendix"):
    """The ruleset has no such appendix."""


class OverrideDoesNotFit(Invalid, code="ruleset.override_does_not_fit"):
    """A group to be taken from another appendix is not in both, or brings a code that the sheet has already."""


class WordDoesNotFit(Invalid, code="ruleset.word_does_not_fit"):
    """Points for a criterion that is calculated from inputs, or inputs for one that is appraised as a whole."""


class InputsDoNotFit(WordDoesNotFit, code="ruleset.inputs_do_not_fit"):
    """An input is missing, or the criterion does not have it."""


class PointsOutOfRange(Invalid, code="ruleset.points_out_of_range"):
    """Points below zero or above the criterion's maximum."""


class InputOutOfRange(Invalid, code="ruleset.input_out_of_range"):
    """An input below zero."""


class CohortUnknown(Corrupt, code="ruleset.cohort_unknown"):
    """A criterion that looks at the best unit was evaluated without the others."""
