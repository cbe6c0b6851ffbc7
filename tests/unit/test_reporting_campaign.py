"""What a public page knows of a campaign, a release and a criterion's history, without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.reporting.campaign.domain import Campaign, Meeting, Progress, Reference, Sheet, contracts_of, steps
from services.reporting.lineage.domain import Said, in_order
from services.reporting.result.domain import Release
from shared.campaign import Override, Proof, Step
from shared.opening import UnitUnknown
from shared.ruleset import parse
from shared.vocabulary import Localized
from tests.contract.goldens.pieces import DECISION, INPUTS, POINTS, STANDING, SUMMARY, UNIT
from tests.kit.campaigns import RULESET, TEMPLATE, UNITS, opening

AT = datetime(2020, 12, 7, tzinfo=UTC)
CAMPAIGN = Campaign("bnv", "2020", opening(), parse(RULESET), {unit.unit: unit for unit in UNITS})
ELSEWHERE = replace(
    CAMPAIGN, units={"c": UNITS[2].model_copy(update={"overrides": {"g1": Override(appendix="I", ground="Mục I.3")}})}
)


def test_an_agency_that_nobody_named_is_called_by_its_code() -> None:
    assert CAMPAIGN.agency_name.vi == "bnv"
    named = opening().model_copy(update={"agency": Localized(vi="Bộ Nội vụ")})
    assert replace(CAMPAIGN, opening=named).agency_name.vi == "Bộ Nội vụ"


def test_the_groups_of_all_units_stand_in_the_order_of_the_longest_appendix() -> None:
    assert list(CAMPAIGN.groups()) == ["g1", "g2", "g3"]
    assert list(CAMPAIGN.groups("a")) == ["g1", "g2"]
    assert [node.code for node in ELSEWHERE.tree("c")] == ["g1", "g2", "g3"]


def test_a_unit_that_is_not_on_the_roster_is_named() -> None:
    assert CAMPAIGN.unit("a") == UNITS[0]
    with pytest.raises(UnitUnknown) as unknown:
        CAMPAIGN.tree("nobody")
    assert unknown.value.facts == {"unit": "nobody"}


def test_what_nobody_titled_is_called_by_its_code() -> None:
    assert CAMPAIGN.block("thuoc").title.vi == "Thuộc"
    assert CAMPAIGN.block("khac").title.vi == "khac"
    assert [CAMPAIGN.class_label("thuoc", code) for code in ("A", "Z", None)] == [
        Localized(vi="Loại A"), Localized(vi="Z"), None,
    ]  # fmt: skip


def test_progress_counts_steps_standing_sheets_and_what_the_council_took_note_of() -> None:
    proofs = (Proof(contract="RoundClosed"), None)
    asked = tuple(Step(number=each, title=Localized(vi="Bước"), proof=proof) for each, proof in enumerate(proofs, 1))
    template = TEMPLATE.model_copy(update={"steps": asked})
    first = Sheet("a", 1, False, 2, 1, "submission/bnv@4", AT, withdrawn_at=AT)
    again = replace(first, version=2, withdrawn_at=None)
    meetings = (
        Meeting(1, "sent_back", (), "appraisal/bnv@8", AT),
        Meeting(2, "accepted", ("ref.x",), "appraisal/bnv@9", AT),
    )
    references = (Reference("report", Localized(vi="Báo cáo"), DECISION, 313),)
    progress = Progress(
        steps(opening(template=template), []), (first, again), (), meetings, references, closure=None, stopped=()
    )
    assert progress.done == 0
    assert progress.standing_sheets == {"a": again}
    assert (progress.acknowledged("ref.x"), progress.acknowledged("ref.y")) == (2, None)
    assert contracts_of(opening(template=template)) == {"RoundClosed"}


def said(stage: str, position: int, **more: Any) -> Said:
    fields: dict[str, Any] = dict.fromkeys(
        ("version", "word", "before", "answer", "reason_code", "reason", "destroyed")
    )
    return Said(
        **{**fields, **more},
        criterion="1.2",
        stage=stage,
        evidence=(),
        at=AT,
        message=f"appraisal/bnv@{position}",
        position=position,
    )


def test_a_criterions_history_goes_by_stage_whatever_log_its_rows_stand_in() -> None:
    acts = [
        said("council", 9),
        said("round2", 7),
        said("reply", 5),
        said("round1", 6),
        said("self", 8),
        said("self", 3),
    ]
    assert [(each.stage, each.position, each.by) for each in in_order(acts)] == [
        ("self", 3, "unit"),
        ("self", 8, "unit"),
        ("round1", 6, "team"),
        ("reply", 5, "unit"),
        ("round2", 7, "team"),
        ("council", 9, "council"),
    ]


def test_a_verdict_has_changed_something_only_where_another_word_stood() -> None:
    changes = [
        said("round1", 1, before=None, word=POINTS),
        said("round1", 2, before=POINTS, word=POINTS),
        said("round1", 3, before=INPUTS, word=POINTS),
    ]
    assert [each.changed for each in changes] == [False, False, True]


def test_a_release_has_a_standing_for_each_of_its_units_and_for_nobody_else() -> None:
    release = Release(
        1, None, 1, "b" * 64, DECISION, "Nguyễn Văn A", "c" * 64, SUMMARY, (STANDING,), "scoring/bnv@9", AT
    )
    assert release.of(UNIT) == STANDING
    assert release.of("nobody") is None
