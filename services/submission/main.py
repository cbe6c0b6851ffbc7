"""Composition root: the only file that sees every room of this service."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.submission.campaign import api as campaign_api
from services.submission.confirmation import api as confirmation_api
from services.submission.confirmation.consumers import on_round_closed, on_score_appraised
from services.submission.evidence import api as evidence_api
from services.submission.evidence.tables import TableUploads, Uploads
from services.submission.reference import api as reference_api
from services.submission.sheet import api as sheet_api
from services.submission.sheet import web as sheet_web
from services.submission.sheet.tables import Drafts, TableDrafts
from services.submission.sheet.wire import Pen
from services.submission.text import api as text_api
from services.submission.usage import api as usage_api
from shared.contracts import RoundClosed, ScoreAppraised
from shared.edge.answers import Consumer
from shared.edge.files import DiskFiles, Files
from shared.edge.replies import Replies, TableReplies
from shared.edge.service import Room, Service


def routes(room: Room, drafts: Drafts, uploads: Uploads, files: Files, replies: Replies) -> Sequence[APIRouter]:
    """Every route, over the ports it is handed."""
    log, pen = room.own_log, Pen(room.own_log, drafts, uploads, room.clock)
    return [
        campaign_api.router(log),
        sheet_api.router(log, drafts, replies, pen),
        confirmation_api.router(log, uploads),
        evidence_api.router(log, uploads, files, replies, room.clock),
        usage_api.router(log),
        reference_api.router(log),
        text_api.router(log, drafts),
        sheet_web.router(log, drafts, pen),
    ]


def routers(room: Room) -> Sequence[APIRouter]:
    """Every route, over the tables and the directory of *room*."""
    assert room.engine is not None, "drafts are rows"  # noqa: S101 - wiring, not input
    assert room.evidence_dir is not None, "evidence needs a directory"  # noqa: S101 - wiring, not input
    rows = TableDrafts(room.engine), TableUploads(room.engine)
    return routes(room, *rows, DiskFiles(room.evidence_dir), TableReplies(room.engine))


CONSUMERS: dict[str, Consumer] = {ScoreAppraised.type: on_score_appraised, RoundClosed.type: on_round_closed}
SERVICE = Service(name="submission", routers=routers, consumers=CONSUMERS)
