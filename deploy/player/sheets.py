"""How a unit's people fill, certify, withdraw and defend its sheet."""

from collections.abc import Iterable
from datetime import datetime

import httpx2

from deploy.agencies.year_file import Paper, Person, Script
from deploy.player.bodies import File, cell_of, contests_of, file_of, sheet_words
from deploy.player.caller import TRIES, ActRefused, Caller, Sent, ServerSilent
from shared.vocabulary import Json

HTTP_OK = range(200, 300)
CONFLICT = 409


class Sheets:
    """The sheets of one campaign."""

    def __init__(self, caller: Caller, script: Script) -> None:
        year = script.year
        self._caller, self._year, self._retrospective = caller, year, year.retrospective
        self._base = f"/submission/v1/agencies/{year.agency}/campaigns/{year.campaign}/sheets"

    async def submit(self, unit: str, version: int, key: str, at: datetime | None) -> str | None:
        """The clerk fills the draft, the head certifies what stands there; the message that says so."""
        clerk, head = self._year.person(unit, "unit"), self._year.person(unit, "unit_head")
        said = await self._caller.ask(clerk, f"{self._base}/{unit}/versions")
        known = {each["version"]: each["certified"] for each in said["versions"]}
        certified = known.get(version) or await self._filled(unit, version, clerk)
        sent = Sent("POST", f"{self._base}/{unit}/submission", {"certified": certified}, key, at)
        _, position = await self._caller.change(head, sent)
        return position

    async def withdraw(self, unit: str, reason: str, key: str, at: datetime | None) -> str | None:
        """The head takes the sheet back."""
        head = self._year.person(unit, "unit_head")
        sent = Sent("POST", f"{self._base}/{unit}/withdrawal", {"reason": reason}, key, at)
        _, position = await self._caller.change(head, sent)
        return position

    async def confirm(self, unit: str, key: str, at: datetime | None) -> str | None:
        """The head accepts round 1, but for what the year contests."""
        head, year = self._year.person(unit, "unit_head"), self._year.units[unit]
        await self._upload(unit, head, (paper for each in year.contests.values() for paper in each.evidence))
        sent = Sent("POST", f"{self._base}/{unit}/confirmation", contests_of(year.contests), key, at)
        _, position = await self._caller.change(head, sent)
        return position

    async def _filled(self, unit: str, version: int, clerk: Person) -> str:
        """Bring the draft to what the file says; its digest as it is shown then."""
        year, base = self._year.units[unit], f"{self._base}/{unit}"
        await self._upload(unit, clerk, (paper for papers in year.evidence.values() for paper in papers))
        words = sheet_words(year, version)
        there = (await self._caller.ask(clerk, f"{base}/draft"))["cells"]
        for criterion, word in words.items():
            etag = there.get(criterion, {}).get("etag")
            condition = {"if-match": _quoted(etag)} if etag else {"if-none-match": "*"}
            await self._caller_put(clerk, f"{base}/draft/{criterion}", cell_of(year, criterion, word), condition)
        for criterion in there.keys() - words.keys():
            condition = {"if-match": _quoted(there[criterion]["etag"])}
            await self._caller.send(clerk, "DELETE", f"{base}/draft/{criterion}", headers=condition)
        shown = await self._caller.ask(clerk, f"{base}/draft")
        return str(shown["digest"])

    async def _caller_put(self, clerk: Person, path: str, cell: Json, condition: dict[str, str]) -> None:
        answer = await self._caller.send(clerk, "PUT", path, json=cell, headers=condition)
        if answer.status_code not in HTTP_OK:
            raise ActRefused(path=path, status=answer.status_code, refusal="draft", title=answer.text[:300])

    async def _upload(self, unit: str, who: Person, papers: Iterable[Paper]) -> None:
        for file in filter(None, map(file_of, papers)):
            await self._send_file(f"{self._base}/{unit}/files", who, file)

    async def _send_file(self, path: str, who: Person, file: File) -> None:
        """Upload from where an earlier try left off, also where that is one of ours whose answer nobody heard."""
        named = {
            "name": file.name,
            "size_bytes": len(file.content),
            "media_type": file.media_type,
            "sha256": file.sha256,
        }
        for _ in range(TRIES):
            begun = await self._caller.send(who, "POST", path, json=named)
            _admit(path, begun)
            stands = begun.json()
            if stands["finished"]:
                return
            offset = int(stands["offset"])
            more = {"headers": {"upload-offset": str(offset)}, "content": file.content[offset:]}
            ended = await self._caller.send(who, "PATCH", f"{path}/{file.sha256}/upload", **more)
            if ended.status_code != CONFLICT:  # else more of it had come than an answer told
                _admit(path, ended)
                return
        raise ServerSilent(path=path, reason="…")


def _admit(path: str, answer: httpx2.Response) -> None:
    if answer.status_code not in HTTP_OK:
        raise ActRefused(path=path, status=answer.status_code, refusal="file", title=answer.text[:300])


def _quoted(etag: str) -> str:
    return etag if etag.startswith(('"', "W/")) else f'"{etag}"'
