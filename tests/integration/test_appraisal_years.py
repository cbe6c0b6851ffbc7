"""The years of the agencies through appraisal, as their people act; what the others say is said as they would."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from deploy.agencies.year_file import (
    AnyAct,
    Appraise,
    AppraiseOne,
    Approve,
    ChangeByCouncil,
    CloseRound,
    CloseSubmissions,
    ConfirmFigures,
    EstablishBody,
    Paper,
    Review,
    Script,
    SubmitSheets,
    WithdrawSheet,
)
from deploy.player.bodies import approval_of, body_of, evidence_of, review_of, sheet_words, verdict_of
from services.appraisal.dossier.facts import VerdictGiven
from services.appraisal.main import SERVICE
from shared.campaign import Contest, Evidence, Opening, SheetLine
from shared.contracts import (
    CampaignOpened,
    Contract,
    FiguresConfirmed,
    RulesetPart,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    UnitEnrolled,
)
from shared.edge.memory_log import MemoryLog
from shared.edge.service import Room
from shared.eventlog import Append, Heard, Mark
from shared.execute import execute
from shared.opening import roster_digest
from shared.ruleset import digest as ruleset_digest
from shared.vocabulary import STAGES, Closed, Json, Meta, Word, canonical, digest
from tests.kit.appraisal_service import drafted
from tests.kit.world import AGENCY, afterwards, clock, token, tokens
from tests.kit.year_files import full_year

WHY = Closed(closed="c" * 64)


def handed_in(papers: Iterable[Paper]) -> tuple[Evidence, ...]:
    return tuple(Evidence.model_validate(evidence_of(paper)) for paper in papers)


class Played:
    """A year, played act by act; every answer is the one that its file expects."""

    def __init__(self, script: Script, directory: Path) -> None:
        self.script, self.year, self.log = script, script.year, MemoryLog(clock)
        self.persons = {person.id: person for person in script.year.persons}
        self.refused: list[str] = []
        self._heard = {"submission": 0, "scoring": 0}
        self._versions: dict[str, int] = {}
        self._drafts = self._changes = self._keys = 0
        app = SERVICE.app(Room(clock=afterwards, log=self.log, ends=self.log), tokens(directory))
        self._client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://appraisal")
        self._path = f"/appraisal/v1/agencies/{AGENCY}/campaigns/{self.year.campaign}"

    async def play(self) -> "Played":
        async with self._client:
            for act in self.year.acts:
                await self._act(act)
        return self

    async def _act(self, act: AnyAct) -> None:  # noqa: C901, PLR0912 - one case an act
        match act:
            case SubmitSheets():
                for unit in act.units:
                    await self._hear(self._sheet(unit), act.at)
            case WithdrawSheet():
                version = self._versions[act.unit]
                taken_back = SubmissionWithdrawn(
                    campaign=self.year.campaign, unit=act.unit, version=version, reason=WHY
                )
                await self._hear(taken_back, act.at)
            case CloseSubmissions():
                everybody = tuple(self.year.units)
                closed = SubmissionsClosed(campaign=self.year.campaign, handed_in=everybody, missing=())
                await self._hear(closed, act.at)
            case ConfirmFigures():
                for unit in act.units:
                    await self._hear(self._answer(unit), act.at)
            case EstablishBody():
                await self._post(act, f"/bodies/{act.body}", body_of(self.year.bodies[act.body], self.year))
            case AppraiseOne():
                path = f"/units/{act.unit}/criteria/{act.criterion}/verdicts"
                await self._post(act, path, {"stage": act.stage, **verdict_of(act.verdict, self.year.units[act.unit])})
            case Appraise():
                await self._appraise(act)
            case CloseRound():
                await self._post(act, f"/rounds/{act.stage}/closing", {})
                await self._draft(act.stage, act.at)
            case ChangeByCouncil():
                year = self.year.units[act.unit]
                for criterion, verdict in year.council.items():
                    change = {"unit": act.unit, "criterion": criterion, **verdict_of(verdict, year)}
                    await self._post(act, "/council/changes", change)
                    self._changes += act.refusal is None
                    await self._draft("council", act.at)
            case Review():
                await self._post(act, "/council/reviews", review_of(act, self._run(), ["ref.total"]))
            case Approve():
                run = self._run() if act.run == "accepted" else "e" * 64
                await self._post(act, "/approvals", approval_of(act, run))
            case _:
                if act.do == "open_campaign":
                    for said in self._opening():
                        await self._hear(said, act.at)

    async def _appraise(self, act: Appraise) -> None:
        for unit, year in self.year.units.items():
            by = act.instead.get(unit, str(act.by))
            differing = year.round1 if act.stage == "round1" else year.round2
            verdicts = [{"unit": unit, "criterion": each, **verdict_of(said, year)} for each, said in differing.items()]
            if verdicts:
                await self._post(act, f"/rounds/{act.stage}/verdicts", {"verdicts": verdicts}, by)
            await self._post(act, f"/rounds/{act.stage}/stands", {"units": {unit: None}}, by)

    async def _post(self, act: AnyAct, path: str, body: Json, by: str | None = None) -> None:
        person = self.persons[by or str(act.by)]
        self._keys += 1
        headers = {
            "authorization": f"Bearer {token(person.id, *person.roles, unit=person.unit)}",
            "idempotency-key": str(self._keys),
        }
        if self.year.retrospective:
            headers["ict-effective-at"] = act.at.isoformat()
        answer = await self._client.post(self._path + path, json=body, headers=headers)
        assert answer.is_success == (act.refusal is None), (act, answer.text)
        if not answer.is_success:
            self.refused.append(answer.json()["type"].removeprefix("urn:ictindex:"))

    async def _hear(self, said: Contract, at: datetime, publisher: str = "submission") -> None:
        self._heard[publisher] += 1
        number = self._heard[publisher]
        request = Append(AGENCY, heard=Heard(publisher, Mark(number, digest(number), number)))
        meta = Meta(publisher, at, "story", f"{publisher}/{AGENCY}@{number}#0")
        await execute(SERVICE.consumers[said.type](said), meta=meta, request=request, log=self.log)

    def _run(self) -> str:
        return digest(["run", self._drafts])

    async def _draft(self, stage: str, at: datetime) -> None:
        self._drafts += 1
        await self._hear(
            drafted(self.year.campaign, self._run(), self._drafts, stage, changes=self._changes), at, "scoring"
        )

    def _opening(self) -> list[Contract]:
        campaign, ruleset, roster = self.year.campaign, self.script.ruleset, self.script.roster
        named, text = ruleset_digest(ruleset), canonical(ruleset.model_dump(mode="json")).decode()
        opening = Opening(
            title=self.year.title,
            period=self.year.period,
            template=self.script.template,
            calendar=self.year.calendar,
            blocks=roster.blocks,
            retrospective=self.year.retrospective,
            ruleset_digest=named,
            ruleset_parts=1,
            roster_digest=roster_digest(roster.units),
            roster_count=len(roster.units),
        )
        return [
            RulesetPart(campaign=campaign, digest=named, number=1, count=1, text=text),
            *(UnitEnrolled(campaign=campaign, enrolment=unit) for unit in roster.units),
            CampaignOpened(campaign=campaign, opening=opening),
        ]

    def _sheet(self, unit: str) -> SubmissionReceived:
        version = self._versions[unit] = self._versions.get(unit, 0) + 1
        year = self.year.units[unit]
        lines = {
            criterion: SheetLine(word=word, evidence=handed_in(year.evidence.get(criterion, ())))
            for criterion, word in sheet_words(year, version).items()
        }
        campaign = self.year.campaign
        return SubmissionReceived(campaign=campaign, unit=unit, version=version, lines=lines, certified="0" * 64)

    def _answer(self, unit: str) -> FiguresConfirmed:
        year = self.year.units[unit]
        contested = {
            criterion: Contest(explanation=WHY, evidence=handed_in(each.evidence))
            for criterion, each in year.contests.items()
        }
        accepted = tuple(criterion for criterion in year.self if criterion not in contested)
        return FiguresConfirmed(campaign=self.year.campaign, unit=unit, accepted=accepted, contested=contested)

    async def verdicts(self) -> list[VerdictGiven]:
        rows = await self.log.tail(AGENCY, 0, 100_000)
        return [VerdictGiven.model_validate(row.content().data) for row in rows if row.type == VerdictGiven.type]

    def implied(self) -> dict[tuple[str, str], Word]:
        """The word that stands on each criterion at the end of the year, by the file."""
        return {
            (unit, criterion): word
            for stage in STAGES
            for unit in self.year.units
            for criterion, word in self.year.words(unit, stage).items()
        }


@pytest.fixture(scope="module", params=["bnv/year-2020", "bnv/year-2020-portal", "ubdt/year-2020"])
async def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    script = full_year(request.param)
    return await Played(script, tmp_path_factory.mktemp("keys")).play()


async def test_the_words_that_stand_at_the_end_are_those_of_the_file(played: Played) -> None:
    standing = {(each.unit, each.criterion): each.after for each in await played.verdicts()}
    assert standing == played.implied()


async def test_each_criterion_has_one_verdict_a_round_and_each_differing_one_its_reason(played: Played) -> None:
    verdicts = await played.verdicts()
    rounds = played.script.template.rounds
    given = [(each.stage, each.unit, each.criterion) for each in verdicts]
    assert len(given) == len(set(given))
    in_rounds = [each for each in given if each[0] != "council"]
    assert len(in_rounds) == len(played.implied()) * len(rounds)
    differing = [each for each in verdicts if each.after != each.before]
    named = sum(len(each.round1) + len(each.round2) + len(each.council) for each in played.year.units.values())
    assert len(differing) == named
    assert all(each.reason and each.reason_code for each in differing if each.before is not None)


async def test_a_verdict_keeps_the_documents_that_it_cites(played: Played) -> None:
    cited = {(each.unit, each.criterion): each.evidence for each in await played.verdicts() if each.evidence}
    named = {
        (unit, criterion): tuple(year.papers[number].number for number in verdict.cites)
        for unit, year in played.year.units.items()
        for criterion, verdict in (year.round1 | year.round2 | year.council).items()
        if verdict.cites
    }
    assert {place: tuple(each.document.number for each in papers) for place, papers in cited.items()} == named
    assert all(each.sha256 for papers in cited.values() for each in papers)


async def test_what_the_file_wants_refused_is_refused_for_its_reason(played: Played) -> None:
    full = played.script.template.council
    assert played.refused == (["body.own_unit", "run.unknown"] if full else [])
