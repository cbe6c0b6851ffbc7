"""The council's minutes: drafts heard, changes, reviews."""

from services.appraisal.council.domain import COUNCIL, chamber_streams
from services.appraisal.council.facts import DraftReviewed
from services.appraisal.dossier.domain import Told, told
from services.appraisal.dossier.facts import VerdictGiven, dossier_stream
from shared.campaign import Recusal
from shared.eventlog import EventLog, Row
from shared.vocabulary import Id, Instant, Sha256, Stage, Value, Word


class Draft(Value):
    draft: int
    run: Sha256
    stage: Stage
    findings: tuple[str, ...]


class Change(Value):
    unit: Id
    criterion: Id
    before: Word | None
    after: Word
    reason_code: str | None
    reason: Told | None
    by: Id
    at: Instant


class Review(Value):
    meeting: int
    run: Sha256
    draft: int
    outcome: str
    comments: Told | None
    acknowledged: tuple[str, ...]
    present: tuple[Id, ...]
    recused: tuple[Recusal, ...]
    by: Id
    at: Instant


class Minutes(Value):
    """What the council has before it, and what it did; each in order."""

    drafts: tuple[Draft, ...]
    changes: tuple[Change, ...]
    reviews: tuple[Review, ...]


async def get_minutes(log: EventLog, agency: str, campaign: str) -> Minutes:
    """The council's minutes.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    rows = await log.read(agency, chamber_streams(campaign))
    chamber = COUNCIL.state(rows)
    chamber.bench.bodies.campaign.opened(campaign)
    units = sorted({change.unit for change in chamber.changes})
    changed = [row for row in await _dossiers(log, agency, campaign, units) if row.type == VerdictGiven.type]
    verdicts = [(row, VerdictGiven.model_validate(row.content().data)) for row in changed]
    changes = [(row, verdict) for row, verdict in verdicts if verdict.stage == "council"]
    reviews = [
        (row, DraftReviewed.model_validate(row.content().data)) for row in rows if row.type == DraftReviewed.type
    ]
    closed = [verdict.reason for _, verdict in changes] + [review.comments for _, review in reviews]
    texts = await log.texts(agency, [each.closed for each in closed if each])
    return Minutes(
        drafts=tuple(Draft.model_validate(draft.model_dump()) for draft in chamber.runs.drafts),
        changes=tuple(
            Change(
                **verdict.model_dump(include={"unit", "criterion", "before", "after", "reason_code"}),
                reason=told(texts, verdict.reason),
                by=row.content().actor,
                at=row.content().effective_at,
            )
            for row, verdict in changes
        ),
        reviews=tuple(
            Review(
                **review.model_dump(exclude={"campaign", "comments"}),
                comments=told(texts, review.comments),
                by=row.content().actor,
                at=row.content().effective_at,
            )
            for row, review in reviews
        ),
    )


async def _dossiers(log: EventLog, agency: str, campaign: str, units: list[str]) -> list[Row]:
    return list(await log.read(agency, [dossier_stream(campaign, unit) for unit in units])) if units else []
