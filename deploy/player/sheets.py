"""How a unit's people fill, certify, withdraw and defend its sheet."""

from collections.abc import Iterable
from datetime import datetime

import httpx2

from deploy.agencies.year_file import Paper, Person, Script
from deploy.player.bodies import File, cell_of, contests_of, file_of, sheet_words
from deploy.player.caller import ActRefused, Caller, Sent, ServerSilent, refusal
from shared.vocabulary import Json, digest

CONFLICT = 409
PIECES = 30  # in which a file may come, where each is cut off


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
            cell = cell_of(year, criterion, word)
            await self._edit(clerk, "PUT", f"{base}/draft/{criterion}", condition, json=cell)
        for criterion in there.keys() - words.keys():
            condition = {"if-match": _quoted(there[criterion]["etag"])}
            await self._edit(clerk, "DELETE", f"{base}/draft/{criterion}", condition)
        shown = await self._caller.ask(clerk, f"{base}/draft")
        return str(shown["digest"])

    async def _edit(
        self,
        who: Person,
        method: str,
        path: str,
        headers: dict[str, str],
        *,
        json: Json | None = None,
        content: bytes | None = None,
    ) -> httpx2.Response:
        """Change a row of the draft; its key follows from what is asked, so that a repetition is the same request.

        Raises:
            ActRefused, ServerSilent: See there.
        """
        key = digest([method, path, headers, json])
        answer = await self._caller.send(
            who, method, path, headers={**headers, "idempotency-key": key}, json=json, content=content
        )
        if answer.is_error:
            raise refusal(path, answer)
        return answer

    async def _upload(self, unit: str, who: Person, papers: Iterable[Paper]) -> None:
        for file in dict.fromkeys(filter(None, map(file_of, papers))):  # several criteria may cite one document
            await self._send_file(f"{self._base}/{unit}/files", who, file)

    async def _send_file(self, path: str, who: Person, file: File) -> None:
        """Upload from where an earlier try left off, also where that is one of ours whose answer nobody heard."""
        named = {
            "name": file.name,
            "size_bytes": len(file.content),
            "media_type": file.media_type,
            "sha256": file.sha256,
        }
        await self._edit(who, "POST", path, {}, json=named)  # repeated, it is answered as before: not with the offset
        upload = f"{path}/{file.sha256}/upload"
        for _ in range(PIECES):
            offset = (await self._caller.send(who, "HEAD", upload)).headers.get("upload-offset", "0")
            try:
                said = await self._edit(
                    who, "PATCH", upload, {"upload-offset": offset}, content=file.content[int(offset) :]
                )
            except ActRefused as refused:
                if refused.facts["status"] != CONFLICT:  # else more of it had come than an answer told
                    raise
            else:
                if said.json()["finished"]:
                    return
        raise ServerSilent(path=path, reason="…")


def _quoted(etag: str) -> str:
    return etag if etag.startswith(('"', "W/")) else f'"{etag}"'
