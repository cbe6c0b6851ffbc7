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
from shared.campaign import Document, Evidence
from shared.edge.asgi import carry_out
from shared.edge.asking import Ask, Question
from shared.edge.forms import Form
from shared.edge.sentences import sentence
from shared.edge.web import acts
from shared.edge.web.formats import read_day, read_number
from shared.edge.web.pages import Pages
from shared.edge.web.routes import page_route
from shared.errors import IctIndexError, Invalid
from shared.eventlog import EventLog
from shared.execute import Act
from shared.opening import OpenCampaign
from shared.ruleset import Appendix, Criterion, Group, Input, Node, rule_sentence
from shared.ruleset.rules import Manual
from shared.vocabulary import GivenInputs, GivenPoints, GivenState, Id, InputValue, NotApplicable, Word

PAGES: Final = Pages(Path(__file__).parent / "templates")
SHEETS: Final = "/submission/{agency}/{campaign}/sheets/{unit}"
DOCUMENT: Final = ("number", "date", "issuer", "abstract")


class DocumentIncomplete(Invalid, code="sheet.document_incomplete"):
    """A document has number, date and issuer."""


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
    def by_points(self) -> bool:
        """Whether points are said outright."""
        return isinstance(self.node, Criterion) and isinstance(self.node.rule, Manual)

    @property
    def own(self) -> Sequence[Input]:
        """The inputs that are said here."""
        node = self.node
        return [each for each in node.inputs if each.name in node.own] if isinstance(node, Criterion) else ()

    def options(self, declared: Input) -> Sequence[str]:
        """What may be chosen, where the input is a choice."""
        assert isinstance(self.node, Criterion)  # noqa: S101 - asked of leaves
        return self.node.rule.choices.get(declared.name, ())


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
    text = form.get("explanation")
    return Cell(word=_word(criterion, form), evidence=_evidence(form), explanation=ask.close(text) if text else None)


def _word(criterion: Criterion, form: Form) -> Word | None:
    if form.get("applies") == "no":
        return GivenState(score=NotApplicable())
    if isinstance(criterion.rule, Manual):
        return GivenPoints(points=read_number(form.get("points"))) if form.get("points") else None
    inputs = {
        declared.name: _value(declared, form.get(f"input.{declared.name}"))
        for declared in criterion.inputs
        if form.get(f"input.{declared.name}")
    }
    return GivenInputs(inputs=inputs) if inputs else None


def _value(declared: Input, text: str) -> InputValue:
    match declared.type:
        case "number" | "count":
            return read_number(text)
        case "date":
            return read_day(text)
        case "records":
            return tuple(read_number(each) for each in text.replace("\n", ";").split(";") if each.strip())
        case _:
            return text


def _evidence(form: Form) -> tuple[Evidence, ...]:
    numbers = sorted({int(name.split(".")[1]) for name in form.names() if _of_document(name)})
    return tuple(_document(form, f"doc.{each}.") for each in numbers if form.get(f"doc.{each}.number"))


def _of_document(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and parts[0] == "doc" and parts[1].isascii() and parts[1].isdigit()  # noqa: PLR2004 - doc.0.number


def _document(form: Form, prefix: str) -> Evidence:
    said = {name: form.get(prefix + name) for name in DOCUMENT}
    if not (said["date"] and said["issuer"]):
        raise DocumentIncomplete(number=said["number"][:60])
    document = Document(**{**said, "date": read_day(said["date"])})
    file, shows = form.get(f"{prefix}sha256"), form.get(f"{prefix}shows")
    return Evidence(document=document, shows=shows or None, sha256=file or None)
