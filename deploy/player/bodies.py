"""Request bodies and files as they follow from a year file. Pure: the same file gives the same bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.agencies.year_file import Approve, Body, Objection, Paper, Person, Review, Script, UnitYear, Verdict, Year
from shared.vocabulary import Json, Word


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload as evidence."""

    name: str
    content: bytes
    media_type: str = "text/plain"

    @property
    def sha256(self) -> str:
        """Its name in the store."""
        return hashlib.sha256(self.content).hexdigest()


def file_of(paper: Paper) -> File | None:
    """The file behind *paper*; None where it is only named."""
    if paper.file is None:
        return None
    lines = [paper.issuer, f"Số: {paper.number}", paper.date.strftime("Ngày %d/%m/%Y"), paper.abstract, "", paper.file]
    return File(paper.number.replace("/", "-") + ".txt", ("\n".join(lines) + "\n").encode())


def evidence_of(paper: Paper) -> Json:
    """*paper* as a sheet or a contest names it."""
    named = {
        "number": paper.number,
        "date": paper.date.isoformat(),
        "issuer": paper.issuer,
        "abstract": paper.abstract,
        "reconstructed": True,
    }
    file = file_of(paper)
    if file is None:
        return {"document": named}
    return {
        "document": named,
        "sha256": file.sha256,
        "name": file.name,
        "media_type": file.media_type,
        "size_bytes": len(file.content),
    }


def opening_of(script: Script) -> Json:
    """What opens the campaign."""
    year = script.year
    return {
        "agency": script.agency.name.model_dump(mode="json"),
        "title": year.title.model_dump(mode="json"),
        "period": year.period,
        "template": script.template.model_dump(mode="json"),
        "calendar": year.calendar.model_dump(mode="json"),
        "blocks": [block.model_dump(mode="json") for block in script.roster.blocks],
        "letter": year.letter and year.letter.model_dump(mode="json"),
        "retrospective": year.retrospective,
        "ruleset": script.ruleset.model_dump(mode="json"),
        "enrolments": [unit.model_dump(mode="json") for unit in script.roster.units],
    }


def body_of(body: Body, year: Year) -> Json:
    """A team or council with the names of its members, and their home units where those are assessed too."""
    persons = {person.id: person for person in year.persons}
    members = [_member(each.role, persons[each.person], year) for each in body.members]
    return {"decision": body.decision.model_dump(mode="json"), "members": members}


def _member(role: str, person: Person, year: Year) -> Json:
    home = person.unit if person.unit in year.units else None
    return {"actor": person.id, "role": role, "home_unit": home, "name": f"{person.name}, {person.position}"}


def sheet_words(year: UnitYear, version: int) -> dict[str, Word]:
    """What a unit says in its sheet of that *version*: the first one may have been taken back."""
    return {**year.self, **(year.withdrawn if version == 1 else {})}


def cell_of(year: UnitYear, criterion: str, word: Word) -> Json:
    """One cell of a draft."""
    cell: Json = {
        "word": word.model_dump(mode="json"),
        "evidence": [evidence_of(paper) for paper in year.evidence.get(criterion, ())],
    }
    explanation = year.explanations.get(criterion)
    return cell if explanation is None else {**cell, "explanation": explanation}


def verdict_of(verdict: Verdict, year: UnitYear) -> Json:
    """A verdict that differs from what stood, with the documents of the unit's *year* that it cites."""
    return {
        "word": verdict.word.model_dump(mode="json"),
        "reason_code": verdict.code,
        "reason": verdict.reason,
        "evidence": [evidence_of(year.papers[number]) for number in verdict.cites],
    }


def contests_of(contests: dict[str, Objection]) -> Json:
    """What a unit contests after round 1; it accepts the rest."""
    return {
        "accepted": [],
        "rest": True,
        "contested": {
            criterion: {"explanation": each.explanation, "evidence": [evidence_of(paper) for paper in each.evidence]}
            for criterion, each in contests.items()
        },
    }


def review_of(act: Review, run: str, findings: Sequence[str]) -> Json:
    """A meeting of the council about *run*."""
    return {
        "run": run,
        "outcome": act.outcome,
        "comments": act.comments,
        "acknowledged": sorted(findings) if act.acknowledge else [],  # ordered as in the minutes
        "present": list(act.present),
    }


def approval_of(act: Approve, run: str) -> Json:
    """The decision that approves *run*, with the SHA-256 of the signed file."""
    return {
        "run": run,
        "decision": act.decision.model_dump(mode="json"),
        "signer": act.signer,
        "file_sha256": hashlib.sha256(act.file.encode()).hexdigest(),
    }
