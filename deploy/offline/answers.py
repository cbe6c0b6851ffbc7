"""A run as programs read it: JSON and CSV, with codes and decimal points; and as the tables for people want it."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

from deploy.agencies.year_file import Roster
from services.scoring.engine import Computed, official_means, points_of
from shared.campaign import Enrolment
from shared.ruleset import Node, Ruleset, Shared, digest, every, tree_of
from shared.standing import BlockSummary, Standing
from shared.vocabulary import Json, Localized, Missing, Score

DASH = "-"
BEFORE, AFTER = ("unit", "block", "state"), ("overall", "rank_block", "rank_overall", "class", "applicable_groups")
"""Columns around the groups; without the exact total, which a spreadsheet takes for a date."""


def answer(ruleset: Ruleset, roster: Sequence[Enrolment], run: Computed) -> Json:
    """The run as JSON: scores are strings with the digits that are declared, None where it does not apply.

    A unit's ``state`` tells a unit that handed nothing in, where the ruleset leaves it unranked, from one to which
    nothing applies. No other score is missing: a run in which one is, or which contradicts itself otherwise, is
    refused. Of such a run only the findings are told; it has no name, no units and no blocks. A group that is not
    scored for a legal reason is ``0.00``, as it counts.
    """
    refused = bool(run.refusing)
    return {
        "ruleset": digest(ruleset),
        "run": None if refused else run.digest,
        "units": [] if refused else _units(ruleset, roster, run),
        "blocks": [] if refused else [_block(ruleset, each) for each in run.summary.blocks],
        "findings": [each.model_dump(mode="json") for each in run.refusing or run.summary.findings],
    }


def spreadsheet(ruleset: Ruleset, roster: Sequence[Enrolment], run: Computed) -> str:
    """The units as CSV, in the order of the roster; a dash does not apply, an empty cell is not there."""
    groups = _groups(ruleset)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*BEFORE, *groups, *AFTER])
    for unit in _units(ruleset, roster, run):
        without = "" if unit["state"] == "missing" else DASH
        scores = [_or(without, unit["groups"][code]) if code in unit["groups"] else "" for code in groups]
        figures = [_or(without, unit["overall"]), *(unit[name] for name in AFTER[1:])]
        writer.writerow([*(unit[name] for name in BEFORE), *scores, *figures])
    return text.getvalue()


def results(ruleset: Ruleset, roster: Roster, run: Computed) -> Json:
    """The run as reporting would answer, as far as the tables of the command line need it; best unit first."""
    enrolled = {each.unit: each for each in roster.units}
    blocks = {block.code: block.title.model_dump(mode="json") for block in roster.blocks}
    labels = {
        (block, band.code): band.label.model_dump(mode="json")
        for block, bands in ruleset.classes.items()
        for band in bands
    }
    ranked = sorted(run.units, key=lambda unit: unit.rank_overall or len(run.units) + 1)
    return {
        "title": ruleset.title.model_dump(mode="json"),
        "units": [
            {
                **unit.model_dump(mode="json", exclude={"cells"}),
                "name": enrolled[unit.unit].name.model_dump(mode="json"),
                "block_title": blocks[unit.block],
                "class_label": labels.get((unit.block, unit.class_code or "")),
            }
            for unit in ranked
        ],
        "summary": run.summary.model_dump(mode="json"),
        "blocks": blocks,
        "groups": {code: title.model_dump(mode="json") for code, title in _groups(ruleset).items()},
        "classes": {code: label for (_, code), label in labels.items()},
        "means": [_means(ruleset, each) for each in (*run.summary.blocks, run.summary.overall)],
    }


def _groups(ruleset: Ruleset) -> dict[str, Localized]:
    """The groups of all appendices, in the order of the fullest one."""
    fullest = sorted(ruleset.appendices, key=lambda appendix: len(appendix.children), reverse=True)
    groups: dict[str, Localized] = {}
    for node in (child for appendix in fullest for child in appendix.children):
        groups.setdefault(node.code, node.title)
    return groups


def _means(ruleset: Ruleset, summary: BlockSummary) -> Json:
    groups = official_means(ruleset, summary)
    return {
        "block": summary.block,
        "total": summary.total.model_dump(mode="json"),
        "groups": {code: mean.model_dump(mode="json") for code, mean in groups.items()},
    }


def _units(ruleset: Ruleset, roster: Sequence[Enrolment], run: Computed) -> list[Json]:
    return [_unit(ruleset, enrolled, unit) for enrolled, unit in zip(roster, run.units, strict=True)]


def _unit(ruleset: Ruleset, enrolled: Enrolment, unit: Standing) -> Json:
    tree = tree_of(ruleset, enrolled.appendix, enrolled.taken)
    known = {node.code: node for node in every(tree.children)}
    return {
        "unit": unit.unit,
        "block": unit.block,
        "state": _state(unit),
        "groups": {code: _points(score, _decimals(known[code], known)) for code, score in unit.groups.items()},
        "overall": None if unit.total is None else _figure(unit.total, tree.decimals),
        "unrounded": unit.unrounded,
        "rank_block": unit.rank_block,
        "rank_overall": unit.rank_overall,
        "class": unit.class_code,
        "applicable_groups": unit.applicable_groups,
    }


def _state(unit: Standing) -> str:
    """Of its overall score; a run in which only a part of a unit is missing is refused."""
    if unit.total is not None:
        return "scored"
    return "missing" if any(isinstance(score, Missing) for score in unit.groups.values()) else "not_applicable"


def _decimals(node: Node, known: Mapping[str, Node]) -> int:
    """Of the figure of *node*; a shared group has those of the group itself."""
    return _decimals(known[node.of], known) if isinstance(node, Shared) else node.decimals


def _figure(points: Decimal, decimals: int) -> str:
    """*points*, which were rounded when they were published, without the decimals that are none of theirs."""
    return f"{points:.{decimals}f}"


def _block(ruleset: Ruleset, summary: BlockSummary) -> Json:
    means = official_means(ruleset, summary)
    return {
        "block": summary.block,
        "mean": None if summary.total.mean is None else str(summary.total.mean),
        "denominator": summary.total.denominator,
        "group_means": {code: None if each.mean is None else str(each.mean) for code, each in means.items()},
    }


def _points(score: Score, decimals: int) -> str | None:
    points = points_of(score)
    return None if points is None else _figure(points, decimals)


def _or(without: str, points: str | None) -> str:
    return without if points is None else points
