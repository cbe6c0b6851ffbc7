"""How sheets, verdicts and answers become rows; each message adds its own, so their order does not matter."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.lineage.tables import words
from shared.campaign import Evidence
from shared.contracts import FiguresConfirmed, ScoreAppraised, SubmissionReceived
from shared.edge.rows import keep
from shared.envelope import Envelope
from shared.vocabulary import Closed, Json

REPLY = "reply"


async def project_submission_received(connection: AsyncConnection, message: Envelope, said: SubmissionReceived) -> None:
    """What the unit says on each criterion; every version is kept."""
    rows = [
        _row(message, said, criterion)
        | {"stage": "self", "version": said.version, "word": line.word.model_dump(mode="json")}
        | _because(line.explanation, line.evidence)
        for criterion, line in said.lines.items()
    ]
    await _keep(connection, rows)


async def project_score_appraised(connection: AsyncConnection, message: Envelope, said: ScoreAppraised) -> None:
    """A verdict of a round or of the council."""
    verdict = said.model_dump(mode="json", include={"stage", "before", "reason_code"})
    row = _row(message, said, said.criterion) | verdict | {"version": said.sheet}
    row["word"] = said.after.model_dump(mode="json")
    await _keep(connection, [row | _because(said.reason, said.evidence)])


async def project_figures_confirmed(connection: AsyncConnection, message: Envelope, said: FiguresConfirmed) -> None:
    """The unit's answer to the first round, criterion by criterion."""
    accepted = [_row(message, said, criterion) | {"stage": REPLY, "answer": "accepted"} for criterion in said.accepted]
    contested = [
        _row(message, said, criterion)
        | {"stage": REPLY, "answer": "contested"}
        | _because(contest.explanation, contest.evidence)
        for criterion, contest in said.contested.items()
    ]
    await _keep(connection, [*accepted, *contested])


def _row(message: Envelope, said: SubmissionReceived | ScoreAppraised | FiguresConfirmed, criterion: str) -> Json:
    return {
        "agency": message.agency,
        "campaign": said.campaign,
        "unit": said.unit,
        "criterion": criterion,
        "message": message.id,
        "version": None,
        "word": None,
        "before": None,
        "answer": None,
        "reason_code": None,
        "reason": None,
        "evidence": [],
        "at": message.time,
        "position": message.position,
    }


def _because(reason: Closed | None, evidence: Sequence[Evidence]) -> Json:
    return {
        "reason": reason.closed if reason else None,
        "evidence": [each.model_dump(mode="json") for each in evidence],
    }


async def _keep(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    statement = keep(words, rows)
    if statement is not None:
        await connection.execute(statement)
