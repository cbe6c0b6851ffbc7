"""What scoring drafted and published, computed again from its log; and whether its log holds what was said to it."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from services.scoring.publish.domain import recompute
from services.scoring.release.facts import RunPublished
from services.scoring.score.domain import SCORE
from shared.audit.history import Histories, History, Looked
from shared.audit.messages import message_of
from shared.audit.stopping import passed_over
from shared.audit.wrong import RunOtherwise, WordOtherwise
from shared.contracts import Contract, ResultsApproved, ScoreAppraised, SubmissionReceived, SubmissionWithdrawn
from shared.opening import CampaignStarted
from shared.vocabulary import Word

Key: TypeAlias = tuple[str, str, str, str]
"""Campaign, unit, stage, criterion."""


def check_runs(histories: Histories) -> Looked:
    """Every draft and release against the same run computed again; every release against the digest that was approved.

    Raises:
        RunOtherwise: At the first that differs.
    """
    scoring, count = histories["scoring"], 0
    for campaign in _campaigns(scoring):
        for run in recompute(scoring.rows, campaign):
            if not run.same:
                place = f"{scoring.service}/{scoring.agency}@{run.position}"
                stated, found = (
                    (run.stated, run.found) if run.stated != run.found else (run.stated_units, run.found_units)
                )
                raise RunOtherwise(message=place, stated=stated[:12], found=found[:12])
            count += 1
    for row in scoring.rows:
        if row.type == RunPublished.type:
            stated, approved = str(row.content().data["run"]), _approved(histories, row.content().causation)
            if stated != approved:
                raise RunOtherwise(message=scoring.place(row), stated=stated[:12], found=str(approved)[:12])
    return Looked(count)


def _approved(histories: Histories, causation: str | None) -> str | None:
    """The digest that the act behind a release approved."""
    place = (causation or "").partition("#")[0]
    history = histories.get(place.partition("/")[0])
    rows = {history.place(row): row for row in history.said} if history else {}
    said = message_of(rows[place]) if place in rows else None
    return said.run if isinstance(said, ResultsApproved) else None


def check_words(histories: Histories) -> Looked:
    """The words that scoring holds against those that submission and appraisal said.

    Raises:
        WordOtherwise: At the first criterion where they differ.
    """
    scoring = histories["scoring"]
    said = _said(histories, scoring)
    held = dict(_held(scoring))
    for key in sorted(said.keys() | held.keys()):
        if said.get(key) != held.get(key):
            campaign, unit, stage, criterion = key
            raise WordOtherwise(agency=scoring.agency, campaign=campaign, unit=unit, stage=stage, criterion=criterion)
    return Looked(len(said))


def _said(histories: Histories, scoring: History) -> Mapping[Key, Word]:
    """What counts of all that scoring has answered; each stage has one publisher, so any order of the two will do."""
    words: dict[Key, Word] = {}
    passed = passed_over(scoring)
    for service in ("submission", "appraisal"):
        history = histories[service]
        for row in history.said[: len(scoring.inbox.get(service, ()))]:
            if f"{history.place(row)}#{row.chain.hex()}" not in passed:
                _hear(words, message_of(row))
    return words


def _hear(words: dict[Key, Word], said: Contract) -> None:
    match said:
        case SubmissionReceived() | SubmissionWithdrawn():
            for key in [key for key in words if key[:3] == (said.campaign, said.unit, "self")]:
                del words[key]
            if isinstance(said, SubmissionReceived):
                words |= {(said.campaign, said.unit, "self", code): line.word for code, line in said.lines.items()}
        case ScoreAppraised():
            words[said.campaign, said.unit, said.stage, said.criterion] = said.after
        case _:
            pass


def _held(scoring: History) -> Iterator[tuple[Key, Word]]:
    for campaign in _campaigns(scoring):
        kinds = {fact.type for fact in SCORE.book.types}
        of_campaign = [row for row in scoring.rows if row.stream.startswith(f"{campaign}/") and row.type in kinds]
        for unit, scores in SCORE.state(of_campaign).units.items():
            for stage, spoken in scores.words.items():
                for criterion, word in spoken.items():
                    yield (campaign, unit, stage, criterion), word
            for criterion, word in scores.kept.items():
                yield (campaign, unit, "self", criterion), word


def _campaigns(scoring: History) -> list[str]:
    return sorted({row.stream.partition("/")[0] for row in scoring.rows if row.type == CampaignStarted.type})
