"""A year, act by act, in the order of its file; within an act, what does not depend on order happens at once."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import datetime
from typing import Any, TypeVar, assert_never

import httpx2

from deploy.agencies.year_file import (
    AnyAct,
    Appraise,
    AppraiseOne,
    Approve,
    ChangeByCouncil,
    CloseRound,
    CloseSubmissions,
    ConfirmFigures,
    EnterReference,
    EstablishBody,
    OpenCampaign,
    Person,
    PushUsage,
    Review,
    Script,
    SubmitSheets,
    WithdrawSheet,
)
from deploy.player.bodies import approval_of, body_of, opening_of, review_of, verdict_of
from deploy.player.caller import Caller, Sent, Token
from deploy.player.drafts import Drafts
from deploy.player.events import ActDone, ActRefusedRightly, Event, StepDone, Watch
from deploy.player.sheets import Sheets
from shared.errors import IctIndexError
from shared.vocabulary import Json, digest

AT_ONCE = 8
"""Units that are busy at the same time; more only queue at the services."""
WRONG_RUN = digest("a run nobody drafted")
T = TypeVar("T")


async def play(script: Script, client: httpx2.AsyncClient, token: Token, watch: Watch = lambda _event: None) -> None:
    """Play the whole year; ends when the results are published and can be read.

    Raises:
        ActRefused, ActAllowed, RefusedOtherwise, ServerSilent: See there; playing again goes on there.
    """
    await _Play(script, Caller(client, script.year.agency, token), watch).run()


class _Play:
    """One year being played."""

    def __init__(self, script: Script, caller: Caller, watch: Watch) -> None:
        year = script.year
        self._script, self._year, self._caller, self._watch = script, year, caller, watch
        self._persons = {person.id: person for person in year.persons}
        self._sheets, self._drafts = Sheets(caller, script), Drafts(caller, script)
        self._versions: dict[str, int] = {}
        scope = f"agencies/{year.agency}/campaigns/{year.campaign}"
        self._submission, self._appraisal = f"/submission/v1/{scope}", f"/appraisal/v1/{scope}"

    async def run(self) -> None:
        acts = self._year.acts
        last = {act.step: number for number, act in enumerate(acts, 1) if act.step is not None}
        for number, act in enumerate(acts, 1):
            position = await self._act(number, act)
            self._tell(ActDone(self._year.campaign, number, len(acts), act.do, position))
            proofs = await self._proofs(act, position)
            for step in self._script.template.steps:
                if step.number in proofs and last.get(step.number, number) == number:
                    self._tell(StepDone(self._year.campaign, step.number, step.title, proofs[step.number]))

    def _tell(self, event: Event) -> None:
        self._watch(event)

    async def _act(self, number: int, act: AnyAct) -> str | None:  # noqa: C901, PLR0911, PLR0912 - one line a kind of act
        match act:
            case OpenCampaign():
                return await self._one(number, act, "POST", self._submission, opening_of(self._script))
            case EnterReference():
                return await self._enter_reference(number, act)
            case PushUsage():
                return await self._push(number, act)
            case EstablishBody():
                body = body_of(self._year.bodies[act.body], self._year)
                return await self._one(number, act, "POST", f"{self._appraisal}/bodies/{act.body}", body)
            case SubmitSheets():
                return await self._together(self._submit(number, act, unit) for unit in act.units)
            case WithdrawSheet():
                return await self._sheets.withdraw(act.unit, act.reason, self._key(number, act.unit), self._at(act))
            case CloseSubmissions():
                return await self._one(number, act, "POST", f"{self._submission}/intake/closure", {})
            case Appraise():
                return await self._appraise(number, act)
            case AppraiseOne():
                path = f"{self._appraisal}/units/{act.unit}/criteria/{act.criterion}/verdicts"
                said = verdict_of(act.verdict, self._year.units[act.unit])
                return await self._one(number, act, "POST", path, {"stage": act.stage, **said})
            case CloseRound():
                return await self._one(number, act, "POST", f"{self._appraisal}/rounds/{act.stage}/closing", {})
            case ConfirmFigures():
                return await self._together(
                    self._sheets.confirm(unit, self._key(number, unit), self._at(act)) for unit in act.units
                )
            case ChangeByCouncil():
                return await self._change_by_council(number, act)
            case Review():
                draft = await self._drafts.reviewed(act.meeting) or await self._drafts.newest()
                body = review_of(act, draft.run, draft.references)
                return await self._one(number, act, "POST", f"{self._appraisal}/council/reviews", body)
            case Approve():
                run = (await self._drafts.newest()).run if act.run == "accepted" else WRONG_RUN
                return await self._one(number, act, "POST", f"{self._appraisal}/approvals", approval_of(act, run))
            case _:
                assert_never(act)

    async def _submit(self, number: int, act: SubmitSheets, unit: str) -> str | None:
        self._versions[unit] = self._versions.get(unit, 0) + 1
        return await self._sheets.submit(unit, self._versions[unit], self._key(number, unit), self._at(act))

    async def _enter_reference(self, number: int, act: EnterReference) -> str | None:
        reference = self._script.reference
        assert reference is not None, "the file names a reference"  # noqa: S101 - of the file, checked by its tests
        body: Json = {
            "title": reference.title.model_dump(mode="json"),
            "document": reference.document.model_dump(mode="json"),
            "figures": [figure.model_dump(mode="json") for figure in reference.printed],
        }
        return await self._one(number, act, "PUT", f"{self._submission}/references/{reference.id}", body)

    async def _push(self, number: int, act: PushUsage) -> str | None:
        usage = self._script.usage
        assert usage is not None, "the file names usage figures"  # noqa: S101 - of the file, checked by its tests
        push = usage.pushes[act.push]
        path = f"{self._submission}/usage/{push.source}/{push.period}"
        return await self._one(
            number, act, "POST", path + ("?dry_run=true" if act.dry_run else ""), {"rows": push.said}
        )

    async def _appraise(self, number: int, act: Appraise) -> str | None:
        """Verdicts that differ, unit by unit; then everything else stands, in bulk."""
        round_ = f"{self._appraisal}/rounds/{act.stage}"
        speaks = {unit: act.instead.get(unit, str(act.by)) for unit in self._year.units}
        differing = {
            unit: [
                {"unit": unit, "criterion": criterion, **verdict_of(verdict, year)}
                for criterion, verdict in (year.round1 if act.stage == "round1" else year.round2).items()
            ]
            for unit, year in self._year.units.items()
        }
        await self._together(
            self._one(number, act, "POST", f"{round_}/verdicts", {"verdicts": verdicts}, by=speaks[unit], what=unit)
            for unit, verdicts in differing.items()
            if verdicts
        )
        return await self._together(
            self._one(
                number,
                act,
                "POST",
                f"{round_}/stands",
                {"units": {unit: None for unit, speaker in speaks.items() if speaker == person}},
                by=person,
                what=f"stands-{person}",
            )
            for person in dict.fromkeys(speaks.values())
        )

    async def _change_by_council(self, number: int, act: ChangeByCouncil) -> str | None:
        path, year = f"{self._appraisal}/council/changes", self._year.units[act.unit]
        return await self._together(
            self._one(
                number,
                act,
                "POST",
                path,
                {"unit": act.unit, "criterion": criterion, **verdict_of(verdict, year)},
                what=criterion,
            )
            for criterion, verdict in year.council.items()
        )

    async def _one(
        self, number: int, act: AnyAct, method: str, path: str, body: Json, *, by: str | None = None, what: str = ""
    ) -> str | None:
        """One request of one person; refused where the file says that it must be."""
        sent = Sent(method, path, body, self._key(number, what), self._at(act))
        if act.refusal is not None:
            person = self._who(act, by)
            why = await self._caller.refused(person, sent, act.refusal)
            if why is not None:
                self._tell(ActRefusedRightly(self._year.campaign, act.do, person, act.refusal, why))
            return None
        _, position = await self._caller.change(self._who(act, by), sent)
        return position

    def _who(self, act: AnyAct, by: str | None) -> Person:
        return self._persons[by or str(act.by)]

    def _key(self, number: int, what: str) -> str:
        return f"{self._year.campaign}/{number}/{what}"

    def _at(self, act: AnyAct) -> datetime | None:
        return act.at if self._year.retrospective else None

    async def _together(self, acts: Iterable[Coroutine[Any, Any, str | None]]) -> str | None:
        """Do them at once; the last position of all."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def gated(act: Coroutine[Any, Any, str | None]) -> str | None:
            async with gate:
                return await act

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(gated(act)) for act in acts]
        except* IctIndexError as group_of:  # the first refusal says enough
            raise _first(group_of) from None
        return max((task.result() for task in tasks), key=_number, default=None)

    async def _proofs(self, act: AnyAct, position: str | None) -> dict[int, str]:
        """Steps that *act* may complete, with the position that proves each."""
        proofs = {} if act.step is None or position is None else {act.step: position}
        if isinstance(act, CloseRound | ChangeByCouncil) and position is not None:
            draft = await self._drafts.newest()
            stage = act.stage if isinstance(act, CloseRound) else "council"
            proofs |= {
                step.number: draft.position
                for step in self._script.template.steps
                if step.proof
                and step.proof.contract == "StandingsDrafted.v1"
                and step.proof.where.get("stage") == stage
            }
        if isinstance(act, Approve) and position is not None and act.step is not None:
            proofs[act.step] = await self._drafts.published()
        return proofs


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _number(position: str | None) -> int:
    return int((position or "@0").rpartition("@")[2])
