"""Handing in needs two ports: the draft that was certified, and the log."""

from services.submission.sheet.domain import SHEET, Desk, SheetCommand, SheetFact, SubmitSheet
from services.submission.sheet.tables import Drafts
from shared.execute import Act
from shared.vocabulary import ClosedText


async def handing_in(
    scope: tuple[str, str, str], certified: str, drafts: Drafts
) -> tuple[Act[SheetCommand, Desk, SheetFact], tuple[ClosedText, ...]]:
    """The act of handing in the draft as it is now, and the explanations that go with it.

    Whether it is still the one that was certified is decided within ``execute``, after the key: a retry is answered
    as before even if the draft changed since.
    """
    agency, campaign, unit = scope
    cells = await drafts.cells(agency, campaign, unit)
    lines = {criterion: line for criterion, cell in cells.items() if (line := cell.line) is not None}
    texts = tuple(cell.explanation for cell in cells.values() if cell.line and cell.explanation)
    return Act(SubmitSheet(campaign, unit, lines, certified), SHEET), texts
