"""What can have happened to a sheet, and to the taking in of sheets."""

from collections.abc import Mapping

from shared.campaign import SheetLine
from shared.facts import Fact
from shared.vocabulary import Closed, Id, Sha256, digest, stream


def sheet_stream(campaign: str, unit: str) -> str:
    return stream(campaign, "sheet", unit)


def intake_stream(campaign: str) -> str:
    """Of the taking in of all sheets: open until it is closed."""
    return stream(campaign, "intake", "main")


def sheet_digest(lines: Mapping[str, SheetLine]) -> str:
    """Digest of a sheet's content: what the head of a unit certifies is what this names."""
    return digest({criterion: line.model_dump(mode="json") for criterion, line in lines.items()})


class _OfSheet(Fact):
    campaign: Id
    unit: Id

    @property
    def stream(self) -> str:
        return sheet_stream(self.campaign, self.unit)


class SheetSubmitted(_OfSheet):
    """The whole sheet was handed in for the *version*-th time.

    Attributes:
        late: Its effective time was after the unit's deadline.
        certified: Digest of the sheet that the head of the unit saw.
    """

    type = "sheet_submitted.v1"
    version: int
    lines: dict[Id, SheetLine]
    late: bool
    certified: Sha256


class SheetWithdrawn(_OfSheet):
    """The unit took its sheet back; the version stays in the log."""

    type = "sheet_withdrawn.v1"
    version: int
    reason: Closed


class IntakeClosed(Fact):
    """No sheet is taken any more."""

    type = "intake_closed.v1"
    campaign: Id
    handed_in: tuple[Id, ...]
    missing: tuple[Id, ...]

    @property
    def stream(self) -> str:
        return intake_stream(self.campaign)
