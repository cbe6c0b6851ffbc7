"""The figures of the pages as JSON and CSV. Results need no token once they are published.

Progress needs one then too: whether a route is open does not hang on a campaign's state, and what its page shows of it
stands in the results.
"""

from fastapi import APIRouter, Request, Response

from services.reporting.campaign.domain import Campaign, Meeting, Progress, StepProgress
from services.reporting.campaign.queries import get_campaign, get_progress
from services.reporting.page import wire
from services.reporting.page.queries import (
    Act,
    History,
    Line,
    Published,
    classes_of,
    get_histories,
    get_published,
    groups_of,
    line_of,
    one_moment,
    ranking,
)
from services.reporting.page.spreadsheets import RANKING, Row, table_of, unit_rows
from shared.edge.asking import Question, Reader
from shared.edge.service import Room
from shared.edge.web.pages import language_of
from shared.edge.web.spreadsheets import spreadsheet
from shared.ruleset import Ruleset
from shared.vocabulary import Id, Json

SCOPE = "/reporting/v1/agencies/{agency}/campaigns/{campaign}"
CSV_TYPE = "text/csv; charset=utf-8"


def routes(room: Room) -> APIRouter:
    """JSON and CSV."""
    router = APIRouter(tags=["reporting"])

    @router.get(SCOPE + "/results", response_model=None, responses={200: {"model": wire.Results}})
    @router.get("/{agency}/{campaign}.json", include_in_schema=False)
    async def results(_reader: Reader, agency: Id, campaign: Id, release: int | None = None) -> Json:
        """What was published: ranking, means, classes, decision, findings; and the steps that led there."""
        async with one_moment(room.engine) as connection:
            return results_json(await get_published(connection, agency, campaign, release))

    @router.get(SCOPE + "/units/{unit}", response_model=None, responses={200: {"model": wire.UnitResults}})
    @router.get("/{agency}/{campaign}/{unit}.json", include_in_schema=False)
    async def unit_results(_reader: Reader, agency: Id, campaign: Id, unit: Id, release: int | None = None) -> Json:
        """One unit: its standing, and who said what on each criterion."""
        async with one_moment(room.engine) as connection:
            shown = await get_published(connection, agency, campaign, release)
            line = line_of(shown, unit)
            return unit_json(shown, line, await get_histories(connection, shown, unit))

    @router.get(SCOPE + "/progress", response_model=None, responses={200: {"model": wire.CampaignProgress}})
    async def progress(_ask: Question, agency: Id, campaign: Id) -> Json:
        """How far the campaign has come; for everybody of the agency, before publication too. No score stands here."""
        async with one_moment(room.engine) as connection:
            known = await get_campaign(connection, agency, campaign)
            return progress_json(known, await get_progress(connection, agency, campaign))

    @router.get("/{agency}/{campaign}.csv", include_in_schema=False)
    async def results_csv(
        request: Request, _reader: Reader, agency: Id, campaign: Id, release: int | None = None, table: str = RANKING
    ) -> Response:
        rows_of = table_of(table)
        async with one_moment(room.engine) as connection:
            shown = await get_published(connection, agency, campaign, release)
        return _csv(request, f"{agency}-{campaign}-{table}", rows_of(shown, language_of(request)))

    @router.get("/{agency}/{campaign}/{unit}.csv", include_in_schema=False)
    async def unit_csv(
        request: Request, _reader: Reader, agency: Id, campaign: Id, unit: Id, release: int | None = None
    ) -> Response:
        async with one_moment(room.engine) as connection:
            shown = await get_published(connection, agency, campaign, release)
            line = line_of(shown, unit)
            found = await get_histories(connection, shown, unit)
        return _csv(request, f"{agency}-{campaign}-{unit}", unit_rows(shown, line, found, language_of(request)))

    return router


def _csv(request: Request, name: str, rows: list[Row]) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}.csv"',
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
    }
    return Response(spreadsheet(rows, language_of(request)), media_type=CSV_TYPE, headers=headers)


def results_json(shown: Published) -> Json:
    """Everything the campaign's page shows."""
    campaign, release = shown.campaign, shown.release
    return {
        **_campaign_json(campaign),
        **_release_json(shown),
        **_done_json(shown.progress),
        "max": str(campaign.ruleset.max),
        "enrolled": len(campaign.units),
        "blocks": {block.code: block.title.model_dump(mode="json") for block in campaign.opening.blocks},
        "groups": {code: title.model_dump(mode="json") for code, title in groups_of(shown).items()},
        "classes": {code: label.model_dump(mode="json") for code, label in classes_of(shown).items()},
        "units": [_line_json(line) for line in ranking(shown)],
        "summary": release.summary.model_dump(mode="json"),
        "references": [
            {
                "reference": each.reference,
                "title": each.title.model_dump(mode="json"),
                "document": each.document.model_dump(mode="json"),
                "figures": each.figures,
            }
            for each in shown.progress.references
        ],
        "meetings": [
            {**_meeting_json(each), "acknowledged": list(each.acknowledged)} for each in shown.progress.meetings
        ],
    }


def unit_json(shown: Published, line: Line, histories: list[History]) -> Json:
    """Everything the unit's page shows."""
    overrides = line.enrolment.overrides
    return {
        **_campaign_json(shown.campaign),
        **_release_json(shown),
        **_line_json(line),
        **_steps_json(shown.progress),
        "sheet_groups": [
            {
                "group": node.code,
                "title": node.title.model_dump(mode="json"),
                "max": str(node.max),
                "override": overrides[node.code].model_dump(mode="json") if node.code in overrides else None,
            }
            for node in shown.campaign.tree(line.enrolment.unit)
        ],
        "cells": line.standing.model_dump(mode="json")["cells"],
        "criteria": [_history_json(each) for each in histories],
    }


def progress_json(campaign: Campaign, progress: Progress) -> Json:
    """Steps with the positions that prove them, sheets, rounds; never a score."""
    closure = progress.closure
    return {
        **_campaign_json(campaign),
        **_done_json(progress),
        "units": [
            {"unit": each.unit, "name": each.name.model_dump(mode="json"), "block": each.block}
            for each in campaign.units.values()
        ],
        "closed": {"handed_in": list(closure.handed_in), "missing": list(closure.missing)} if closure else None,
        "meetings": [_meeting_json(each) for each in progress.meetings],
    }


def _steps_json(progress: Progress) -> Json:
    return {"steps": [_step_json(step) for step in progress.steps], "stopped": list(progress.stopped)}


def _done_json(progress: Progress) -> Json:
    return {
        **_steps_json(progress),
        "sheets": [
            {
                "unit": sheet.unit,
                "version": sheet.version,
                "late": sheet.late,
                "documents": sheet.documents,
                "position": sheet.message,
                "at": sheet.at.isoformat(),
                "withdrawn_at": sheet.withdrawn_at.isoformat() if sheet.withdrawn_at else None,
            }
            for sheet in progress.sheets
        ],
        "rounds": [
            {"stage": each.stage, "verdicts": each.verdicts, "position": each.message, "at": each.at.isoformat()}
            for each in progress.rounds
        ],
    }


def _meeting_json(meeting: Meeting) -> Json:
    done = {"position": meeting.message, "at": meeting.at.isoformat()}
    return {"meeting": meeting.meeting, "outcome": meeting.outcome, **done}


def _campaign_json(campaign: Campaign) -> Json:
    opening = campaign.opening
    return {
        "agency": campaign.agency,
        "agency_name": campaign.agency_name.model_dump(mode="json"),
        "campaign": campaign.name,
        "title": opening.title.model_dump(mode="json"),
        "period": opening.period,
        "retrospective": opening.retrospective,
    }


def _release_json(shown: Published) -> Json:
    release = shown.release
    return {
        "release": release.number,
        "supersedes": release.supersedes,
        "newest_release": release.newest,
        "earlier_edition": _earlier_json(shown.campaign.ruleset),
        "run": release.run,
        "decision": release.decision.model_dump(mode="json"),
        "signer": release.signer,
        "file_sha256": release.file_sha256,
        "position": release.message,
        "published_at": release.at.isoformat(),
    }


def _earlier_json(ruleset: Ruleset) -> Json | None:
    earlier = ruleset.earlier
    return earlier.model_dump(mode="json", include={"edition", "comparable", "note"}) if earlier else None


def _line_json(line: Line) -> Json:
    return {
        **line.standing.model_dump(mode="json", exclude={"cells"}),
        "name": line.enrolment.name.model_dump(mode="json"),
        "block_title": line.block.model_dump(mode="json"),
        "earlier_label": line.enrolment.earlier.label if line.enrolment.earlier else None,
        "class_label": line.class_label.model_dump(mode="json") if line.class_label else None,
        "late": line.late,
        "unranked": line.enrolment.unranked,
    }


def _history_json(history: History) -> Json:
    return {
        "criterion": history.criterion.code,
        "title": history.criterion.title.model_dump(mode="json"),
        "path": [title.model_dump(mode="json") for title in history.path],
        "inputs": {name: title.model_dump(mode="json") for name, title in history.input_titles.items()},
        "max": str(history.criterion.max),
        "acts": [_act_json(act) for act in history.acts],
        "published": history.published.model_dump(mode="json") if history.published else None,
        "moved": history.moved,
    }


def _act_json(act: Act) -> Json:
    said = act.said
    return {
        "stage": said.stage,
        "sheet": said.version,
        "word": said.word.model_dump(mode="json") if said.word else None,
        "before": said.before.model_dump(mode="json") if said.before else None,
        "answer": said.answer,
        "score": act.score.model_dump(mode="json") if act.score else None,
        "by": said.by,
        "at": said.at.isoformat(),
        "reason_code": said.reason_code,
        "reason": said.reason,
        "destroyed_by": said.destroyed,
        "evidence": [each.model_dump(mode="json", exclude={"name"}) for each in said.evidence],
        "position": said.message,
    }


def _step_json(progress: StepProgress) -> Json:
    step, said = progress.step, progress.said
    return {
        **step.model_dump(mode="json", include={"number", "title", "actor", "document", "date", "reconstructed"}),
        "done": said is not None,
        "at": said.at.isoformat() if said else None,
        "position": said.message if said else None,
    }
