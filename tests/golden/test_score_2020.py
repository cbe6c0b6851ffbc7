"""The year 2020 without a server: the files that are shipped lead to the figures, and to the digest, of the main job.

Source: Báo cáo kèm theo Quyết định 1101/QĐ-BNV ngày 21/12/2020.
"""

import csv
import io
import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.main import run
from tests.kit.sheets_file import SHIPPED, heard, written
from tests.kit.year_files import AGENCIES, full_year

ROOT = Path(__file__).parents[2]
BNV = AGENCIES / "bnv"
FILES = ["--ruleset", str(BNV / "ruleset-2020-published.yaml"), "--units", str(BNV / "units.yaml")]
REFERENCE = ["--reference", str(BNV / "reference-2020.yaml")]
SHEETS = SHIPPED["bnv/year-2020"]


@pytest.fixture
def scored(capsys: pytest.CaptureFixture[str]) -> Any:
    """The command, with its exit code, its answer, and what else it said."""

    def scored(sheets: Path, *more: str, code: int = 0) -> tuple[str, str]:
        assert run(["--lang", "vi", "score", *FILES, "--sheets", str(sheets), *more]) == code
        said = capsys.readouterr()
        return said.out, said.err

    return scored


@pytest.mark.parametrize("name", SHIPPED)
async def test_the_sheets_that_are_shipped_are_what_scoring_heard(name: str) -> None:
    _, units = await heard(name)
    assert SHIPPED[name].read_text() == written(units), "write it anew: python -m tests.kit.sheets_file"


async def test_the_run_has_the_digest_under_which_the_service_publishes_it(scored: Any) -> None:
    published, _ = await heard("bnv/year-2020")
    out, err = scored(SHEETS, "--format", "json")
    assert json.loads(out)["run"] == published
    assert err == ""


def test_a_compiled_loop_may_take_the_place_of_columns(scored: Any) -> None:
    assert scored(SHEETS, "--format", "json", "--kernel") == scored(SHEETS, "--format", "json")


def test_the_figures_are_those_that_follow_from_the_tables(scored: Any) -> None:
    found = json.loads(scored(SHEETS, "--format", "json", *REFERENCE)[0])
    assert list(found) == ["ruleset", "run", "units", "blocks", "findings"]
    assert found["units"][0] == {
        "unit": "vu-cchc",
        "block": "thuoc",
        "state": "scored",
        "groups": {"g1": "95.00", "g2": "87.70", "g4": None, "g5": "35.00"},
        "overall": "72.57",
        "unrounded": "2177/30",
        "rank_block": 1,
        "rank_overall": 3,
        "class": "A",
        "applicable_groups": 3,
    }
    units = {each["unit"]: (each["overall"], each["class"], each["rank_overall"]) for each in found["units"]}
    assert len(units) == 23
    assert units["vien-khtcnn"] == ("56.88", "B", 15)
    assert units["tc-tcnn"] == ("38.76", "C", 23)
    thuoc, truc_thuoc = found["blocks"]
    assert (thuoc["block"], thuoc["mean"], thuoc["denominator"]) == ("thuoc", "61.72", 15)
    assert (truc_thuoc["block"], truc_thuoc["mean"], truc_thuoc["denominator"]) == ("truc_thuoc", "60.31", 8)
    assert (thuoc["group_means"]["g4"], truc_thuoc["group_means"]["g4"]) == ("45.00", "75.00")
    differences = {each["id"]: each["difference"] for each in found["findings"]}
    assert len(differences) == 21
    assert differences["ref.total.vien-khtcnn"] == "-11.65"


def test_the_tables_are_those_of_the_main_job(scored: Any) -> None:
    out, err = scored(SHEETS, *REFERENCE)
    assert "292 trong 313 số liệu in khớp với số tính lại. 21 trong 23 tổng điểm khớp." in out
    for cells in (("15", "Viện Khoa học tổ chức nhà nước", "56,88"), ("Đơn vị trực thuộc Bộ", "60,31", "8")):
        assert [line for line in out.splitlines() if all(cell in line for cell in cells)]
    assert err == ""


def test_the_spreadsheet_has_a_unit_a_line_and_tells_what_does_not_apply(scored: Any) -> None:
    out, err = scored(SHEETS, "--format", "csv", *REFERENCE)
    rows = {row["unit"]: row for row in csv.DictReader(io.StringIO(out))}
    assert len(rows) == 23
    assert (rows["vu-cchc"]["g2"], rows["vu-cchc"]["g3"], rows["vu-cchc"]["g4"]) == ("87.70", "", "-")
    assert rows["vien-khtcnn"]["overall"] == "56.88"
    assert "292 trong 313" in err


@pytest.mark.parametrize("page", ["README.md", "docs/score.md"])
def test_the_command_that_a_reader_copies_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    text = (ROOT / page).read_text()
    copied = re.search(r"^\.venv/bin/ictindex (score (?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert copied
    monkeypatch.chdir(ROOT)
    assert run(shlex.split(copied[1].replace("\\\n", " "))) == 0
    assert re.search(r"56[.,]88", capsys.readouterr().out)


def final(without: Sequence[str] = ()) -> str:
    """The printed group scores alone, as somebody would copy them from the report."""
    rows = [
        f"{unit},{group},not_applicable,\n" if points == "-" else f"{unit},{group},scored,{points}\n"
        for unit, year in full_year("bnv/year-2020").year.units.items()
        for group, points in year.final.items()
        if f"{unit}/{group}" not in without
    ]
    return "unit,criterion,state,points\n" + "".join(rows)


def test_the_printed_group_scores_alone_lead_to_the_same_figures(scored: Any, tmp_path: Path) -> None:
    (tmp_path / "final.csv").write_text(final())
    shipped = json.loads(scored(SHEETS, "--format", "json")[0])
    alone = json.loads(scored(tmp_path / "final.csv", "--format", "json")[0])
    assert (alone["units"], alone["blocks"]) == (shipped["units"], shipped["blocks"])
    assert alone["run"] != shipped["run"]  # it rests on fewer words


def test_a_unit_that_handed_nothing_in_is_told_from_one_to_which_a_group_does_not_apply(
    scored: Any, tmp_path: Path
) -> None:
    rows = final().splitlines(keepends=True)
    (tmp_path / "final.csv").write_text("".join(row for row in rows if not row.startswith("vu-cchc,")))
    out, err = scored(tmp_path / "final.csv", "--format", "json")
    assert err.startswith("Lưu ý: final.csv không có dòng nào của 1 đơn vị (vu-cchc)")
    silent, *others = json.loads(out)["units"]
    assert (silent["state"], silent["overall"], silent["rank_overall"]) == ("missing", None, None)
    assert {each["state"] for each in others} == {"scored"}
    out, _ = scored(tmp_path / "final.csv", "--format", "csv")
    cells = [(row["state"], row["g4"], row["overall"]) for row in csv.DictReader(io.StringIO(out))]
    assert cells[:2] == [("missing", "", ""), ("scored", "-", "72.21")]
    assert "Vụ Cải cách hành chính" in scored(tmp_path / "final.csv")[0]


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_a_run_that_lacks_a_score_is_refused_and_no_figure_of_it_comes_out(
    scored: Any, tmp_path: Path, form: str
) -> None:
    (tmp_path / "final.csv").write_text(final(["vu-cchc/g4"]))
    out, err = scored(tmp_path / "final.csv", "--format", form, *REFERENCE, code=1)
    assert err.startswith("Đơn vị vu-cchc chưa có điểm tiêu chí g4.")
    assert "Không công nhận kết quả: 1 chỗ" in err
    if form != "json":
        assert out == ""
        return
    found = json.loads(out)
    assert (found["run"], found["units"], found["blocks"]) == (None, [], [])
    assert [(each["id"], each["severity"]) for each in found["findings"]] == [("run.missing.vu-cchc.g4", "refuse")]
