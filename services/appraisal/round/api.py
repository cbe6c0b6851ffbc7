"""Verdicts over HTTP: one, many at once, and the closing of a round."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field, model_validator

from services.appraisal.round.domain import ROUND, AppraiseCriteria, CloseRound, Judgement, LetStand, ReasonCode
from shared.campaign import Evidence, RoundStage
from shared.edge.asgi import carry_out
from shared.edge.asking import Ask, Command
from shared.edge.service import Room
from shared.execute import Act
from shared.vocabulary import ClosedText, Id, Text, Value, Word


class Said(Value):
    """What is said on a criterion: that what stood stands, or a word with its reason."""

    stands: bool = False
    word: Word | None = None
    reason_code: ReasonCode | None = None
    reason: Annotated[Text, Field(min_length=1)] | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> "Said":
        if self.stands == (self.word is not None):
            msg = "say either that it stands, or a word"
            raise ValueError(msg)
        return self


class SaidInRound(Said):
    stage: RoundStage


class SaidOfUnit(Said):
    unit: Id
    criterion: Id


class ManySaid(Value):
    verdicts: Annotated[tuple[SaidOfUnit, ...], Field(min_length=1, max_length=5000)]


class Standing(Value):
    """By unit, the criteria on which what stood stands; null: all that have no verdict yet."""

    units: Annotated[dict[Id, tuple[Id, ...] | None], Field(min_length=1)]


class Done(Value):
    """Where in the log it shows."""

    position: int


def closed_judgements(
    ask: Ask, said: Iterable[tuple[str, str, Said]]
) -> tuple[tuple[Judgement, ...], Sequence[ClosedText]]:
    """What was *said* (unit, criterion, what) with its reasons closed, and the texts that go beside the log."""
    judgements, texts = [], []
    for unit, criterion, each in said:
        reason = ask.close(each.reason) if each.reason else None
        texts += [reason] if reason else []
        closed = reason.closed if reason else None
        judgements.append(Judgement(unit, criterion, each.word, each.reason_code, closed, each.evidence))
    return tuple(judgements), texts


def router(room: Room) -> APIRouter:
    """Routes of a round; a change needs the team's seat or, to close, an operator."""
    route = APIRouter(prefix="/appraisal/v1/agencies/{agency}/campaigns/{campaign}")
    log = room.own_log

    async def appraise(
        ask: Ask, campaign: str, stage: RoundStage, said: Iterable[tuple[str, str, Said]], request: Request,
        response: Response,
    ) -> Done:  # fmt: skip
        ask.caller.must_be("appraiser")
        judgements, texts = closed_judgements(ask, said)
        command = AppraiseCriteria(campaign, stage, judgements, ask.caller.unit)
        answer = await carry_out(ask, Act(command, ROUND), log=log, request=request, response=response, texts=texts)
        return Done(position=answer.position)

    @route.post("/units/{unit}/criteria/{criterion}/verdicts", status_code=201)
    async def give_verdict(
        campaign: Id, unit: Id, criterion: Id, body: SaidInRound, ask: Command, request: Request, response: Response
    ) -> Done:
        """Give a verdict on one criterion, or another one while the round is open."""
        return await appraise(ask, campaign, body.stage, [(unit, criterion, body)], request, response)

    @route.post("/rounds/{stage}/verdicts", status_code=201)
    async def give_verdicts(
        campaign: Id, stage: RoundStage, body: ManySaid, ask: Command, request: Request, response: Response
    ) -> Done:
        """Give many verdicts, all or none."""
        said = [(each.unit, each.criterion, each) for each in body.verdicts]
        return await appraise(ask, campaign, stage, said, request, response)

    @route.post("/rounds/{stage}/stands", status_code=201)
    async def let_stand(
        campaign: Id, stage: RoundStage, body: Standing, ask: Command, request: Request, response: Response
    ) -> Done:
        """Let what stood stand, on many criteria of many units, all or none."""
        ask.caller.must_be("appraiser")
        command = LetStand(campaign, stage, body.units, ask.caller.unit)
        answer = await carry_out(ask, Act(command, ROUND), log=log, request=request, response=response)
        return Done(position=answer.position)

    @route.post("/rounds/{stage}/closing", status_code=201)
    async def close_round(campaign: Id, stage: RoundStage, ask: Command, request: Request, response: Response) -> Done:
        """Close a round in which every criterion of every unit has a verdict."""
        ask.caller.must_be("operator", "appraiser")
        command = CloseRound(campaign, stage, operator="operator" in ask.caller.roles)
        answer = await carry_out(ask, Act(command, ROUND), log=log, request=request, response=response)
        return Done(position=answer.position)

    return route
