"""What services tell each other: the only types that cross a service border.

Fields are only added, with defaults; ``tests/contract/test_goldens.py`` keeps samples. Three names are fixed by the
agencies that integrate: ``SubmissionReceived``, ``ScoreAppraised``, ``ResultsPublished``.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from shared.campaign import (
    Amendment,
    Contest,
    Document,
    Enrolment,
    Evidence,
    Member,
    Opening,
    Recusal,
    RoundStage,
    SheetLine,
    UsageRow,
)
from shared.standing import PrintedFigure, RunSummary, Standing
from shared.vocabulary import Closed, Id, Localized, Sha256, Stage, Text, Value, Word, digest

NO_CHAIN = "0" * 64  # "chain before the first announcement"
SERVICES = ("submission", "appraisal", "scoring", "reporting")


class Contract(Value):
    """Base of every public event."""

    type: ClassVar[str]

    @property
    def subject(self) -> str:
        """What it is about: its publisher's log of the agency, unless it says more."""
        return "log"


class OfCampaign(Contract):
    """An event of one campaign."""

    campaign: Id

    @property
    def subject(self) -> str:
        """What it is about: campaign, or campaign and unit."""
        unit = getattr(self, "unit", None)
        return f"{self.campaign}/{unit}" if unit else self.campaign


class AnnouncementLost(Contract):
    """Nothing: its number was given before, to a message that went down with the log when an older one was restored."""

    type = "AnnouncementLost.v1"


class LogRestored(Contract):
    """An older log was restored: what had been said under the numbers *first* to *last* is said no more."""

    type = "LogRestored.v1"
    first: int
    last: int
    reason: Closed


class RulesetPart(OfCampaign):
    """A piece of the ruleset's canonical JSON; together they have the digest that CampaignOpened names."""

    type = "RulesetPart.v1"
    digest: Sha256
    number: int
    count: int
    text: str


class UnitEnrolled(OfCampaign):
    """A unit is on the roster."""

    type = "UnitEnrolled.v1"
    enrolment: Enrolment

    @property
    def unit(self) -> str:
        """The unit it enrols."""
        return self.enrolment.unit


class CampaignOpened(OfCampaign):
    """All of its ruleset and roster has been said before: units may work."""

    type = "CampaignOpened.v1"
    opening: Opening


class CampaignAmended(OfCampaign):
    """Calendar, extension, roster or template changed, with a reason."""

    type = "CampaignAmended.v1"
    amendment: Amendment
    reason: Closed


class ReferenceEntered(OfCampaign):
    """The printed figures of a report: to be compared, never used."""

    type = "ReferenceEntered.v1"
    reference: Id
    title: Localized
    document: Document
    figures: tuple[PrintedFigure, ...]


class ReferenceRemoved(OfCampaign):
    """A reference was entered by mistake; the ranking does not change."""

    type = "ReferenceRemoved.v1"
    reference: Id


class SubmissionReceived(OfCampaign):
    """A unit handed in its sheet: the whole sheet, so that nobody needs to ask back.

    Attributes:
        version: 1 for the first sheet of a unit; a resubmission is the next.
        late: Decided by the calendar and the effective time.
        certified: Digest of the sheet that the head of the unit saw.
    """

    type = "SubmissionReceived.v1"
    unit: Id
    version: int
    lines: dict[Id, SheetLine]
    late: bool = False
    certified: Sha256


class SubmissionWithdrawn(OfCampaign):
    """A unit took its sheet back before the deadline; the version stays in the log."""

    type = "SubmissionWithdrawn.v1"
    unit: Id
    version: int
    reason: Closed


class SubmissionsClosed(OfCampaign):
    """No sheet is taken any more; who handed in, and who did not."""

    type = "SubmissionsClosed.v1"
    handed_in: tuple[Id, ...]
    missing: tuple[Id, ...]


class FiguresConfirmed(OfCampaign):
    """A unit's answer to the first round, criterion by criterion."""

    type = "FiguresConfirmed.v1"
    unit: Id
    accepted: tuple[Id, ...]
    contested: dict[Id, Contest] = {}


class UsageReported(OfCampaign):
    """Measured figures of one source and month; pushed again, the whole month is replaced, visibly.

    Attributes:
        period: Month as ``YYYY-MM``.
        revision: 1 for the first push of this source and period.
    """

    type = "UsageReported.v1"
    source: Id
    period: str
    revision: int
    rows: tuple[UsageRow, ...]


class TextDestroyed(OfCampaign):
    """Closed texts were destroyed by a decision; everybody who keeps a copy destroys it."""

    type = "TextDestroyed.v1"
    closed: tuple[Sha256, ...]
    decision: Document


class BodyEstablished(OfCampaign):
    """A team or council was established by a decision; members with their home units."""

    type = "BodyEstablished.v1"
    body: Literal["team", "council"]
    decision: Document
    members: tuple[Member, ...]


class ScoreAppraised(OfCampaign):
    """A verdict on one criterion.

    Attributes:
        sheet: Version of the sheet that was judged; 0 where the unit handed in none.
        before: The word that stood; None where nobody had spoken.
        after: The word that stands now; equal to *before* where the verdict is "stands".
    """

    type = "ScoreAppraised.v1"
    unit: Id
    criterion: Id
    stage: Stage
    sheet: int
    before: Word | None
    after: Word
    reason_code: str | None = None
    reason: Closed | None = None
    evidence: tuple[Evidence, ...] = ()


class RoundClosed(OfCampaign):
    """A round is over: *count* verdicts, *digest* over (unit, criterion, word) of all of them in order."""

    type = "RoundClosed.v1"
    stage: RoundStage
    count: int
    digest: Sha256


def round_digest(words: Mapping[tuple[str, str], Word]) -> str:
    """Digest of a round, as RoundClosed names it: the last word on each (unit, criterion), in that order."""
    ordered = sorted(words.items())
    return digest([[unit, criterion, word.model_dump(mode="json")] for (unit, criterion), word in ordered])


class CouncilDecided(OfCampaign):
    """The council reviewed a draft, named by its digest.

    Attributes:
        meeting: 1 for the first.
        acknowledged: Ids of the reference findings the council took note of.
        recused: Who of those present took no part for which unit: each for their own.
    """

    type = "CouncilDecided.v1"
    meeting: int
    run: Sha256
    outcome: Literal["sent_back", "accepted"]
    comments: Closed | None = None
    acknowledged: tuple[str, ...] = ()
    present: tuple[Id, ...] = ()
    recused: tuple[Recusal, ...] = ()


class ResultsApproved(OfCampaign):
    """The head of the agency signed: the digest that was seen, and the decision."""

    type = "ResultsApproved.v1"
    run: Sha256
    decision: Document
    signer: Text
    file_sha256: Sha256


class UnitStanding(OfCampaign):
    """One unit in a run; said before the StandingsDrafted or ResultsPublished that counts them."""

    type = "UnitStanding.v1"
    run: Sha256
    unit: Id
    number: int
    standing: Standing


class StandingsDrafted(OfCampaign):
    """A run: each closed round and the council's changes start one.

    Attributes:
        run: The run digest: ruleset, roster, words that count, results; no times, actors or positions.
        stage: The latest stage that counts in it.
        draft: 1 for the campaign's first.
        digest: Over the standings said before it, in order.
        changes: How many changes of the council count in it: while they are fewer than it made, another draft is due.
    """

    type = "StandingsDrafted.v1"
    run: Sha256
    stage: Stage
    draft: int
    count: int
    digest: Sha256
    summary: RunSummary
    changes: int = 0


class RestsOn(Value):
    """How far a publisher's log had been answered when a run was computed."""

    position: int
    sequence: int
    chain: Sha256


class ResultsPublished(OfCampaign):
    """The approved run, published; nothing changes it, a correction is another release that supersedes it."""

    type = "ResultsPublished.v1"
    run: Sha256
    release: int
    supersedes: int | None = None
    decision: Document
    signer: Text
    file_sha256: Sha256
    count: int
    digest: Sha256
    summary: RunSummary
    rests_on: dict[Id, RestsOn]


class PublicationRefused(OfCampaign):
    """What was approved is not what stands: nothing was published."""

    type = "PublicationRefused.v1"
    approved: Sha256
    standing: Sha256 | None
    reason: str


PUBLISHED: dict[str, tuple[type[Contract], ...]] = {
    "submission": (
        RulesetPart, UnitEnrolled, CampaignOpened, CampaignAmended, ReferenceEntered, ReferenceRemoved,
        SubmissionReceived, SubmissionWithdrawn, SubmissionsClosed, FiguresConfirmed, UsageReported, TextDestroyed,
    ),
    "appraisal": (BodyEstablished, ScoreAppraised, RoundClosed, CouncilDecided, ResultsApproved),
    "scoring": (UnitStanding, StandingsDrafted, ResultsPublished, PublicationRefused),
    "reporting": (),
}  # fmt: skip
"""Who publishes what; every service consumes every other publisher's topic."""
OF_LOGS: tuple[type[Contract], ...] = (AnnouncementLost, LogRestored)
"""What any publisher may say of its own log; consumers answer it and do nothing."""
CONTRACTS = {contract.type: contract for said in (*PUBLISHED.values(), OF_LOGS) for contract in said}


class RewindRequested(Value):
    """On ``ict.control``: *publisher*, say again from *sequence* on.

    That is the inbox's end and is itself said again: a log that was restored or forged shows there, by its chain.
    """

    publisher: Id
    agency: Id
    sequence: int
