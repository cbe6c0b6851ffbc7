"""What reporting shows without a database: steps, CSV, the picture, words."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import get_args
from xml.etree import ElementTree as ET

import pytest

from services.reporting.campaign.domain import Said, fields_of, steps
from services.reporting.lineage.domain import BY, ORDER
from services.reporting.main import PROJECTIONS
from services.reporting.page.spreadsheets import TABLES, TableUnknown, table_of
from shared.campaign import Proof, Step, Template
from shared.contracts import CONTRACTS, OF_LOGS, TextDestroyed
from shared.edge.web.chart import Bar, bar_chart
from shared.edge.web.findings import Names, sections
from shared.edge.web.spreadsheets import spreadsheet
from shared.edge.web.words import WORDS, word
from shared.standing import Finding, PrintedFigure
from shared.vocabulary import STAGES, Localized
from tests.kit.campaigns import TEMPLATE, opening

AT = datetime(2020, 12, 7, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
SOURCES = [
    *(path for room in ("services", "deploy") for path in Path(room).glob("**/templates/*.html")),
    *Path("shared/edge/web").glob("*.html"),
]


def said(contract: str, position: int, **fields: str) -> Said:
    return Said(contract, fields, f"appraisal/bnv@{position}", position, AT)


def template(*proofs: Proof | None) -> Template:
    found = tuple(
        Step(number=number, title=Localized(vi="Bước"), proof=proof) for number, proof in enumerate(proofs, 1)
    )
    return TEMPLATE.model_copy(update={"steps": found})


def proving(proof: Proof | None, *messages: Said) -> str | None:
    [step] = steps(opening(template=template(proof)), messages)
    return step.said.message if step.said else None


def test_a_step_is_proved_by_the_last_message_with_the_fields_it_names() -> None:
    first, second = said("RoundClosed.v1", 3, stage="round1"), said("RoundClosed.v1", 9, stage="round2")
    proof = Proof(contract="RoundClosed.v1", where={"stage": "round1"})
    assert proving(proof, first, second) == "appraisal/bnv@3"
    assert proving(Proof(contract="RoundClosed"), second, first) == "appraisal/bnv@9"
    assert proving(proof, second) is None
    assert proving(None, first) is None


def test_a_step_may_ask_for_any_plain_field_of_a_message() -> None:
    fields = fields_of({"unit": "a", "meeting": 2, "late": True, "text": "x" * 1000, "lines": {}, "reason": None})
    assert fields == {"unit": "a", "meeting": "2", "late": "true"}
    message = said("SubmissionReceived.v1", 4, **fields)
    assert proving(Proof(contract="SubmissionReceived.v1", where={"late": "true"}), message) == "appraisal/bnv@4"
    assert proving(Proof(contract="SubmissionReceived.v1", where={"late": "false"}), message) is None


def test_a_mean_by_another_policy_is_told_with_both_denominators() -> None:
    finding = Finding(
        id="ref.x", severity="reference", kind="reference.second_policy", table="Bảng 3", figure="group_mean",
        block="b", group="g", printed="45.00", derived="6.00", denominator=15, printed_denominator=2,
    )  # fmt: skip
    names = Names("vi", {}, {"b": "Khối B"}, {}, {})
    [section] = sections([finding], names)
    [line] = section.lines
    assert line.place == "Bảng 3, Khối B: Điểm bình quân nhóm “g”"
    assert line.note == (
        "45,00 là trung bình trên 2 đơn vị có áp dụng; trên cả 15 đơn vị (không áp dụng tính 0) là 6,00."
    )
    [other] = sections([finding.model_copy(update={"kind": "z"})], names)
    assert other.title == "Phát hiện khác"


def test_every_contract_has_a_projection_but_the_one_that_destroys_texts() -> None:
    assert set(CONTRACTS) - set(PROJECTIONS) == {TextDestroyed.type, *(each.type for each in OF_LOGS)}


def test_a_spreadsheet_is_what_a_vietnamese_excel_opens() -> None:
    found = spreadsheet([["Đơn vị", "Điểm"], ["Vụ A; B", Decimal("73.11")], ["x", -1], ["y", None]])
    assert found == '\ufeffĐơn vị;Điểm\r\n"Vụ A; B";73,11\r\nx;-1\r\ny;\r\n'.encode()
    assert spreadsheet([["a", Decimal("73.11")]], "en") == "\ufeffa,73.11\r\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+84", "-cmd", "@sum", "\t=1", "\r=1"])
def test_no_text_of_a_spreadsheet_is_read_as_a_formula(text: str) -> None:
    assert f"'{text}" in spreadsheet([[text]]).decode().replace('"', "")


def test_the_picture_shows_exact_values_and_survives_any_name() -> None:
    bars = [
        Bar("1. Vụ <A> & B", Decimal("76.38"), "76,38", Decimal("73.11")),
        Bar("2. Không có điểm", None, "–", series=1),
    ]
    tree = ET.fromstring(bar_chart("Biểu đồ", "Mô tả", bars, ["Thuộc", "Trực thuộc"], Decimal(100)))  # noqa: S314 - our own
    texts = [element.text or "" for element in tree.iter(f"{SVG}text")]
    assert {"76,38", "–"} <= set(texts)
    assert tree.find(f"{SVG}title") is not None
    assert [element.get("style") for element in tree.iter()] == [None] * len(list(tree.iter()))


def test_bars_are_as_long_as_their_values_say() -> None:
    def length(value: str) -> int:
        tree = ET.fromstring(bar_chart("t", "d", [Bar("a", Decimal(value), value)], ["x"], Decimal(100)))  # noqa: S314
        [bar] = [each for each in tree.iter(f"{SVG}rect") if each.get("stroke")]
        return int(bar.get("width") or "")

    assert length("0") == 0
    assert length("100") == 2 * length("50") == length("150")


def test_both_languages_say_the_same_facts() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert [name for name, (vietnamese, english) in WORDS.items() if names(vietnamese) != names(english)] == []
    assert word("progress.of", "en", done=3, count=13) == "3 of 13 steps"


def test_pages_use_only_words_that_exist_and_no_script() -> None:
    used = set()
    for source in SOURCES:
        text = source.read_text()
        used |= set(re.findall(r"\bt\(['\"]([a-z_.]+)['\"][,)]", text))
        assert not re.search(r"<script|\son\w+=|style=|javascript:", text), source
    assert used
    assert used - set(WORDS) == set()
    assert {f"stage.{stage}" for stage in ORDER} <= set(WORDS)
    assert set(STAGES) < set(ORDER)
    assert {f"by.{BY[stage]}" for stage in ORDER} <= set(WORDS)


def test_every_table_has_a_name_and_no_other_name_is_one() -> None:
    assert set(TABLES) <= set(WORDS)
    assert [table_of(name) for name in TABLES] == list(TABLES.values())
    with pytest.raises(TableUnknown) as unknown:
        table_of("x" * 100)
    assert unknown.value.facts["table"] == "x" * 40
    assert str(unknown.value.facts["tables"]).startswith("ranking, means, ")


def test_every_kind_of_printed_figure_has_a_name() -> None:
    kinds = get_args(PrintedFigure.model_fields["kind"].annotation)
    assert {name.removeprefix("figure.") for name in WORDS if name.startswith("figure.")} == set(kinds)
