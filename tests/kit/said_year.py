"""A year file as reporting hears it: what the three publishers would say about each of its acts, in one order."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from deploy.agencies.year_file import (
    Appraise,
    Approve,
    ChangeByCouncil,
    CloseRound,
    CloseSubmissions,
    ConfirmFigures,
    EnterReference,
    EstablishBody,
    Review,
    Script,
    SubmitSheets,
    WithdrawSheet,
)
from services.scoring.engine import UnitInput, compare, run_digest, standings
from shared.campaign import Contest, Evidence, Opening, SheetLine
from shared.contracts import (
    NO_CHAIN,
    BodyEstablished,
    CampaignOpened,
    Contract,
    CouncilDecided,
    FiguresConfirmed,
    ReferenceEntered,
    ResultsApproved,
    ResultsPublished,
    RoundClosed,
    RulesetPart,
    ScoreAppraised,
    StandingsDrafted,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    UnitEnrolled,
    UnitStanding,
)
from shared.envelope import Envelope, spoken
from shared.opening import roster_digest
from shared.ruleset import digest, sheet_of
from shared.standing import RunSummary
from shared.vocabulary import ClosedText, Stage, Word, canonical
from shared.vocabulary import digest as json_digest
from tests.kit.year_files import full_year

ANY = "0" * 64


def closed(text: str) -> ClosedText:
    return ClosedText(salt="0" * 32, text=text)


def standings_digest(said: Sequence[UnitStanding]) -> str:
    """What a draft or release names, as scoring computes it."""
    return json_digest([each.standing.model_dump(mode="json") for each in said])


@dataclass
class Voice:
    """Publishers of one agency: numbered, chained, each knowing all that the others have said before."""

    agency: str
    messages: list[Envelope] = field(default_factory=list)
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)

    def say(
        self,
        publisher: str,
        contract: Contract,
        at: datetime,
        *,
        actor: str = "somebody",
        texts: Sequence[ClosedText] = (),
        after: dict[str, int] | None = None,
    ) -> Envelope:
        sequence, previous = self.ends.get(publisher, (0, NO_CHAIN))
        chain = hashlib.sha256(f"{publisher}/{self.agency} {sequence + 1}".encode()).hexdigest()
        known = {other: end for other, (end, _) in self.ends.items() if other != publisher}
        self.ends[publisher] = (sequence + 1, chain)
        message = Envelope(
            id=f"{publisher}/{self.agency}@{sequence + 1}",
            source=publisher,
            type=contract.type,
            subject=contract.subject,
            time=at,
            agency=self.agency,
            sequence=sequence + 1,
            chain=chain,
            previouschain=previous,
            after=known if after is None else after,
            actor=actor,
            correlationid="story",
            body=spoken(contract.model_dump(mode="json"), {text.closed.closed: text for text in texts}),
        )
        self.messages.append(message)
        return message


class SaidYear:
    """Plays the acts of a year file; ``messages`` is what was said, ``until`` an act's kind stops before it."""

    def __init__(self, script: Script, *, agency: str | None = None, until: type | None = None) -> None:
        self.script, self.year, self.campaign = script, script.year, script.year.campaign
        self.voice = Voice(agency or script.year.agency)
        self.words: dict[Stage, dict[str, dict[str, Word]]] = {"self": {}, "round1": {}, "round2": {}, "council": {}}
        self.versions: dict[str, int] = {}
        self.drafts = 0
        self._open(self.year.acts[0].at)
        for act in self.year.acts[1:]:
            if until is not None and isinstance(act, until):
                break
            if act.refusal is None:
                self._play(act)

    @property
    def messages(self) -> list[Envelope]:
        return self.voice.messages

    def _play(self, act: object) -> None:  # noqa: C901, PLR0912 - one case an act
        match act:
            case SubmitSheets():
                for unit in act.units:
                    self._sheet(unit, act.at)
            case WithdrawSheet():
                reason, version = closed(act.reason), self.versions[act.unit]
                said = SubmissionWithdrawn(campaign=self.campaign, unit=act.unit, version=version, reason=reason.closed)
                self.voice.say("submission", said, act.at, texts=[reason])
            case CloseSubmissions():
                units = tuple(self.versions)
                self.voice.say(
                    "submission", SubmissionsClosed(campaign=self.campaign, handed_in=units, missing=()), act.at
                )
            case EstablishBody():
                decision = self.year.bodies[act.body].decision
                said_body = BodyEstablished(campaign=self.campaign, body=act.body, decision=decision, members=())
                self.voice.say("appraisal", said_body, act.at)
            case Appraise():
                for enrolled in self.script.roster.units:
                    for criterion in self._sheet_of(enrolled.unit):
                        self._verdict(enrolled.unit, criterion, act.stage, act.at, str(act.by))
            case CloseRound():
                count = sum(len(words) for words in self.words[act.stage].values())
                self.voice.say(
                    "appraisal", RoundClosed(campaign=self.campaign, stage=act.stage, count=count, digest=ANY), act.at
                )
                self._draft(act.stage, act.at)
            case ConfirmFigures():
                for unit in act.units:
                    self._answer(unit, act.at)
            case EnterReference():
                self._reference(act.at)
            case ChangeByCouncil():
                for criterion in self.year.units[act.unit].council:
                    self._verdict(act.unit, criterion, "council", act.at, str(act.by))
                self._draft("council", act.at)
            case Review():
                findings = tuple(each.id for each in self._run("council")[1].findings) if act.acknowledge else ()
                decided = CouncilDecided(
                    campaign=self.campaign, meeting=act.meeting, run=ANY, outcome=act.outcome, acknowledged=findings
                )
                self.voice.say("appraisal", decided, act.at)
            case Approve():
                self._publish(act)
            case _:
                pass

    def _open(self, at: datetime) -> None:
        units = self.script.roster.units
        text, named = canonical(self.script.ruleset.model_dump(mode="json")).decode(), digest(self.script.ruleset)
        half = len(text) // 2
        for number, part in enumerate((text[:half], text[half:]), start=1):
            said = RulesetPart(campaign=self.campaign, digest=named, number=number, count=2, text=part)
            self.voice.say("submission", said, at)
        for unit in units:
            self.voice.say("submission", UnitEnrolled(campaign=self.campaign, enrolment=unit), at)
        opening = Opening(
            agency=self.script.agency.name,
            title=self.year.title,
            period=self.year.period,
            template=self.script.template,
            calendar=self.year.calendar,
            blocks=self.script.roster.blocks,
            letter=self.year.letter,
            retrospective=self.year.retrospective,
            ruleset_digest=named,
            ruleset_parts=2,
            roster_digest=roster_digest(units),
            roster_count=len(units),
        )
        self.voice.say("submission", CampaignOpened(campaign=self.campaign, opening=opening), at)

    def _sheet_of(self, unit: str) -> Sequence[str]:
        enrolled = next(each for each in self.script.roster.units if each.unit == unit)
        return tuple(sheet_of(self.script.ruleset, enrolled.appendix, enrolled.taken))

    def _sheet(self, unit: str, at: datetime) -> None:
        self.versions[unit] = self.versions.get(unit, 0) + 1
        year, texts, lines = self.year.units[unit], [], {}
        words = self.year.words(unit, "self") | (year.withdrawn if self.versions[unit] == 1 else {})
        self.words["self"][unit] = words
        for code, word in words.items():
            explained = closed(year.explanations[code]) if code in year.explanations else None
            texts += [explained] if explained else []
            papers = tuple(
                Evidence(document=paper.model_dump(exclude={"file"})) for paper in year.evidence.get(code, ())
            )
            lines[code] = SheetLine(word=word, evidence=papers, explanation=explained.closed if explained else None)
        late = at > self.year.calendar.submission_deadline_at
        said = SubmissionReceived(
            campaign=self.campaign, unit=unit, version=self.versions[unit], lines=lines, late=late, certified=ANY
        )
        self.voice.say("submission", said, at, actor=self.year.person(unit, "unit_head").id, texts=texts)

    def _standing(self, unit: str, criterion: str) -> Word:
        spoken_words = [self.words[stage].get(unit, {}).get(criterion) for stage in ("self", "round1", "round2")]
        return next(word for word in reversed(spoken_words) if word is not None)

    def _verdict(self, unit: str, criterion: str, stage: Stage, at: datetime, actor: str) -> None:
        before = self._standing(unit, criterion)
        verdicts = {"round1": self.year.units[unit].round1, "round2": self.year.units[unit].round2}
        verdict = verdicts.get(stage, self.year.units[unit].council).get(criterion)
        reason = closed(verdict.reason) if verdict else None
        said = ScoreAppraised(
            campaign=self.campaign,
            unit=unit,
            criterion=criterion,
            stage=stage,
            sheet=self.versions[unit],
            before=before,
            after=verdict.word if verdict else before,
            reason_code=verdict.code if verdict else None,
            reason=reason.closed if reason else None,
        )
        self.words[stage].setdefault(unit, {})[criterion] = said.after
        self.voice.say("appraisal", said, at, actor=actor, texts=[reason] if reason else [])

    def _answer(self, unit: str, at: datetime) -> None:
        contests = self.year.units[unit].contests
        texts = {code: closed(contest.explanation) for code, contest in contests.items()}
        said = FiguresConfirmed(
            campaign=self.campaign,
            unit=unit,
            accepted=tuple(code for code in self._sheet_of(unit) if code not in contests),
            contested={code: Contest(explanation=text.closed) for code, text in texts.items()},
        )
        self.voice.say("submission", said, at, actor=f"{unit}.thu-truong", texts=list(texts.values()))

    def _reference(self, at: datetime) -> None:
        reference = self.script.reference
        assert reference
        said = ReferenceEntered(
            campaign=self.campaign,
            reference=reference.id,
            title=reference.title,
            document=reference.document,
            figures=reference.printed,
        )
        self.voice.say("submission", said, at)

    def _run(self, stage: Stage) -> tuple[str, RunSummary, list[UnitStanding]]:
        units = [
            UnitInput.of(each, {stage: words[each.unit] for stage, words in self.words.items() if each.unit in words})
            for each in self.script.roster.units
        ]
        run = standings(self.script.ruleset, units, stage)
        figures = self.script.reference.printed if self.script.reference else ()
        compared = compare(self.script.ruleset, run, figures)
        summary = RunSummary(
            blocks=run.blocks,
            overall=run.overall,
            findings=compared.findings,
            compared=compared.checked,
            equal=compared.equal,
            compared_totals=len(compared.totals),
            equal_totals=sum(compared.totals.values()),
        )
        name = run_digest(self.script.ruleset, units, run)
        said = [
            UnitStanding(campaign=self.campaign, run=name, unit=each.unit, number=number, standing=each)
            for number, each in enumerate(run.units, start=1)
        ]
        return name, summary, said

    def _draft(self, stage: Stage, at: datetime) -> None:
        name, summary, said = self._run(stage)
        self.drafts += 1
        for each in said:
            self.voice.say("scoring", each, at)
        drafted = StandingsDrafted(
            campaign=self.campaign,
            run=name,
            stage=stage,
            draft=self.drafts,
            count=len(said),
            digest=standings_digest(said),
            summary=summary,
        )
        self.voice.say("scoring", drafted, at)

    def _publish(self, act: Approve) -> None:
        stage: Stage = "council" if self.words["council"] else self.script.template.last_round
        name, summary, said = self._run(stage)
        approved = {"decision": act.decision, "signer": act.signer, "file_sha256": "f" * 64}
        self.voice.say("appraisal", ResultsApproved(campaign=self.campaign, run=name, **approved), act.at)
        for each in said:
            self.voice.say("scoring", each, act.at)
        published = ResultsPublished(
            campaign=self.campaign,
            run=name,
            release=1,
            count=len(said),
            digest=standings_digest(said),
            summary=summary,
            rests_on={},
            **approved,
        )
        self.voice.say("scoring", published, act.at)


def said_year(name: str, *, agency: str | None = None, until: type | None = None) -> SaidYear:
    """The year in ``deploy/agencies/<name>.yaml``, up to the first act of the kind *until*."""
    return SaidYear(full_year(name), agency=agency, until=until)
