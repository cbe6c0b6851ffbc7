"""What a desk shows, folded from the log: rounds, the queue, and one unit's criteria."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from services.appraisal.dossier.domain import Told, told
from services.appraisal.dossier.facts import VerdictGiven, dossier_stream
from services.appraisal.round.domain import ROUND, Bench, round_streams
from services.appraisal.usage.domain import HEARD, Figure, Usage
from services.appraisal.usage.facts import sources_stream, usage_stream
from shared.campaign import Evidence, RoundStage
from shared.errors import Forbidden
from shared.eventlog import EventLog, Row, Texts
from shared.opening import OpenCampaign
from shared.ruleset import Account, Cohort, Criterion, accounts, cohort_of, completed, evaluate, explain, peer_relative
from shared.vocabulary import (
    Closed,
    GivenInputs,
    Id,
    InputValue,
    Instant,
    Localized,
    Missing,
    Points,
    Score,
    Sha256,
    Stage,
    Text,
    Value,
    Word,
)


class RoundsStillOpen(Forbidden, code="desk.round_open"):
    """A unit sees what was said on it once the round is closed."""


class Place(Value):
    unit: Id
    criterion: Id


class RoundView(Value):
    """A round: what it waits for, or what closed it.

    Attributes:
        state: ``waiting`` for the end of submissions or of the round before.
        verdicts: How many of *of* criteria have one.
    """

    stage: RoundStage
    state: str
    verdicts: int
    of: int
    missing: tuple[Place, ...]
    digest: Sha256 | None


class QueueView(Value):
    """What is left to do on one unit in a round.

    Attributes:
        own: True where the caller belongs to it and may not judge.
        answered: Whether the unit answered the first round; None where the campaign does not ask.
    """

    unit: Id
    name: Localized
    block: Id
    own: bool
    sheet: int
    late: bool
    answered: bool | None
    contested: tuple[Id, ...]
    missing: tuple[Id, ...]


class VerdictView(Value):
    """A verdict; *replaced* by a later one of its stage."""

    stage: Stage
    sheet: int
    before: Word | None
    after: Word
    stands: bool
    reason_code: str | None
    reason: Told | None
    evidence: tuple[Evidence, ...]
    by: Id
    at: Instant
    replaced: bool


class AnswerView(Value):
    """What the unit says to the first round."""

    contested: bool
    explanation: Told | None
    evidence: tuple[Evidence, ...]


class MeasuredView(Value):
    """Declared against measured; *declared* is None where the unit says points and not this input."""

    input: Id
    title: Localized
    metric: Id
    declared: InputValue | None
    figures: tuple[Figure, ...]


class CriterionView(Value):
    """All there is to see on one criterion.

    Attributes:
        declared_score, score: What the unit's word, and the word that stands, are worth by the ruleset.
        explained: The arithmetic of *score* in a sentence.
    """

    criterion: Id
    title: Localized
    max: Points
    declared: Word | None
    declared_score: Score
    explanation: Told | None
    evidence: tuple[Evidence, ...]
    verdicts: tuple[VerdictView, ...]
    answer: AnswerView | None
    standing: Word | None
    score: Score
    explained: Text | None
    measured: tuple[MeasuredView, ...]


class UnitView(Value):
    """One unit, criterion by criterion in the order of its sheet, then what they come to."""

    unit: Id
    name: Localized
    block: Id
    sheet: int
    late: bool
    answered: bool
    criteria: tuple[CriterionView, ...]
    totals: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A campaign as its desk sees it, with the rows that tell who said what."""

    campaign: OpenCampaign
    bench: Bench
    rows: Sequence[Row]


async def _load(log: EventLog, agency: str, name: str, units: Sequence[str] | None = None) -> Loaded:
    """The campaign *name* with the dossiers of *units* (None: all).

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    rows = list(await log.read(agency, round_streams(name)))
    campaign = ROUND.state(rows).bodies.campaign.opened(name)
    wanted = list(campaign.units) if units is None else units
    rows += await log.read(agency, [dossier_stream(name, unit) for unit in wanted])
    return Loaded(campaign, ROUND.state(rows), rows)


async def get_campaign(log: EventLog, agency: str, name: str) -> OpenCampaign:
    """The campaign *name*.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    return (await _load(log, agency, name, [])).campaign


async def list_rounds(log: EventLog, agency: str, name: str) -> tuple[RoundView, ...]:
    """The rounds of a campaign, in order.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    loaded = await _load(log, agency, name)
    campaign, bench = loaded.campaign, loaded.bench
    total = sum(len(campaign.sheet(unit)) for unit in campaign.units)
    views, begun = [], bench.intake is not None
    for stage in campaign.opening.template.rounds:
        ended = bench.ended.get(stage)
        missing = tuple(
            Place(unit=unit, criterion=criterion)
            for unit in campaign.units
            for criterion in bench.missing(campaign, stage, unit)
        )
        state = "closed" if ended else "open" if begun else "waiting"
        digest = ended.digest if ended else None
        views.append(
            RoundView(stage=stage, state=state, verdicts=total - len(missing), of=total, missing=missing, digest=digest)
        )
        begun = ended is not None
    return tuple(views)


async def list_queue(
    log: EventLog, agency: str, name: str, stage: RoundStage, caller: tuple[str, str | None]
) -> tuple[QueueView, ...]:
    """What is left to judge in *stage*, unit by unit, for the *caller* (actor, home unit by the token).

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    loaded = await _load(log, agency, name)
    campaign, bench = loaded.campaign, loaded.bench
    actor, home = caller
    team = bench.bodies.formed.get("team")
    own = {member.home_unit for member in team.members if member.actor == actor} if team else set()
    asks = campaign.opening.template.confirmation
    views = []
    for unit, enrolled in campaign.units.items():
        dossier = bench.dossier(unit)
        view = QueueView(
            unit=unit,
            name=enrolled.name,
            block=enrolled.block,
            own=unit in own or unit == home,
            sheet=dossier.version,
            late=dossier.sheet.late if dossier.sheet else False,
            answered=dossier.answer is not None if asks else None,
            contested=tuple(dossier.answer.contested) if dossier.answer else (),
            missing=tuple(bench.missing(campaign, stage, unit)),
        )
        views.append(view)
    return tuple(views)


async def get_unit(
    log: EventLog, agency: str, name: str, unit: str, language: str, *, closed_only: bool = False, parts: bool = False
) -> UnitView:
    """Everything that was declared, measured and said on *unit*.

    Args:
        log: The service's log.
        agency: Whose.
        name: The campaign.
        unit: On its roster.
        language: Of the explained arithmetic.
        closed_only: As the unit itself may see it: no round that is still open, and nothing of the council.
        parts: Tell what each part has of a measured figure that is a sum; else parts are only counted.

    Raises:
        CampaignUnknown, UnitUnknown: See there.
        RoundsStillOpen: *closed_only*, and no round is closed yet.
    """
    loaded = await _load(log, agency, name)
    campaign = loaded.campaign
    enrolled = campaign.unit(unit)
    stages: tuple[Stage, ...] = ("self", *get_args(RoundStage), "council")
    if closed_only:
        if not loaded.bench.ended:
            raise RoundsStillOpen(unit=unit)
        stages = tuple(stage for stage in stages if stage == "self" or stage in loaded.bench.ended)
    dossier = loaded.bench.dossier(unit)
    given = [each for each in _given(loaded, unit) if each[0].stage in stages]
    lines = dossier.sheet.lines if dossier.sheet else {}
    contested = dossier.answer.contested if dossier.answer else {}
    said = [line.explanation for line in lines.values()] + [contest.explanation for contest in contested.values()]
    texts = await log.texts(agency, _names([*said, *(verdict.reason for verdict, _ in given)]))
    usage, sheets = await _usage(log, agency, name), {each: campaign.sheet(each) for each in campaign.units}
    page = _Page(loaded, unit, texts, given, stages[-1], usage, parts, language, sheets)
    criteria = tuple(_criterion(page, criterion) for criterion in sheets[unit].values())
    return UnitView(
        unit=unit,
        name=enrolled.name,
        block=enrolled.block,
        sheet=dossier.version,
        late=dossier.sheet.late if dossier.sheet else False,
        answered=dossier.answer is not None,
        criteria=criteria,
        totals=accounts(campaign.tree(unit), {each.criterion: each.score for each in criteria}, language),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    loaded: Loaded
    unit: str
    texts: Texts
    given: Sequence[tuple[VerdictGiven, Row]]
    until: Stage
    usage: Usage
    parts: bool
    language: str
    sheets: Mapping[str, Mapping[str, Criterion]]


def _names(closed: Sequence[Closed | None]) -> list[str]:
    return [each.closed for each in closed if each is not None]


def _given(loaded: Loaded, unit: str) -> list[tuple[VerdictGiven, Row]]:
    rows = [row for row in loaded.rows if row.type == VerdictGiven.type]
    facts = [(VerdictGiven.model_validate(row.content().data), row) for row in rows]
    return [(fact, row) for fact, row in facts if fact.unit == unit]


async def _usage(log: EventLog, agency: str, name: str) -> Usage:
    listed = await log.read(agency, [sources_stream(name)])
    sources = HEARD.state(listed).sources
    months = await log.read(agency, [usage_stream(name, source) for source in sources]) if sources else []
    return HEARD.state([*listed, *months])


def _word(page: _Page, unit: str, criterion: Criterion, until: Stage) -> Word | None:
    """What stands, with what stands in registers."""
    dossier = page.loaded.bench.dossier(unit)
    return completed(criterion, lambda code: dossier.standing(code, until))


def _cohort(page: _Page, criterion: Criterion, until: Stage) -> Cohort | None:
    """What the rule must know of the units that have the very same criterion: two appendices may share a code."""
    if not peer_relative(criterion):
        return None
    peers = (unit for unit, sheet in page.sheets.items() if sheet.get(criterion.code) == criterion)
    return cohort_of(criterion, (_word(page, unit, criterion, until) for unit in peers))


def _score(page: _Page, criterion: Criterion, until: Stage) -> tuple[Score, str | None]:
    word = _word(page, page.unit, criterion, until)
    if word is None:
        return Missing(), None
    cohort = _cohort(page, criterion, until)
    score = evaluate(criterion, word, cohort)
    return score, explain(criterion, word, score, page.language, cohort)


def _criterion(page: _Page, criterion: Criterion) -> CriterionView:
    code, dossier = criterion.code, page.loaded.bench.dossier(page.unit)
    line = dossier.sheet.lines.get(code) if dossier.sheet else None
    score, explained = _score(page, criterion, page.until)
    return CriterionView(
        criterion=code,
        title=criterion.title,
        max=criterion.max,
        declared=line.word if line else None,
        declared_score=_score(page, criterion, "self")[0],
        explanation=told(page.texts, line.explanation) if line else None,
        evidence=line.evidence if line else (),
        verdicts=_verdicts(page, code),
        answer=_answer(page, code),
        standing=dossier.standing(code, page.until),
        score=score,
        explained=explained,
        measured=_measured(page, criterion, line.word if line else None),
    )


def _verdicts(page: _Page, code: str) -> tuple[VerdictView, ...]:
    given = [(fact, row) for fact, row in page.given if fact.criterion == code]
    last: Mapping[Stage, int] = {fact.stage: row.position for fact, row in given}
    return tuple(
        VerdictView(
            **fact.model_dump(exclude={"campaign", "unit", "criterion", "reason"}),
            reason=told(page.texts, fact.reason),
            by=row.content().actor,
            at=row.content().effective_at,
            replaced=row.position != last[fact.stage],
        )
        for fact, row in given
    )


def _answer(page: _Page, code: str) -> AnswerView | None:
    answer = page.loaded.bench.dossier(page.unit).answer
    if answer is None or code not in {*answer.accepted, *answer.contested}:
        return None
    contest = answer.contested.get(code)
    return AnswerView(
        contested=contest is not None,
        explanation=told(page.texts, contest.explanation) if contest else None,
        evidence=contest.evidence if contest else (),
    )


def _measured(page: _Page, criterion: Criterion, declared: Word | None) -> tuple[MeasuredView, ...]:
    inputs = declared.inputs if isinstance(declared, GivenInputs) else {}
    return tuple(
        MeasuredView(
            input=each.name,
            title=each.title,
            metric=each.metric,
            declared=inputs.get(each.name),
            figures=tuple(
                figure if page.parts else figure.counted for figure in page.usage.figures(page.unit, each.metric)
            ),
        )
        for each in criterion.inputs
        if each.metric is not None
    )
