"""A unit's sheet: groups of its appendix, some of them taken from another one."""

from collections.abc import Mapping

from shared.ruleset.errors import NoSuchAppendix, OverrideDoesNotFit
from shared.ruleset.model import Appendix, Criterion, Node, Ruleset, every, leaves


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
        overrides: By group code, the other appendix that the group is taken from.

    Raises:
        NoSuchAppendix: The ruleset has none of that code.
        OverrideDoesNotFit: The group is not in both appendices, or brings a code that the sheet has already.

    Source: report 1101/QĐ-BNV, part I.IV.2: two units at the ministry's seat report group 1 by appendix I.
    """
    own = appendix_of(ruleset, appendix)
    known = {node.code for node in own.children}
    for group, other in overrides.items():
        if group not in known or other == appendix:
            raise OverrideDoesNotFit(group=group, appendix=other)
    children = tuple(_replaced(ruleset, node, overrides) for node in own.children)
    found = [node.code for node in every(children)]
    if len(found) != len(set(found)):
        raise OverrideDoesNotFit(group=", ".join(overrides), appendix=", ".join(overrides.values()))
    tree = own.model_copy(update={"children": children})
    registers = {of for criterion in leaves(children) for of in criterion.registers.values()}
    if registers - set(found):
        raise OverrideDoesNotFit(group=", ".join(overrides), appendix=", ".join(overrides.values()))
    return tree


def sheet_of(ruleset: Ruleset, appendix: str, overrides: Mapping[str, str]) -> dict[str, Criterion]:
    """The criteria that a unit must say a word on, by code, in the order of the document.

    Raises:
        NoSuchAppendix, OverrideDoesNotFit: As `tree_of`.
    """
    return {criterion.code: criterion for criterion in leaves(tree_of(ruleset, appendix, overrides).children)}


def _replaced(ruleset: Ruleset, node: Node, overrides: Mapping[str, str]) -> Node:
    other = overrides.get(node.code)
    if other is None:
        return node
    for candidate in appendix_of(ruleset, other).children:
        # Another maximum would give the group another weight than the unit's own appendix does.
        if candidate.code == node.code and candidate.max == node.max:
            return candidate
    raise OverrideDoesNotFit(group=node.code, appendix=other)
