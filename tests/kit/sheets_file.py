"""A sheets file as the offline command reads it, from what a service has in hand.

``python -m tests.kit.sheets_file`` writes those of the example years again.
"""

import asyncio
import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence

from services.scoring.engine import UnitInput
from services.scoring.publish.domain import PUBLISH
from services.scoring.release.facts import RunPublished
from shared.vocabulary import STAGES, GivenInputs, GivenPoints, GivenState, InputValue, NotScored, Stage, Word
from tests.kit.hearing import Hearing
from tests.kit.scored_year import scored_year
from tests.kit.year_files import AGENCIES

COLUMNS = ("stage", "unit", "criterion", "state", "points", "input", "value")
SHIPPED = {"bnv/year-2020": AGENCIES / "bnv" / "sheets-2020.csv"}


def written(units: Sequence[UnitInput], *, delimiter: str = ",", line_end: str = "\n") -> str:
    """All words of *units*, stage by stage; a pair of columns that nobody needs is left out."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for stage in STAGES for row in _of_stage(units, stage)]
    inputs = any(row["input"] for row in rows)
    states = not inputs or any(row["state"] for row in rows)
    columns = [*COLUMNS[:3], *(COLUMNS[3:5] if states else ()), *(COLUMNS[5:] if inputs else ())]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _of_stage(units: Iterable[UnitInput], stage: Stage) -> Iterator[Sequence[str]]:
    for unit in units:
        for criterion, word in unit.words.get(stage, {}).items():
            for cells in _cells(word):
                yield (stage, unit.unit, criterion, *cells)


def _cells(word: Word) -> Iterator[Sequence[str]]:
    match word:
        case GivenPoints():
            yield "scored", str(word.points), "", ""
        case GivenState(score=NotScored(reason=reason)):
            yield f"not_scored:{reason}", "", "", ""
        case GivenState():
            yield "not_applicable", "", "", ""
        case GivenInputs():
            for name, value in word.inputs.items():
                yield "", "", name, _said(value)


def _said(value: InputValue) -> str:
    match value:
        case tuple():
            return " ".join(map(str, value))
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


async def in_hand(hearing: Hearing) -> tuple[str, Sequence[UnitInput]]:
    """The run that was published, and what scoring's own state says of each unit."""
    known = {fact.type for fact in PUBLISH.book.types}
    state = PUBLISH.state(row for row in await hearing.rows() if row.type in known)
    *_, release = await hearing.facts(RunPublished)
    assert isinstance(release, RunPublished)
    return release.run, state.runs.scores.inputs


async def heard(name: str) -> tuple[str, Sequence[UnitInput]]:
    """The year through scoring's inbox: the run that was published, and what went into it."""
    return await in_hand(await scored_year(name).play(Hearing()))


if __name__ == "__main__":
    for year, path in SHIPPED.items():
        _, said = asyncio.run(heard(year))
        path.write_text(written(said), encoding="utf-8")
