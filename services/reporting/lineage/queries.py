"""Reads the history of a unit's criteria, with the closed texts that still exist."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, column, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.lineage.domain import Said, in_order
from services.reporting.lineage.tables import words
from shared.campaign import Evidence
from shared.vocabulary import Word

WORD: TypeAdapter[Word] = TypeAdapter(Word)
CLOSED_TEXT = table("closed_text", column("agency"), column("name"), column("text"), column("decision"))


async def get_lineage(connection: AsyncConnection, agency: str, campaign: str, unit: str) -> Mapping[str, list[Said]]:
    """Everything said on each criterion of *unit*, in the order of the process."""
    here = (words.c.agency == agency) & (words.c.campaign == campaign) & (words.c.unit == unit)
    texts = (CLOSED_TEXT.c.agency == words.c.agency) & (CLOSED_TEXT.c.name == words.c.reason)
    joined = words.outerjoin(CLOSED_TEXT, texts)
    columns = (words, CLOSED_TEXT.c.text, CLOSED_TEXT.c.decision)
    found: dict[str, list[Said]] = {}
    for row in await connection.execute(select(*columns).select_from(joined).where(here)):
        found.setdefault(row.criterion, []).append(_said(row))
    return {criterion: in_order(said) for criterion, said in found.items()}


def _said(row: Row[Any]) -> Said:
    return Said(
        criterion=row.criterion,
        stage=row.stage,
        version=row.version,
        word=WORD.validate_python(row.word) if row.word else None,
        before=WORD.validate_python(row.before) if row.before else None,
        answer=row.answer,
        reason_code=row.reason_code,
        reason=row.text,
        destroyed=row.decision,
        evidence=tuple(Evidence.model_validate(each) for each in row.evidence),
        at=row.at,
        message=row.message,
        position=row.position,
    )
