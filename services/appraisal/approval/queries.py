"""What was approved, and what became of it."""

from contextlib import suppress

from services.appraisal.approval.domain import APPROVAL, Office, approval_streams
from services.appraisal.approval.facts import ResultsSigned
from shared.campaign import Document, Template
from shared.errors import Rejected
from shared.eventlog import EventLog
from shared.vocabulary import Id, Instant, Sha256, Text, Value


class Approval(Value):
    run: Sha256
    decision: Document
    signer: Text
    file_sha256: Sha256
    by: Id
    at: Instant


class Refusal(Value):
    """Scoring refused to publish: what was approved was not what stood."""

    approved: Sha256
    standing: Sha256 | None
    reason: str


class Publication(Value):
    run: Sha256
    release: int


class Approvals(Value):
    """What may be approved now (None: nothing), and what was, in order."""

    approvable: Sha256 | None
    approvals: tuple[Approval, ...]
    refusals: tuple[Refusal, ...]
    publications: tuple[Publication, ...]


async def get_approvals(log: EventLog, agency: str, campaign: str) -> Approvals:
    """The approvals of a campaign.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    rows = await log.read(agency, approval_streams(campaign))
    office = APPROVAL.state(rows)
    template = office.chamber.bench.bodies.campaign.opened(campaign).opening.template
    runs = office.chamber.runs
    signed = [row.content() for row in rows if row.type == ResultsSigned.type]
    return Approvals(
        approvable=_approvable(office, template),
        approvals=tuple(
            Approval.model_validate({**record.data, "by": record.actor, "at": record.effective_at}) for record in signed
        ),
        refusals=tuple(Refusal.model_validate(each.model_dump()) for each in runs.refusals),
        publications=tuple(Publication.model_validate(each.model_dump()) for each in runs.publications),
    )


def _approvable(office: Office, template: Template) -> str | None:
    newest = office.chamber.runs.newest
    if newest is not None:
        with suppress(Rejected):
            office.must_be_approvable(newest.run, template)
            return newest.run
    return None
