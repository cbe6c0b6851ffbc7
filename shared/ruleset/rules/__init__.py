"""The kinds of rules: a closed set, each with its version; no language of expressions."""

from typing import Annotated, TypeAlias

from pydantic import Field

from shared.ruleset.rules.composed import BestOf, Part, Simple, SumOfParts
from shared.ruleset.rules.counted import BonusPenalty, Deduction, MeanOfRecords, PerItem, SurveyMean
from shared.ruleset.rules.kind import (
    NUMERIC,
    Calculated,
    Fault,
    Given,
    InputType,
    Kind,
    Peers,
    Rational,
    Strict,
    concluded,
    decimal_text,
    plain,
)
from shared.ruleset.rules.ratios import Ratio, Relative, Target, ThresholdRatio
from shared.ruleset.rules.tiers import Tier, Tiers
from shared.ruleset.rules.whole import AllOf, Choice, Collect, Manual, Option, Table, YesNo

Rule: TypeAlias = Annotated[
    Manual | Collect | Simple | SumOfParts | BestOf | Relative | Target, Field(discriminator="kind")
]
"""Every kind there is."""

__all__ = [
    "NUMERIC",
    "AllOf",
    "BestOf",
    "BonusPenalty",
    "Calculated",
    "Choice",
    "Collect",
    "Deduction",
    "Fault",
    "Given",
    "InputType",
    "Kind",
    "Manual",
    "MeanOfRecords",
    "Option",
    "Part",
    "Peers",
    "PerItem",
    "Ratio",
    "Rational",
    "Relative",
    "Rule",
    "Strict",
    "SumOfParts",
    "SurveyMean",
    "Table",
    "Target",
    "ThresholdRatio",
    "Tier",
    "Tiers",
    "YesNo",
    "concluded",
    "decimal_text",
    "plain",
]
