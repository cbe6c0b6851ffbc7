"""A reference read as a report of its own: what its printed figures would give, right or wrong."""

from collections.abc import Sequence
from decimal import Decimal

from services.scoring.engine.figures import DASH, number
from services.scoring.engine.reference import Standings, class_of, mean, ranks
from shared.ruleset import Ruleset, Total, aggregate, appendix_of
from shared.standing import PrintedFigure, Standing
from shared.vocabulary import NotApplicable, Scored


class Report:
    """The printed figures by what they claim to be; where two tables print one, the first counts."""

    def __init__(self, ruleset: Ruleset, run: Standings, figures: Sequence[PrintedFigure]) -> None:
        self._ruleset = ruleset
        self._run = run
        self._compared = [unit for unit in run.units if unit.total is None or unit.rank_block is not None]
        self._values: dict[tuple[str, str | None, str | None], str] = {}
        for figure in figures:
            self._values.setdefault((figure.kind, figure.unit, figure.group), figure.value)

    def follows(self, figure: PrintedFigure) -> str | None:
        """What *figure* would be, had it been derived from the printed figures it rests on.

        Returns:
            None where it rests on none, or not all of them are printed.
        """
        units = [unit for unit in self._compared if figure.block in {None, unit.block}]
        found: object = None
        match figure.kind:
            case "total":
                found = self._total(figure.unit)
            case "block_mean" | "overall_mean":
                found = self._mean("total", units)
            case "earlier_block_mean":
                found = self._mean("earlier_total", units)
            case "group_mean":
                found = self._group_mean(figure.group, units)
            case "rank" | "block_rank" | "rank_change":
                found = self._place(figure)
            case "class" | "class_count":
                found = self._class(figure, units)
            case _:  # a group's score, a self-score and an earlier score rest on no other printed figure
                pass
        return None if found is None else str(found)

    def _column(self, kind: str, units: Sequence[Standing]) -> dict[str, Decimal] | None:
        column: dict[str, Decimal] = {}
        for unit in units:
            value = number(self._values.get((kind, unit.unit, None), ""))
            if value is None:
                return None
            column[unit.unit] = value
        return column

    def _total(self, name: str | None) -> Decimal | None:
        standing = next((unit for unit in self._run.units if unit.unit == name), None)
        if standing is None:
            return None
        appendix = appendix_of(self._ruleset, standing.appendix)
        parts: dict[str, Total] = {}
        for child in appendix.children:
            printed = self._values.get(("group", name, child.code))
            points = None if printed is None else number(printed)
            if points is not None:
                parts[child.code] = Total(Scored(points=points))
            elif printed == DASH:
                parts[child.code] = Total(NotApplicable())
            else:
                return None
        return aggregate(appendix, parts).points

    def _mean(self, kind: str, units: Sequence[Standing]) -> Decimal | None:
        column = self._column(kind, units)
        return None if column is None else mean(list(column.values())).mean

    def _group_mean(self, group: str | None, units: Sequence[Standing]) -> Decimal | None:
        printed = [self._values.get(("group", unit.unit, group)) for unit in units if group in unit.groups]
        points = [value for text in printed if text is not None and (value := number(text)) is not None]
        if len(points) + printed.count(DASH) != len(printed):
            return None
        over_all = self._ruleset.policies.group_mean == "over_all"
        return mean(points, len(printed) if over_all else None).mean

    def _place(self, figure: PrintedFigure) -> int | None:
        block = next((unit.block for unit in self._run.units if unit.unit == figure.unit), None)
        units = [unit for unit in self._compared if figure.kind != "block_rank" or unit.block == block]
        now, before = self._column("total", units), self._column("earlier_total", units)
        if now is None or figure.unit not in now:
            return None
        ties = self._ruleset.policies.ties
        place = ranks(now, ties)[figure.unit]
        if figure.kind != "rank_change":
            return place
        return None if before is None else ranks(before, ties)[figure.unit] - place

    def _class(self, figure: PrintedFigure, units: Sequence[Standing]) -> str | int | None:
        column = self._column("total", units if figure.kind == "class_count" else self._compared)
        if column is None:
            return None
        blocks = {unit.unit: unit.block for unit in self._run.units}
        classes = {
            unit: class_of(bands, points)
            for unit, points in column.items()
            if (bands := self._ruleset.classes.get(blocks[unit]))
        }
        if figure.kind == "class":
            return classes.get(figure.unit or "")
        return list(classes.values()).count(figure.class_code or "")
