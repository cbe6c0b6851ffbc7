"""A year file as scoring hears it: what submission and appraisal would say about each of its acts."""

from collections.abc import Iterator

from deploy.agencies.year_file import (
    Appraise,
    Approve,
    ChangeByCouncil,
    CloseRound,
    CloseSubmissions,
    EnterReference,
    Script,
    SubmitSheets,
    WithdrawSheet,
)
from services.scoring.run.facts import RunDrafted
from shared.campaign import Opening, SheetLine
from shared.contracts import (
    CampaignOpened,
    Contract,
    ReferenceEntered,
    ResultsApproved,
    RoundClosed,
    RulesetPart,
    ScoreAppraised,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    UnitEnrolled,
    round_digest,
)
from shared.opening import roster_digest
from shared.ruleset import digest, sheet_of
from shared.vocabulary import Closed, Stage, Word, canonical
from tests.kit.hearing import Hearing
from tests.kit.year_files import full_year

NO_TEXT = Closed(closed="c" * 64)


class ScoredYear:
    """Plays the acts that scoring hears of; rounds begin at the unit *start* of the roster."""

    def __init__(self, script: Script, *, start: int = 0) -> None:
        self.start = start
        self.script, self.year, self.campaign = script, script.year, script.year.campaign
        self.words: dict[str, dict[str, Word]] = {}
        self.said: dict[Stage, dict[tuple[str, str], Word]] = {}
        self.versions: dict[str, int] = {}
        self.rows = 0  # of the score history, as the file implies

    async def play(self, hearing: Hearing) -> Hearing:
        await hearing.submits(*self._opening())
        for act in self.year.acts:
            match act:
                case SubmitSheets():
                    await hearing.submits(*map(self._sheet, act.units))
                case WithdrawSheet():
                    await hearing.submits(self._withdrawn(act.unit))
                case CloseSubmissions():
                    await hearing.submits(SubmissionsClosed(campaign=self.campaign, handed_in=(), missing=()))
                case Appraise():
                    await hearing.appraises(*self._round(act.stage))
                case CloseRound():
                    words = self.said[act.stage]
                    closed = RoundClosed(
                        campaign=self.campaign, stage=act.stage, count=len(words), digest=round_digest(words)
                    )
                    await hearing.appraises(closed)
                case EnterReference():
                    await hearing.submits(self._reference())
                case ChangeByCouncil():
                    verdicts = self.year.units[act.unit].council
                    await hearing.appraises(*(self._verdict(act.unit, code, "council") for code in verdicts))
                case Approve() if act.refusal is None:
                    *_, draft = await hearing.facts(RunDrafted)
                    assert isinstance(draft, RunDrafted)
                    await hearing.appraises(self._approved(act, draft.run))
                case _:
                    pass
        return hearing

    def _opening(self) -> Iterator[Contract]:
        text, units = canonical(self.script.ruleset.model_dump(mode="json")).decode(), self.script.roster.units
        named = digest(self.script.ruleset)
        yield RulesetPart(campaign=self.campaign, digest=named, number=1, count=1, text=text)
        for unit in units:
            yield UnitEnrolled(campaign=self.campaign, enrolment=unit)
        opening = Opening(
            agency=self.script.agency.name,
            title=self.year.title,
            period=self.year.period,
            template=self.script.template,
            calendar=self.year.calendar,
            blocks=self.script.roster.blocks,
            retrospective=self.year.retrospective,
            ruleset_digest=named,
            ruleset_parts=1,
            roster_digest=roster_digest(units),
            roster_count=len(units),
        )
        yield CampaignOpened(campaign=self.campaign, opening=opening)

    def _sheet(self, unit: str) -> SubmissionReceived:
        self.versions[unit] = self.versions.get(unit, 0) + 1
        words = self.year.words(unit, "self")
        if self.versions[unit] == 1:
            words |= self.year.units[unit].withdrawn
        self.words[unit] = dict(words)
        self._implies(len(words))
        lines = {code: SheetLine(word=word) for code, word in words.items()}
        return SubmissionReceived(
            campaign=self.campaign, unit=unit, version=self.versions[unit], lines=lines, certified="0" * 64
        )

    def _withdrawn(self, unit: str) -> SubmissionWithdrawn:
        self._implies(len(self.words.pop(unit)))
        return SubmissionWithdrawn(campaign=self.campaign, unit=unit, version=self.versions[unit], reason=NO_TEXT)

    def _implies(self, rows: int) -> None:
        self.rows += rows if self.script.template.self_score else 0

    def _round(self, stage: Stage) -> Iterator[ScoreAppraised]:
        units = self.script.roster.units
        for unit in (*units[self.start :], *units[: self.start]):
            for code in sheet_of(self.script.ruleset, unit.appendix, unit.taken):
                yield self._verdict(unit.unit, code, stage)

    def _verdict(self, unit: str, code: str, stage: Stage) -> ScoreAppraised:
        before = self.words[unit][code]
        after = self.year.words(unit, stage).get(code, before)
        self.words[unit][code] = after
        self.said.setdefault(stage, {})[unit, code] = after
        self.rows += 1
        return ScoreAppraised(
            campaign=self.campaign,
            unit=unit,
            criterion=code,
            stage=stage,
            sheet=self.versions[unit],
            before=before,
            after=after,
        )

    def _reference(self) -> ReferenceEntered:
        entered = self.script.reference
        assert entered
        return ReferenceEntered(
            campaign=self.campaign,
            reference=entered.id,
            title=entered.title,
            document=entered.document,
            figures=entered.printed,
        )

    def _approved(self, act: Approve, run: str) -> ResultsApproved:
        return ResultsApproved(
            campaign=self.campaign, run=run, decision=act.decision, signer=act.signer, file_sha256="f" * 64
        )


def scored_year(name: str, *, start: int = 0) -> ScoredYear:
    """The year in ``deploy/agencies/<name>.yaml``."""
    return ScoredYear(full_year(name), start=start)
