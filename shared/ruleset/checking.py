"""Everything that can be wrong with a ruleset whose form is right: each finding with its place and its cure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, assert_never

from shared.ruleset.aggregates import GeometricMean
from shared.ruleset.bounds import bound
from shared.ruleset.errors import (
    BreakUnexplained,
    ClassesHaveHole,
    ClassesOverlap,
    CodeLooksLikeNumber,
    CodeRepeated,
    CollectedNotScored,
    CounterpartUnknown,
    ExampleFails,
    ExampleMissing,
    FallsTooLow,
    FloorAboveMaximum,
    InForceBackwards,
    InputOutOfRange,
    InputsDisagree,
    InputTypeWrong,
    LimitFinerThanFigure,
    MaximaDisagree,
    NothingCounts,
    NothingToScore,
    RanksOnRoot,
    ReadsRoot,
    ReadsUnpublished,
    RegisterUnknown,
    RootOfPenalty,
    RoundedUnpublished,
    RulesetInvalid,
    SemanticsUnknown,
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
from shared.ruleset.exact import half_up
from shared.ruleset.model import SEMANTICS, Appendix, ClassBand, Criterion, Group, Node, Ruleset, Shared, every
from shared.ruleset.rules import Collect, Manual
from shared.vocabulary import LEAST_POINTS, GivenInputs, Scored

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
LIKE_A_NUMBER = re.compile(r"\d+\.\d+|\d+(\.\d+)?[eE]-?\d+")
Findings: TypeAlias = Iterator[RulesetInvalid]


def findings(ruleset: Ruleset) -> Findings:
    """What keeps *ruleset* from being applied; nothing where it can be."""
    if ruleset.semantics not in SEMANTICS:
        yield SemanticsUnknown(path="semantics", semantics=ruleset.semantics, known=", ".join(SEMANTICS))
    yield from _unique("appendices", (appendix.code for appendix in ruleset.appendices))
    least = Decimal(0)
    for appendix in ruleset.appendices:
        yield from _check_codes(appendix)
        faults = list(_check_appendix(appendix, ruleset.max))
        yield from faults
        if not faults:
            yield from _check_bounds(appendix)
            least = min(least, _least(appendix))
        if ruleset.policies.rank_on == "unrounded" and isinstance(appendix.aggregate, GeometricMean):
            yield RanksOnRoot(path=_path(("appendices", appendix.code)))
    if ruleset.in_force and ruleset.in_force.until and ruleset.in_force.until < ruleset.in_force.since:
        yield InForceBackwards(path="in_force", since=ruleset.in_force.since, until=ruleset.in_force.until)
    yield from _check_earlier(ruleset)
    for block, bands in ruleset.classes.items():
        yield from _check_classes(_path(("classes", block)), bands, (least, ruleset.max))


def findings_of_composed(ruleset: Ruleset, appendix: Appendix) -> Sequence[RulesetInvalid]:
    """What keeps units from being appraised by an *appendix* into which nodes of another one were put.

    The nodes are right by themselves; what they are to each other may not be, and totals may fall lower than elsewhere.
    """
    faults = list(_check_structure(appendix)) or list(_check_bounds(appendix))
    if faults or (least := _least(appendix)) >= min(map(_least, ruleset.appendices)):
        return faults
    blocks, span = ruleset.classes.items(), (least, ruleset.max)
    return [each for block, bands in blocks for each in _check_classes(_path(("classes", block)), bands, span)]


def _least(appendix: Appendix) -> Decimal:
    return half_up(bound(appendix, _groups(appendix)).points)


def _check_earlier(ruleset: Ruleset) -> Findings:
    """What is held against an edition before is there, and a break with it is explained to whoever reads a rank."""
    earlier = ruleset.earlier
    if earlier is None:
        return
    if not earlier.comparable and earlier.note is None:
        yield BreakUnexplained(path="earlier", edition=earlier.edition)
    known = {_path((each.code, node.code)) for each in ruleset.appendices for node in every(each.children)}
    yield from (CounterpartUnknown(path="earlier/nodes", node=name) for name in earlier.nodes if name not in known)


def _points(exact: Fraction) -> Decimal | Fraction:
    """Written as points are, where they are no finer."""
    return half_up(exact) if Fraction(half_up(exact)) == exact else exact


def _path(parts: Iterable[str]) -> str:
    return "/".join(parts)


def _unique(path: str, codes: Iterable[str]) -> Findings:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield CodeRepeated(path=path, repeated=code)
        seen.add(code)


def _check_codes(appendix: Appendix) -> Findings:
    """Each is a text, whatever it is written into."""
    path = _path(("appendices", appendix.code))
    for below, node in [(path, appendix), *_nodes(path, appendix.children)]:
        inputs = [each.name for each in node.inputs] if isinstance(node, Criterion) else []
        for code in (node.code, *inputs):
            if LIKE_A_NUMBER.fullmatch(code):
                yield CodeLooksLikeNumber(path=below, number=code)


def _nodes(path: str, nodes: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    for node in nodes:
        below = _path((path, node.code))
        yield below, node
        if isinstance(node, Group):
            yield from _nodes(below, node.children)


def _check_appendix(appendix: Appendix, greatest: Decimal) -> Findings:
    path = _path(("appendices", appendix.code))
    if appendix.max != greatest:
        yield MaximaDisagree(path=path, max=appendix.max, parts=greatest)
    yield from _check_structure(appendix)
    for below, node in _nodes(path, appendix.children):
        if isinstance(node, Criterion):
            yield from _check_published(below, node)
            yield from _check_criterion(below, node)


def _check_structure(appendix: Appendix) -> Findings:
    """What nodes are to each other."""
    path = _path(("appendices", appendix.code))
    nodes = list(_nodes(path, appendix.children))
    repeated = list(_unique(path, (node.code for _, node in nodes)))
    if repeated:
        yield from repeated
        return  # what is found by its code would be found wrong
    groups = {node.code: node for _, node in nodes if isinstance(node, Group)}
    criteria = {node.code: node for _, node in nodes if isinstance(node, Criterion)}
    for below, node in [(path, appendix), *nodes]:
        match node:
            case Appendix() | Group():
                yield from _check_published(below, node)
                yield from _check_whole(below, node, groups)
            case Shared():
                yield from _check_shared(below, node, groups)
            case Criterion():
                yield from _check_registers(below, node, criteria)
            case _:
                assert_never(node)


def _groups(appendix: Appendix) -> Mapping[str, Group]:
    return {node.code: node for node in every(appendix.children) if isinstance(node, Group)}


def _check_bounds(appendix: Appendix) -> Findings:
    """No figure is too low for a score, and none that a root is taken of is below zero; nothing else is wrong."""
    path, groups = _path(("appendices", appendix.code)), _groups(appendix)
    for below, node in [(path, appendix), *_nodes(path, appendix.children)]:
        found = bound(node, groups)
        if not found.holds:
            yield FallsTooLow(path=below, least=_points(found.points), limit=LEAST_POINTS)
        if isinstance(node, Appendix | Group) and isinstance(node.aggregate, GeometricMean) and found.penalizes:
            yield RootOfPenalty(path=below, least=_points(found.points))


def _check_whole(path: str, whole: Appendix | Group, groups: Mapping[str, Group]) -> Findings:
    counting = [child for child in whole.children if child.counts]
    if not counting:
        yield NothingCounts(path=path)
    for parts in whole.aggregate.maxima({child.code: Fraction(child.max) for child in counting}):
        if parts != whole.max:
            yield MaximaDisagree(path=path, max=whole.max, parts=_points(parts))
    exact = whole.aggregate.reads == "exact"
    for child in counting:
        if not (exact or child.published):
            yield ReadsUnpublished(path=path, part=child.code)
        made = groups.get(child.of) if isinstance(child, Shared) else child
        if exact and isinstance(made, Group) and isinstance(made.aggregate, GeometricMean):
            yield ReadsRoot(path=path, part=child.code)


def _check_published(path: str, node: Appendix | Criterion | Group) -> Findings:
    root = isinstance(node, Appendix | Group) and isinstance(node.aggregate, GeometricMean)
    if not node.published and (root or node.digits is not None):
        yield RoundedUnpublished(path=path)
    for limit in [Fraction(node.max), *([node.rule.least] if isinstance(node, Criterion) else [])]:
        if node.published and (limit * 10**node.decimals).denominator > 1:
            yield LimitFinerThanFigure(path=path, digits=node.decimals, limit=_points(limit))


def _check_shared(path: str, node: Shared, groups: Mapping[str, Group]) -> Findings:
    """What is shared stands in the appendix, has the same maximum, and does not count itself."""
    group = groups.get(node.of)
    if group is None or group.max != node.max:
        yield SharedUnknown(path=path, of=node.of)
        return
    if not group.published:
        yield ReadsUnpublished(path=path, part=node.of)
    todo, seen = [group], {node.of}
    while todo:
        for child in todo.pop().children:
            below = groups.get(child.of) if isinstance(child, Shared) else child
            if child.code == node.code:
                yield SharedInItself(path=path, of=node.of)
                return
            if isinstance(below, Group) and below.code not in seen:
                seen.add(below.code)
                todo.append(below)


def _check_criterion(path: str, criterion: Criterion) -> Findings:
    yield from _unique(path, (declared.name for declared in criterion.inputs))
    rule = criterion.rule
    declared = {each.name: each.type for each in criterion.inputs}
    # A criterion appraised as a whole may name figures for the appraisers to look at.
    if rule.needs.keys() - declared.keys() or (declared.keys() - rule.needs.keys() and not isinstance(rule, Manual)):
        yield InputsDisagree(path=path, reads=", ".join(sorted(rule.needs)), declared=", ".join(sorted(declared)))
        return
    wrong = [(name, types) for name, types in rule.needs.items() if declared[name] not in types]
    for name, types in wrong:
        yield InputTypeWrong(path=path, input=name, type=declared[name], wanted=", ".join(types))
    if wrong:
        return
    if not (criterion.max or isinstance(rule, Collect)):
        yield NothingToScore(path=path)
    faults = [FAULTS[fault.code](path=path, **fault.facts) for fault in rule.faults(Fraction(criterion.max))]
    yield from faults
    if not (faults or isinstance(rule, Manual | Collect)):
        yield from _check_examples(path, criterion)


def _check_registers(path: str, criterion: Criterion, criteria: Mapping[str, Criterion]) -> Findings:
    """Each is an input of the criterion that another one of the sheet collects, of the same type."""
    types = {declared.name: declared.type for declared in criterion.inputs}
    for name, code in criterion.registers.items():
        register = criteria.get(code)
        collected = register.inputs if register and isinstance(register.rule, Collect) else ()
        if (name, types.get(name)) not in {(declared.name, declared.type) for declared in collected}:
            yield RegisterUnknown(path=path, input=name, register=code)


def _check_examples(path: str, criterion: Criterion) -> Findings:
    if not criterion.examples:
        yield ExampleMissing(path=path)
    for number, example in enumerate(criterion.examples, start=1):
        words = [GivenInputs(inputs=given) for given in (example.given, *example.among)]
        try:
            score = evaluate(criterion, words[0], cohort_of(criterion, words))
        except (WordDoesNotFit, InputOutOfRange) as found:
            yield ExampleFails(path=path, number=number, expected=example.gives, found=found.code)
            continue
        gives = score.points if isinstance(score, Scored) else "-"
        if gives != example.gives:
            yield ExampleFails(path=path, number=number, expected=example.gives, found=gives)


def _check_classes(path: str, bands: tuple[ClassBand, ...], ends: tuple[Decimal, Decimal]) -> Findings:
    """From the best class down: each must begin where the one above it begins to be too good."""
    least, most = ends
    yield from _unique(path, (band.code for band in bands))
    top = bands[0]
    yield from _check_ends(path, bands, most)
    if top.up_to is None or any(band.at_least is None for band in bands[:-1]):
        return
    start = top.at_least
    for band in bands[1:]:
        assert start is not None  # noqa: S101 - only the lowest has none
        if band.below is None or band.up_to is not None or band.below > start:
            yield ClassesOverlap(path=path, label=band.code, at=start)
            return
        if band.below < start:
            yield ClassesHaveHole(path=path, hole=f"[{band.below}, {start})", label=band.code)
        if band.at_least is not None and band.at_least >= band.below:
            yield ClassesOverlap(path=path, label=band.code, at=band.below)
        start = band.at_least
    if start is not None and start > least:
        yield ClassesHaveHole(path=path, hole=f"[{least:.2f}, {start})", label=bands[-1].code)
    if start is not None and start < least == 0:
        yield ClassesOverlap(path=path, label=bands[-1].code, at=NOTHING)


def _check_ends(path: str, bands: tuple[ClassBand, ...], most: Decimal) -> Findings:
    """The top class ends with the scale; every other than the lowest begins somewhere."""
    top = bands[0]
    for band in bands[:-1]:
        if band.at_least is None:
            yield ClassesOverlap(path=path, label=band.code, at=bands[-1].below or NOTHING)
    if top.up_to is None:
        end = top.below if top.below is not None else top.at_least or NOTHING
        yield ClassesHaveHole(path=path, hole=f"[{end}, {most}]", label=top.code)
    elif top.up_to < most:
        yield ClassesHaveHole(path=path, hole=f"({top.up_to}, {most}]", label=top.code)
    elif top.up_to > most:
        yield ClassesOverlap(path=path, label=top.code, at=most)
