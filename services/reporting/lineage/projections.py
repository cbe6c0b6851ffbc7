"""How sheets, verdicts and answers become rows; each message adds its own, so their order does not matter.

Words and evidence are kept as they were said, not as today's contract reads them: any release gives the same rows.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.lineage.tables import words
from shared.contracts import FiguresConfirmed, ScoreAppraised, SubmissionReceived
from shared.edge.rows import keep
from shared.envelope import Envelope
from shared.vocabulary import Closed, Json

REPLY = "reply"


async def project_submission_received(connection: AsyncConnection, message: Envelope, said: SubmissionReceived) -> None:
    """What the unit says on each criterion; every version is kept."""
    lines = message.data()["lines"]
    rows = [
        _row(message, said, criterion)
        | {"stage": "self", "version": said.version, "word": lines[criterion]["word"]}
        | _because(line.explanation, lines[criterion])
        for criterion, line in said.lines.items()
    ]
    await _keep(connection, rows)


async def project_score_appraised(connection: AsyncConnection, message: Envelope, said: ScoreAppraised) -> None:
    """A verdict of a round or of the council."""
    data = message.data()
    row = _row(message, said, said.criterion) | {"word": data["after"], "before": data["before"]}
    row |= {"stage": said.stage, "version": said.sheet, "reason_code": said.reason_code}
    await _keep(connection, [row | _because(said.reason, data)])


async def project_figures_confirmed(connection: AsyncConnection, message: Envelope, said: FiguresConfirmed) -> None:
    """The unit's answer to the first round, criterion by criterion."""
    contests = message.data().get("contested", {})
    accepted = [_row(message, said, criterion) | {"stage": REPLY, "answer": "accepted"} for criterion in said.accepted]
    contested = [
        _row(message, said, criterion)
        | {"stage": REPLY, "answer": "contested"}
        | _because(contest.explanation, contests[criterion])
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


def _because(reason: Closed | None, said: Json) -> Json:
    """Digest of the reason, and the evidence as it was said."""
    return {"reason": reason.closed if reason else None, "evidence": said.get("evidence", [])}


async def _keep(connection: AsyncConnection, rows: Sequence[Json]) -> None:
    statement = keep(words, rows)
    if statement is not None:
        await connection.execute(statement)
