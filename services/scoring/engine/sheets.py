"""Which criteria a unit's sheet has, who else has the very same one, and which read what is said on another."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from shared.ruleset import Appendix, Criterion, Ruleset, tree_of
from shared.ruleset.model import leaves


class Composed(Protocol):
    """A unit whose sheet is made of an appendix, some nodes of it taken from elsewhere."""

    @property
    def appendix(self) -> str:
        """Code of its own appendix."""
        ...

    @property
    def taken(self) -> Mapping[str, str]:
        """See ``tree_of``."""
        ...


class Sheets:
    """The sheets of a roster, each put together once, when it is asked for.

    Args:
        ruleset: What they are made of.
        units: All of the roster, by code.
    """

    def __init__(self, ruleset: Ruleset, units: Mapping[str, Composed]) -> None:
        self._ruleset, self._units = ruleset, units
        self._known: dict[str, tuple[Appendix, dict[str, Criterion]]] = {}
        self._composed: dict[tuple[object, ...], tuple[Appendix, dict[str, Criterion]]] = {}

    def tree(self, unit: str) -> Appendix:
        """The tree *unit* is appraised by.

        Raises:
            NoSuchAppendix, OverrideDoesNotFit: Its composition is not in the ruleset.
        """
        return self._sheet(unit)[0]

    def of(self, unit: str) -> dict[str, Criterion]:
        """Its criteria by code, in the order of the document."""
        return self._sheet(unit)[1]

    def peers(self, criterion: Criterion) -> Iterator[str]:
        """Units with the very same criterion: two appendices may use one code for two."""
        return (unit for unit in self._units if self.of(unit).get(criterion.code) == criterion)

    def readers(self, unit: str, register: str) -> list[Criterion]:
        """Criteria of the unit's sheet that read what is said on *register*."""
        return [each for each in self.of(unit).values() if register in each.registers.values()]

    def _sheet(self, unit: str) -> tuple[Appendix, dict[str, Criterion]]:
        """Units that are composed alike share it."""
        if unit not in self._known:
            given = self._units[unit]
            composed = (given.appendix, *sorted(given.taken.items()))
            if composed not in self._composed:
                tree = tree_of(self._ruleset, given.appendix, given.taken)
                self._composed[composed] = tree, {criterion.code: criterion for criterion in leaves(tree.children)}
            self._known[unit] = self._composed[composed]
        return self._known[unit]
