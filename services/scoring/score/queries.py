"""The score history of a unit, as it is shown: straight from the log, never from a copy."""

from services.scoring.release.queries import Published, Said, said
from services.scoring.score.domain import SCORE, Scores
from services.scoring.score.facts import WITHDRAWN, ScoreGiven, ScoreMoved, SheetKept, score_stream
from shared.contracts import ScoreAppraised, SubmissionReceived, SubmissionWithdrawn
from shared.envelope import DestroyedText
from shared.eventlog import EventLog, Row, Texts
from shared.opening import campaign_stream
from shared.vocabulary import Closed, ClosedText, Id, Json, Points, Score, Stage, Value, Word


class Reason(Value):
    """Why, in words.

    Attributes:
        text: None where it was destroyed.
        destroyed_by: The decision that ordered it.
    """

    text: str | None
    destroyed_by: str | None = None


class HistoryRow(Said):
    """One row of the history.

    Attributes:
        contract: What was said that led to it; None where the score was moved.
        word: What the stage said; None where it took its word back, or where the score was moved.
        given: What that word is worth; it stands unless a later stage has spoken.
        moved_by: The unit whose word elsewhere moved this score: another one, or this one on a register.
    """

    criterion: Id
    stage: Stage
    contract: str | None = None
    sheet: int | None = None
    word: Word | None = None
    given: Score | None = None
    before: Score
    after: Score
    changed: bool
    group: Id
    group_before: Score
    group_after: Score
    total_before: Points | None
    total_after: Points | None
    reason_code: str | None = None
    reason: Reason | None = None
    moved_by: Id | None = None


class Kept(Said):
    """A sheet that claims no points: what it says, unscored."""

    version: int
    words: dict[Id, Word]


class History(Value):
    """Everything that happened to a unit's scores, in the order of the log.

    Attributes:
        standing: What stands now, by criterion.
        sheets: Sheets that claim no points.
    """

    campaign: Id
    unit: Id
    rows: tuple[HistoryRow, ...]
    standing: dict[Id, Score]
    sheets: tuple[Kept, ...] = ()


async def get_history(
    log: EventLog, agency: str, campaign: str, unit: str, criterion: str | None, until: Published | None
) -> History:
    """The history of *unit*, of one *criterion* or of all.

    Args:
        log: Where it lies.
        agency: Whose log.
        campaign: Which year.
        unit: On its roster.
        criterion: On the unit's sheet; None for all.
        until: The release a unit may see up to; None for all rows.

    Raises:
        CampaignUnknown, UnitUnknown, CriterionUnknown: Not there.
    """
    history = score_stream(campaign, unit)
    rows = await log.read(agency, [campaign_stream(campaign), history])
    shown = [row for row in rows if until is None or row.position <= until.position]
    scores: Scores = SCORE.state(shown)
    opened = scores.campaign.opened(campaign)
    opened.unit(unit)
    if criterion is not None:
        opened.criterion(unit, criterion)
    facts = [(row, SCORE.book.of(row, row.content().data)) for row in shown if row.stream == history]
    closed = [fact.reason.closed for _, fact in facts if isinstance(fact, ScoreGiven) and fact.reason]
    texts = await log.texts(agency, sorted(set(closed)))
    told = [_told(row, fact, texts) for row, fact in facts if isinstance(fact, ScoreGiven | ScoreMoved)]
    standing = scores.of(unit).standing
    return History(
        campaign=campaign,
        unit=unit,
        rows=tuple(each for each in told if criterion in {None, each.criterion}),
        standing={code: score for code, score in standing.items() if criterion in {None, code}},
        sheets=tuple(
            Kept.model_validate({**fact.model_dump(), **said(row)})
            for row, fact in facts
            if isinstance(fact, SheetKept)
        ),
    )


def _told(row: Row, fact: ScoreGiven | ScoreMoved, texts: Texts) -> HistoryRow:
    shown: Json = {**fact.model_dump(), **said(row), "changed": fact.changed}
    match fact:
        case ScoreMoved():
            shown |= {"moved_by": fact.cohort}
        case ScoreGiven():
            shown |= {"contract": _contract(fact), "reason": fact.reason and _reason(fact.reason, texts)}
    return HistoryRow.model_validate(shown)


def _contract(fact: ScoreGiven) -> str:
    """What the publisher said: a sheet, a sheet taken back, or a verdict."""
    if fact.stage != "self":
        return ScoreAppraised.__name__
    return (SubmissionWithdrawn if fact.reason_code == WITHDRAWN else SubmissionReceived).__name__


def _reason(closed: Closed, texts: Texts) -> Reason | None:
    match texts.get(closed.closed):
        case ClosedText() as kept:
            return Reason(text=kept.text)
        case DestroyedText() as destroyed:
            return Reason(text=None, destroyed_by=destroyed.decision)
        case _:
            return None
