"""The desk over HTTP: reading only."""

from fastapi import APIRouter

from services.appraisal.desk.queries import QueueView, RoundView, UnitView, get_unit, list_queue, list_rounds
from shared.campaign import RoundStage
from shared.edge.asking import Question
from shared.edge.auth import Caller, Role
from shared.edge.service import Room
from shared.vocabulary import Id

READERS: tuple[Role, ...] = ("appraiser", "council", "approver", "operator", "auditor")


def _must_read_all(caller: Caller) -> None:
    caller.must_be(*READERS)


def router(room: Room) -> APIRouter:
    """Routes of the desk."""
    route = APIRouter(prefix="/appraisal/v1/agencies/{agency}/campaigns/{campaign}")
    log = room.own_log

    @route.get("/rounds")
    async def rounds(campaign: Id, ask: Question) -> tuple[RoundView, ...]:
        """The rounds, what each waits for, and what is missing."""
        _must_read_all(ask.caller)
        return await list_rounds(log, ask.caller.agency, campaign)

    @route.get("/queue")
    async def queue(campaign: Id, ask: Question, stage: RoundStage = "round1") -> tuple[QueueView, ...]:
        """What is left to judge, unit by unit."""
        _must_read_all(ask.caller)
        caller = ask.caller.actor, ask.caller.unit
        return await list_queue(log, ask.caller.agency, campaign, stage, caller)

    @route.get("/units/{unit}/criteria")
    async def criteria(campaign: Id, unit: Id, ask: Question, parts: bool = False) -> UnitView:
        """One unit, criterion by criterion; the unit itself sees closed rounds only.

        A measured figure that is a sum says of how many parts; with *parts* also what each of them has.
        """
        caller = ask.caller
        own = not caller.roles.intersection(READERS)
        if own:
            caller.must_be("unit", "unit_head", *READERS)
            caller.must_act_for(unit)
        return await get_unit(log, caller.agency, campaign, unit, ask.language, closed_only=own, parts=parts)

    return route
