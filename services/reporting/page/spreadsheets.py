"""The figures of the pages as tables for a spreadsheet: a line of headings, then lines of one kind.

A campaign has several, since a ranking, means and findings have different columns; a unit has one.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from services.reporting.page.queries import (
    Act,
    History,
    Line,
    Published,
    classes_of,
    earlier_label,
    groups_of,
    means_of,
    names_of,
    ranking,
    reason_word,
    summaries_of,
)
from shared.edge.web.findings import sections
from shared.edge.web.formats import VIETNAM, date, given
from shared.edge.web.spreadsheets import Cell
from shared.edge.web.words import word
from shared.errors import NotFound
from shared.ruleset import Node
from shared.standing import BlockSummary
from shared.vocabulary import (
    STAGES,
    GivenInputs,
    GivenPoints,
    GivenState,
    Missing,
    NotApplicable,
    NotScored,
    Score,
    Scored,
    Stage,
)

ZERO: Final = Decimal("0.00")  # what a criterion that is not scored counts as
LONGEST_NAME: Final = 40
Row: TypeAlias = list[Cell]


class TableUnknown(NotFound, code="results.table_unknown"):
    """Results have no table of this name; ``tables`` names those they have."""


def table_of(name: str) -> Callable[[Published, str], list[Row]]:
    """What makes the table called *name*, in a language.

    Raises:
        TableUnknown: There is none.
    """
    if name not in TABLES:
        raise TableUnknown(table=name[:LONGEST_NAME], tables=", ".join(TABLES))
    return TABLES[name]


def ranking_rows(shown: Published, language: str) -> list[Row]:
    """A unit a line, best first."""
    groups = groups_of(shown)
    headings = _words(language, "rank", "rank.block", "unit.code", "unit", "block")
    headings += [earlier_label(shown, language), *_words(language, "self", "total")]
    headings += [f"{code} {title.to(language)}" for code, title in groups.items()]
    headings += _words(
        language, "class", "change", "change.block", "late", "max", "agency", "change.about", "unranked.ground"
    )
    rows: list[Row] = [[*headings]]
    note = shown.campaign.ruleset.break_note
    about = note.to(language) if note else None
    whose: Row = [shown.campaign.ruleset.max, shown.campaign.agency_name.to(language), about]
    for line in ranking(shown):
        standing = line.standing
        who: Row = [line.enrolment.unit, line.enrolment.name.to(language), line.block.to(language)]
        figures: Row = [standing.earlier, standing.totals.get("self"), standing.total]
        scores = [_score(standing.groups.get(code), language) for code in groups]
        label = line.class_label.to(language) if line.class_label else None
        end: Row = [label, standing.change_overall, standing.change_block, _yes(language, said=line.late)]
        places: Row = [standing.rank_overall, standing.rank_block]
        rows.append([*places, *who, *figures, *scores, *end, *whose, line.enrolment.unranked])
    return rows


def means_rows(shown: Published, language: str) -> list[Row]:
    """A mean of a block a line, with the number of units it counts; without a code: of all units."""
    rows = [_words(language, "block.code", "block", "means.figure", "mean", "means.units")]
    lines = means_of(shown, language)
    for place, summary in enumerate(summaries_of(shown)):
        for line in lines:
            mean = line.means[place]
            if mean is not None:
                rows.append([*_of_block(shown, summary, language), line.title, mean.mean, mean.denominator])
    return rows


def classes_rows(shown: Published, language: str) -> list[Row]:
    """A block a line, then all units: how many are in each class."""
    classes = classes_of(shown)
    return [
        [*_words(language, "block.code", "block"), *(label.to(language) for label in classes.values())],
        *(
            [*_of_block(shown, summary, language), *(summary.classes.get(code, 0) for code in classes)]
            for summary in summaries_of(shown)
        ),
    ]


def decision_rows(shown: Published, language: str) -> list[Row]:
    """One line: the release, and the decision that published it."""
    campaign, release = shown.campaign, shown.release
    decision = release.decision
    whose: Row = [campaign.agency_name.to(language), campaign.opening.title.to(language), campaign.opening.period]
    which: Row = [release.number, release.supersedes]
    signed: Row = [decision.number, decision.date, decision.issuer, decision.abstract, release.signer]
    proved: Row = [release.at.astimezone(VIETNAM), release.message, release.run, release.file_sha256]
    headings = _words(language, "agency", "campaign", "period", "release.number", "release.instead")
    headings += _words(language, *(f"decision.{name}" for name in ("number", "date", "issuer", "abstract", "signer")))
    headings += _words(language, "decision.published", "position", "decision.run", "decision.file")
    return [headings, [*whose, *which, *signed, *proved]]


def findings_rows(shown: Published, language: str) -> list[Row]:
    """A printed figure that does not follow a line, roots first; a figure that is no number as the page writes it."""
    names = ("finding", "findings.kind", "findings.where", "findings.printed", "findings.derived")
    after = ("findings.difference", "findings.over", "findings.printed_over", "findings.note", "findings.meeting")
    rows = [_words(language, *names, *after)]
    findings = {each.id: each for each in shown.release.summary.findings}
    for section in sections(findings.values(), names_of(shown, language)):
        for line in section.lines:
            found = findings[line.id]
            figures = [_figure(each) for each in (found.printed, found.derived, found.difference)]
            over: Row = [found.denominator, found.printed_denominator]
            noted = shown.progress.acknowledged(line.id)
            rows.append([line.id, section.title, line.place, *figures, *over, line.note, noted])
    return rows


def references_rows(shown: Published, language: str) -> list[Row]:
    """A report a line whose printed figures were compared."""
    rows = [_words(language, "reference.code", "reference", "decision.number", "decision.date", "decision.issuer")]
    rows[0] += _words(language, "reference.figures")
    for each in shown.progress.references:
        named: Row = [each.document.number, each.document.date, each.document.issuer]
        rows.append([each.reference, each.title.to(language), *named, each.figures])
    return rows


def steps_rows(shown: Published, language: str) -> list[Row]:
    """A step a line, with the position that proves it; without one it is not done."""
    names = ("step", "what", "actor", "document", "date", "is_reconstructed", "at", "position")
    rows = [_words(language, *(f"steps.{name}" for name in names))]
    for step, said in ((each.step, each.said) for each in shown.progress.steps):
        told: Row = [step.number, step.title.to(language), step.actor.to(language) if step.actor else None]
        told += [step.document, step.date, _yes(language, said=step.reconstructed) if step.date else None]
        rows.append([*told, said.at.astimezone(VIETNAM) if said else None, said.message if said else None])
    return rows


def sheets_rows(shown: Published, language: str) -> list[Row]:
    """A sheet a line, those that were withdrawn too."""
    rows = [_words(language, "unit.code", "unit", "version", "late", "sheets.documents", "sheets.at")]
    rows[0] += _words(language, "sheets.withdrawn", "position")
    units = shown.campaign.units
    for sheet in shown.progress.sheets:
        name = units[sheet.unit].name.to(language) if sheet.unit in units else sheet.unit
        withdrawn = sheet.withdrawn_at.astimezone(VIETNAM) if sheet.withdrawn_at else None
        what: Row = [sheet.version, _yes(language, said=sheet.late), sheet.documents]
        rows.append([sheet.unit, name, *what, sheet.at.astimezone(VIETNAM), withdrawn, sheet.message])
    return rows


def rounds_rows(shown: Published, language: str) -> list[Row]:
    """A round that was closed a line."""
    rows: list[Row] = [
        [word(f"stage.{each.stage}", language), each.verdicts, each.at.astimezone(VIETNAM), each.message]
        for each in shown.progress.rounds
    ]
    return [_words(language, "stage", "rounds.verdicts", "rounds.at", "position"), *rows]


RANKING: Final = "ranking"
TABLES: Final[Mapping[str, Callable[[Published, str], list[Row]]]] = {
    RANKING: ranking_rows,
    "means": means_rows,
    "classes": classes_rows,
    "decision": decision_rows,
    "findings": findings_rows,
    "references": references_rows,
    "steps": steps_rows,
    "sheets": sheets_rows,
    "rounds": rounds_rows,
}
"""Every section of a campaign's page; each name is a word of the pages too."""


def unit_rows(shown: Published, line: Line, histories: Iterable[History], language: str) -> list[Row]:
    """One unit's scores, a stage a line, up to what was published: of its criteria, of its groups, overall.

    Of a criterion everything that was said is a line, whether or not it came to a score.
    """
    names = ("level", "criterion.code", "criterion", "max", "stage", "version", "word", "score", "who", "when", "why")
    rows = [_words(language, *names, "ground", "evidence", "position")]
    for history in histories:
        rows += _criterion_rows(shown, history, language)
    for node in shown.campaign.tree(line.enrolment.unit):
        rows += _group_rows(shown, line, node, language)
    return [*rows, *_overall_rows(shown, line, language)]


def _criterion_rows(shown: Published, history: History, language: str) -> list[Row]:
    criterion, decision = history.criterion, shown.release.decision
    title: Row = [word("criterion", language), criterion.code, criterion.title.to(language), criterion.max]
    rows = [[*title, *_said(history, act, language)] for act in history.acts]
    moved = word("moved", language) if history.moved else None
    return [*rows, _published(shown, title, _score(history.published, language), decision.number, language, moved)]


def _group_rows(shown: Published, line: Line, node: Node, language: str) -> list[Row]:
    title: Row = [word("group", language), node.code, node.title.to(language), node.max]
    by_stage = line.standing.groups_by_stage
    found = {stage: by_stage[stage][node.code] for stage in STAGES if node.code in by_stage.get(stage, {})}
    rows = [_computed(title, stage, _score(score, language), language) for stage, score in found.items()]
    override = line.enrolment.overrides.get(node.code)
    why = word("override", language, appendix=override.appendix, ground=override.ground) if override else None
    return [*rows, _published(shown, title, _score(line.standing.groups.get(node.code), language), why, language)]


def _overall_rows(shown: Published, line: Line, language: str) -> list[Row]:
    standing = line.standing
    title: Row = [word("overall", language), None, None, shown.campaign.ruleset.max]
    totals = standing.totals
    rows = [_computed(title, stage, totals[stage], language) for stage in STAGES if stage in totals]
    exact = word("groups.mean", language, count=standing.applicable_groups, exact=standing.unrounded or "–")
    return [*rows, _published(shown, title, standing.total, exact, language)]


def _computed(title: Row, stage: Stage, score: Cell, language: str) -> Row:
    return [*title, word(f"stage.{stage}", language), None, None, score, *[None] * 6]


def _published(
    shown: Published, title: Row, score: Cell, why: str | None, language: str, moved: str | None = None
) -> Row:
    release = shown.release
    said: Row = [release.signer, release.at.astimezone(VIETNAM), why, None, None, release.message]
    return [*title, word("stage.published", language), None, moved, score, *said]


def _said(history: History, act: Act, language: str) -> Row:
    said = act.said
    why = word("destroyed", language, decision=said.destroyed) if said.destroyed else said.reason
    ground = reason_word(said.reason_code, language) if said.reason_code else None
    papers = [f"{each.document.number} ({date(each.document.date, language)})" for each in said.evidence]
    what: Row = [word(f"stage.{said.stage}", language), said.version, _word_cell(history, act, language)]
    who: Row = [word(f"by.{said.by}", language), said.at.astimezone(VIETNAM)]
    return [*what, _score(act.score, language), *who, why, ground, "; ".join(papers) or None, said.message]


def _word_cell(history: History, act: Act, language: str) -> Cell:
    match act.said.word:
        case GivenPoints(points=points):
            return points
        case GivenInputs(inputs=inputs):
            titles = history.input_titles
            named = {titles[name].to(language) if name in titles else name: value for name, value in inputs.items()}
            return "; ".join(f"{name}: {given(value, language)}" for name, value in named.items())
        case GivenState(score=NotApplicable()):
            return word("score.na", language)
        case GivenState(score=NotScored(reason=reason)):
            return word("score.not_scored", language, reason=reason_word(reason, language))
        case _:
            return word(f"answer.{act.said.answer}", language) if act.said.answer else None


def _score(score: Score | None, language: str) -> Cell:
    match score:
        case Scored():
            return score.points
        case NotScored():
            return ZERO
        case NotApplicable():
            return word("score.na", language)
        case Missing():
            return word("score.missing", language)
        case None:
            return None


def _figure(text: str | None) -> Cell:
    """A figure of a finding: to be reckoned with where it is a number."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return "–" if text == "-" else text


def _of_block(shown: Published, summary: BlockSummary, language: str) -> Row:
    if summary.block is None:
        return [None, word("all_units", language)]
    return [summary.block, shown.campaign.block(summary.block).title.to(language)]


def _words(language: str, *names: str) -> Row:
    return [word(name, language) for name in names]


def _yes(language: str, *, said: bool) -> str:
    return word("yes" if said else "no", language)
