"""This release and the one after it as processes on the same tables and topics, while years are played through both."""

import asyncio
from collections.abc import Mapping

import httpx2
import pytest

from tests.kit.bus import until
from tests.kit.house import LOGGED, SERVICES, in_order
from tests.kit.servers import directory_for_servers
from tests.kit.small_years import elsewhere, small_years
from tests.kit.trees import NEWER, Act, Trees, side_by_side

pytestmark = [pytest.mark.upgrade, pytest.mark.timeout(400)]
LONG, SHORT = small_years()
UNIT = "vu-khtc"
SHEET = f"submission/campaigns/{LONG.year.campaign}/sheets/{UNIT}/versions"
LATE = elsewhere(SHORT, "another")
OK, UNAVAILABLE = 200, 503


async def test_years_that_are_played_through_both_releases_come_to_what_they_always_come_to() -> None:
    """The later one tells more, and writes what the earlier one cannot read; for a while each works alone."""
    with directory_for_servers("trees") as directory:
        async with side_by_side(directory) as trees:
            trees.turns.moments |= moments(trees)
            await trees.play(LONG, SHORT)
            assert not trees.turns.moments
            await in_order(trees, LONG, SHORT, audited=False)
            await refused_only_what_the_later_one_wrote(trees)
            await worked_side_by_side(trees)
            await verified_by_the_later_one_alone(trees)


def moments(trees: Trees) -> Mapping[str, Act]:
    """What happens in the middle of the long year."""

    async def noted(request: httpx2.Request) -> None:
        await trees.noted(LONG, "submission", f"sheet/{UNIT}", request)
        for service in ("submission", "appraisal"):
            await trees.noted(LONG, service, "notes/main", request)
        trees.turns.first(trees.earlier)

    async def earlier_first(_request: httpx2.Request) -> None:
        trees.turns.first(trees.earlier)

    async def later_alone(_request: httpx2.Request) -> None:
        await trees.alone(trees.later)

    async def earlier_alone(request: httpx2.Request) -> None:
        await trees.told_to_the_earlier_one(LONG, request)
        await trees.alone(trees.earlier)

    async def together(_request: httpx2.Request) -> None:
        await trees.together()

    happens = {
        f"sheets/{UNIT}/withdrawal": noted,
        "intake/closure": earlier_first,
        "rounds/round1/stands": later_alone,
        f"sheets/{UNIT}/confirmation": together,
        "rounds/round2/stands": earlier_alone,
        "council/reviews": together,
    }
    scope = f"/{LONG.year.agency}/campaigns/{LONG.year.campaign}"
    return {f"{scope}/{ending}": act for ending, act in happens.items()}


async def refused_only_what_the_later_one_wrote(trees: Trees) -> None:
    """With a cure, and never for good: the same request, sent again, was carried out by the later release."""
    refused = trees.turns.newer
    assert {(each.tree, each.status) for each in refused} == {("earlier", UNAVAILABLE)}
    assert all(each.retry_after for each in refused)
    acts = {each.key: each.path.rpartition("/")[2] for each in refused if each.method == "POST"}
    assert {"withdrawal", "closure"} <= set(acts.values())
    for key in acts:
        [done] = [each for each in trees.turns.answers if each.key == key and each.status != UNAVAILABLE]
        assert (done.tree, done.status // 100) == ("later", 2), done
    of_earlier, of_later = [await trees.get(tree, LONG, SHEET) for tree in (trees.earlier, trees.later)]
    assert (of_earlier.status_code, of_earlier.json()["type"]) == (UNAVAILABLE, NEWER)
    assert (of_later.status_code, len(of_later.json()["versions"])) == (OK, 2)


async def worked_side_by_side(trees: Trees) -> None:
    """Both heard and said what there is to hear and to say, nothing is stopped, and both show the same results."""
    for tree in (trees.earlier, trees.later):
        for service in SERVICES:
            wanted = {"messages_heard", *(("messages_said",) if service.name in LOGGED else ())}
            assert wanted <= tree.events(service.name), (tree.name, service.name)
            for year in (LONG, SHORT):
                stops = await trees.get(tree, year, f"{service.name}/stops")
                assert (stops.status_code, stops.json()["stops"]) == (OK, []), stops.text
    for publisher in LOGGED:
        await trees.is_told_in_both_forms(publisher)
    for year in (LONG, SHORT):
        path = f"reporting/campaigns/{year.year.campaign}/results"
        shown = [await trees.get(tree, year, path) for tree in (trees.earlier, trees.later)]
        assert [each.status_code for each in shown] == [OK, OK]
        assert shown[0].json() == shown[1].json()


async def verified_by_the_later_one_alone(trees: Trees) -> None:
    """The earlier one's auditor accuses nobody: it says that it does not know everything that stands there."""
    wrong = {each.check: each.wrong.code for each in await trees.verified() if each.wrong is not None}
    assert "saying" in wrong
    assert set(wrong.values()) == {"log.newer"}, wrong
    refused = await trees.ictindex("verify")
    assert (refused.returncode, "a later release" in " ".join(refused.stdout.split())) == (1, True), refused.stdout
    code, said = await trees.verified_by_later()
    assert code == 0, said


async def test_what_only_the_later_release_can_answer_waits_until_the_earlier_one_has_left() -> None:
    """Nothing is recorded meanwhile, and the other agency's year is played to its end."""
    with directory_for_servers("trees") as directory:
        async with side_by_side(directory) as trees:

            async def noted(request: httpx2.Request) -> None:
                await trees.noted(LATE, "appraisal", f"appraisal/{UNIT}", request)
                trees.turns.asked.remove(trees.later)
                await trees.later.rest("appraisal")

            async def waits() -> bool:
                return "log_newer" in trees.earlier.events("appraisal")

            trees.turns.moments[f"/{LATE.year.agency}/campaigns/{LATE.year.campaign}/sheets/{UNIT}/submission"] = noted
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(trees.play(LATE))
                await until("a message waits", waits)
                before = await answered(trees)
                await trees.play(SHORT)
                assert await answered(trees) == before
                await trees.later.rise("appraisal")
                trees.turns.asked[:] = [trees.later]
                await trees.earlier.rest("appraisal")
            await in_order(trees, LATE, SHORT, audited=False)
            await verified_by_the_later_one_alone(trees)


async def answered(trees: Trees) -> list[int]:
    """How long appraisal's log of the agency is whose message waits."""
    heads = await trees.heads()
    return [position for service, agency, position in heads if (service, agency) == ("appraisal", LATE.year.agency)]
