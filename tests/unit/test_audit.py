"""What an auditor's checks find: each place broken alone is named, and the story as it was told is in order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deploy.auditor.spoken import announce
from shared.audit.answers import check_answers
from shared.audit.causes import check_causes
from shared.audit.chains import check_chains
from shared.audit.evidence import evidence_named
from shared.audit.history import Histories, Note, StoredText
from shared.audit.messages import in_causal_order, messages_of
from shared.audit.saying import check_saying
from shared.audit.texts import check_texts
from shared.audit.wrong import (
    AnsweredOtherwise,
    CauseUnknown,
    EffectBeforeCause,
    HeadBroken,
    NotAnswered,
    RowBroken,
    SaidOtherwise,
    TextMissing,
    TextOtherwise,
    TextRemains,
)
from shared.contracts import ScoreAppraised, SubmissionReceived, TextDestroyed
from shared.errors import IctIndexError
from shared.eventlog import Head, Mark
from shared.facts import LogNewer
from shared.vocabulary import ClosedText
from tests.contract.goldens import pieces
from tests.contract.goldens.pieces import EVIDENCE
from tests.kit.bus import Publisher, sheet, verdict
from tests.kit.documents import DECISION
from tests.kit.histories import REASON, rewritten, row_of, told, with_history, with_row
from tests.kit.world import AGENCY, AT

TEXT = REASON.closed.closed
ENDS = {"submission": 1}
SHEET, VERDICT = "submission/bnv@1", "appraisal/bnv@2"


@pytest.fixture
async def story() -> Histories:
    return await told()


def wrong(check: Any, histories: Histories) -> tuple[type[IctIndexError], dict[str, object]]:
    with pytest.raises(IctIndexError) as found:
        check(histories)
    return type(found.value), found.value.facts


def says(histories: Histories) -> Any:
    return check_saying(histories, announce)


async def test_the_story_as_it_was_told_is_in_order(story: Histories) -> None:
    counts = [check(story).count for check in (check_chains, says, check_answers, check_causes, check_texts)]
    assert counts == [4, 2, 4, 2, 2]


async def test_a_row_changed_afterwards_is_named_with_its_column(story: Histories) -> None:
    changed = with_row(story, "appraisal", 2, record=rewritten(row_of(story, "appraisal", 2).record, "actor", to="x"))
    assert wrong(check_chains, changed) == (RowBroken, {"message": VERDICT, "column": "chain"})
    numbered = with_row(story, "appraisal", 2, version=9)
    assert wrong(check_chains, numbered) == (RowBroken, {"message": VERDICT, "column": "version"})


@pytest.mark.parametrize("column", ["position", "sequence", "chain", "recorded_at"])
async def test_a_head_that_is_not_where_the_last_row_stands_is_named(story: Histories, column: str) -> None:
    head = story["appraisal"].head
    moved: dict[str, Any] = {"position": 1, "sequence": 0, "chain": b"\x01" * 32, "recorded_at": None}
    kind, facts = wrong(check_chains, with_history(story, "appraisal", head=replace(head, **{column: moved[column]})))
    assert (kind, facts["service"], facts["column"]) == (HeadBroken, "appraisal", column)


async def test_a_log_whose_last_rows_were_cut_off_shows_by_its_head(story: Histories) -> None:
    cut = with_history(story, "appraisal", rows=story["appraisal"].rows[:1])
    assert wrong(check_chains, cut)[0] is HeadBroken
    assert check_chains(with_history(story, "reporting", head=Head())).count == 4


@pytest.mark.parametrize(
    ("path", "to", "part"),
    [
        (("data", "reason"), None, "data"),
        (("subject",), "ict-2020/vu-tl", "subject"),
        (("type",), "SubmissionsClosed.v2", "contract"),
        (("data",), {}, "contract"),
    ],
)
async def test_an_announcement_that_is_not_what_its_fact_says_is_named(
    story: Histories, path: tuple[str, ...], to: object, part: str
) -> None:
    said = rewritten(row_of(story, "appraisal", 2).announcement, *path, to=to)
    altered = with_row(story, "appraisal", 2, announcement=said)
    assert wrong(says, altered) == (SaidOtherwise, {"message": VERDICT, "part": part})


async def test_a_service_that_says_what_another_one_publishes_is_named(story: Histories) -> None:
    foreign = row_of(story, "submission", 1).announcement
    altered = with_row(story, "appraisal", 2, announcement=foreign)
    assert wrong(says, altered) == (SaidOtherwise, {"message": VERDICT, "part": "type"})


async def test_a_fact_kept_silent_and_words_without_a_fact_are_named(story: Histories) -> None:
    silent = with_row(story, "appraisal", 2, announcement=None)
    assert wrong(says, silent) == (SaidOtherwise, {"message": VERDICT, "part": "announcement"})
    invented = with_row(story, "appraisal", 1, announcement=row_of(story, "appraisal", 2).announcement)
    assert wrong(says, invented)[1] == {"message": "appraisal/bnv@1", "part": "announcement"}


async def test_a_fact_that_no_release_wrote_is_named(story: Histories) -> None:
    record = rewritten(row_of(story, "appraisal", 2).record, "data", to={})
    assert wrong(says, with_row(story, "appraisal", 2, record=record)) == (
        SaidOtherwise,
        {"message": VERDICT, "part": "fact"},
    )


async def test_a_fact_of_a_later_release_is_left_to_its_auditor(story: Histories) -> None:
    newer = with_row(story, "appraisal", 2, type="verdict_guessed.v1")
    assert wrong(says, newer) == (LogNewer, {"type": "verdict_guessed.v1", "row": "bnv@2"})


async def test_what_a_later_release_adds_to_a_fact_and_its_announcement_is_in_order(story: Histories) -> None:
    row = row_of(story, "appraisal", 2)
    grown = with_row(
        story,
        "appraisal",
        2,
        record=rewritten(row.record, "data", "of_a_later_release", to=1),
        announcement=rewritten(row.announcement, "data", "of_a_later_release", to=1),
    )
    assert says(grown).count == 2


async def test_a_message_without_an_answer_is_named(story: Histories) -> None:
    deaf = with_history(story, "reporting", inbox={"submission": story["reporting"].inbox["submission"]})
    assert wrong(check_answers, deaf) == (NotAnswered, {"consumer": "reporting", "message": VERDICT, "count": 1})


async def test_a_message_that_is_on_its_way_is_told_and_no_fault(story: Histories) -> None:
    young = with_history(story, "reporting", inbox={"submission": story["reporting"].inbox["submission"]}, ends=ENDS)
    looked = check_answers(young, {"submission": 1})
    facts = {"consumer": "reporting", "publisher": "appraisal", "count": 1}
    assert (looked.count, looked.notes) == (3, (Note("audit.on_its_way", facts),))
    assert wrong(lambda histories: check_answers(histories, {"appraisal": 1}), young)[0] is NotAnswered


async def test_an_answer_to_another_message_than_was_said_is_named(story: Histories) -> None:
    forged = with_history(story, "submission", inbox={"appraisal": [Mark(1, "f" * 64, 2)]})
    kind, facts = wrong(check_answers, forged)
    assert (kind, facts["consumer"], facts["message"], facts["chain"]) == (
        AnsweredOtherwise,
        "submission",
        VERDICT,
        "f" * 12,
    )
    more = with_history(
        story, "submission", inbox={"appraisal": [*story["submission"].inbox["appraisal"], Mark(2, "f", 7)]}
    )
    assert wrong(check_answers, more)[1]["message"] == "appraisal/bnv@7"


async def test_a_head_that_has_heard_more_than_its_inbox_is_named(story: Histories) -> None:
    kind, facts = wrong(check_answers, with_history(story, "submission", ends={"appraisal": 2}))
    assert (kind, facts["column"], facts["head"], facts["last"]) == (HeadBroken, "ends.appraisal", 2, 1)
    assert wrong(check_answers, with_history(story, "submission", ends={}))[1]["head"] == 0


@pytest.mark.parametrize(
    "cause",
    [
        "submission/bnv@9#{chain}",
        "submission/ubdt@1#{chain}",
        "submission/bnv@1#ffff",
        "submission/bnv@one#{chain}",
        "nobody/bnv@1#{chain}",
        "because",
    ],
)
async def test_a_cause_that_stands_in_no_log_is_named(story: Histories, cause: str) -> None:
    named = cause.format(chain=row_of(story, "submission", 1).chain.hex())
    effect = rewritten(row_of(story, "appraisal", 1).record, "causation", to=named)
    assert wrong(check_causes, with_row(story, "appraisal", 1, record=effect)) == (
        CauseUnknown,
        {"message": "appraisal/bnv@1", "cause": named},
    )


async def test_a_cause_in_the_same_log_stands_before_its_effect(story: Histories) -> None:
    for position, in_order in ((1, True), (2, False)):
        cause = row_of(story, "appraisal", position)
        effect = rewritten(
            row_of(story, "appraisal", 2).record, "causation", to=f"appraisal/bnv@{position}#{cause.chain.hex()}"
        )
        altered = with_row(story, "appraisal", 2, record=effect)
        if in_order:
            assert check_causes(altered).count == 3
        else:
            assert wrong(check_causes, altered) == (EffectBeforeCause, {"message": VERDICT, "cause": VERDICT})


async def test_an_effect_is_never_effective_before_its_cause(story: Histories) -> None:
    early = rewritten(row_of(story, "appraisal", 1).record, "effective_at", to=(AT - timedelta(seconds=1)).isoformat())
    altered = with_row(story, "appraisal", 1, record=early)
    assert wrong(check_causes, altered) == (EffectBeforeCause, {"message": "appraisal/bnv@1", "cause": SHEET})


@pytest.mark.parametrize(
    ("service", "position", "after", "cause"),
    [
        ("appraisal", 1, "{}", SHEET),  # it names a cause that it says it had not heard
        ("appraisal", 2, "{}", "after"),  # what was heard is not unheard again
        ("appraisal", 1, "[]", "after"),
        ("appraisal", 1, '{"submission":"many"}', "after"),
        ("appraisal", 1, '{"submission":2}', "submission;sequence=2"),  # nobody had said a second
        ("appraisal", 1, '{"nobody":1,"submission":1}', "nobody;sequence=1"),
        ("submission", 1, '{"submission":1}', "submission;sequence=1"),  # nobody hears itself
        ("submission", 1, '{"appraisal":1}', "submission;sequence=1"),  # what is heard rests on what comes later here
    ],
)
async def test_a_row_that_rests_on_what_was_not_heard_or_not_said_is_named(
    story: Histories, service: str, position: int, after: str, cause: str
) -> None:
    altered = with_row(story, service, position, after=after)
    place = f"{service}/bnv@{position}"
    assert wrong(check_causes, altered) == (EffectBeforeCause, {"message": place, "cause": cause})


async def test_a_row_that_heard_an_answer_had_heard_what_it_answers(story: Histories) -> None:
    """Scoring says it heard the verdict, and not the sheet that the verdict rests on."""
    effect = replace(row_of(story, "submission", 2), after='{"appraisal":1}')
    third = {**story, "scoring": replace(story["reporting"], service="scoring", rows=[effect])}
    assert wrong(check_causes, third) == (
        EffectBeforeCause,
        {"message": "scoring/bnv@2", "cause": "submission;sequence=1"},
    )


async def test_a_heard_row_whose_own_column_cannot_be_read_proves_nothing(story: Histories) -> None:
    unreadable = with_row(story, "appraisal", 2, after="?")
    order = {"submission": unreadable["submission"], "appraisal": unreadable["appraisal"]}
    assert wrong(check_causes, order) == (
        EffectBeforeCause,
        {"message": "submission/bnv@2", "cause": "appraisal;sequence=1"},
    )


async def test_what_was_said_is_read_back_in_order(story: Histories) -> None:
    assert [(place, type(said)) for place, said in messages_of(story["submission"])] == [(SHEET, SubmissionReceived)]
    assert [(place, type(said)) for place, said in messages_of(story["appraisal"])] == [(VERDICT, ScoreAppraised)]


async def test_what_only_a_later_release_can_say_is_left_to_its_auditor(story: Histories) -> None:
    row = row_of(story, "appraisal", 2)
    newer = with_row(story, "appraisal", 2, announcement=rewritten(row.announcement, "type", to="UnitPraised.v1"))
    assert wrong(lambda histories: list(messages_of(histories["appraisal"])), newer) == (
        LogNewer,
        {"type": "UnitPraised.v1", "row": "bnv@2"},
    )


async def test_messages_are_replayed_after_what_they_rest_on() -> None:
    appraisal, submission = Publisher("appraisal"), Publisher("submission")
    await submission.say(sheet("a", "50"))
    await submission.say(sheet("b", "60"))
    await appraisal.hear(submission)
    await appraisal.say(verdict("a", "i", "40"))
    await submission.hear(appraisal)
    await submission.say(sheet("c", "70"))
    said = {publisher.name: await publisher.said() for publisher in (appraisal, submission)}
    order = [f"{each.source}/{each.sequence}" for each in in_causal_order(said)]
    assert order == ["submission/1", "submission/2", "appraisal/1", "submission/3"]
    alone = {"appraisal": said["appraisal"]}
    with pytest.raises(EffectBeforeCause) as impossible:
        list(in_causal_order(alone))
    assert impossible.value.facts["message"] == said["appraisal"][0].id


async def test_every_file_that_a_fact_names_is_found_at_its_first_place(story: Histories) -> None:
    assert evidence_named(story["submission"]) == {EVIDENCE.sha256: SHEET}
    assert evidence_named(story["reporting"]) == {}


async def test_a_closed_text_with_another_digest_is_named(story: Histories) -> None:
    for stored in (StoredText(REASON.salt, "Đã sửa."), StoredText("1" * 32, REASON.text), StoredText(None, None)):
        altered = with_history(story, "appraisal", texts={TEXT: stored})
        assert wrong(check_texts, altered) == (
            TextOtherwise,
            {"service": "appraisal", "agency": "bnv", "text": TEXT[:12]},
        )


async def test_a_texts_first_line_that_was_moved_into_its_salt_is_named(story: Histories) -> None:
    salt, first, second = "0" * 32, "Chưa đạt yêu cầu.", "Tuy nhiên có giải trình."
    name = ClosedText(salt=salt, text=f"{first}\n{second}").closed.closed
    known = story["appraisal"].texts
    honest = with_history(story, "appraisal", texts={**known, name: StoredText(salt, f"{first}\n{second}")})
    check_texts(honest)
    moved = with_history(story, "appraisal", texts={**known, name: StoredText(f"{salt}\n{first}", second)})
    assert wrong(check_texts, moved)[0] is TextOtherwise


async def test_a_closed_text_that_is_gone_without_a_decision_is_named(story: Histories) -> None:
    assert wrong(check_texts, with_history(story, "appraisal", texts={})) == (
        TextMissing,
        {"message": VERDICT, "text": TEXT[:12]},
    )


async def test_a_text_destroyed_by_decision_is_in_order_and_told_and_may_remain_nowhere(story: Histories) -> None:
    gone = StoredText(None, None, "12/QĐ-BNV")
    here = with_history(story, "submission", texts={TEXT: gone})
    assert wrong(check_texts, here) == (
        TextRemains,
        {"service": "appraisal", "text": TEXT[:12], "decision": "12/QĐ-BNV"},
    )
    looked = check_texts(with_history(here, "appraisal", texts={TEXT: gone}))
    assert looked.count == 2
    assert [(note.code, note.facts) for note in looked.notes] == [
        ("audit.text_destroyed", {"text": TEXT[:12], "decision": "12/QĐ-BNV"})
    ]


async def test_a_text_whose_destruction_is_on_its_way_may_still_be_kept(story: Histories) -> None:
    publisher = Publisher("submission")
    await publisher.say(TextDestroyed(campaign=pieces.CAMPAIGN, closed=(TEXT,), decision=DECISION))
    gone = StoredText(None, None, DECISION.number)
    row = await publisher.log.tail(AGENCY, 0)
    told_later = {
        "submission": replace(story["submission"], rows=row, texts={TEXT: gone}),
        "appraisal": replace(story["appraisal"], inbox={}),
    }
    assert check_texts(told_later).count == 2
    heard = with_history(told_later, "appraisal", inbox={"submission": [Mark(1, row[0].chain.hex(), 1)]})
    assert wrong(check_texts, heard)[0] is TextRemains
