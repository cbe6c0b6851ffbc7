"""What scoring drafted and published, waited for: a draft follows a closed round, a publication an approval."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from deploy.agencies.year_file import Script
from deploy.player.caller import ActRefused, Caller, ServerSilent

PAUSE_SECONDS = 0.05
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Draft:
    """The newest draft.

    Attributes:
        references: Ids of the findings about printed figures, to be acknowledged.
        position: The message that said it.
    """

    run: str
    references: tuple[str, ...]
    position: str


class Drafts:
    """The drafts and the release of one campaign, as its operator sees them."""

    def __init__(self, caller: Caller, script: Script) -> None:
        year = script.year
        self._caller, self._agency = caller, year.agency
        self._operator = next(person for person in year.persons if "operator" in person.roles)
        scope = f"agencies/{year.agency}/campaigns/{year.campaign}"
        self._scoring, self._appraisal = f"/scoring/v1/{scope}", f"/appraisal/v1/{scope}"
        self._results = f"/reporting/v1/{scope}/results"

    async def newest(self) -> Draft:
        """The draft that rests on everything done so far, once the council's service has heard of it.

        Raises:
            ServerSilent: It never heard, or scoring drafted nothing.
        """
        drafts = (await self._caller.ask(self._operator, f"{self._scoring}/runs"))["drafts"]
        if not drafts:  # a round whose run was refused, or scoring waits for an operator
            raise ServerSilent(path=f"{self._scoring}/runs", reason="…")
        draft = drafts[-1]

        async def heard() -> bool:
            known = (await self._caller.ask(self._operator, f"{self._appraisal}/council"))["drafts"]
            return any(each["draft"] >= draft["draft"] for each in known)

        await self._until(heard, f"{self._appraisal}/council")
        findings = draft["summary"]["findings"]
        references = tuple(finding["id"] for finding in findings if finding["severity"] == "reference")
        return Draft(draft["run"], references, f"scoring/{self._agency}@{draft['position']}")

    async def reviewed(self, meeting: int) -> Draft | None:
        """What an earlier try had the council review at *meeting*; None where it has not met so often."""
        reviews = (await self._caller.ask(self._operator, f"{self._appraisal}/council"))["reviews"]
        for each in reviews:
            if each["meeting"] == meeting:
                return Draft(each["run"], tuple(each["acknowledged"]), "")
        return None

    async def published(self) -> str:
        """The message that published the results, once they can be read.

        Raises:
            ServerSilent: They were not published.
        """
        releases = (await self._caller.ask(self._operator, f"{self._scoring}/releases"))["published"]

        async def readable() -> bool:
            try:
                await self._caller.ask(self._operator, self._results)
            except ActRefused as refusal:
                if refusal.facts["status"] == NOT_FOUND:
                    return False
                raise
            return True

        await self._until(readable, self._results)
        return f"scoring/{self._agency}@{releases[-1]['position']}"

    async def _until(self, done: Callable[[], Awaitable[bool]], path: str) -> None:
        deadline = asyncio.get_running_loop().time() + self._caller.patience_seconds
        while not await done():
            if asyncio.get_running_loop().time() >= deadline:
                raise ServerSilent(path=path, reason="…")
            await asyncio.sleep(PAUSE_SECONDS)
