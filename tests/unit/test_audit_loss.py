"""Losses that services accepted: told where both records agree, accused where one stands alone."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

import pytest

from shared.audit.answers import check_answers
from shared.audit.causes import check_causes
from shared.audit.deeds import check_deeds
from shared.audit.history import Histories
from shared.audit.wrong import AnsweredOtherwise, CauseUnknown, LossUnfounded
from shared.contracts import NO_CHAIN
from shared.edge.answers import LogAnswers
from shared.edge.memory_log import MemoryLog
from shared.edge.restoring import RESTORING, AcceptLoss
from shared.edge.stops import MessagesLost
from shared.eventlog import Append, Heard, Mark
from shared.execute import Act, entry, execute
from shared.vocabulary import ClosedText
from tests.kit.audited_year import marks, read
from tests.kit.bus import CONSUMERS, Publisher, sheet
from tests.kit.world import AGENCY, META, clock

REASON = ClosedText(salt="0" * 32, text="biên bản 7/CNTT")
DUE: Mapping[str, int] = {}  # nobody is late
DEEDS = {"scoring": CONSUMERS}


async def histories(*, told: bool = True, heard: int = 2) -> Histories:
    """Submission said three things and lost two of them; scoring had answered *heard* of the three.

    Args:
        told: Whether submission's log says so.
        heard: At least two.
    """
    submission, log = Publisher("submission"), MemoryLog(clock)
    await submission.say(sheet("a", "1"))
    restored = Publisher("submission")
    restored.log = deepcopy(submission.log)
    await submission.say(sheet("a", "2"))
    await submission.say(sheet("a", "3"))
    answers, before = LogAnswers(log, CONSUMERS), (await submission.said())[:heard]
    for message in before:
        await answers.answer(message, await answers.gate(AGENCY, "submission"))
    if told:
        command = AcceptLoss(2, 3, REASON.closed)
        await execute(Act(command, RESTORING), meta=META, request=Append(AGENCY, texts=(REASON,)), log=restored.log)
    else:
        for number in range(3):
            await restored.say(sheet("a", f"{number}"))
    until = (await restored.said())[3]
    passed = [Mark(number, NO_CHAIN, 0) for number in range(heard + 1, 4)]
    new = [*passed, Mark(4, until.chain, until.position)]
    lost = MessagesLost(publisher="submission", first=2, last=heard, until=4, reason=REASON.closed)
    for mark in new:
        entries = (entry(lost, META),) if mark is new[0] else ()
        await log.append(Append(AGENCY, heard=Heard("submission", mark), entries=entries, texts=(REASON,)))
    again = await restored.say(sheet("a", "5"))
    await answers.answer(again, await answers.gate(AGENCY, "submission"))
    inbox: dict[str, Sequence[Mark]] = {"submission": [*marks(before), *new, *marks([again])]}
    return {"submission": await read("submission", restored.log), "scoring": await read("scoring", log, inbox)}


@pytest.mark.parametrize("heard", [2, 3])
async def test_what_both_records_say_is_lost_is_told(heard: int) -> None:
    found = await histories(heard=heard)
    silent = replace(found["submission"], service="appraisal", rows=(), inbox={})
    looked = check_answers({"submission": found["submission"], "appraisal": silent, "scoring": found["scoring"]}, DUE)
    [note] = [each for each in looked.notes if each.code == "audit.messages_lost"]
    assert (note.code, note.facts["first"], note.facts["last"]) == ("audit.messages_lost", 2, heard)
    assert looked.count == 3  # the first, what says so, and what was said since
    assert check_causes(found).notes == ()
    assert check_deeds(found, {**DEEDS, "appraisal": {}}, {"scoring"}).count == 3


async def test_what_its_publisher_does_not_say_is_lost_is_accused() -> None:
    with pytest.raises(LossUnfounded) as found:
        check_answers(await histories(told=False))
    assert found.value.facts["publisher"] == "submission"


async def test_a_loss_that_reaches_beyond_the_log_is_accused() -> None:
    found = await histories()
    short = replace(found["submission"], rows=found["submission"].rows[:1])
    with pytest.raises((LossUnfounded, AnsweredOtherwise)):
        check_answers({**found, "submission": short})


async def test_only_what_was_accepted_may_have_a_cause_that_nobody_knows() -> None:
    found = await histories()
    scoring = found["scoring"]
    rows = [row for row in scoring.rows if row.type != MessagesLost.type]
    with pytest.raises(CauseUnknown):
        check_causes({**found, "scoring": replace(scoring, rows=rows)})


async def test_of_another_publisher_s_loss_nothing_is_excused() -> None:
    found = await histories()
    other = replace(found["submission"], service="appraisal")
    scoring = replace(found["scoring"], inbox={"appraisal": (Mark(1, "x", 1),)})
    with pytest.raises(AnsweredOtherwise):
        check_answers({"appraisal": other, "scoring": scoring})
