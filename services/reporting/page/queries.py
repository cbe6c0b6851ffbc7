"""What a page, a CSV and a JSON answer show: one set of figures, read as of one moment and arranged once."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.reporting.campaign.domain import Campaign, Progress
from services.reporting.campaign.queries import get_campaign, get_progress, list_campaigns
from services.reporting.lineage.domain import Said
from services.reporting.lineage.queries import get_lineage
from services.reporting.result.domain import Release
from services.reporting.result.queries import get_release, list_published
from shared.campaign import Enrolment
from shared.edge.database import transaction
from shared.edge.web.findings import Names
from shared.edge.web.formats import matches, sort_key
from shared.edge.web.words import WORDS, word
from shared.opening import UnitUnknown
from shared.ruleset import Criterion, Group, Node
from shared.standing import BlockSummary, Cell, Mean, Standing
from shared.vocabulary import Localized, Score


@asynccontextmanager
async def one_moment(engine: AsyncEngine | None) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees one state of all tables, so that the figures of a page belong together.

    Raises:
        RowsUnavailable: The database does not answer.
    """
    assert engine is not None, "reporting reads tables"  # noqa: S101 - wiring, not input
    async with transaction(engine.execution_options(isolation_level="REPEATABLE READ")) as connection:
        yield connection


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign on the front page; its progress is shown once its results are published."""

    campaign: Campaign
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class Published:
    """A campaign with the release that is shown."""

    campaign: Campaign
    progress: Progress
    release: Release


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in a ranking."""

    enrolment: Enrolment
    block: Localized
    standing: Standing
    class_label: Localized | None
    late: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One row of a criterion's history: what was said, and the score it came to."""

    said: Said
    score: Score | None


@dataclass(frozen=True, slots=True)
class History:
    """One criterion of a unit, from the first word to what was published."""

    criterion: Criterion
    path: tuple[Localized, ...]
    acts: tuple[Act, ...]
    published: Score | None

    @property
    def input_titles(self) -> Mapping[str, Localized]:
        """What its inputs are called."""
        return {each.name: each.title for each in self.criterion.inputs}

    @property
    def moved(self) -> bool:
        """Whether another score was published than its last word came to: words elsewhere moved it since."""
        came = [act.score for act in self.acts if act.score is not None]
        return bool(came) and came[-1] != self.published


@dataclass(frozen=True, slots=True)
class MeanLine:
    """The mean of one figure in each of the summaries, in their order."""

    name: str
    title: str
    means: tuple[Mean | None, ...]


async def list_all(connection: AsyncConnection) -> list[Listed]:
    """Every campaign of every agency, the latest first."""
    out = await list_published(connection)
    return [
        Listed(await get_campaign(connection, *name), await get_progress(connection, *name) if name in out else None)
        for name in await list_campaigns(connection)
    ]


async def get_published(
    connection: AsyncConnection, agency: str, campaign: str, number: int | None = None
) -> Published:
    """A campaign and its release *number*, or the newest one.

    Raises:
        CampaignUnknown: Nobody opened it, in this agency.
        NotPublished: There is no such release.
    """
    return Published(
        await get_campaign(connection, agency, campaign),
        await get_progress(connection, agency, campaign),
        await get_release(connection, agency, campaign, number),
    )


async def get_histories(connection: AsyncConnection, shown: Published, unit: str) -> list[History]:
    """Every criterion of the unit's sheet, in the order of the ruleset.

    Only a stage's last word came to a score: a sheet that was withdrawn shows what it said, and no points of the run.
    """
    campaign = shown.campaign
    said = await get_lineage(connection, campaign.agency, campaign.name, unit)
    standing = shown.release.of(unit)
    cells: Mapping[str, Cell] = standing.cells if standing else {}
    return [
        _history(criterion, path, said.get(criterion.code, ()), cells.get(criterion.code))
        for criterion, path in _criteria(campaign.tree(unit))
    ]


def _history(criterion: Criterion, path: tuple[Localized, ...], said: Sequence[Said], cell: Cell | None) -> History:
    scores: dict[str, Score] = dict(cell.scores.items()) if cell else {}
    last = {each.stage: each for each in said}
    acts = tuple(Act(each, scores.get(each.stage) if last[each.stage] is each else None) for each in said)
    return History(criterion, path, acts, cell.standing if cell else None)


def _criteria(nodes: Sequence[Node], path: tuple[Localized, ...] = ()) -> list[tuple[Criterion, tuple[Localized, ...]]]:
    found: list[tuple[Criterion, tuple[Localized, ...]]] = []
    for node in nodes:
        if isinstance(node, Criterion):
            found.append((node, path))
        elif isinstance(node, Group):
            found += _criteria(node.children, (*path, node.title))
    return found


def ranking(shown: Published, block: str | None = None, query: str = "") -> list[Line]:
    """The units, best first; those without a rank last; of equal rank in the order of the alphabet.

    Args:
        shown: What was published.
        block: Only its units, by their rank in it.
        query: Only units whose name or code it matches, diacritics aside.
    """

    def order(line: Line) -> tuple[Any, ...]:
        rank = line.standing.rank_block if block else line.standing.rank_overall
        return rank is None, rank or 0, sort_key(line.enrolment.name.vi)

    standings = [each for each in shown.release.standings if block in {None, each.block}]
    lines = [_line(shown, standing) for standing in standings]
    return sorted((line for line in lines if _matches(query, line.enrolment)), key=order)


def line_of(shown: Published, unit: str) -> Line:
    """One unit's line.

    Raises:
        UnitUnknown: It was not in the run.
    """
    standing = shown.release.of(unit)
    if standing is None:
        raise UnitUnknown(unit=unit)
    return _line(shown, standing)


def groups_of(shown: Published, block: str | None = None) -> dict[str, Localized]:
    """Groups that a ranking has columns for: those on the sheet of any unit in it, in the order of the ruleset."""
    units = [standing for standing in shown.release.standings if block in {None, standing.block}]
    used = {group for standing in units for group in standing.groups}
    titles = shown.campaign.groups()
    return {code: titles[code] for code in sorted(used, key=list(titles).index)}


def classes_of(shown: Published) -> dict[str, Localized]:
    """Every class of any block with what it is called, from the best down."""
    bands = [band for each in shown.campaign.ruleset.classes.values() for band in each]
    return {
        band.code: band.label for band in sorted(bands, key=lambda band: (band.at_least is None, -(band.at_least or 0)))
    }


def blocks_of(shown: Published) -> list[str]:
    """Blocks of the ranking, in the order of the opening."""
    order = [block.code for block in shown.campaign.opening.blocks]
    found = dict.fromkeys(standing.block for standing in shown.release.standings)
    return sorted(found, key=lambda code: order.index(code) if code in order else len(order))


def summaries_of(shown: Published) -> list[BlockSummary]:
    """Each block, then all units together."""
    summary = shown.release.summary
    return [*(each for code in blocks_of(shown) for each in summary.blocks if each.block == code), summary.overall]


def means_of(shown: Published, language: str) -> list[MeanLine]:
    """Every mean of the release, of each summary; a group's by the second policy only where the two differ."""
    of = summaries_of(shown)
    found = [
        MeanLine("total", word("total", language), tuple(each.total for each in of)),
        MeanLine("self", word("self", language), tuple(each.self_total for each in of)),
        MeanLine("earlier", earlier_label(shown, language), tuple(each.earlier for each in of)),
    ]
    for code in groups_of(shown):
        applying = tuple(each.group_means.get(code) for each in of)
        every = tuple(each.group_means_all.get(code) for each in of)
        found.append(MeanLine(code, word("means.group", language, code=code), applying))
        if any(mean is not None and mean != other for mean, other in zip(every, applying, strict=True)):
            found.append(MeanLine(f"{code}.all", word("means.group_all", language, code=code), every))
    return found


def earlier_label(shown: Published, language: str) -> str:
    """What the earlier campaign is called, where all units have the same one."""
    labels = {each.earlier.label for each in shown.campaign.units.values() if each.earlier}
    return labels.pop() if len(labels) == 1 else word("earlier", language)


def reason_word(code: str, language: str) -> str:
    """A legal reason in words; an agency's own code as it is."""
    return word(f"reason.{code}", language) if f"reason.{code}" in WORDS else code


def names_of(shown: Published, language: str) -> Names:
    """What units, blocks, groups and classes are called."""
    campaign = shown.campaign
    return Names(
        language,
        units={unit: enrolment.name.to(language) for unit, enrolment in campaign.units.items()},
        blocks={block.code: block.title.to(language) for block in campaign.opening.blocks},
        groups={code: title.to(language) for code, title in campaign.groups().items()},
        classes={code: label.to(language) for code, label in classes_of(shown).items()},
    )


def _matches(query: str, enrolment: Enrolment) -> bool:
    return matches(query, enrolment.name.vi, enrolment.name.en or "", enrolment.unit)


def _line(shown: Published, standing: Standing) -> Line:
    campaign = shown.campaign
    sheet = shown.progress.standing_sheets.get(standing.unit)
    return Line(
        campaign.unit(standing.unit),
        campaign.block(standing.block).title,
        standing,
        campaign.class_label(standing.block, standing.class_code),
        sheet is not None and sheet.late,
    )
