"""What stands in the log about sheets: who handed in, every version, the draft held against the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.submission.sheet.domain import SHEET, SHEET_FACTS, Desk, SheetFact, admit_word, problems, self_score
from services.submission.sheet.facts import (
    IntakeClosed,
    SheetSubmitted,
    SheetWithdrawn,
    intake_stream,
    sheet_digest,
    sheet_stream,
)
from services.submission.sheet.tables import Cell
from shared.campaign import Evidence, SheetLine
from shared.envelope import DestroyedText, closed_names
from shared.errors import NotFound, Rejected
from shared.eventlog import EventLog, Row, Texts
from shared.facts import FactBook
from shared.opening import OpenCampaign, campaign_stream
from shared.ruleset import Criterion, completed, totals
from shared.vocabulary import Closed, Instant, Score, Value, Word

BOOK: FactBook[SheetFact] = FactBook(SHEET_FACTS)


class VersionUnknown(NotFound, code="sheet.version_unknown"):
    """The unit has handed in no such version."""


class Explanation(Value):
    """A closed text as it is shown: the text, or the decision that destroyed it."""

    text: str | None = None
    destroyed_by: str | None = None


class ShownLine(Value):
    """A line of a sheet that was handed in, with its text."""

    word: Word
    evidence: tuple[Evidence, ...]
    explanation: Explanation | None
    score: Score | None


class ShownVersion(Value):
    """One version of a unit's sheet.

    Attributes:
        position: Of its row in the log.
    """

    version: int
    late: bool
    certified: str
    submitted_at: Instant
    submitted_by: str
    position: int
    withdrawn_at: Instant | None = None
    withdrawn_by: str | None = None
    withdrawal_reason: Explanation | None = None
    lines: dict[str, ShownLine] | None = None


class ShownSheet(Value):
    """Where one unit stands."""

    unit: str
    version: int
    state: str
    late: bool
    deadline_at: Instant


@dataclass(frozen=True, slots=True)
class Shown:
    """The facts of one unit's sheet, with the rows that hold them."""

    campaign: OpenCampaign
    facts: Sequence[tuple[Row, SheetFact]]


async def get_intake(log: EventLog, agency: str, campaign: str) -> tuple[OpenCampaign, bool]:
    """The campaign, and whether its intake is closed.

    Raises:
        CampaignUnknown: Nobody opened it.
    """
    desk = SHEET.state(await log.read(agency, [campaign_stream(campaign), intake_stream(campaign)]))
    return desk.campaign.opened(campaign), desk.closed


async def list_sheets(log: EventLog, agency: str, campaign: str) -> tuple[list[ShownSheet], bool]:
    """Where every unit stands, and whether the intake is closed."""
    known, closed = await get_intake(log, agency, campaign)
    desk = SHEET.state(await log.read(agency, [sheet_stream(campaign, unit) for unit in known.units]))
    shown = [
        ShownSheet(
            unit=unit,
            version=desk.sheet(unit).version,
            state=_state(desk, unit),
            late=desk.sheet(unit).late,
            deadline_at=known.submission_deadline_at(unit),
        )
        for unit in sorted(known.units)
    ]
    return shown, closed


def _state(desk: Desk, unit: str) -> str:
    sheet = desk.sheet(unit)
    return "handed_in" if sheet.stands else "withdrawn" if sheet.version else "none"


async def list_versions(log: EventLog, agency: str, campaign: str, unit: str) -> list[ShownVersion]:
    """Every version of the unit's sheet, without lines.

    Raises:
        CampaignUnknown, UnitUnknown: See there.
    """
    facts = await _facts(log, agency, campaign, unit)
    texts = await _texts(log, agency, [fact for _, fact in facts.facts if isinstance(fact, SheetWithdrawn)])
    versions: dict[int, ShownVersion] = {}
    for row, fact in facts.facts:
        record = row.content()
        if isinstance(fact, SheetSubmitted):
            versions[fact.version] = ShownVersion(
                version=fact.version,
                late=fact.late,
                certified=fact.certified,
                submitted_at=record.effective_at,
                submitted_by=record.actor,
                position=row.position,
            )
        elif isinstance(fact, SheetWithdrawn):
            taken_back = {
                "withdrawn_at": record.effective_at,
                "withdrawn_by": record.actor,
                "withdrawal_reason": explained(fact.reason, texts),
            }
            versions[fact.version] = versions[fact.version].model_copy(update=taken_back)
    return list(versions.values())


async def get_version(log: EventLog, agency: str, campaign: str, unit: str, version: int) -> ShownVersion:
    """One version with its lines and texts.

    Raises:
        CampaignUnknown, UnitUnknown, VersionUnknown: See there.
    """
    facts = await _facts(log, agency, campaign, unit)
    for fact in (fact for _, fact in facts.facts):
        if isinstance(fact, SheetSubmitted) and fact.version == version:
            found = fact
            break
    else:
        raise VersionUnknown(unit=unit, version=version)
    shown = next(each for each in await list_versions(log, agency, campaign, unit) if each.version == version)
    texts = await _texts(log, agency, [found])
    sheet = facts.campaign.sheet(unit)
    lines = {
        criterion: ShownLine(
            word=line.word,
            evidence=line.evidence,
            explanation=line.explanation and explained(line.explanation, texts),
            score=self_score(sheet[criterion], line.word) if criterion in sheet else None,
        )
        for criterion, line in found.lines.items()
    }
    return shown.model_copy(update={"lines": lines})


async def get_submission_answer(log: EventLog, scope: tuple[str, str, str], position: int) -> tuple[int, bool]:
    """Version and lateness of the sheet that the request answered at *position* handed in."""
    last = next(fact for fact in await _latest(log, scope, position) if isinstance(fact, SheetSubmitted))
    return last.version, last.late


async def get_withdrawal_answer(log: EventLog, scope: tuple[str, str, str], position: int) -> int:
    """Version that the request answered at *position* took back."""
    return next(fact.version for fact in await _latest(log, scope, position) if isinstance(fact, SheetWithdrawn))


async def get_intake_answer(log: EventLog, agency: str, campaign: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who had handed in when the intake was closed, and who had not."""
    rows = await log.read(agency, [intake_stream(campaign)])
    closed = next(fact for fact in map(_fact, rows) if isinstance(fact, IntakeClosed))
    return closed.handed_in, closed.missing


async def _latest(log: EventLog, scope: tuple[str, str, str], position: int) -> Iterator[SheetFact]:
    """The sheet's facts up to *position*, the latest first: what a repeated request is answered from."""
    agency, campaign, unit = scope
    rows = await log.read(agency, [sheet_stream(campaign, unit)])
    return map(_fact, reversed([row for row in rows if row.position <= position]))


def _fact(row: Row) -> SheetFact:
    return BOOK.of(row, row.content().data)


def explained(closed: Closed, texts: Texts) -> Explanation:
    """The text behind *closed*, or what stands in its place."""
    text = texts.get(closed.closed)
    if text is None:
        return Explanation()
    if isinstance(text, DestroyedText):
        return Explanation(destroyed_by=text.decision)
    return Explanation(text=text.text)


async def _facts(log: EventLog, agency: str, campaign: str, unit: str) -> Shown:
    rows = await log.read(agency, [campaign_stream(campaign), sheet_stream(campaign, unit)])
    facts = [(row, _fact(row)) for row in rows]
    known = SHEET.fold(fact for _, fact in facts).campaign.opened(campaign)
    known.unit(unit)
    return Shown(known, facts)


async def _texts(log: EventLog, agency: str, facts: Sequence[SheetFact]) -> Texts:
    names = {name for fact in facts for name in closed_names(fact.model_dump(mode="json"))}
    return await log.texts(agency, sorted(names))


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft held against the rules.

    Attributes:
        digest: Of the whole sheet as it would be handed in; what is certified.
        problems: By criterion; none of them keeps the draft from being saved.
        groups: What the unit's own words come to, by group right below the root; missing while a part is.
        total: The same for the whole sheet.
    """

    digest: str
    scores: Mapping[str, Score | None]
    problems: Sequence[tuple[str, Rejected]]
    groups: Mapping[str, Score]
    total: Score


def show_draft(campaign: OpenCampaign, unit: str, cells: Mapping[str, Cell]) -> DraftShown:
    """What a unit is told about its draft.

    Raises:
        UnitUnknown: It is not on the roster.
    """
    sheet = campaign.sheet(unit)
    lines: dict[str, SheetLine] = {code: line for code, cell in cells.items() if (line := cell.line) is not None}
    found = list(problems(campaign, unit, lines))
    scores = {
        code: _score(campaign, criterion, lines)
        for code, criterion in sheet.items()
        if code in lines or criterion.registers
    }
    known = {code: score for code, score in scores.items() if score is not None}
    come_to = totals(campaign.tree(unit), known)
    groups = {code: group.score for code, group in come_to.groups.items()}
    return DraftShown(sheet_digest(lines), scores, found, groups, come_to.overall.score)


def _score(campaign: OpenCampaign, criterion: Criterion, lines: Mapping[str, SheetLine]) -> Score | None:
    """What it comes to; None where it is not said, cannot stand (an amendment came in between) or depends on others."""

    def word_of(code: str) -> Word | None:
        return lines[code].word if code in lines else None

    try:
        if criterion.code in lines:
            admit_word(campaign, criterion, lines[criterion.code].word)
        word = completed(criterion, word_of)
        return None if word is None else self_score(criterion, word)
    except Rejected:
        return None
