"""The sheet as a page: a form for each criterion; certified and handed in as it was shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.submission.sheet.domain import SHEET, DraftChanged, WithdrawSheet
from services.submission.sheet.handlers import handing_in
from services.submission.sheet.queries import DraftShown, get_intake, list_versions, show_draft
from services.submission.sheet.tables import Cell, Drafts
from services.submission.sheet.wire import Pen
from services.submission.wire import must_head, must_write_for
from shared.edge.asgi import carry_out
from shared.edge.asking import Ask, Question
from shared.edge.forms import Form
from shared.edge.sentences import sentence
from shared.edge.web import acts
from shared.edge.web.pages import Pages
from shared.edge.web.routes import page_route
from shared.edge.web.said import Asked, documents
from shared.errors import IctIndexError
from shared.eventlog import EventLog
from shared.execute import Act
from shared.opening import OpenCampaign
from shared.ruleset import Appendix, Criterion, Group, Node, rule_sentence
from shared.vocabulary import Id

PAGES: Final = Pages(Path(__file__).parent / "templates")
SHEETS: Final = "/submission/_/{agency}/{campaign}/sheets/{unit}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page: a heading, or a criterion with what the unit says of it."""

    node: Node
    depth: int
    rule: str = ""
    cell: Cell | None = None
    typed: Form | None = None

    @property
    def is_leaf(self) -> bool:
        return isinstance(self.node, Criterion)

    @property
    def asked(self) -> Asked:
        """The criterion as its form asks for it."""
        assert isinstance(self.node, Criterion)  # noqa: S101 - asked of leaves
        return Asked(self.node)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose sheet in which campaign."""

    agency: str
    campaign: str
    unit: str

    @property
    def url(self) -> str:
        return SHEETS.format(agency=self.agency, campaign=self.campaign, unit=self.unit)


def router(log: EventLog, drafts: Drafts, pen: Pen) -> APIRouter:
    """Pages of a sheet."""
    route = APIRouter(route_class=page_route(PAGES), include_in_schema=False)
    _filling(route, log, drafts, pen)
    _handing_in(route, log, drafts)
    return route


def _filling(route: APIRouter, log: EventLog, drafts: Drafts, pen: Pen) -> None:
    @route.get(SHEETS)
    async def sheet(request: Request, agency: Id, campaign: Id, unit: Id, ask: Question) -> Response:
        must_write_for(ask.caller, unit)
        return await _page(request, Place(agency, campaign, unit), ask, log, drafts)

    @route.post(f"{SHEETS}/cells/{{criterion}}")
    async def save(request: Request, agency: Id, campaign: Id, unit: Id, criterion: Id) -> Response:
        ask, form = await acts.asked(request, lambda caller: must_write_for(caller, unit))
        place = Place(agency, campaign, unit)
        try:
            known, _ = await get_intake(log, agency, campaign)
            cell = _said(known.criterion(unit, criterion), form, ask)
            where = (agency, campaign, unit, criterion)
            await pen.save(where, cell, if_match=form.get("etag") or None, by=ask.caller.actor)
        except IctIndexError as refused:
            return await _page(request, place, ask, log, drafts, (criterion, form, refused))
        return RedirectResponse(f"{place.url}#{criterion}", 303)


def _handing_in(route: APIRouter, log: EventLog, drafts: Drafts) -> None:
    @route.get(f"{SHEETS}/certification")
    async def certification(request: Request, agency: Id, campaign: Id, unit: Id, ask: Question) -> Response:
        must_head(ask.caller, unit)
        return await _certification(request, Place(agency, campaign, unit), ask, log, drafts)

    @route.post(f"{SHEETS}/submission")
    async def submit(request: Request, response: Response, agency: Id, campaign: Id, unit: Id) -> Response:
        ask, form = await acts.asked(request, lambda caller: must_head(caller, unit))
        place = Place(agency, campaign, unit)
        act, texts = await handing_in((agency, campaign, unit), form.get("certified"), drafts)
        try:
            await carry_out(ask, act, log=log, request=request, response=response, texts=texts)
        except DraftChanged as refused:
            return await _certification(request, place, ask, log, drafts, refused)
        return RedirectResponse(f"{place.url}/receipts", 303)

    @route.post(f"{SHEETS}/withdrawal")
    async def withdraw(request: Request, response: Response, agency: Id, campaign: Id, unit: Id) -> Response:
        ask, form = await acts.asked(request, lambda caller: must_head(caller, unit))
        reason = ask.close(form.get("reason") or "–")
        act = Act(WithdrawSheet(campaign, unit, reason.closed), SHEET)
        await carry_out(ask, act, log=log, request=request, response=response, texts=[reason])
        return RedirectResponse(f"{Place(agency, campaign, unit).url}/receipts", 303)

    @route.get(f"{SHEETS}/receipts")
    async def receipts(request: Request, agency: Id, campaign: Id, unit: Id, ask: Question) -> Response:
        must_write_for(ask.caller, unit)
        known, _ = await get_intake(log, agency, campaign)
        versions = await list_versions(log, agency, campaign, unit)
        return PAGES.answer(
            request, "receipts.html", **_around(Place(agency, campaign, unit), known, ask), versions=versions
        )


async def _page(
    request: Request,
    place: Place,
    ask: Ask,
    log: EventLog,
    drafts: Drafts,
    refused: tuple[str, Form, IctIndexError] | None = None,
) -> Response:
    known, closed = await get_intake(log, place.agency, place.campaign)
    cells = await drafts.cells(place.agency, place.campaign, place.unit)
    shown, said = show_draft(known, place.unit, cells), refused and sentence(refused[2], ask.language)
    lines = list(_lines(known.tree(place.unit), cells, ask.language))
    if refused:  # what was typed stays, beside what stands there now
        lines = [
            Line(each.node, each.depth, each.rule, each.cell, refused[1]) if each.node.code == refused[0] else each
            for each in lines
        ]
    told: dict[str, Any] = {
        "lines": lines,
        "shown": shown,
        "problems": _problems(shown, ask.language),
        "closed": closed,
        "refused": refused and (refused[0], said),
    }
    return PAGES.answer(request, "sheet.html", 409 if refused else 200, **_around(place, known, ask), **told)


async def _certification(
    request: Request, place: Place, ask: Ask, log: EventLog, drafts: Drafts, refused: IctIndexError | None = None
) -> Response:
    known, closed = await get_intake(log, place.agency, place.campaign)
    cells = await drafts.cells(place.agency, place.campaign, place.unit)
    shown = show_draft(known, place.unit, cells)
    told: dict[str, Any] = {
        "lines": list(_lines(known.tree(place.unit), cells, ask.language)),
        "shown": shown,
        "problems": _problems(shown, ask.language),
        "closed": closed,
        "refused": refused and sentence(refused, ask.language),
    }
    return PAGES.answer(request, "certification.html", 412 if refused else 200, **_around(place, known, ask), **told)


def _around(place: Place, known: OpenCampaign, ask: Ask) -> Mapping[str, Any]:
    return {
        "place": place,
        "campaign": known,
        "enrolment": known.unit(place.unit),
        "deadline": known.submission_deadline_at(place.unit),
        "caller": ask.caller,
        "hidden": acts.hidden(ask.caller),
    }


def _lines(tree: Appendix, cells: Mapping[str, Cell], language: str) -> Iterator[Line]:
    def below(nodes: Sequence[Node], depth: int) -> Iterator[Line]:
        for node in nodes:
            if isinstance(node, Criterion):
                yield Line(node, depth, rule_sentence(node, language), cells.get(node.code))
            elif isinstance(node, Group):
                yield Line(node, depth)
                yield from below(node.children, depth + 1)

    return below(tree.children, 0)


def _problems(shown: DraftShown, language: str) -> Sequence[tuple[str, str]]:
    return [(criterion, sentence(found, language)) for criterion, found in shown.problems]


def _said(criterion: Criterion, form: Form, ask: Ask) -> Cell:
    """What a form says on *criterion*.

    Raises:
        NumberUnreadable, DayUnreadable, DocumentIncomplete: See there.
    """
    text, word = form.get("explanation"), Asked(criterion).word(form)
    return Cell(word=word, evidence=documents(form), explanation=ask.close(text) if text else None)
