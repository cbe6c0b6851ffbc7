"""Printed figures are compared and never used: taking them away changes nothing but what was found about them."""

from pathlib import Path

from deploy.player.caller import Sent
from deploy.player.drafts import Drafts
from deploy.standalone.broker import Bus
from tests.kit.house import house, operator_of
from tests.kit.servers import Server
from tests.kit.small_years import only
from tests.kit.year_files import full_year

SCRIPT = only(full_year("bnv/year-2020"), "vien-khtcnn", "ban-tdkt")
"""By its printed total the one stands above the other, by its groups' scores below."""


async def test_deleting_the_reference_leaves_the_ranking_unchanged(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    year, operator = SCRIPT.year, operator_of(SCRIPT)
    scope = f"agencies/{year.agency}/campaigns/{year.campaign}"
    async with house(migrated, database, broker, tmp_path) as home:
        await home.play(SCRIPT)
        caller = home.caller(year.agency)
        drafts = Drafts(caller, SCRIPT)
        before, shown = await drafts.newest(), await caller.ask(operator, f"/reporting/v1/{scope}/results")
        assert SCRIPT.reference
        assert [each["reference"] for each in shown["references"]] == [SCRIPT.reference.id]
        path = f"/submission/v1/{scope}/references/{SCRIPT.reference.id}"
        await caller.change(operator, Sent("DELETE", path, {}, "taken away", year.acts[-1].at))
        after, then = await drafts.newest(), await caller.ask(operator, f"/reporting/v1/{scope}/results")
        assert after.position != before.position
        assert (after.run, bool(before.references), after.references) == (before.run, True, ())
        assert [each["unit"] for each in then["units"]] == ["ban-tdkt", "vien-khtcnn"]
        # the newer draft may prove a step
        assert {**then, "steps": shown["steps"]} == {**shown, "references": []}
        await home.is_in_order()
