"""The command line tells findings in the words of the page."""

import io

from rich.console import Console

from deploy.cli.shown import findings_table
from deploy.cli.words import Say
from deploy.player.bodies import opening_of
from shared.contracts import ResultsPublished
from shared.vocabulary import Json
from tests.kit.said_year import SaidYear, said_year


def results(year: SaidYear) -> Json:
    """What the findings need of the published results."""
    published, script = year.messages[-1].contract(), year.script
    assert isinstance(published, ResultsPublished)
    groups = {node.code: node.title for each in script.ruleset.appendices for node in each.children}
    classes = {band.code: band.label for bands in script.ruleset.classes.values() for band in bands}
    return {
        "summary": published.summary.model_dump(mode="json"),
        "units": [{"unit": each.unit, "name": each.name.model_dump(mode="json")} for each in script.roster.units],
        "blocks": {block.code: block.title.model_dump(mode="json") for block in script.roster.blocks},
        "groups": {code: title.model_dump(mode="json") for code, title in groups.items()},
        "classes": {code: label.model_dump(mode="json") for code, label in classes.items()},
    }


def printed(language: str) -> str:
    out = io.StringIO()
    Console(file=out, width=300).print(findings_table(results(said_year("bnv/year-2020")), Say(language)))
    return out.getvalue()


def test_the_table_of_findings_begins_with_the_roots_and_names_every_place() -> None:
    told, text = [], printed("vi")
    for each in ("Sai gốc (6)", "Cách tính bình quân khác (1)", "Hệ quả của số in sai (14)"):
        assert each in text
        told.append(text.index(each))
    assert told == sorted(told)
    assert "292 trong 313 số liệu in khớp với số tính lại. 21 trong 23 tổng điểm khớp." in text
    assert "Bảng 1, dòng Viện Khoa học tổ chức nhà nước, cột Điểm thẩm định" in text
    assert "trên cả 8 đơn vị (không áp dụng tính 0); trên 3 đơn vị có áp dụng là 75,00." in text
    assert "−11,65" in text
    for code in ("truc_thuoc", "vien-khtcnn", "block_mean"):
        assert code not in text


def test_the_table_of_findings_speaks_english_too() -> None:
    text = printed("en")
    assert "Bảng 4, row State Organization Review, column Appraised score" in text
    assert "Consequence of another printed figure that is wrong." in text


def test_a_campaign_is_opened_with_the_name_of_its_agency() -> None:
    for name, called in (("bnv/year-2020", "Bộ Nội vụ"), ("ubdt/year-2020", "Ủy ban Dân tộc")):
        assert opening_of(said_year(name).script)["agency"]["vi"] == called
