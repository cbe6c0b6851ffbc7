"""A release: what was published, by which decision. Pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.campaign import Document
from shared.errors import Corrupt, NotFound
from shared.standing import RunSummary, Standing


class NotPublished(NotFound, code="results.not_published"):
    """Nothing was published in this campaign yet, or not this release: until then nobody sees a score here."""


class ReleaseIncomplete(Corrupt, code="results.release_incomplete"):
    """The standings said before ResultsPublished are not as many as it counts."""


class ReleaseDiffers(Corrupt, code="results.release_differs"):
    """The standings said before ResultsPublished are not those it names by their digest."""


@dataclass(frozen=True, slots=True)
class Release:
    """A published run.

    Attributes:
        supersedes: Number of the release it corrects.
        newest: Number of the newest release of the campaign; another one than *number* makes this one history.
        message: ``scoring/bnv@40``.
    """

    number: int
    supersedes: int | None
    newest: int
    run: str
    decision: Document
    signer: str
    file_sha256: str
    summary: RunSummary
    standings: tuple[Standing, ...]
    message: str
    at: datetime

    def of(self, unit: str) -> Standing | None:
        """The unit's standing; None where it was not in the run."""
        return next((standing for standing in self.standings if standing.unit == unit), None)
