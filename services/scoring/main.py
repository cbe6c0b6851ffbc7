"""Composition root: the only file that sees every room of this service."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.scoring.preview import api as preview_api
from services.scoring.publish import api as publish_api
from services.scoring.publish.consumers import on_results_approved
from services.scoring.run import api as run_api
from services.scoring.run.consumers import (
    on_reference_entered,
    on_reference_removed,
    on_round_closed,
    on_score_appraised,
)
from services.scoring.score import api as score_api
from services.scoring.score.consumers import on_submission_received, on_submission_withdrawn
from shared.contracts import (
    ReferenceEntered,
    ReferenceRemoved,
    ResultsApproved,
    RoundClosed,
    ScoreAppraised,
    SubmissionReceived,
    SubmissionWithdrawn,
)
from shared.edge.answers import Consumer
from shared.edge.service import Room, Service
from shared.opening import OPENING_CONSUMERS

CONSUMERS: dict[str, Consumer] = {
    **OPENING_CONSUMERS,
    ReferenceEntered.type: on_reference_entered,
    ReferenceRemoved.type: on_reference_removed,
    SubmissionReceived.type: on_submission_received,
    SubmissionWithdrawn.type: on_submission_withdrawn,
    ScoreAppraised.type: on_score_appraised,
    RoundClosed.type: on_round_closed,
    ResultsApproved.type: on_results_approved,
}


def routers(room: Room) -> Sequence[APIRouter]:
    """The service's routes, given the world."""
    log = room.own_log
    return [score_api.router(log), run_api.router(log), preview_api.router(log), publish_api.router(log)]


SERVICE = Service(name="scoring", routers=routers, consumers=CONSUMERS)
