"""A campaign's run, kept at hand and brought up to date when somebody asks."""

import asyncio
from collections.abc import Sequence

from services.scoring.preview.domain import Effect, Kept, Supposed, effects
from services.scoring.score.domain import SCORE, Scores
from services.scoring.score.facts import score_stream
from shared.eventlog import EventLog, Row
from shared.opening import campaign_stream
from shared.vocabulary import Value

CAMPAIGNS = 8
"""So many are kept; whoever was not asked for longest makes room."""


class Effects(Value):
    """What would change.

    Attributes:
        position: Of the log, up to which it was read.
    """

    position: int
    effects: tuple[Effect, ...]


class AtHand:
    """The runs of a process; nothing of them outlives it, and nothing rests on them."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._kept: dict[tuple[str, str], Kept] = {}
        self._turn = asyncio.Lock()

    async def get_effects(self, agency: str, campaign: str, supposed: Sequence[Supposed]) -> Effects:
        """Which units would stand elsewhere, and where, if all that is *supposed* were said.

        Raises:
            CampaignUnknown, UnitUnknown, CriterionUnknown: Not there.
            WordDoesNotFit, InputsDoNotFit, InputWrong, PointsOutOfRange, InputOutOfRange: A word that may not be said.
        """
        async with self._turn:
            kept = await self._at_hand(agency, campaign)
        opened = kept.scores.campaign.opened(campaign)
        found = await asyncio.to_thread(effects, opened, kept.run, supposed)
        return Effects(position=kept.position, effects=tuple(found))

    async def _at_hand(self, agency: str, campaign: str) -> Kept:
        kept = self._kept.pop((agency, campaign), None)
        kept = await (self._begun(agency, campaign) if kept is None else self._onward(agency, campaign, kept))
        self._kept[agency, campaign] = kept
        if len(self._kept) > CAMPAIGNS:
            del self._kept[next(iter(self._kept))]
        return kept

    async def _begun(self, agency: str, campaign: str) -> Kept:
        opening = SCORE.state(await self._log.read(agency, [campaign_stream(campaign)]))
        opening.campaign.opened(campaign)
        rows = await self._log.read(agency, _streams(campaign, opening))
        return await asyncio.to_thread(Kept.begun, max(row.position for row in rows), SCORE.state(rows))

    async def _onward(self, agency: str, campaign: str, kept: Kept) -> Kept:
        streams, position, scores = {*_streams(campaign, kept.scores)}, kept.position, kept.scores
        while rows := await self._log.tail(agency, position):
            if any(row.stream == campaign_stream(campaign) for row in rows):
                return await self._begun(agency, campaign)
            position, scores = rows[-1].position, _after(scores, [row for row in rows if row.stream in streams])
        return kept if position == kept.position else await asyncio.to_thread(kept.onward, position, scores)


def _streams(campaign: str, scores: Scores) -> list[str]:
    return [campaign_stream(campaign), *(score_stream(campaign, unit) for unit in scores.campaign.units)]


def _after(scores: Scores, rows: Sequence[Row]) -> Scores:
    found: Scores = SCORE.after(scores, ((row, row.content()) for row in rows))
    return found
