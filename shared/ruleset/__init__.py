"""Rules of assessment as data, and the one exact function "criterion of one unit". Pure."""

from shared.ruleset.difference import Change, difference
from shared.ruleset.errors import (
    ImportFaulty,
    NoSuchAppendix,
    OverrideDoesNotFit,
    PointsOutOfRange,
    RulesetInvalid,
    WordDoesNotFit,
)
from shared.ruleset.evaluation import Cohort, check, cohort_of, completed, evaluate, peer_relative
from shared.ruleset.exact import half_up
from shared.ruleset.explanation import Account, accounts, explain, explain_total, rule_sentence
from shared.ruleset.importing import import_of, imported
from shared.ruleset.model import Appendix, ClassBand, Criterion, Group, Input, Node, Policies, Ruleset, Shared, every
from shared.ruleset.parsing import digest, examined, parse
from shared.ruleset.rules import decimal_text
from shared.ruleset.sheet import appendix_of, check_composition, sheet_of, tree_of
from shared.ruleset.totals import Total, Totals, aggregate, points_of, totals

__all__ = [
    "Account",
    "Appendix",
    "Change",
    "ClassBand",
    "Cohort",
    "Criterion",
    "Group",
    "ImportFaulty",
    "Input",
    "NoSuchAppendix",
    "Node",
    "OverrideDoesNotFit",
    "PointsOutOfRange",
    "Policies",
    "Ruleset",
    "RulesetInvalid",
    "Shared",
    "Total",
    "Totals",
    "WordDoesNotFit",
    "accounts",
    "aggregate",
    "appendix_of",
    "check",
    "check_composition",
    "cohort_of",
    "completed",
    "decimal_text",
    "difference",
    "digest",
    "evaluate",
    "every",
    "examined",
    "explain",
    "explain_total",
    "half_up",
    "import_of",
    "imported",
    "parse",
    "peer_relative",
    "points_of",
    "rule_sentence",
    "sheet_of",
    "totals",
    "tree_of",
]
