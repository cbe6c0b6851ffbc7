"""A sheet over HTTP: save the draft as often as you like, hand in what you saw."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.submission.sheet.domain import SHEET, CloseIntake, WithdrawSheet
from services.submission.sheet.handlers import handing_in
from services.submission.sheet.queries import (
    DraftShown,
    ShownSheet,
    ShownVersion,
    get_intake,
    get_intake_answer,
    get_submission_answer,
    get_version,
    get_withdrawal_answer,
    list_sheets,
    list_versions,
    show_draft,
)
from services.submission.sheet.tables import Cell, Drafts
from services.submission.sheet.wire import Pen
from services.submission.wire import (
    CAMPAIGN,
    MOST_BODY_BYTES,
    Body,
    IfMatch,
    IfNoneMatch,
    must_head,
    must_see,
    must_write_for,
    seen,
)
from shared.campaign import Evidence
from shared.edge.asgi import carry_out
from shared.edge.asking import Ask, Command, Edit, Question
from shared.edge.replies import Replies, replied
from shared.edge.sentences import sentence
from shared.eventlog import EventLog
from shared.execute import Act
from shared.vocabulary import Id, Score, Sha256, Text, Value, Word

MOST_EVIDENCE = 50


class ToSave(Body):
    """One cell; *word* may come later than its documents."""

    word: Word | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=MOST_EVIDENCE)] = ()
    explanation: Text | None = None

    def cell(self, ask: Ask) -> Cell:
        """What is to stand in the draft."""
        explanation = ask.close(self.explanation) if self.explanation else None
        return Cell(word=self.word, evidence=self.evidence, explanation=explanation)


class ToSubmit(Body):
    """*certified* is the digest that the draft was shown with."""

    certified: Sha256


class ToWithdraw(Body):
    reason: Annotated[Text, Field(min_length=1)]


class ShownCell(Value):
    """*score* is what the unit's own word comes to; None where that depends on other units, or nothing is said."""

    etag: str
    word: Word | None
    evidence: tuple[Evidence, ...]
    explanation: str | None
    score: Score | None


class Problem(Value):
    """What keeps a draft from being handed in."""

    criterion: str
    code: str
    sentence: str


class Draft(Value):
    """The whole draft; *digest* is what is certified, *groups* and *total* are what the unit's own words come to."""

    cells: dict[str, ShownCell]
    digest: Sha256
    complete: bool
    problems: tuple[Problem, ...]
    groups: dict[str, Score]
    total: Score


class Saved(Value):
    """A cell after saving, and what the whole draft's digest is now."""

    etag: str
    digest: Sha256
    score: Score | None
    problem: Problem | None


class Removed(Value):
    """A cell is not there; nothing is said about it."""


class Submitted(Value):
    version: int
    late: bool


class Withdrawn(Value):
    version: int


class Closure(Value):
    handed_in: tuple[str, ...]
    missing: tuple[str, ...]


class Sheets(Value):
    sheets: tuple[ShownSheet, ...]
    intake_closed: bool


class Versions(Value):
    versions: tuple[ShownVersion, ...]


def router(log: EventLog, drafts: Drafts, replies: Replies, pen: Pen) -> APIRouter:
    """Routes of a sheet."""
    route = APIRouter(prefix=CAMPAIGN, tags=["sheet"], max_body_size=MOST_BODY_BYTES)
    _draft_routes(route, log, drafts, replies, pen)
    _command_routes(route, log, drafts)
    _reading_routes(route, log)
    return route


def _draft_routes(route: APIRouter, log: EventLog, drafts: Drafts, replies: Replies, pen: Pen) -> None:
    @route.get("/sheets/{unit}/draft")
    async def get_draft(agency: Id, campaign: Id, unit: Id, ask: Question, response: Response) -> Draft:
        must_write_for(ask.caller, unit)
        known, _ = await get_intake(log, agency, campaign)
        cells = await drafts.cells(agency, campaign, unit)
        shown = show_draft(known, unit, cells)
        response.headers["etag"] = f'"{shown.digest}"'
        return Draft(
            cells={code: _shown(code, cell, shown) for code, cell in cells.items()},
            digest=shown.digest,
            complete=not shown.problems,
            problems=tuple(_problems(shown, ask.language)),
            groups=dict(shown.groups),
            total=shown.total,
        )

    @route.put("/sheets/{unit}/draft/{criterion}")
    async def put_cell(
        agency: Id,
        campaign: Id,
        unit: Id,
        criterion: Id,
        body: ToSave,
        ask: Edit,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNoneMatch = None,
    ) -> Saved:
        must_write_for(ask.caller, unit)
        place = (agency, campaign, unit, criterion)

        async def save() -> Saved:
            cell = body.cell(ask)
            shown, cell = await pen.save(place, cell, if_match=seen(if_match, if_none_match), by=ask.caller.actor)
            problem = next((each for each in _problems(shown, ask.language) if each.criterion == criterion), None)
            return Saved(etag=cell.etag, digest=shown.digest, score=shown.scores.get(criterion), problem=problem)

        saved = await replied(ask, replies, save, Saved)
        response.headers["etag"] = f'"{saved.etag}"'
        return saved

    @route.delete("/sheets/{unit}/draft/{criterion}", status_code=204)
    async def delete_cell(
        agency: Id, campaign: Id, unit: Id, criterion: Id, ask: Edit, if_match: IfMatch = None
    ) -> None:
        must_write_for(ask.caller, unit)

        async def remove() -> Removed:
            await pen.remove((agency, campaign, unit, criterion), seen(if_match) or "")
            return Removed()

        await replied(ask, replies, remove, Removed)


def _command_routes(route: APIRouter, log: EventLog, drafts: Drafts) -> None:
    @route.post("/sheets/{unit}/submission", status_code=201)
    async def submit(
        agency: Id, campaign: Id, unit: Id, body: ToSubmit, ask: Command, request: Request, response: Response
    ) -> Submitted:
        must_head(ask.caller, unit)
        act, texts = await handing_in((agency, campaign, unit), body.certified, drafts)
        answer = await carry_out(ask, act, log=log, request=request, response=response, texts=texts)
        version, late = await get_submission_answer(log, (agency, campaign, unit), answer.position)
        return Submitted(version=version, late=late)

    @route.post("/sheets/{unit}/withdrawal", status_code=201)
    async def withdraw(
        agency: Id, campaign: Id, unit: Id, body: ToWithdraw, ask: Command, request: Request, response: Response
    ) -> Withdrawn:
        must_head(ask.caller, unit)
        reason = ask.close(body.reason)
        act = Act(WithdrawSheet(campaign, unit, reason.closed), SHEET)
        answer = await carry_out(ask, act, log=log, request=request, response=response, texts=[reason])
        return Withdrawn(version=await get_withdrawal_answer(log, (agency, campaign, unit), answer.position))

    @route.post("/intake/closure", status_code=201)
    async def close(agency: Id, campaign: Id, ask: Command, request: Request, response: Response) -> Closure:
        ask.caller.must_be("operator")
        await carry_out(ask, Act(CloseIntake(campaign), SHEET), log=log, request=request, response=response)
        handed_in, missing = await get_intake_answer(log, agency, campaign)
        return Closure(handed_in=handed_in, missing=missing)


def _reading_routes(route: APIRouter, log: EventLog) -> None:
    @route.get("/sheets")
    async def get_sheets(agency: Id, campaign: Id, ask: Question) -> Sheets:
        ask.caller.must_be("operator", "appraiser", "council", "approver", "auditor")
        shown, closed = await list_sheets(log, agency, campaign)
        return Sheets(sheets=tuple(shown), intake_closed=closed)

    @route.get("/sheets/{unit}/versions")
    async def get_versions(agency: Id, campaign: Id, unit: Id, ask: Question) -> Versions:
        must_see(ask.caller, unit)
        return Versions(versions=tuple(await list_versions(log, agency, campaign, unit)))

    @route.get("/sheets/{unit}/versions/{version}")
    async def get_one_version(agency: Id, campaign: Id, unit: Id, version: int, ask: Question) -> ShownVersion:
        must_see(ask.caller, unit)
        return await get_version(log, agency, campaign, unit, version)


def _shown(code: str, cell: Cell, shown: DraftShown) -> ShownCell:
    return ShownCell(
        etag=cell.etag,
        word=cell.word,
        evidence=cell.evidence,
        explanation=cell.explanation and cell.explanation.text,
        score=shown.scores.get(code),
    )


def _problems(shown: DraftShown, language: str) -> list[Problem]:
    return [
        Problem(criterion=criterion, code=found.code, sentence=sentence(found, language))
        for criterion, found in shown.problems
    ]
