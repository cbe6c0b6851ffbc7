"""Composition root: the only file that sees every room of this service."""

from collections.abc import Mapping

from fastapi import APIRouter

from services.appraisal.approval import api as approval_api
from services.appraisal.body import api as body_api
from services.appraisal.council import api as council_api
from services.appraisal.desk import api as desk_api
from services.appraisal.desk import web as desk_web
from services.appraisal.dossier.consumers import on_figures_confirmed, on_submission_received, on_submission_withdrawn
from services.appraisal.round import api as round_api
from services.appraisal.round.consumers import on_submissions_closed
from services.appraisal.run.consumers import on_publication_refused, on_results_published, on_standings_drafted
from services.appraisal.usage.consumers import on_usage_reported
from shared.contracts import (
    FiguresConfirmed,
    PublicationRefused,
    ResultsPublished,
    StandingsDrafted,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    UsageReported,
)
from shared.edge.answers import Consumer
from shared.edge.service import Room, Service
from shared.opening import OPENING_CONSUMERS

CONSUMERS: Mapping[str, Consumer] = {
    **OPENING_CONSUMERS,
    SubmissionReceived.type: on_submission_received,
    SubmissionWithdrawn.type: on_submission_withdrawn,
    SubmissionsClosed.type: on_submissions_closed,
    FiguresConfirmed.type: on_figures_confirmed,
    UsageReported.type: on_usage_reported,
    StandingsDrafted.type: on_standings_drafted,
    ResultsPublished.type: on_results_published,
    PublicationRefused.type: on_publication_refused,
}


def routers(room: Room) -> list[APIRouter]:
    """Every route of the service."""
    return [api.router(room) for api in (body_api, round_api, desk_api, council_api, approval_api, desk_web)]


SERVICE = Service(name="appraisal", routers=routers, consumers=CONSUMERS)
