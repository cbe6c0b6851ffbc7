"""Figures that were measured, figures that were printed, and texts that a decision destroys, given when then."""

from dataclasses import replace
from typing import Any

import pytest

from services.submission.reference.domain import (
    REFERENCE,
    EnterReference,
    FigureOfNobody,
    FigureRepeated,
    ReferenceUnknown,
    RemoveReference,
)
from services.submission.reference.domain import announce as announce_reference
from services.submission.reference.facts import FiguresNoted, FiguresStruck
from services.submission.text.domain import TEXT, DestroyText, TextDestroyedAlready
from services.submission.text.domain import announce as announce_text
from services.submission.text.facts import TextsErased
from services.submission.usage.domain import (
    MOST_ROWS,
    USAGE,
    Change,
    PartChange,
    PushUsage,
    SourceOfOther,
    Sum,
    UsageRowsWrong,
    changes,
    sums,
)
from services.submission.usage.domain import announce as announce_usage
from services.submission.usage.facts import UsagePushed
from shared.campaign import Document, UsageRow
from shared.contracts import ReferenceEntered, ReferenceRemoved, TextDestroyed, UsageReported
from shared.eventlog import MAX_MESSAGE_BYTES
from shared.opening import CampaignUnknown, EffectiveTimeNotAllowed
from shared.standing import PrintedFigure
from shared.vocabulary import Json, Localized, canonical
from tests.kit.campaigns import CAMPAIGN, RULESET, appendix, leaf, opened
from tests.kit.given import given
from tests.kit.world import AT, META

DOCUMENT = Document(number="77/QĐ", date=AT.date(), issuer="Cơ quan")
CARRIED = replace(META, carried=True)


def row(unit: str = "a", value: str = "92.8", **more: Any) -> Json:
    return {"unit": unit, "metric": "closed_rate", "value": value, **more}


def push(*rows: Json) -> PushUsage:
    return PushUsage(CAMPAIGN, "eoffice", "2020-10", rows)


def pushed(revision: int, *rows: Json, period: str = "2020-10", machine: str = "tester") -> UsagePushed:
    said = tuple(UsageRow.model_validate(each) for each in rows)
    return UsagePushed(
        campaign=CAMPAIGN, source="eoffice", period=period, revision=revision, rows=said, machine=machine
    )


def test_a_month_that_is_pushed_again_is_its_next_revision() -> None:
    given(USAGE, *opened()).when(push(row())).then(pushed(1, row()))
    before = [*opened(), pushed(1, row()), pushed(1, row(), period="2020-09")]
    given(USAGE, *before).when(push(row(value="9.28"), row("b"))).then(pushed(2, row(value="9.28"), row("b")))


def test_no_machine_replaces_the_figures_of_another() -> None:
    history = [*opened(), pushed(1, row(), machine="feed")]
    given(USAGE, *history).when(push(row())).refused(SourceOfOther, source="eoffice")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (row("z"), "usage.row_unit_unknown"),
        (row(unit="không"), "usage.row_unit_unknown"),
        (row(metric="closed rate"), "usage.row_metric_unknown"),
        (row(value="9,28"), "usage.row_value_malformed"),
        ({"unit": "b", "metric": "closed_rate"}, "usage.row_value_malformed"),
        (row("b", note="x"), "usage.row_malformed"),
        (row(), "usage.row_repeated"),
    ],
)
def test_one_wrong_row_refuses_the_month_and_is_named(wrong: Json, code: str) -> None:
    found = given(USAGE, *opened()).when(push(row(), wrong)).refused(UsageRowsWrong, count=1)
    assert found.facts["row 2"] == code


def test_what_a_revision_changed_is_shown_figure_by_figure() -> None:
    before = pushed(1, row("a"), row("b", "1"), row("c", "2")).rows
    after = pushed(2, row("d", "4"), row("c", "2"), row("a", "9.28")).rows
    assert changes(before, after) == (
        Change(unit="a", metric="closed_rate", before="92.8", after="9.28"),
        Change(unit="b", metric="closed_rate", before="1", after=None),
        Change(unit="d", metric="closed_rate", before=None, after="4"),
    )


def named(name: str, **more: Any) -> Json:
    return {"name": name, "title": {"vi": name}, "source": "feed", "metric": name, **more}


COUNTED = (named("closed_rate", unit="văn bản"), named("signed", type="count"))
NOT_ADDED_UP = (
    named("share", unit="%"),
    named("rate", numerator="máy", denominator="người"),
    named("system", type="yes_no"),
    named("since", type="date"),
)
MEASURING = {**RULESET, "appendices": [appendix("I", leaf("g1")), appendix("II", leaf("g2"))]}
MEASURING["appendices"][0]["children"][0]["inputs"] = list(COUNTED)
MEASURING["appendices"][1]["children"][0]["inputs"] = [*NOT_ADDED_UP, {**named("unmeasured", unit="%"), "metric": None}]
PARTS = (row(value="1.25", part="xa-001"), row(value="0.75", part="xa-002"))


def test_parts_of_a_unit_are_kept_as_they_were_pushed() -> None:
    given(USAGE, *opened()).when(push(*PARTS, row("b", "7"))).then(pushed(1, *PARTS, row("b", "7")))
    other = row("b", "7", part="xa-001")
    given(USAGE, *opened(), pushed(1, *PARTS)).when(push(*PARTS, other)).then(pushed(2, *PARTS, other))
    given(USAGE, *opened()).when(push(row(part=None))).then(pushed(1, row()))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((*PARTS, PARTS[0]), "usage.row_part_repeated"),
        ((*PARTS, row()), "usage.row_whole_and_parts"),
        ((row("b"), row(), PARTS[0]), "usage.row_whole_and_parts"),
        ((*PARTS, row(part="xã 3")), "usage.row_part_malformed"),
        ((*PARTS, row(part="x" * 33)), "usage.row_part_malformed"),
        ((*PARTS, row(part="")), "usage.row_part_malformed"),
        ((*PARTS, row("z", part="xa-001")), "usage.row_unit_unknown"),
    ],
)
def test_a_part_stands_once_and_never_beside_the_whole(rows: tuple[Json, ...], code: str) -> None:
    found = given(USAGE, *opened()).when(push(*rows)).refused(UsageRowsWrong, count=1)
    assert found.facts["row 3"] == code


@pytest.mark.parametrize("metric", [each["metric"] for each in NOT_ADDED_UP])
def test_parts_of_what_does_not_add_up_are_refused_and_the_whole_is_taken(metric: str) -> None:
    history, part = opened(ruleset=MEASURING), {**PARTS[0], "metric": metric}
    found = given(USAGE, *history).when(push(row(), part)).refused(UsageRowsWrong, count=1)
    assert found.facts["row 2"] == "usage.row_not_additive"
    given(USAGE, *history).when(push({**row(), "metric": metric})).then(pushed(1, {**row(), "metric": metric}))


@pytest.mark.parametrize("metric", ["closed_rate", "signed", "unmeasured", "nobodys"])
def test_parts_of_what_adds_up_or_nothing_says_does_not_are_taken(metric: str) -> None:
    part = {**PARTS[0], "metric": metric}
    given(USAGE, *opened(ruleset=MEASURING)).when(push(part)).then(pushed(1, part))


def test_a_figure_that_is_a_sum_says_of_how_many_parts() -> None:
    rows = pushed(1, row("b", "7"), *PARTS, row("c", "3", part="xa-001")).rows
    assert sums(rows) == (
        Sum(unit="a", metric="closed_rate", value="2", part_count=2),
        Sum(unit="c", metric="closed_rate", value="3", part_count=1),
    )


def test_what_a_revision_changed_is_told_part_by_part_also_under_the_same_sum() -> None:
    before = pushed(1, *PARTS, row("b", "7"), row("c", "1", part="xa-001")).rows
    moved = (row(value="1", part="xa-001"), row(value="1", part="xa-003"))
    after = pushed(2, *moved, row("b", "7", part="xa-009"), row("c", "1", part="xa-001")).rows
    both = {"unit": "a", "metric": "closed_rate", "before": "2", "after": "2"}
    assert changes(before, after) == (
        Change(
            **both,
            part_count_before=2,
            part_count_after=2,
            parts=(
                PartChange(part="xa-001", before="1.25", after="1"),
                PartChange(part="xa-002", before="0.75", after=None),
                PartChange(part="xa-003", before=None, after="1"),
            ),
        ),
        Change(
            unit="b",
            metric="closed_rate",
            before="7",
            after="7",
            part_count_after=1,
            parts=(PartChange(part="xa-009", before=None, after="7"),),
        ),
    )


def test_a_change_without_parts_is_told_as_before_there_were_any() -> None:
    (change,) = changes((), pushed(1, row()).rows)
    assert change.model_dump(mode="json") == {"unit": "a", "metric": "closed_rate", "before": None, "after": "92.8"}


def test_a_month_of_the_longest_rows_fits_one_message() -> None:
    longest = UsageRow(unit="u" * 64, metric="m" * 64, part="p" * 32, value=f"-{'9' * 12}.{'9' * 6}")
    said = UsageReported(
        campaign="c" * 64, source="s" * 64, period="2020-10", revision=10**6, rows=(longest,) * MOST_ROWS
    )
    assert len(canonical(said.model_dump(mode="json"))) < MAX_MESSAGE_BYTES


def figure(name: str = "total.a", **more: Any) -> PrintedFigure:
    return PrintedFigure(id=name, table="Bảng 3", kind="total", value="68.53", **{"unit": "a", **more})


def enter(*figures: PrintedFigure) -> EnterReference:
    return EnterReference(CAMPAIGN, "report", Localized(vi="Báo cáo"), DOCUMENT, figures)


STRIKE = RemoveReference(CAMPAIGN, "report")
STRUCK = FiguresStruck(campaign=CAMPAIGN, reference="report")


def noted(*figures: PrintedFigure) -> FiguresNoted:
    return FiguresNoted(
        campaign=CAMPAIGN, reference="report", title=Localized(vi="Báo cáo"), document=DOCUMENT, figures=figures
    )


def test_printed_figures_are_entered_replaced_and_struck() -> None:
    given(REFERENCE, *opened()).when(enter(figure())).then(noted(figure()))
    given(REFERENCE, *opened(), noted(figure())).when(enter(figure("other"))).then(noted(figure("other")))
    given(REFERENCE, *opened(), noted(figure())).when(STRIKE).then(STRUCK)


def test_what_was_not_entered_or_is_struck_cannot_be_struck() -> None:
    given(REFERENCE, *opened()).when(STRIKE).refused(ReferenceUnknown)
    given(REFERENCE, *opened(), noted(figure()), STRUCK).when(STRIKE).refused(ReferenceUnknown)


def test_a_figure_that_names_nobody_or_stands_twice_is_refused() -> None:
    given(REFERENCE, *opened()).when(enter(figure(unit="z"))).refused(FigureOfNobody, figure="total.a")
    given(REFERENCE, *opened()).when(enter(figure(unit=None, block="z"))).refused(FigureOfNobody)
    given(REFERENCE, *opened()).when(enter(figure(), figure())).refused(FigureRepeated, figure="total.a")
    given(REFERENCE, *opened()).when(enter(figure(unit=None, block="thuoc"))).decided()


def destroy(*closed: str, kept: frozenset[str] = frozenset(), gone: frozenset[str] = frozenset()) -> DestroyText:
    return DestroyText(CAMPAIGN, closed, DOCUMENT, kept, gone)


A, B = "a" * 64, "b" * 64


def erased(*closed: str, elsewhere: tuple[str, ...]) -> TextsErased:
    return TextsErased(campaign=CAMPAIGN, closed=closed, decision=DOCUMENT, elsewhere=elsewhere)


def test_a_text_that_is_kept_elsewhere_only_is_destroyed_there() -> None:
    given(TEXT, *opened()).when(destroy(A, B, kept=frozenset({A}))).then(erased(A, B, elsewhere=(B,)))


def test_a_text_is_destroyed_once() -> None:
    given(TEXT, *opened(), erased(A, elsewhere=())).when(destroy(B, A)).refused(TextDestroyedAlready, closed=A)
    given(TEXT, *opened()).when(destroy(B, gone=frozenset({B}))).refused(TextDestroyedAlready, closed=B)


@pytest.mark.parametrize(
    ("decider", "command"), [(USAGE, push(row())), (REFERENCE, enter()), (REFERENCE, STRIKE), (TEXT, destroy(A))]
)
def test_nothing_is_done_without_a_campaign_or_at_a_time_of_somebodys_own(decider: Any, command: Any) -> None:
    given(decider).when(command).refused(CampaignUnknown)
    given(decider, *opened()).when(command, meta=CARRIED).refused(EffectiveTimeNotAllowed)


def test_what_happened_is_said_to_the_other_services_as_it_is() -> None:
    measured, printed, gone = pushed(1, row()), noted(figure()), erased(A, elsewhere=())
    assert announce_usage(measured) == UsageReported.model_validate(measured.model_dump(exclude={"machine"}))
    assert announce_reference(printed) == ReferenceEntered.model_validate(printed.model_dump())
    assert announce_reference(STRUCK) == ReferenceRemoved.model_validate(STRUCK.model_dump())
    assert announce_text(gone) == TextDestroyed.model_validate(gone.model_dump())
    for fact in opened():
        assert announce_usage(fact) is announce_reference(fact) is announce_text(fact) is None
