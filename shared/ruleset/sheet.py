"""A unit's sheet: groups of its appendix, some of them taken from another one."""

from collections.abc import Mapping

from shared.ruleset.checking import findings_of_composed
from shared.ruleset.errors import NoSuchAppendix, OverrideDoesNotFit
from shared.ruleset.model import Appendix, Criterion, Group, Node, Ruleset, every, leaves


def appendix_of(ruleset: Ruleset, code: str) -> Appendix:
    """The appendix of that code.

    Raises:
        NoSuchAppendix: The ruleset has none.
    """
    for appendix in ruleset.appendices:
        if appendix.code == code:
            return appendix
    raise NoSuchAppendix(appendix=code)


def tree_of(ruleset: Ruleset, appendix: str, overrides: Mapping[str, str]) -> Appendix:
    """The tree a unit is appraised by.

    Args:
        ruleset: Where the appendices stand.
        appendix: Code of the unit's own.
        overrides: By the code of a group or criterion, where it is taken from instead: ``appendix``, or
            ``appendix/node`` where its code is another one there.

    Raises:
        NoSuchAppendix: The ruleset has none of that code.
        OverrideDoesNotFit: The node is not in both appendices, or brings a code that the sheet has already.

    Source: report 1101/QĐ-BNV, part I.IV.2: two units at the ministry's seat report group 1 by appendix I.
    """
    own = appendix_of(ruleset, appendix)
    if not overrides:  # most units: nothing is put together, and the document was examined when it was read
        return own
    known = {node.code for node in every(own.children)}
    for node, other in overrides.items():
        if node not in known or other == appendix:
            raise OverrideDoesNotFit(node=node, source=other)
    children = _composed(ruleset, own.children, overrides)
    codes = [node.code for node in every(children)]
    if len(codes) != len(set(codes)):
        raise OverrideDoesNotFit(node=", ".join(overrides), source=", ".join(overrides.values()))
    return own.model_copy(update={"children": children})


def check_composition(ruleset: Ruleset, appendix: str, overrides: Mapping[str, str]) -> None:
    """Refuse a composition that no unit could be appraised by; asked once, when it is said of a unit.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit: As `tree_of`.
        RulesetInvalid: A part counts, shares or reads what is not there any more, or totals may fall below all classes.
    """
    tree = tree_of(ruleset, appendix, overrides)
    if overrides:  # else the document was examined when it was read
        for finding in findings_of_composed(ruleset, tree):
            raise finding


def sheet_of(ruleset: Ruleset, appendix: str, overrides: Mapping[str, str]) -> dict[str, Criterion]:
    """The criteria that a unit must say a word on, by code, in the order of the document.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit: As `tree_of`.
    """
    return {criterion.code: criterion for criterion in leaves(tree_of(ruleset, appendix, overrides).children)}


def _composed(ruleset: Ruleset, nodes: tuple[Node, ...], overrides: Mapping[str, str]) -> tuple[Node, ...]:
    found: list[Node] = []
    for node in nodes:
        if node.code in overrides:
            found.append(_taken(ruleset, node, overrides[node.code]))
        elif isinstance(node, Group):
            children = _composed(ruleset, node.children, overrides)
            found.append(node if children == node.children else node.model_copy(update={"children": children}))
        else:
            found.append(node)
    return tuple(found)


def _taken(ruleset: Ruleset, node: Node, source: str) -> Node:
    """What stands at *source*, under the code that *node* has here."""
    appendix, _, code = source.partition("/")
    for candidate in every(appendix_of(ruleset, appendix).children):
        # Another maximum would give it another weight than the unit's own appendix does.
        if candidate.code == (code or node.code) and candidate.max == node.max:
            return candidate.model_copy(update={"code": node.code})
    raise OverrideDoesNotFit(node=node.code, source=source)
