"""Days of 2020: a printed one stands where it belongs, exactly and unmarked; every other one is marked.

Source: Báo cáo kèm theo Quyết định 1101/QĐ-BNV ngày 21/12/2020, phần I.IV.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.agencies.year_file import Paper
from deploy.player.bodies import evidence_of
from shared.edge.yaml_file import read_yaml
from shared.vocabulary import Json
from tests.kit.year_files import full_year

HERE = Path(__file__).parent
BNV = HERE.parents[1] / "deploy" / "agencies" / "bnv"
PRINTED = read_yaml(HERE / "data" / "process-2020.yaml")
STEPS: Mapping[str, str | None] = {step["number"]: step.get("date") for step in PRINTED["steps"]}
DOCUMENTS: Mapping[str, str] = {step["document"]: step["date"] for step in PRINTED["steps"] if "document" in step}
DAY = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


def unmarked(value: Any, *, marked: bool = False) -> Iterator[tuple[Json, str]]:
    """Every day in *value* that nothing marks as reconstructed: what it belongs to, and under which name."""
    match value:
        case dict():
            mark = value.get("reconstructed", ())
            names = mark if isinstance(mark, list) else list(value) if mark == "true" else []
            for name, each in value.items():
                here = marked or name in names or name == "evidence"
                if isinstance(each, str) and DAY.fullmatch(each) and not here:
                    yield value, name
                yield from unmarked(each, marked=here)
        case list():
            for each in value:
                yield from unmarked(each, marked=marked)
        case _:
            pass


def printed_for(owner: Json, name: str) -> str | None:
    """The day that the report prints of it."""
    match owner:
        case {"do": _, "step": str(step)}:
            return STEPS[step]
        case {"proof": _, "number": str(number)}:
            return STEPS[number]
        case {"issuer": _, "number": str(number)}:
            return DOCUMENTS.get(number)
        case {"opens_at": _}:  # with the letter that asks the units to report
            return {"opens_at": STEPS["3"], "data_cutoff": PRINTED["data_cutoff"]}.get(name)
        case _:
            return None


def test_each_step_has_its_printed_day_and_document_and_the_others_are_marked() -> None:
    told = [
        {"number": str(step.number)}
        | ({} if step.reconstructed else {"date": str(step.date)})
        | ({"document": step.document} if step.document else {})
        for step in full_year("bnv/year-2020").template.steps
    ]
    assert told == PRINTED["steps"]


@pytest.mark.parametrize("path", sorted(BNV.glob("*.yaml")), ids=lambda path: path.name)
def test_a_day_without_a_mark_is_the_printed_one(path: Path) -> None:
    wrong = [(owner, name) for owner, name in unmarked(read_yaml(path)) if owner[name][:10] != printed_for(owner, name)]
    assert wrong == []


def test_all_printed_days_stand_in_the_year() -> None:
    files = ("process-13-steps.yaml", "year-2020.yaml", "reference-2020.yaml")
    days = {owner[name][:10] for file in files for owner, name in unmarked(read_yaml(BNV / file))}
    assert days == {*filter(None, STEPS.values()), PRINTED["data_cutoff"]}


def test_evidence_is_always_marked_when_it_is_handed_in() -> None:
    paper = Paper(number="1/BC", date="2020-11-02", issuer="Vụ", abstract="Báo cáo")
    assert evidence_of(paper)["document"]["reconstructed"] is True


def test_the_check_sees_a_day_that_nothing_marks() -> None:
    act = {"do": "review", "at": "2020-12-08T09:00:00+07:00", "step": "10"}
    calendar = {"opens_at": "2020-10-20T08:00:00+07:00", "submission_deadline_at": "2020-11-10T17:00:00+07:00"}
    found = [*unmarked({"acts": [act], "calendar": calendar})]
    assert [(name, printed_for(owner, name)) for owner, name in found] == [
        ("at", "2020-12-07"), ("opens_at", "2020-10-20"), ("submission_deadline_at", None),
    ]  # fmt: skip
    assert [*unmarked([act | {"reconstructed": "true"}, {"evidence": {"g1": [{"date": "2020-11-02"}]}}])] == []
