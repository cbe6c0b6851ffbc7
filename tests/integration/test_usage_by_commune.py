"""Figures that are pushed commune by commune, from the push to the appraiser's desk and to the score under ct34-2013.

Nothing leads from a feed into a sheet: the province declares, and the appraiser holds the sums against that.
"""

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.agencies.year_file import Usage
from deploy.auditor.spoken import CONSUMERS, LISTENERS, announce
from services.scoring.run.facts import RunDrafted, StandingComputed
from shared.audit.answers import check_answers
from shared.audit.causes import check_causes
from shared.audit.chains import check_chains
from shared.audit.deeds import check_deeds
from shared.audit.history import Histories
from shared.audit.saying import check_saying
from shared.campaign import Enrolment, Template
from shared.edge.answers import LogAnswers
from shared.edge.inbox import Inbox
from shared.edge.memory_log import MemoryLog
from shared.edge.yaml_file import read_yaml
from shared.eventlog import EventLog, Mark
from shared.standing import Standing
from shared.vocabulary import Json, Localized, Scored
from tests.kit.appraisal_service import DECISION, World
from tests.kit.audited_year import marks, read
from tests.kit.bus import Control, Publisher
from tests.kit.hearing import Hearing
from tests.kit.submission import APPRAISER, DOCUMENT, MACHINE, OPERATOR, Submission
from tests.kit.world import AGENCY, clock, token
from tests.kit.year_files import AGENCIES

BTTTT = AGENCIES / "btttt"
GUIDE = AGENCIES.parents[1] / "docs" / "usage.md"
CT34 = read_yaml(BTTTT / "ruleset-ct34-2013.yaml")
PUSH = Usage.model_validate(read_yaml(BTTTT / "usage-2013.yaml")).pushes["december"]
UNITS = {"tinh-a": "tinh", "bo-a": "bo"}
RATIOS = {
    "thu-dien-tu.2": {"mailboxes": "official_mailboxes", "staff": "staff_count"},
    "van-ban-dien-tu.2": {"electronic": "electronic_outgoing_documents", "outgoing": "outgoing_documents"},
}
SUMS = {
    "official_mailboxes": "715",
    "staff_count": "752",
    "electronic_outgoing_documents": "15505",
    "outgoing_documents": "22973",
}
SYSTEMS = {"thu-dien-tu.1": "official_mail", "van-ban-dien-tu.1": "document_system"}
SHORT = Template(id="short", title=Localized(vi="Một vòng"), rounds=("round1",))


def whole() -> list[Json]:
    """The same month with the province's figures added up by whoever pushes."""
    sums = [{"unit": "tinh-a", "metric": metric, "value": value} for metric, value in SUMS.items()]
    return [*sums, *(row for row in PUSH.rows if row["unit"] != "tinh-a")]


@dataclass
class Year:
    """Three services that hear each other."""

    submission: Submission
    appraisal: World
    scoring: Hearing

    async def open(self, ruleset: object) -> None:
        enrolments = [
            Enrolment(unit=unit, name=Localized(vi=unit), block=block, appendix="chung").model_dump(mode="json")
            for unit, block in UNITS.items()
        ]
        await self.submission.open(
            template=SHORT.model_dump(mode="json"),
            blocks=[{"code": block, "title": {"vi": block}} for block in UNITS.values()],
            ruleset=ruleset,
            enrolments=enrolments,
        )
        await self.pass_on()

    async def push(self, rows: Sequence[Json], query: str = "") -> Json:
        path = f"/usage/{PUSH.source}/{PUSH.period}{query}"
        answer = await self.submission.ask("POST", path, MACHINE, {"rows": list(rows)})
        assert answer.status_code in (200, 201), answer.text
        await self.pass_on()
        return dict(answer.json())

    async def hand_in(self, unit: str, figures: Mapping[str, str]) -> None:
        """A sheet whose counts are *figures*, by metric."""
        head = token(f"{unit}.head", "unit_head", unit=unit)
        words = {code: {name: "yes"} for code, name in SYSTEMS.items()}
        words |= {code: {name: figures[metric] for name, metric in of.items()} for code, of in RATIOS.items()}
        for code, inputs in words.items():
            cell = {"word": {"kind": "inputs", "inputs": inputs}, "evidence": [{"document": DOCUMENT}]}
            assert (await self.submission.save(unit, code, cell, head)).status_code == 200
        shown = (await self.submission.ask("GET", f"/sheets/{unit}/draft", head)).json()
        body = {"certified": shown["digest"]}
        assert (await self.submission.ask("POST", f"/sheets/{unit}/submission", head, body)).status_code == 201
        await self.pass_on()

    async def close(self) -> None:
        """Intake ends, and the round, in which everything stands."""
        assert (await self.submission.ask("POST", "/intake/closure", OPERATOR)).status_code == 201
        await self.pass_on()
        team = {"decision": DECISION, "members": [{"actor": "to-truong", "role": "lead"}]}
        established = await self.appraisal.post("van-hanh", "/bodies/team", team)
        assert established.status_code == 201, established.text
        stands = {"units": dict.fromkeys(UNITS)}
        assert (await self.appraisal.post("to-truong", "/rounds/round1/stands", stands)).status_code == 201
        assert (await self.appraisal.post("to-truong", "/rounds/round1/closing")).status_code == 201
        await self.pass_on()

    @property
    def logs(self) -> dict[str, EventLog]:
        return {"submission": self.submission.log, "appraisal": self.appraisal.log, "scoring": self.scoring.log}

    async def pass_on(self) -> None:
        """Every service hears what the others have said, until nobody has anything to say."""
        while any([await self._hears(service) for service in self.logs]):
            pass

    async def _hears(self, service: str) -> bool:
        inbox, heard = Inbox(service, LogAnswers(self.logs[service], CONSUMERS[service]), Control()), False
        for other in self.logs.keys() - {service}:
            end = (await self.logs[service].ends(AGENCY)).get(other, Mark()).sequence
            for message in await Publisher(other, self.logs[other]).said(since=end + 1):
                await inbox.take(message)
                heard = True
        return heard

    async def histories(self) -> Histories:
        """All three logs, and what each service has answered, as an auditor reads them."""
        said = {service: marks(await Publisher(service, log).said()) for service, log in self.logs.items()}
        return {
            service: await read(service, log, {other: told for other, told in said.items() if other != service})
            for service, log in self.logs.items()
        }

    async def measured(self, unit: str, query: str = "") -> dict[str, Json]:
        """What the desk shows of each metric."""
        page = (await self.appraisal.get("to-truong", f"/units/{unit}/criteria{query}")).json()
        return {each["metric"]: each for criterion in page["criteria"] for each in criterion["measured"]}

    async def scores(self) -> tuple[str, dict[str, dict[str, str]]]:
        """Digest of the draft, and points by unit and criterion; of no criterion, the total."""
        (draft,) = await self.scoring.facts(RunDrafted)
        assert isinstance(draft, RunDrafted)
        standings = [each for each in await self.scoring.facts(StandingComputed) if isinstance(each, StandingComputed)]
        return draft.run, {each.standing.unit: points_of(each.standing) for each in standings}


def points_of(standing: Standing) -> dict[str, str]:
    scored = {code: cell.standing for code, cell in standing.cells.items() if isinstance(cell.standing, Scored)}
    return {"": str(standing.total)} | {code: str(score.points) for code, score in scored.items()}


async def a_year(directory: Path, ruleset: object = CT34) -> Year:
    year = Year(Submission(directory), World(MemoryLog(clock), directory), Hearing())
    await year.open(ruleset)
    return year


@pytest.fixture
async def year(tmp_path: Path) -> Year:
    return await a_year(tmp_path)


async def played(directory: Path, rows: Sequence[Json]) -> Year:
    """A year in which *rows* are pushed and their sums declared."""
    year = await a_year(directory)
    await year.push(rows)
    await year.hand_in("tinh-a", SUMS)
    await year.hand_in("bo-a", {row["metric"]: row["value"] for row in PUSH.rows if row["unit"] == "bo-a"})
    await year.close()
    return year


async def test_a_dry_run_shows_the_sums_and_writes_nothing(year: Year) -> None:
    before = await year.submission.log.head(AGENCY)
    tried = await year.push(list(PUSH.rows), "?dry_run=true")
    assert tried["errors"] == []
    assert {each["metric"]: each["value"] for each in tried["sums"]} == SUMS
    assert {(each["unit"], each["part_count"]) for each in tried["sums"]} == {("tinh-a", 6)}
    assert len(tried["changes"]) == 8
    assert await year.submission.log.head(AGENCY) == before


async def test_what_was_pushed_is_kept_and_what_a_second_push_changed_is_told_by_part(year: Year) -> None:
    first = await year.push(list(PUSH.rows))
    again = [
        {**row, "value": "20"} if row.get("part") == "xa-001" and row["value"] == "19" else row for row in PUSH.rows
    ]
    second = await year.push(again)
    assert second["changes"] == [
        {
            "unit": "tinh-a",
            "metric": "official_mailboxes",
            "before": "715",
            "after": "716",
            "part_count_before": 6,
            "part_count_after": 6,
            "parts": [{"part": "xa-001", "before": "19", "after": "20"}],
        }
    ]
    path = f"/usage/{PUSH.source}/{PUSH.period}"
    kept, later = (await year.submission.ask("GET", path, APPRAISER)).json()["revisions"]
    assert kept["rows"] == list(PUSH.rows)
    assert (kept["sums"], kept["changes"]) == (first["sums"], first["changes"])
    assert [each["value"] for each in later["sums"] if each["metric"] == "official_mailboxes"] == ["716"]


async def test_a_commune_that_stands_twice_or_beside_its_province_is_refused(year: Year) -> None:
    rows = [
        {"unit": "tinh-a", "metric": "staff_count", "part": "xa-001", "value": "24"},
        {"unit": "tinh-a", "metric": "staff_count", "value": "752"},
        {"unit": "tinh-a", "metric": "staff_count", "part": "xa-001", "value": "24"},
    ]
    tried = await year.push(rows, "?dry_run=true&lang=en")
    assert [each["sentence"] for each in tried["errors"]] == [
        "Row 2: metric staff_count of unit tinh-a stands both as a whole and by parts: push one or the other.",
        "Row 3: metric staff_count of part xa-001 of unit tinh-a stands twice.",
    ]


async def test_communes_rates_are_refused_with_the_cure(tmp_path: Path) -> None:
    rates = deepcopy(CT34)
    assert isinstance(rates, dict)
    (electronic, _) = rates["appendices"][0]["children"][1]["children"][1]["inputs"]
    electronic.update(type="number", unit="%")
    year = await a_year(tmp_path, rates)
    rate = {"unit": "tinh-a", "metric": electronic["metric"], "part": "xa-001", "value": "21.9"}
    tried = await year.push([rate, {**rate, "unit": "bo-a", "part": None}], "?dry_run=true&lang=en")
    assert tried["errors"] == [
        {
            "row": 1,
            "code": "usage.row_not_additive",
            "sentence": "Row 1: parts of electronic_outgoing_documents do not add up: "
            "push its numerator and denominator, or one figure for the whole.",
        }
    ]


async def test_the_appraiser_sees_the_sum_beside_what_is_declared(tmp_path: Path) -> None:
    year = await played(tmp_path, list(PUSH.rows))
    where = {"source": PUSH.source, "period": PUSH.period, "revision": 1}
    shown = await year.measured("tinh-a")
    assert {metric: each["declared"] for metric, each in shown.items()} == SUMS
    assert {metric: each["figures"] for metric, each in shown.items()} == {
        metric: [{**where, "value": value, "part_count": 6}] for metric, value in SUMS.items()
    }
    (figure,) = (await year.measured("tinh-a", "?parts=true"))["staff_count"]["figures"]
    assert [(each["part"], each["value"]) for each in figure["parts"]] == [
        ("huyen-01", "171"),
        ("so-tttt", "97"),
        ("van-phong", "412"),
        ("xa-001", "24"),
        ("xa-002", "25"),
        ("xa-003", "23"),
    ]
    assert (await year.measured("bo-a", "?parts=true"))["staff_count"]["figures"] == [{**where, "value": "4012"}]


async def test_by_communes_or_as_a_whole_desk_score_and_run_are_the_same(tmp_path: Path) -> None:
    by_parts = await played(tmp_path, list(PUSH.rows))
    as_whole = await played(tmp_path, whole())
    digest, scores = await by_parts.scores()
    assert (digest, scores) == await as_whole.scores()
    assert scores["tinh-a"] == {
        "": "88.77",
        "thu-dien-tu.1": "20.00",
        "thu-dien-tu.2": "28.52",  # 30 x 715/752
        "van-ban-dien-tu.1": "20.00",
        "van-ban-dien-tu.2": "20.25",  # 30 x 15505/22973
    }
    seen, other = await by_parts.measured("tinh-a"), await as_whole.measured("tinh-a")
    for metric in SUMS:
        (summed,), (one,) = seen[metric]["figures"], other[metric]["figures"]
        assert summed == {**one, "part_count": 6}
        assert seen[metric]["declared"] == other[metric]["declared"] == one["value"]


async def test_the_push_that_the_guide_shows_is_taken(year: Year) -> None:
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL)]
    body, answer = blocks
    assert await year.push(body["rows"], "?dry_run=true") == answer


async def test_an_auditor_finds_nothing_wrong_with_parts(tmp_path: Path) -> None:
    histories = await (await played(tmp_path, list(PUSH.rows))).histories()
    looked = [
        check_chains(histories),
        check_saying(histories, announce),
        check_answers(histories),
        check_causes(histories),
        check_deeds(histories, CONSUMERS, LISTENERS),
    ]
    assert all(each.count for each in looked)
