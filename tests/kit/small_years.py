"""Short years of two agencies: the same people and acts as in ``deploy/agencies``, fewer units."""

from collections.abc import Iterator

from deploy.agencies.year_file import (
    AnyAct,
    Appraise,
    AppraiseOne,
    ChangeByCouncil,
    ConfirmFigures,
    Script,
    SubmitSheets,
    WithdrawSheet,
)
from services.scoring.run.facts import RunDrafted
from tests.kit.hearing import Hearing
from tests.kit.scored_year import ScoredYear
from tests.kit.year_files import full_year


def small_years() -> tuple[Script, Script]:
    """A long process (withdrawal, contest, two rounds, a change by the council) and a short one, of two agencies."""
    long = only(full_year("bnv/year-2020"), "vu-khtc", "vu-tong-hop", "ban-tdkt")
    return long, only(full_year("ubdt/year-2020"), "van-phong", "vu-khtc")


def renamed(script: Script, campaign: str) -> Script:
    """The same year beside it: *campaign* of the same agency."""
    return script.model_copy(update={"year": script.year.model_copy(update={"campaign": campaign})})


def only(script: Script, *units: str) -> Script:
    """The same year with these *units* alone, and of the printed figures theirs: means and counts are of all units."""
    year, roster = script.year, script.roster
    kept = {
        "units": {unit: each for unit, each in year.units.items() if unit in units},
        "acts": tuple(_acts(year.acts, units)),
    }
    few: dict[str, object] = {
        "year": year.model_copy(update=kept),
        "roster": roster.model_copy(update={"units": tuple(each for each in roster.units if each.unit in units)}),
    }
    if script.reference:
        figures = tuple(figure for figure in script.reference.figures if figure.get("unit") in units)
        few["reference"] = script.reference.model_copy(update={"figures": figures})
    if script.usage:
        pushes = {
            name: push.model_copy(update={"rows": tuple(row for row in push.rows if row["unit"] in units)})
            for name, push in script.usage.pushes.items()
        }
        few["usage"] = script.usage.model_copy(update={"pushes": pushes})
    return script.model_copy(update=few)


def elsewhere(script: Script, agency: str) -> Script:
    """The same year of another agency."""
    return script.model_copy(update={"year": script.year.model_copy(update={"agency": agency})})


def _acts(acts: tuple[AnyAct, ...], units: tuple[str, ...]) -> Iterator[AnyAct]:
    for act in acts:
        match act:
            case SubmitSheets() | ConfirmFigures():
                if busy := tuple(unit for unit in act.units if unit in units):
                    yield act.model_copy(update={"units": busy})
            case WithdrawSheet() | ChangeByCouncil() | AppraiseOne():
                if act.unit in units:
                    yield act
            case Appraise():
                instead = {unit: person for unit, person in act.instead.items() if unit in units}
                yield act.model_copy(update={"instead": instead})
            case _:
                yield act


async def undisturbed(script: Script) -> str:
    """Digest of the run that scoring comes to in memory, where every message arrives once and in order."""
    hearing = await ScoredYear(script).play(Hearing())
    *_, draft = await hearing.facts(RunDrafted)
    assert isinstance(draft, RunDrafted)
    return draft.run
