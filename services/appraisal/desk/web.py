"""The bench as pages: what is left to judge, and one unit criterion by criterion, each with a form for a verdict."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.appraisal.desk.queries import UnitView, get_campaign, get_unit, list_queue, list_rounds
from services.appraisal.round.domain import REASON_CODES, ROUND, AppraiseCriteria, CloseRound, Judgement, LetStand
from shared.campaign import RoundStage
from shared.edge.asgi import carry_out
from shared.edge.asking import Ask, Question
from shared.edge.auth import Caller
from shared.edge.forms import Form
from shared.edge.sentences import sentence
from shared.edge.service import Room
from shared.edge.web import acts
from shared.edge.web.findings import as_printed
from shared.edge.web.pages import Pages
from shared.edge.web.routes import page_route
from shared.edge.web.said import Asked, ValueImpossible, documents
from shared.errors import IctIndexError
from shared.execute import Act
from shared.vocabulary import ClosedText, Id, NotScored

PAGES: Final = Pages(Path(__file__).parent / "templates")
DESK: Final = "/appraisal/_/{agency}/{campaign}/{stage}"
"""No agency can be called ``_``, and no page stands in the way of what ``v1`` says."""
REASONS: Final = get_args(NotScored.model_fields["reason"].annotation)


def _may_look(caller: Caller) -> None:
    caller.must_be("appraiser", "council", "approver", "operator", "auditor")


def _may_judge(caller: Caller) -> None:
    caller.must_be("appraiser")


def _may_close(caller: Caller) -> None:
    caller.must_be("operator", "appraiser")


def router(room: Room) -> APIRouter:
    """Pages of the bench."""
    route = APIRouter(route_class=page_route(PAGES), include_in_schema=False)
    _looking(route, room)
    _judging(route, room)
    return route


def _looking(route: APIRouter, room: Room) -> None:
    log = room.own_log

    @route.get(DESK)
    async def queue(request: Request, agency: Id, campaign: Id, stage: RoundStage, ask: Question) -> Response:
        _may_look(ask.caller)
        told: dict[str, Any] = {
            "queue": await list_queue(log, agency, campaign, stage, (ask.caller.actor, ask.caller.unit)),
            "round": next((each for each in await list_rounds(log, agency, campaign) if each.stage == stage), None),
            "campaign": await get_campaign(log, agency, campaign),
        }
        return PAGES.answer(request, "queue.html", **_around(agency, campaign, stage, ask), **told)

    @route.get(f"{DESK}/{{unit}}")
    async def unit_page(
        request: Request, agency: Id, campaign: Id, stage: RoundStage, unit: Id, ask: Question
    ) -> Response:
        _may_look(ask.caller)
        return await _unit(request, room, (agency, campaign, stage, unit), ask)


def _judging(route: APIRouter, room: Room) -> None:
    log = room.own_log

    @route.post(f"{DESK}/{{unit}}/criteria/{{criterion}}")
    async def judge(
        request: Request, response: Response, agency: Id, campaign: Id, stage: RoundStage, unit: Id, criterion: Id
    ) -> Response:
        ask, form = await acts.asked(request, _may_judge)
        try:
            judgement, texts = await _said(room, (agency, campaign, unit, criterion), form, ask)
            act = Act(AppraiseCriteria(campaign, stage, (judgement,), ask.caller.unit), ROUND)
            await carry_out(ask, act, log=log, request=request, response=response, texts=texts)
        except IctIndexError as refused:
            return await _unit(request, room, (agency, campaign, stage, unit), ask, (criterion, form, refused))
        return RedirectResponse(f"{_place(agency, campaign, stage)}/{unit}{_at(form)}#{criterion}", 303)

    @route.post(f"{DESK}/{{unit}}/stands")
    async def stand(
        request: Request, response: Response, agency: Id, campaign: Id, stage: RoundStage, unit: Id
    ) -> Response:
        ask, form = await acts.asked(request, _may_judge)
        act = Act(LetStand(campaign, stage, {unit: None}, ask.caller.unit), ROUND)
        await carry_out(ask, act, log=log, request=request, response=response)
        return RedirectResponse(f"{_place(agency, campaign, stage)}{_at(form)}", 303)

    @route.post(f"{DESK}/closing")
    async def close(request: Request, response: Response, agency: Id, campaign: Id, stage: RoundStage) -> Response:
        ask, _ = await acts.asked(request, _may_close)
        act = Act(CloseRound(campaign, stage, operator="operator" in ask.caller.roles), ROUND)
        await carry_out(ask, act, log=log, request=request, response=response)
        return RedirectResponse(_place(agency, campaign, stage), 303)


async def _said(
    room: Room, place: tuple[str, str, str, str], form: Form, ask: Ask
) -> tuple[Judgement, Sequence[ClosedText]]:
    """The judgement that a form brings: that what stood stands, or a word with its reason."""
    agency, campaign, unit, criterion = place
    known = await get_campaign(room.own_log, agency, campaign)
    asked = Asked(known.criterion(unit, criterion))
    if form.get("verdict") == "stands":
        return Judgement(unit, criterion), ()
    code = form.get("reason_code") or None
    if code is not None and code not in REASON_CODES:
        raise ValueImpossible(value=code[:60])
    reason = ask.close(form.get("reason")) if form.get("reason") else None
    word = asked.word(form)
    said = Judgement(unit, criterion, word, code, reason and reason.closed, documents(form))  # type: ignore[arg-type] # one of them
    return said, [reason] if reason else []


async def _unit(
    request: Request,
    room: Room,
    place: tuple[str, str, RoundStage, str],
    ask: Ask,
    refused: tuple[str, Form, IctIndexError] | None = None,
) -> Response:
    agency, campaign, stage, unit = place
    known = await get_campaign(room.own_log, agency, campaign)
    view = await get_unit(room.own_log, agency, campaign, unit, ask.language)
    own = (ask.caller.actor, ask.caller.unit)
    queue = await list_queue(room.own_log, agency, campaign, stage, own)
    mine = next(each for each in queue if each.unit == unit)
    told: dict[str, Any] = {
        "view": view,
        "campaign": known,
        "asked": {code: Asked(criterion) for code, criterion in known.sheet(unit).items()},
        "missing": mine.missing,
        "may_judge": "appraiser" in ask.caller.roles and not mine.own,
        "verdicts": _of_stage(view, stage),
        "reasons": REASONS,
        "reason_codes": REASON_CODES,
        "refused": refused and (refused[0], sentence(refused[2], ask.language)),
        "typed": refused and refused[1],
        "next_unit": _next(queue, unit),
        "figure": partial(as_printed, language=ask.language),
        "at": request.query_params.get("at", ""),
    }
    return PAGES.answer(request, "unit.html", 409 if refused else 200, **_around(agency, campaign, stage, ask), **told)


def _of_stage(view: UnitView, stage: RoundStage) -> Mapping[str, Any]:
    """By criterion, the verdict of this round that counts."""
    return {
        each.criterion: verdict
        for each in view.criteria
        for verdict in each.verdicts
        if verdict.stage == stage and not verdict.replaced
    }


def _next(queue: Sequence[Any], unit: str) -> str | None:
    """The next unit of somebody else's that still has something to judge."""
    codes = [each.unit for each in queue]
    behind = [*queue[codes.index(unit) + 1 :], *queue[: codes.index(unit)]]
    return next((each.unit for each in behind if each.missing and not each.own), None)


def _around(agency: str, campaign: str, stage: RoundStage, ask: Ask) -> Mapping[str, Any]:
    return {
        "place": _place(agency, campaign, stage),
        "agency": agency,
        "name": campaign,
        "stage": stage,
        "caller": ask.caller,
        "hidden": acts.hidden(ask.caller),
    }


def _place(agency: str, campaign: str, stage: RoundStage) -> str:
    return DESK.format(agency=agency, campaign=campaign, stage=stage)


def _at(form: Form) -> str:
    """In a campaign that is entered afterwards the time of one act is proposed for the next."""
    return f"?at={form.get(acts.EFFECTIVE)}" if form.get(acts.EFFECTIVE) else ""
