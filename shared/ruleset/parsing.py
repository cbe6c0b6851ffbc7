"""From a document to a ruleset that can be applied: everything about it is checked here, nothing later."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from pydantic import ValidationError

from shared.ruleset.aggregates import GeometricMean
from shared.ruleset.errors import (
    ClassesHaveHole,
    ClassesOverlap,
    CodeRepeated,
    CollectedNotScored,
    ExampleFails,
    ExampleMissing,
    FloorAboveMaximum,
    InputsDisagree,
    InputTypeWrong,
    MaximaDisagree,
    NothingCounts,
    NothingToScore,
    ReadsRoot,
    ReadsUnpublished,
    RoundedUnpublished,
    RulesetInvalid,
    ShapeWrong,
    SharedInItself,
    SharedUnknown,
    ShareOutOfRange,
    TableHasHole,
    TiersHaveHole,
    TiersOutOfOrder,
    TiersOverlap,
    WordDoesNotFit,
    WorthAboveMaximum,
    ZeroDenominatorUnsaid,
)
from shared.ruleset.evaluation import cohort_of, evaluate
from shared.ruleset.model import Appendix, ClassBand, Criterion, Group, Node, Ruleset, Shared
from shared.ruleset.rules import Collect, Manual
from shared.vocabulary import GivenInputs, Scored
from shared.vocabulary import digest as digest_of

FAULTS: Mapping[str, type[RulesetInvalid]] = {
    error.code: error
    for error in (
        CodeRepeated,
        CollectedNotScored,
        FloorAboveMaximum,
        MaximaDisagree,
        SharedInItself,
        SharedUnknown,
        ShareOutOfRange,
        TableHasHole,
        TiersHaveHole,
        TiersOutOfOrder,
        TiersOverlap,
        WorthAboveMaximum,
        ZeroDenominatorUnsaid,
    )
}
"""What a rule may find wrong with itself, by code."""
NOTHING = Decimal("0.00")


def parse(document: object) -> Ruleset:
    """The ruleset in *document*: dicts, lists and strings, as a YAML or JSON reader gives them.

    Raises:
        RulesetInvalid: The first finding: which node, what is wrong, and how to cure it.
    """
    try:
        ruleset = Ruleset.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise ShapeWrong(path=_path(map(str, first["loc"])), finding=first["msg"]) from error
    _unique("appendices", (appendix.code for appendix in ruleset.appendices))
    for appendix in ruleset.appendices:
        _check_appendix(appendix, ruleset.max)
    for block, bands in ruleset.classes.items():
        _check_classes(_path(("classes", block)), bands, ruleset.max)
    return ruleset


def digest(ruleset: Ruleset) -> str:
    """SHA-256 of the canonical JSON: equal rulesets have equal digests, however their documents were laid out."""
    return digest_of(ruleset.model_dump(mode="json"))


def _path(parts: Iterable[str]) -> str:
    return "/".join(parts)


def _unique(path: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise CodeRepeated(path=path, repeated=code)
        seen.add(code)


def _nodes(path: str, nodes: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    for node in nodes:
        below = _path((path, node.code))
        yield below, node
        if isinstance(node, Group):
            yield from _nodes(below, node.children)


def _check_appendix(appendix: Appendix, greatest: Decimal) -> None:
    path = _path(("appendices", appendix.code))
    if appendix.max != greatest:
        raise MaximaDisagree(path=path, max=appendix.max, parts=greatest)
    nodes = list(_nodes(path, appendix.children))
    _unique(path, (node.code for _, node in nodes))
    _check_published(path, appendix)
    groups = {node.code: node for _, node in nodes if isinstance(node, Group)}
    _check_whole(path, appendix, groups)
    for below, node in nodes:
        match node:
            case Group():
                _check_published(below, node)
                _check_whole(below, node, groups)
            case Shared():
                _check_shared(below, node, groups)
            case Criterion():
                _check_published(below, node)
                _check_criterion(below, node)
            case _:
                assert_never(node)


def _check_whole(path: str, whole: Appendix | Group, groups: Mapping[str, Group]) -> None:
    counting = [child for child in whole.children if child.counts]
    if not counting:
        raise NothingCounts(path=path)
    for parts in whole.aggregate.maxima({child.code: Fraction(child.max) for child in counting}):
        if parts != whole.max:
            raise MaximaDisagree(path=path, max=whole.max, parts=parts)
    exact = whole.aggregate.reads == "exact"
    for child in counting:
        if not (exact or child.published):
            raise ReadsUnpublished(path=path, part=child.code)
        made = groups.get(child.of) if isinstance(child, Shared) else child
        if exact and isinstance(made, Group) and isinstance(made.aggregate, GeometricMean):
            raise ReadsRoot(path=path, part=child.code)


def _check_published(path: str, node: Appendix | Criterion | Group) -> None:
    root = isinstance(node, Appendix | Group) and isinstance(node.aggregate, GeometricMean)
    if not node.published and (root or node.digits is not None):
        raise RoundedUnpublished(path=path)


def _check_shared(path: str, node: Shared, groups: Mapping[str, Group]) -> None:
    """What is shared stands in the appendix, has the same maximum, and does not count itself."""
    group = groups.get(node.of)
    if group is None or group.max != node.max:
        raise SharedUnknown(path=path, of=node.of)
    if not group.published:
        raise ReadsUnpublished(path=path, part=node.of)
    todo, seen = [group], {node.of}
    while todo:
        for child in todo.pop().children:
            below = groups.get(child.of) if isinstance(child, Shared) else child
            if child.code == node.code:
                raise SharedInItself(path=path, of=node.of)
            if isinstance(below, Group) and below.code not in seen:
                seen.add(below.code)
                todo.append(below)


def _check_criterion(path: str, criterion: Criterion) -> None:
    _unique(path, (declared.name for declared in criterion.inputs))
    rule = criterion.rule
    declared = {each.name: each.type for each in criterion.inputs}
    # A criterion appraised as a whole may name figures for the appraisers to look at.
    if rule.needs.keys() - declared.keys() or (declared.keys() - rule.needs.keys() and not isinstance(rule, Manual)):
        raise InputsDisagree(path=path, reads=", ".join(sorted(rule.needs)), declared=", ".join(sorted(declared)))
    for name, types in rule.needs.items():
        if declared[name] not in types:
            raise InputTypeWrong(path=path, input=name, type=declared[name], wanted=", ".join(types))
    if not (criterion.max or isinstance(rule, Collect)):
        raise NothingToScore(path=path)
    for fault in rule.faults(Fraction(criterion.max)):
        raise FAULTS[fault.code](path=path, **fault.facts)
    if not isinstance(rule, Manual | Collect):
        _check_examples(path, criterion)


def _check_examples(path: str, criterion: Criterion) -> None:
    if not criterion.examples:
        raise ExampleMissing(path=path)
    for number, example in enumerate(criterion.examples, start=1):
        words = [GivenInputs(inputs=given) for given in (example.given, *example.among)]
        try:
            score = evaluate(criterion, words[0], cohort_of(criterion, words))
        except WordDoesNotFit as found:
            raise ExampleFails(path=path, number=number, expected=example.gives, found=found.code) from found
        gives = score.points if isinstance(score, Scored) else "-"
        if gives != example.gives:
            raise ExampleFails(path=path, number=number, expected=example.gives, found=gives)


def _check_classes(path: str, bands: tuple[ClassBand, ...], most: Decimal) -> None:
    """From the best class down: each must begin where the one above it begins to be too good."""
    _unique(path, (band.code for band in bands))
    top = bands[0]
    if top.up_to is None:
        end = top.below if top.below is not None else top.at_least
        raise ClassesHaveHole(path=path, hole=f"[{end}, {most}]", label=top.code)
    if top.up_to < most:
        raise ClassesHaveHole(path=path, hole=f"({top.up_to}, {most}]", label=top.code)
    if top.up_to > most:
        raise ClassesOverlap(path=path, label=top.code, at=most)
    start = top.at_least
    for band in bands[1:]:
        if band.below is None or band.up_to is not None or band.below > start:
            raise ClassesOverlap(path=path, label=band.code, at=start)
        if band.below < start:
            raise ClassesHaveHole(path=path, hole=f"[{band.below}, {start})", label=band.code)
        if band.at_least >= band.below:
            raise ClassesOverlap(path=path, label=band.code, at=band.below)
        start = band.at_least
    if start > 0:
        raise ClassesHaveHole(path=path, hole=f"[{NOTHING}, {start})", label=bands[-1].code)
    if start < 0:
        raise ClassesOverlap(path=path, label=bands[-1].code, at=NOTHING)
