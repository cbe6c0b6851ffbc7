"""A unit works through its sheet on pages alone: filled in, certified as shown, handed in, with a receipt."""

import itertools
import re
from collections.abc import AsyncIterator

import pytest

from deploy.agencies.year_file import Appraise, OpenCampaign, SubmitSheets
from deploy.player.play import play
from deploy.standalone.parts import REAL
from shared.edge.web.formats import VIETNAM
from tests.kit.browsing import Browser
from tests.kit.bus import until
from tests.kit.installation import Installation, standing
from tests.kit.people import People
from tests.kit.servers import directory_for_servers
from tests.kit.small_years import small_years

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
SCRIPT = small_years()[0]
YEAR = SCRIPT.year
UNIT = next(unit for act in YEAR.acts if isinstance(act, SubmitSheets) for unit in act.units)
OTHER = next(unit for unit in YEAR.units if unit != UNIT)
SHEET = f"/submission/_/{YEAR.agency}/{YEAR.campaign}/sheets/{UNIT}"
PAPER = {"number": "12/BC-VP", "date": "20/10/2020", "issuer": "Văn phòng", "abstract": "Báo cáo năm"}


@pytest.fixture(scope="module")
async def installation() -> AsyncIterator[Installation]:
    with directory_for_servers("pages") as directory:
        async with standing(directory, REAL) as installation:
            opened = [act for act in YEAR.acts if isinstance(act, OpenCampaign)]
            year = YEAR.model_copy(update={"acts": tuple(opened)})
            await play(SCRIPT.model_copy(update={"year": year}), installation.client, installation.stack.token)
            yield installation


@pytest.fixture
async def people(installation: Installation) -> AsyncIterator[People]:
    people = People(installation)
    yield people
    await people.close()


def cells(browser: Browser, unit: str = UNIT) -> list[str]:
    """Criteria that the page has a form for."""
    return re.findall(rf'action="[^"]+/{unit}/cells/([^"/]+)"', browser.text)


def documented(points: str) -> dict[str, str]:
    return {"applies": "yes", "points": points, **{f"doc.0.{name}": said for name, said in PAPER.items()}}


async def test_a_clerk_fills_in_and_the_head_hands_in_what_was_shown(people: People) -> None:
    clerk = await people.signed_up("clerk", "unit", unit=UNIT)
    await clerk.open("/_/work")
    assert SHEET in clerk.text
    await clerk.open(SHEET)
    for number, criterion in enumerate(cells(clerk)):
        await clerk.send(clerk.form(f"/{criterion}"), documented(f"{60 + number},25"))
        assert (clerk.status, clerk.path) == (200, SHEET), clerk.text
    assert "60,25" in clerk.text
    assert (await clerk.open(f"{SHEET}/certification")).status_code == 403

    head = await people.signed_up("head", "unit_head", unit=UNIT)
    await head.open(f"{SHEET}/certification")
    shown = head.form("/submission").fields["certified"]
    submission = next(act for act in YEAR.acts if isinstance(act, SubmitSheets))
    at = f"{submission.at.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"
    form = head.form("/submission")
    await head.send(form, {"effective_at": at})
    assert (head.status, head.path) == (200, f"{SHEET}/receipts"), head.text
    assert shown in head.text
    await head.send(form, {"effective_at": at})  # a double click
    assert head.text.count(shown) == 1

    async def told() -> bool:
        return f"{SHEET}/receipts" in (await head.open("/_/work")).text

    await until("reporting has heard of it", told)


async def test_two_who_fill_in_one_cell_both_see_it(people: People) -> None:
    one = await people.signed_up("one", "unit", unit=OTHER)
    two = await people.signed_up("two", "unit", unit=OTHER)
    url = SHEET.replace(UNIT, OTHER)
    await one.open(url)
    await two.open(url)
    criterion = cells(one, OTHER)[0]
    await one.send(one.form(f"/{criterion}"), documented("70"))
    await two.send(two.form(f"/{criterion}"), documented("80"))
    assert two.status == 409
    assert 'value="80"' in two.text
    for typed in ("bảy mươi", "70,123", "1000000"):
        await one.open(url)
        await one.send(one.form(f"/{criterion}"), documented(typed))
        assert one.status == 409
        assert f'value="{typed}"' in one.text, "what was typed stays"
        assert 'role="alert"' in one.text


async def test_what_is_somebody_else_s_is_not_shown_and_a_foreign_form_does_nothing(people: People) -> None:
    clerk = await people.signed_up("stranger", "unit", unit=OTHER)
    assert (await clerk.open(SHEET)).status_code == 403
    assert (await clerk.open(SHEET.replace(YEAR.agency, "khac"))).status_code == 404
    await clerk.open(SHEET.replace(UNIT, OTHER))
    form = clerk.form(cells(clerk, OTHER)[0])
    form.fields["csrf"] = "forged"
    await clerk.send(form, documented("1"))
    assert clerk.status == 403
    nobody = people.browser()
    await nobody.open(SHEET)
    assert nobody.path == "/identity/provider/authorize"


@pytest.fixture(scope="module")
async def judging() -> AsyncIterator[Installation]:
    """The year up to its first round."""
    with directory_for_servers("bench") as directory:
        async with standing(directory, REAL) as installation:
            acts = list(itertools.takewhile(lambda act: not isinstance(act, Appraise), YEAR.acts))
            year = YEAR.model_copy(update={"acts": tuple(acts)})
            await play(SCRIPT.model_copy(update={"year": year}), installation.client, installation.stack.token)
            yield installation


async def test_an_appraiser_lets_stand_and_says_another_word(judging: Installation) -> None:
    people, desk = People(judging), f"/appraisal/_/{YEAR.agency}/{YEAR.campaign}/round1"
    first = next(act for act in YEAR.acts if isinstance(act, Appraise))
    person = next(each for each in YEAR.persons if each.id == first.by)
    at = {"effective_at": f"{first.at.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"}
    try:
        browser = await people.signed_up(person.id, "appraiser", unit=person.unit)
        await browser.open("/_/work")
        assert desk in browser.text
        await browser.open(desk)
        units = re.findall(rf'href="{desk}/([^"?]+)"', browser.text)
        assert units
        await browser.open(f"{desk}/{units[0]}")
        criteria = re.findall(rf'action="{desk}/[^/]+/criteria/([^"]+)"', browser.text)
        await browser.send(browser.form(f"/criteria/{criteria[0]}"), {**at, "verdict": "word", "points": "1,5"})
        assert browser.status == 409, "another word needs a reason"
        before = browser.form(f"/criteria/{criteria[1]}")
        told = {
            "verdict": "word",
            "applies": "yes",
            "points": "1,5",
            "reason_code": "recalculated",
            "reason": "Tính lại",
        }
        await browser.send(browser.form(f"/criteria/{criteria[0]}"), {**at, **told})
        assert browser.status == 200, browser.text
        assert "Tính lại" in browser.text
        await browser.send(before, {**at, "verdict": "stands"})  # the page as it was before, shown again by "back"
        assert browser.status == 200, browser.text
        for unit in units:
            await browser.open(f"{desk}/{unit}")
            if "/stands" in browser.text:
                await browser.send(browser.form("/stands"), at)
                assert browser.status == 200, browser.text
        await browser.open(desk)
        assert len(re.findall(r'class="number">0<', browser.text)) == len(units)
        assert (f"{desk}/closing" in browser.text) == (len(units) == len(YEAR.units))
    finally:
        await people.close()
