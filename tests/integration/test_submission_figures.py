"""Usage figures, reference figures and destroyed texts over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from tests.kit.submission import APPRAISER, HEAD_A, MACHINE, OPERATOR, Submission, points
from tests.kit.world import AGENCY, token

OCTOBER = "/usage/eoffice/2020-10"
DECISION = {"number": "77/QĐ", "date": "2026-01-05", "issuer": "Cơ quan"}


def rows(**values: str) -> dict[str, Any]:
    return {"rows": [{"unit": unit, "metric": "closed_rate", "value": value} for unit, value in values.items()]}


@pytest.fixture
async def submission(tmp_path: Path) -> Submission:
    submission = Submission(tmp_path)
    await submission.open()
    return submission


async def test_a_month_is_pushed_and_pushed_again_visibly(submission: Submission) -> None:
    first = await submission.ask("POST", OCTOBER, MACHINE, rows(a="92.8", b="21.7"), key="first")
    assert (first.status_code, first.json()["revision"]) == (201, 1)
    second = await submission.ask("POST", OCTOBER, MACHINE, rows(a="9.28", c="1"), key="second")
    assert second.json()["changes"] == [
        {"unit": "a", "metric": "closed_rate", "before": "92.8", "after": "9.28"},
        {"unit": "b", "metric": "closed_rate", "before": "21.7", "after": None},
        {"unit": "c", "metric": "closed_rate", "before": None, "after": "1"},
    ]
    again = await submission.ask("POST", OCTOBER, MACHINE, rows(a="92.8", b="21.7"), key="first")
    assert (again.status_code, again.json()) == (201, first.json())
    shown = (await submission.ask("GET", OCTOBER, APPRAISER)).json()["revisions"]
    assert [(each["revision"], len(each["rows"]), len(each["changes"])) for each in shown] == [(1, 2, 2), (2, 2, 3)]
    assert shown[0]["pushed_by"] == "feed"


async def test_one_wrong_row_refuses_all_and_every_wrong_row_is_named(submission: Submission) -> None:
    body = {
        "rows": [
            {"unit": "a", "metric": "closed_rate", "value": "9.28"},
            {"unit": "z", "metric": "closed_rate", "value": "9.28"},
            {"unit": "b", "metric": "closed rate", "value": "9.28"},
            {"unit": "b", "metric": "closed_rate", "value": "21,7"},
            {"unit": "b", "metric": "closed_rate", "value": 9.28},
            {"unit": "a", "metric": "closed_rate", "value": "1"},
            {"unit": "b", "metric": "closed_rate", "value": "1", "note": "x"},
            {"unit": "b", "metric": "closed_rate"},
        ]
    }
    refused = await submission.ask("POST", OCTOBER, MACHINE, body)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ictindex:usage.rows_wrong")
    expected = {
        2: "usage.row_unit_unknown",
        3: "usage.row_metric_unknown",
        4: "usage.row_value_malformed",
        5: "usage.row_value_malformed",
        6: "usage.row_repeated",
        7: "usage.row_malformed",
        8: "usage.row_value_malformed",
    }
    assert refused.json()["facts"] == {"count": "7", **{f"row {row}": code for row, code in expected.items()}}
    tried = await submission.ask("POST", f"{OCTOBER}?dry_run=true&lang=en", MACHINE, body)
    assert tried.status_code == 200
    assert {error["row"]: error["code"] for error in tried.json()["errors"]} == expected
    assert tried.json()["errors"][0]["sentence"] == "Row 2: unit z is not on the roster."
    assert (await submission.ask("GET", OCTOBER, OPERATOR)).json() == {"revisions": []}


async def test_a_dry_run_says_what_would_change_and_writes_nothing(submission: Submission) -> None:
    before = await submission.log.head(AGENCY)
    tried = await submission.ask("POST", f"{OCTOBER}?dry_run=true", MACHINE, rows(a="1"))
    assert tried.json() == {
        "revision": 1,
        "dry_run": True,
        "errors": [],
        "changes": [{"unit": "a", "metric": "closed_rate", "before": None, "after": "1"}],
    }
    assert await submission.log.head(AGENCY) == before


async def test_only_a_machine_pushes_and_a_month_is_a_month(submission: Submission) -> None:
    assert (await submission.ask("POST", OCTOBER, OPERATOR, rows(a="1"))).status_code == 403
    assert (await submission.ask("POST", "/usage/eoffice/2020-13", MACHINE, rows(a="1"))).status_code == 422
    assert (await submission.ask("GET", OCTOBER, HEAD_A)).status_code == 403


async def test_no_machine_pushes_what_another_one_pushed_first(submission: Submission) -> None:
    other, november = token("other-feed", "machine"), "/usage/eoffice/2020-11"
    await submission.ask("POST", OCTOBER, MACHINE, rows(a="92.8"))
    for path in (OCTOBER, november, f"{OCTOBER}?dry_run=true"):
        refused = await submission.ask("POST", path, other, rows(a="0"))
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:ictindex:usage.source_of_other")
    assert (await submission.ask("POST", "/usage/mail/2020-10", other, rows(a="0"))).status_code == 201
    assert (await submission.ask("POST", november, MACHINE, rows(a="92.9"))).status_code == 201


def printed(**more: Any) -> dict[str, Any]:
    figures = [{"id": "t1.a.total", "table": "Bảng 1", "kind": "total", "unit": "a", "value": "68.53", **more}]
    return {"title": {"vi": "Báo cáo 1101"}, "document": DECISION, "figures": figures}


async def test_printed_figures_are_entered_replaced_and_struck(submission: Submission) -> None:
    assert (await submission.ask("PUT", "/references/report", HEAD_A, printed())).status_code == 403
    entered = await submission.ask("PUT", "/references/report", OPERATOR, printed())
    assert (entered.status_code, entered.json()) == (201, {"reference": "report", "figures": 1})
    await submission.ask("PUT", "/references/report", OPERATOR, printed(value="68.54"))
    shown = (await submission.ask("GET", "/references/report", APPRAISER)).json()
    assert [figure["value"] for figure in shown["figures"]] == ["68.54"]
    assert (await submission.ask("DELETE", "/references/report", OPERATOR)).status_code == 204
    for method in ("GET", "DELETE"):
        gone = await submission.ask(method, "/references/report", OPERATOR)
        assert (gone.status_code, gone.json()["type"]) == (404, "urn:ictindex:reference.unknown")
    assert [name for name in await submission.said() if name.startswith("figures")] == [
        "figures_noted.v1",
        "figures_noted.v1",
        "figures_struck.v1",
    ]


async def test_a_printed_figure_belongs_to_somebody_and_has_its_own_name(submission: Submission) -> None:
    stranger = await submission.ask("PUT", "/references/report", OPERATOR, printed(unit="z"))
    assert (stranger.status_code, stranger.json()["type"]) == (422, "urn:ictindex:reference.figure_of_nobody")
    body = printed()
    twice = {**body, "figures": body["figures"] * 2}
    refused = await submission.ask("PUT", "/references/report", OPERATOR, twice)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ictindex:reference.figure_repeated")


async def test_a_text_is_destroyed_everywhere_by_a_decision_that_stands_in_its_place(submission: Submission) -> None:
    diagnosis = "Tên người bệnh: Nguyễn Văn A."
    for criterion, cell in (("g1", {**points("80.00"), "explanation": diagnosis}), ("g2", points("1.00"))):
        await submission.save("a", criterion, cell, HEAD_A)
    digest = (await submission.ask("GET", "/sheets/a/draft", HEAD_A)).json()["digest"]
    done = await submission.ask("POST", "/sheets/a/submission", HEAD_A, {"certified": digest})
    assert done.status_code == 201, done.text
    [row] = await submission.log.read(AGENCY, ["2020/sheet/a"])
    assert diagnosis not in row.record.decode()
    closed = row.content().data["lines"]["g1"]["explanation"]["closed"]
    body = {"closed": [closed], "decision": DECISION}
    assert (await submission.ask("POST", "/destructions", HEAD_A, body)).status_code == 403
    destroyed = await submission.ask("POST", "/destructions", OPERATOR, body, key="once")
    assert destroyed.status_code == 201, destroyed.text
    version = (await submission.ask("GET", "/sheets/a/versions/1", APPRAISER)).json()
    assert version["lines"]["g1"]["explanation"] == {"text": None, "destroyed_by": "77/QĐ"}
    draft = await submission.ask("GET", "/sheets/a/draft", HEAD_A)
    assert diagnosis not in draft.text
    assert (await submission.ask("POST", "/destructions", OPERATOR, body, key="once")).status_code == 201
    twice = await submission.ask("POST", "/destructions", OPERATOR, body)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:ictindex:text.destroyed_already")
    assert destroyed.json() == {"closed": [closed], "elsewhere": []}


async def test_a_text_that_only_another_service_keeps_is_destroyed_there(submission: Submission) -> None:
    body = {"closed": ["0" * 64], "decision": DECISION}
    elsewhere = await submission.ask("POST", "/destructions", OPERATOR, body, key="once")
    assert (elsewhere.status_code, elsewhere.json()) == (201, {"closed": ["0" * 64], "elsewhere": ["0" * 64]})
    said = [row.announcement for row in await submission.log.tail(AGENCY, 0) if row.type == "texts_erased.v1"]
    assert len(said) == 1
    assert b"TextDestroyed.v1" in (said[0] or b"")
    again = await submission.ask("POST", "/destructions", OPERATOR, body, key="once")
    assert again.json() == elsewhere.json()
    twice = await submission.ask("POST", "/destructions", OPERATOR, body)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:ictindex:text.destroyed_already")
