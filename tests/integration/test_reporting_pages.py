"""Pages, CSV and JSON of a played year, as people and machines get them."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from deploy.agencies.year_file import Approve, ChangeByCouncil, Verdict
from services.reporting.page.spreadsheets import TABLES
from shared.vocabulary import GivenInputs
from tests.kit import figures_2020
from tests.kit.reporting_service import Reporting, reporting
from tests.kit.said_year import SaidYear, said_year
from tests.kit.servers import Server, postgres
from tests.kit.shown import OF_CAMPAIGN, OF_UNIT, Source, lacking, rows_of
from tests.kit.world import token
from tests.kit.year_files import full_year

BNV, UNIT = "/bnv/2020", "/bnv/2020/ban-tdkt"
RUNNING = "/running/2020"
API = "/reporting/v1/agencies/{}/campaigns/2020/{}"
CSVS = [f".csv?table={name}" for name in TABLES]
PUBLIC = ["", ".csv", *CSVS, ".json", ".svg", "/ban-tgcp", "/ban-tgcp.csv", "/ban-tgcp.json"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as started:
        yield started


@pytest.fixture(scope="module")
async def played(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reporting]:
    """One agency's year is published; another agency's, with the same units, stands right before its approval."""
    async with reporting(server, tmp_path_factory.mktemp("reporting")) as service:
        await service.hear(said_year("bnv/year-2020").messages)
        await service.hear(said_year("bnv/year-2020", agency="running", until=Approve).messages)
        yield service


class Outline(HTMLParser):
    """What an accessible page is held to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.headings, self.tags, self.lang = "", list[int](), list[str](), ""
        self.main = ""
        self.scopes, self.tables, self.captions, self.ids = 0, 0, 0, list[str]()
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        self._inside |= tag == "main"
        self.ids += [named["id"] or ""] if "id" in named else []
        self.lang = named.get("lang") or self.lang if tag == "html" else self.lang
        self.headings += [int(tag[1])] if tag in {"h1", "h2", "h3", "h4"} else []
        self.tables += tag == "table"
        self.captions += tag == "caption"
        assert tag != "th" or named.get("scope"), "a heading cell says what it heads"
        assert not {"style", "onclick", "onload"} & set(named)

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "main"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.main += data if self._inside else ""


async def get(service: Reporting, path: str, **headers: str) -> tuple[int, str]:
    answer = await service.browser.get(path, headers=headers)
    service.browser.cookies.clear()
    return answer.status_code, answer.text


async def page(service: Reporting, path: str) -> Outline:
    status, text = await get(service, path)
    assert status == 200
    return Outline(text)


@pytest.mark.parametrize("path", ["/", BNV, UNIT, RUNNING, f"{BNV}?q=vu", f"{BNV}?lang=en", "/bnv/none"])
async def test_a_page_is_readable_without_a_script_and_by_everybody(played: Reporting, path: str) -> None:
    _, text = await get(played, path)
    found = Outline(text)
    assert found.lang == ("en" if "lang=en" in path else "vi")
    assert {"main", "header", "nav", "footer", "title"} <= set(found.tags)
    assert "script" not in found.tags
    assert found.tables == found.captions
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(found.headings))
    assert len(found.ids) == len(set(found.ids))


@pytest.mark.parametrize("path", [BNV, UNIT])
async def test_a_change_of_rank_across_a_break_of_method_is_not_shown_without_a_word(
    played: Reporting, path: str
) -> None:
    assert "Thay đổi thứ hạng: điểm năm 2019 theo phương pháp trước Quyết định 375" in (await page(played, path)).main
    assert "Change of rank: scores of 2019 follow a method before" in (await page(played, f"{path}?lang=en")).main


async def test_nothing_may_be_loaded_from_elsewhere(played: Reporting) -> None:
    answer = await played.browser.get(BNV)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    style = answer.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    css = await played.browser.get(style)
    assert css.headers["content-type"].startswith("text/css")
    assert "url(" not in css.text
    assert "@page { size: A4" in css.text


async def test_the_year_2020_is_published_as_it_follows_from_the_tables(played: Reporting) -> None:
    found = await page(played, BNV)
    for figure in ("76,38", "56,88", "38,76", "61,72 (15 đơn vị)", "60,31 (8 đơn vị)", "61,23 (23 đơn vị)"):
        assert figure in found.text
    for finding in ("68,53", "−11,65", "44,77", "−6,01", "59,77", "63,74"):
        assert finding in found.text.partition("Số liệu in không khớp")[2]
    assert "Đánh giá mức độ ứng dụng công nghệ thông tin năm 2020 – Bộ Nội vụ" in found.text
    assert "1101/QĐ-BNV" in found.text
    assert "21/12/2020" in found.text
    assert "Hồi cứu" in found.text
    assert "tăng 5 bậc" in found.text
    assert "Đánh giá mức độ ứng dụng công nghệ thông tin năm 2020" in found.text


async def test_findings_are_told_in_words_roots_before_consequences(played: Reporting) -> None:
    text = (await page(played, BNV)).text.partition("Số liệu in không khớp")[2]
    assert "292 trong 313 số liệu in khớp với số tính lại. 21 trong 23 tổng điểm khớp." in text
    told = [
        "Sai gốc (6)",
        "Bảng 1, dòng Viện Khoa học tổ chức nhà nước, cột Điểm thẩm định",
        "Lời văn phần II, Đơn vị trực thuộc Bộ: Điểm bình quân khối kỳ trước",
        "Cách tính bình quân khác (1)",
        "28,13 là trung bình trên cả 8 đơn vị (không áp dụng tính 0); trên 3 đơn vị có áp dụng là 75,00.",
        "Hệ quả của số in sai (14)",
        "Bảng 1, dòng Văn phòng Bộ, cột Hạng chung",
    ]
    assert [text.find(each) >= 0 for each in told] == [True] * len(told)
    assert [text.find(each) for each in told] == sorted(text.find(each) for each in told)
    english = (await page(played, f"{BNV}?lang=en")).text
    played.browser.cookies.clear()
    assert "Bảng 1, row Institute of State Organization Science, column Appraised score" in english
    assert "truc_thuoc" not in text + english


@pytest.mark.parametrize("path", ["/", BNV, UNIT, RUNNING])
async def test_an_agency_is_called_by_its_name(played: Reporting, path: str) -> None:
    found = await page(played, path)
    assert "Bộ Nội vụ" in found.text
    assert "Ministry of Home Affairs" in (await page(played, f"{path}?lang=en")).text
    played.browser.cookies.clear()


async def test_csv_and_json_name_the_agency_too(played: Reporting) -> None:
    for path in (BNV, UNIT):
        answer = await played.browser.get(f"{path}.json")
        assert answer.json()["agency_name"] == {"vi": "Bộ Nội vụ", "en": "Ministry of Home Affairs"}
    _, text = await get(played, f"{BNV}.csv")
    assert {row["Cơ quan"] for row in csv.DictReader(io.StringIO(text), delimiter=";")} == {"Bộ Nội vụ"}


async def test_nobody_who_acted_is_named_in_public(played: Reporting) -> None:
    year = said_year("bnv/year-2020").messages
    actors = {message.actor for message in year} | {person.id for person in full_year("bnv/year-2020").year.persons}
    for path in [each + suffix for each in (BNV, UNIT) for suffix in ("", ".json", *CSVS)]:
        words = set(re.findall(r"[\w.-]+", (await get(played, path))[1]))
        assert words & actors == set()


async def test_a_unit_page_says_which_body_spoke(played: Reporting) -> None:
    answer = await played.browser.get(f"{UNIT}.json")
    acts = {each["criterion"]: each["acts"] for each in answer.json()["criteria"]}
    assert [act["by"] for act in acts["g4"]] == ["unit", "team", "unit", "team", "council"]
    _, text = await get(played, f"{UNIT}.csv")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    told = [row["Thực hiện"] for row in rows if row["Mã tiêu chí"] == "g4"]
    assert told[:5] == ["Đơn vị", "Tổ giúp việc", "Đơn vị", "Tổ giúp việc", "Hội đồng"]


async def test_csv_and_json_tell_the_figures_of_the_page(played: Reporting) -> None:
    _, shown = await get(played, BNV)
    _, text = await get(played, f"{BNV}.csv")
    answer = await played.browser.get(f"{BNV}.json")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    units = answer.json()["units"]
    assert len(rows) == len(units) == 23
    for row, unit in zip(rows, units, strict=True):
        assert row["Mã đơn vị"] == unit["unit"]
        assert row["Hạng"] == str(unit["rank_overall"])
        assert Decimal(row["Thẩm định"].replace(",", ".")) == Decimal(unit["total"])
        assert row["Tự chấm"].replace(",", ".") == unit["totals"]["self"]
        assert row["Thay đổi hạng"] == str(unit["change_overall"])
        line = shown.partition(f'href="/bnv/2020/{unit["unit"]}"')[2].partition("</tr>")[0]
        assert f'<td class="number total">{row["Thẩm định"]}</td>' in line
    by_api = await played.browser.get(API.format("bnv", "results"))
    assert by_api.json() == answer.json()


async def test_page_csv_and_json_tell_the_figures_that_follow_for_2020(played: Reporting) -> None:
    tables = {name: rows_of((await get(played, f"{BNV}.csv?table={name}"))[1]) for name in TABLES}
    found = [
        figures_2020.of_page((await get(played, BNV))[1]),
        figures_2020.of_tables(tables),
        figures_2020.of_json((await played.browser.get(f"{BNV}.json")).json()),
    ]
    assert found == [figures_2020.FIGURES] * 3


@pytest.mark.parametrize(("path", "sources"), [(BNV, OF_CAMPAIGN), (UNIT, OF_UNIT), ("/bnv/2020/van-phong", OF_UNIT)])
async def test_each_section_of_a_page_stands_in_json_and_csv_too(
    played: Reporting, path: str, sources: Mapping[str, Source]
) -> None:
    tables = {name: rows_of((await get(played, f"{BNV}.csv?table={name}"))[1]) for name in TABLES}
    tables["unit"] = rows_of((await get(played, f"{path}.csv"))[1])
    _, shown = await get(played, path)
    answer = (await played.browser.get(f"{path}.json")).json()
    assert lacking(shown, sources, answer, tables) == {}
    more = '<section aria-labelledby="more"><h2>x</h2></section></main>'
    assert lacking(shown.replace("</main>", more), sources, answer, tables) == {"more": ["is shown"]}
    assert lacking(shown, sources, answer | {"steps": []}, tables)["steps"]
    assert lacking(shown, sources, answer, tables | {"steps": []})["steps"]


async def test_every_table_is_linked_from_its_page_and_says_which_it_is(played: Reporting) -> None:
    _, shown = await get(played, BNV)
    linked = re.findall(rf'href="({BNV}\.csv[^"]*)"', shown)
    assert linked == [f"{BNV}.csv?table={name}" for name in TABLES]
    for name, path in zip(TABLES, linked, strict=True):
        answer = await played.browser.get(path)
        assert answer.headers["content-disposition"] == f'attachment; filename="bnv-2020-{name}.csv"'
    assert (await get(played, f"{BNV}.csv")) == (await get(played, linked[0]))
    refused = await played.browser.get(f"{BNV}.csv?table=mean")
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:ictindex:results.table_unknown")
    assert refused.json()["facts"] == {"table": "mean", "tables": ", ".join(TABLES)}


async def test_the_table_of_a_unit_leads_from_criteria_to_groups_to_the_whole(played: Reporting) -> None:
    rows = rows_of((await get(played, f"{UNIT}.csv"))[1])
    assert list(dict.fromkeys(row["Cấp"] for row in rows)) == ["Tiêu chí", "Nhóm", "Tổng hợp"]
    whole = {row["Giai đoạn"]: row["Điểm"] for row in rows if row["Cấp"] == "Tổng hợp"}
    answer = (await played.browser.get(f"{UNIT}.json")).json()
    assert whole["Công bố"] == "63,87"
    assert list(whole.values()) == [total.replace(".", ",") for total in (*answer["totals"].values(), answer["total"])]
    last = {row["Mã tiêu chí"]: row["Điểm"] for row in rows if (row["Cấp"], row["Giai đoạn"]) == ("Nhóm", "Công bố")}
    assert last == {code: score["points"].replace(".", ",") for code, score in answer["groups"].items()}
    assert "12773/200" in rows[-1]["Lý do, giải trình"]


async def test_a_unit_page_tells_who_said_what_when_and_why(played: Reporting) -> None:
    found = await page(played, UNIT)
    answer = await played.browser.get(f"{UNIT}.json")
    acts = {each["criterion"]: each["acts"] for each in answer.json()["criteria"]}
    assert [act["stage"] for act in acts["g4"]] == ["self", "round1", "reply", "round2", "council"]
    changed = acts["g4"][-1]
    assert changed["reason"]
    assert changed["reason"] in found.text
    assert changed["position"] in found.text
    assert "63,87" in found.text
    assert found.text.count("Công bố") >= 6
    assert "scoring/bnv@" in found.text


async def test_a_published_score_that_others_moved_says_so_where_it_differs_from_every_row_above(
    played: Reporting,
) -> None:
    script = full_year("ubdt/year-2020")
    best, other = "thanh-tra", "van-phong"
    word = GivenInputs(inputs={"files_each": "90"})
    changed = Verdict(word=word, code="contradicts_reality", reason="Đếm lại.")
    units = script.year.units | {best: script.year.units[best].model_copy(update={"council": {"g2.2": changed}})}
    *before, approval = script.year.acts
    council = ChangeByCouncil(do="change_by_council", at=approval.at, by=approval.by, unit=best)
    year = script.year.model_copy(update={"units": units, "acts": (*before, council, approval)})
    await played.hear(SaidYear(script.model_copy(update={"year": year}), agency="moved").messages)
    answer = (await played.browser.get(f"/moved/2020/{other}.json")).json()
    assert [each["criterion"] for each in answer["criteria"] if each["moved"]] == ["g2.2"]
    assert "Điểm đổi theo số liệu nêu ở nơi khác" in (await page(played, f"/moved/2020/{other}")).main
    assert "Moved by figures said elsewhere" in (await page(played, f"/moved/2020/{other}?lang=en")).main
    assert "Điểm đổi theo số liệu nêu ở nơi khác" in (await get(played, f"/moved/2020/{other}.csv"))[1]
    assert "Điểm đổi theo" not in (await page(played, f"/moved/2020/{best}")).main


async def test_what_everybody_may_see_of_the_progress_stands_in_the_results(played: Reporting) -> None:
    answer = (await played.browser.get(f"{BNV}.json")).json()
    mine = {"authorization": f"Bearer {token('x', 'unit', agency='bnv')}"}
    progress = (await played.browser.get(API.format("bnv", "progress"), headers=mine)).json()
    for name in ("steps", "sheets", "rounds", "stopped"):
        assert answer[name] == progress[name]
    assert answer["enrolled"] == len(progress["units"])
    noted = [sorted(each.pop("acknowledged")) for each in answer["meetings"]]
    assert noted == [[], sorted(each["id"] for each in answer["summary"]["findings"])]
    assert answer["meetings"] == progress["meetings"]


async def test_thirteen_steps_stand_with_the_position_that_proves_each(played: Reporting) -> None:
    for path in (BNV, UNIT):
        assert "13/13 bước" in (await page(played, path)).text
    answer = await played.browser.get(f"{UNIT}.json")
    assert [step["position"].partition("/")[0] for step in answer.json()["steps"]] == [
        *("appraisal", "appraisal", "submission", "submission", "submission", "appraisal", "submission", "appraisal"),
        *("scoring", "appraisal", "scoring", "appraisal", "scoring"),
    ]


@pytest.mark.parametrize("suffix", PUBLIC)
async def test_before_publication_no_score_leaves_by_any_public_route(played: Reporting, suffix: str) -> None:
    status, text = await get(played, f"{RUNNING}{suffix}")
    assert status == (200 if suffix == "" else 404)
    assert [figure for figure in ("76,38", "76.38", "86,78", "86.78", "90,00", "90.00") if figure in text] == []


@pytest.mark.parametrize("what", ["results", "units/ban-tgcp"])
async def test_before_publication_the_api_knows_no_results(played: Reporting, what: str) -> None:
    answer = await played.browser.get(API.format("running", what))
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:ictindex:results.not_published"


async def test_before_publication_the_page_tells_whose_campaign_it_is_and_no_more(played: Reporting) -> None:
    """Every word of it: no step, no position, no count of sheets."""
    found = await page(played, RUNNING)
    told = " ".join(found.main.split())
    assert told == (
        "Đánh giá mức độ ứng dụng công nghệ thông tin năm 2020 Bộ Nội vụ · Năm 2020 · Hồi cứu "
        "Kỳ đánh giá được nhập lại theo hồ sơ: mỗi việc mang thời điểm của văn bản; nhật ký ghi cả thời điểm nhập. "
        "Kết quả chưa được công bố."
    )
    english = " ".join((await page(played, f"{RUNNING}?lang=en")).main.split())
    played.browser.cookies.clear()
    assert english.endswith("The results are not published yet.")
    _, as_operator = await get(played, RUNNING, authorization=f"Bearer {token('x', 'operator', agency='running')}")
    assert Outline(as_operator).main == found.main


async def test_progress_is_for_people_of_the_agency(played: Reporting) -> None:
    path = API.format("running", "progress")
    assert (await get(played, path))[0] == 401
    assert (await get(played, path, authorization=f"Bearer {token('x', 'unit', agency='bnv')}"))[0] == 404
    mine = await played.browser.get(path, headers={"authorization": f"Bearer {token('x', 'unit', agency='running')}"})
    assert mine.status_code == 200
    assert len([sheet for sheet in mine.json()["sheets"] if sheet["late"]]) == 2
    assert "acknowledged" not in str(mine.json()["meetings"])  # a finding's id would tell whose total was printed wrong
    assert [step["done"] for step in mine.json()["steps"]] == [True] * 12 + [False]
    assert not {"total", "points", "standing", "word"} & set(str(mine.json()).replace("'", " ").split())


UNKNOWN = ["/bnv/2019", "/nobody/2020", "/bnv/2020/vu-khac", "/bnv/2020?release=2", "/-/2020", "/bnv/2020?release=x"]


@pytest.mark.parametrize("path", UNKNOWN)
async def test_what_does_not_exist_is_a_page_that_says_so(played: Reporting, path: str) -> None:
    status, text = await get(played, path)
    assert status == 404
    assert "Không mở được trang" in text


async def test_one_agency_shows_nothing_of_the_other(played: Reporting) -> None:
    assert "/running" not in (await get(played, BNV))[1]
    assert "bnv@" not in (await get(played, RUNNING))[1]


async def test_units_are_found_without_diacritics(played: Reporting) -> None:
    found = await page(played, f"{BNV}?q=to chuc phi")
    assert "Tìm thấy 1/23 đơn vị" in found.text
    assert await get(played, f"{BNV}?q=<script>") is not None
    assert "<script>" not in (await get(played, f"{BNV}?q=<script>"))[1]


async def test_the_language_stays_as_it_was_switched(played: Reporting) -> None:
    switched = await played.browser.get(f"{BNV}?lang=en")
    assert "Overall ranking" in switched.text
    assert "76.38" in switched.text
    again = await played.browser.get(BNV)
    assert "Overall ranking" in again.text
    played.browser.cookies.clear()
    assert "Bảng xếp hạng chung" in (await get(played, BNV, **{"accept-language": "en-US"}))[1]


async def test_the_front_page_lists_what_is_published_and_what_runs(played: Reporting) -> None:
    text = (await page(played, "/")).text
    published, _, running = text.partition("Đang thực hiện")
    assert "13/13 bước" in published
    for told in ("Đánh giá mức độ ứng dụng", "Bộ Nội vụ", "2020", "Hồi cứu", "Kết quả chưa được công bố."):
        assert told in running
    assert "bước" not in running
