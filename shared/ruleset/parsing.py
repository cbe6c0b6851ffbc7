"""From a document to a ruleset that can be applied: everything about it is checked here, nothing later."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from pydantic import ValidationError

from shared.ruleset.errors import (
    ClassesHaveHole,
    ClassesOverlap,
    CodeRepeated,
    InputsDisagree,
    MaximaDisagree,
    ShapeWrong,
    TierAboveMaximum,
    TiersHaveHole,
    TiersOutOfOrder,
)
from shared.ruleset.model import Appendix, ClassBand, Criterion, Group, Manual, Node, Ruleset, Tiers
from shared.vocabulary import digest as digest_of

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
    _check_maxima(path, appendix)
    for below, node in nodes:
        if isinstance(node, Group):
            _check_maxima(below, node)
        else:
            _check_criterion(below, node)


def _check_maxima(path: str, whole: Appendix | Group) -> None:
    maxima = [child.max for child in whole.children]
    for parts in [sum(maxima)] if whole.aggregate == "sum" else maxima:
        if parts != whole.max:
            raise MaximaDisagree(path=path, max=whole.max, parts=parts)


def _check_criterion(path: str, criterion: Criterion) -> None:
    _unique(path, (declared.name for declared in criterion.inputs))
    rule = criterion.rule
    reads = set() if isinstance(rule, Manual) else set(rule.reads)
    declared = {declared.name for declared in criterion.inputs}
    # A criterion appraised as a whole may name figures for the appraisers to look at.
    if reads - declared or (declared - reads and not isinstance(rule, Manual)):
        raise InputsDisagree(path=path, reads=", ".join(sorted(reads)), declared=", ".join(sorted(declared)))
    if isinstance(rule, Tiers):
        _check_tiers(path, rule, criterion.max)


def _check_tiers(path: str, rule: Tiers, most: Decimal) -> None:
    for tier in rule.tiers:
        if not NOTHING <= tier.points <= most:
            raise TierAboveMaximum(path=path, points=tier.points, max=most)
    for higher, lower in zip(rule.tiers, rule.tiers[1:], strict=False):
        if lower.at_least >= higher.at_least:
            raise TiersOutOfOrder(path=path, at_least=lower.at_least)
    lowest = rule.tiers[-1].at_least
    if lowest > 0:
        raise TiersHaveHole(path=path, start=NOTHING, end=lowest)


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
