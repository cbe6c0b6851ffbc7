"""What JSON and pages of a sheet share: the pen that writes a draft."""

from services.submission.evidence.tables import Uploads, attested
from services.submission.sheet.domain import IntakeOver, admit_word
from services.submission.sheet.queries import DraftShown, get_intake, show_draft
from services.submission.sheet.tables import Cell, Drafts
from shared.errors import Invalid
from shared.eventlog import EventLog
from shared.opening import OpenCampaign
from shared.vocabulary import Clock, canonical

SHEET_BYTES = 700 * 1024  # of 900 KiB that a message may hold: so a full sheet always fits


class CellTooLarge(Invalid, code="sheet.cell_too_large"):
    """Its texts and documents would make the whole sheet too large to be said in one message."""


class Pen:
    """What writes a draft."""

    def __init__(self, log: EventLog, drafts: Drafts, uploads: Uploads, clock: Clock) -> None:
        self._log, self._drafts, self._uploads, self._clock = log, drafts, uploads, clock

    async def save(
        self, place: tuple[str, str, str, str], cell: Cell, *, if_match: str | None, by: str
    ) -> tuple[DraftShown, Cell]:
        """Save one cell over what the caller saw; the whole draft as it is then, and the cell.

        Raises:
            CampaignUnknown, UnitUnknown, CriterionUnknown, IntakeOver, CellTooLarge, FileNotUploaded: See there.
            CellChanged: Somebody else saved it meanwhile.
        """
        agency, campaign, unit, criterion = place
        known = await self._taking(agency, campaign)
        asked = known.criterion(unit, criterion)
        _admit_size(known, unit, cell)
        if cell.word is not None:
            admit_word(known, asked, cell.word)
        evidence = await attested(self._uploads, (agency, campaign, unit), cell.evidence)
        cell = cell.model_copy(update={"evidence": evidence})
        cell = await self._drafts.save(place, cell, if_match=if_match, by=by, at=self._clock())
        return show_draft(known, unit, await self._drafts.cells(agency, campaign, unit)), cell

    async def remove(self, place: tuple[str, str, str, str], if_match: str) -> None:
        """Remove the cell that the caller saw."""
        agency, campaign, _, _ = place
        await self._taking(agency, campaign)
        await self._drafts.remove(place, if_match=if_match)

    async def _taking(self, agency: str, campaign: str) -> OpenCampaign:
        """The campaign, while sheets are taken: a draft that can lead nowhere is not saved."""
        known, closed = await get_intake(self._log, agency, campaign)
        if closed:
            raise IntakeOver(campaign=campaign)
        return known


def _admit_size(campaign: OpenCampaign, unit: str, cell: Cell) -> None:
    """Each cell has its share, so that a full sheet fits one message."""
    most = SHEET_BYTES // max(len(campaign.sheet(unit)), 1)
    text = cell.explanation and cell.explanation.text
    size = len(canonical({**cell.model_dump(mode="json"), "explanation": text}))
    if size > most:
        raise CellTooLarge(size_bytes=size, most=most)
