"""What a unit may see of the rounds, and what it answered."""

from services.submission.confirmation.domain import CONFIRMATION, Hearing, hearing_streams
from shared.campaign import Evidence, RoundStage
from shared.envelope import DestroyedText
from shared.eventlog import EventLog, Texts
from shared.vocabulary import Closed, Value, Word


class ShownText(Value):
    """A closed text as it is shown: the text, or the decision that destroyed it."""

    text: str | None = None
    destroyed_by: str | None = None


class ShownVerdict(Value):
    """*before* is the word that stood; equal to *word* where the verdict was "stands"."""

    word: Word
    before: Word | None
    reason_code: str | None
    reason: ShownText | None
    evidence: tuple[Evidence, ...]


class ShownContest(Value):
    explanation: ShownText
    evidence: tuple[Evidence, ...]


class Verdicts(Value):
    """Of closed rounds only."""

    rounds: tuple[RoundStage, ...]
    verdicts: dict[RoundStage, dict[str, ShownVerdict]]


class Confirmation(Value):
    """A unit's answer to the first round, once it was given."""

    given: bool
    accepted: tuple[str, ...] = ()
    contested: dict[str, ShownContest] = {}


async def get_verdicts(log: EventLog, agency: str, campaign: str, unit: str) -> Verdicts:
    """Verdicts of the rounds that are closed.

    Raises:
        CampaignUnknown, UnitUnknown: See there.
    """
    hearing = await _hearing(log, agency, campaign, unit)
    closed = sorted(hearing.ended)
    heard = [fact for (stage, _), fact in sorted(hearing.verdicts.items()) if stage in hearing.ended]
    texts = await log.texts(agency, [fact.reason.closed for fact in heard if fact.reason])
    shown: dict[RoundStage, dict[str, ShownVerdict]] = {stage: {} for stage in closed}
    for stage in closed:
        for fact in (fact for fact in heard if fact.stage == stage):
            shown[stage][fact.criterion] = ShownVerdict(
                word=fact.after,
                before=fact.before,
                reason_code=fact.reason_code,
                reason=fact.reason and _shown(fact.reason, texts),
                evidence=fact.evidence,
            )
    return Verdicts(rounds=tuple(closed), verdicts=shown)


async def get_confirmation(log: EventLog, agency: str, campaign: str, unit: str) -> Confirmation:
    """The unit's answer.

    Raises:
        CampaignUnknown, UnitUnknown: See there.
    """
    answered = (await _hearing(log, agency, campaign, unit)).answered
    if answered is None:
        return Confirmation(given=False)
    texts = await log.texts(agency, [contest.explanation.closed for contest in answered.contested.values()])
    contested = {
        criterion: ShownContest(explanation=_shown(contest.explanation, texts), evidence=contest.evidence)
        for criterion, contest in answered.contested.items()
    }
    return Confirmation(given=True, accepted=answered.accepted, contested=contested)


async def _hearing(log: EventLog, agency: str, campaign: str, unit: str) -> Hearing:
    hearing = CONFIRMATION.state(await log.read(agency, hearing_streams(campaign, unit)))
    hearing.campaign.opened(campaign).unit(unit)
    return hearing


def _shown(closed: Closed, texts: Texts) -> ShownText:
    text = texts.get(closed.closed)
    if isinstance(text, DestroyedText):
        return ShownText(destroyed_by=text.decision)
    return ShownText(text=text and text.text)
