"""People sign in once for all services; what a cookie allows is what the person may do, and no longer than it holds."""

import re
from collections.abc import AsyncIterator

import asyncpg
import pyotp
import pytest

from deploy.identity.accounts import Membership
from deploy.standalone.parts import REAL
from tests.kit.installation import Installation, standing
from tests.kit.people import PASSWORD, People
from tests.kit.servers import directory_for_servers

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
CAMPAIGNS = "/submission/v1/agencies/bnv/campaigns/x/sheets"


@pytest.fixture(scope="module")
async def installation() -> AsyncIterator[Installation]:
    with directory_for_servers("sign-in") as directory:
        async with standing(directory, REAL) as installation:
            yield installation


@pytest.fixture
async def people(installation: Installation) -> AsyncIterator[People]:
    people = People(installation)
    yield people
    await people.close()


async def test_an_invitation_a_password_and_every_service_knows_who_it_is(people: People) -> None:
    browser = await people.signed_up("anh", "auditor")
    assert browser.path == "/identity/me"
    assert "Nguyễn Thị Ánh" in browser.text
    answer = await browser.client.get(CAMPAIGNS)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:ictindex:campaign.unknown")
    assert (await browser.client.get(CAMPAIGNS.replace("bnv", "ubdt"))).status_code == 404
    await browser.send(browser.form("/identity/sign-out"), {})
    assert (await browser.client.get(CAMPAIGNS)).status_code == 401


async def test_an_invitation_is_good_once(people: People) -> None:
    link = await people.invited("binh", "auditor")
    browser = people.browser()
    await browser.open(link)
    await browser.send(browser.form(), {"new": "ngắn", "again": "ngắn"})
    assert browser.status == 422
    await browser.send(browser.form(), {"new": PASSWORD, "again": PASSWORD})
    assert (await browser.open(link)).status_code == 409


async def test_operators_and_approvers_need_a_second_factor(people: People) -> None:
    browser = await people.signed_up("chi", "operator")
    found = re.search(r"<code>([A-Z2-7]+)</code>", browser.text)
    assert found
    assert (await browser.client.get(CAMPAIGNS)).status_code == 401
    await browser.send(browser.form("/code"), {"code": "000000"})
    assert browser.status == 403
    code = pyotp.TOTP(found[1]).now()
    await browser.send(browser.form("/code"), {"code": code})
    assert browser.path == "/identity/me"
    again = people.browser()
    await again.sign_in("chi@bnv", PASSWORD)
    await again.send(again.form("/code"), {"code": code})
    assert again.status == 403, "a code is good once"


async def test_a_cookie_alone_changes_nothing(people: People) -> None:
    browser = await people.signed_up("dung", "unit", unit="vp")
    cell = "/submission/v1/agencies/bnv/campaigns/x/sheets/vp/draft/c1"
    answer = await browser.client.put(cell, json={}, headers={"idempotency-key": "k", "if-none-match": "*"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:ictindex:request.form_forged")
    forged = await browser.client.post("/identity/sign-out", content="csrf=x", headers={"content-type": "text/plain"})
    assert forged.status_code == 422
    await browser.open("/identity/me")
    token = browser.form("/sign-out").fields["csrf"]
    headers = {"idempotency-key": "k", "if-none-match": "*", "x-csrf-token": token}
    answer = await browser.client.put(cell, json={}, headers=headers)
    assert answer.json()["type"] == "urn:ictindex:campaign.unknown"


async def test_wrong_passwords_lock_and_tell_nobody_which_accounts_there_are(people: People) -> None:
    browser = await people.signed_up("em", "auditor")
    said = set()
    for _ in range(5):
        await browser.sign_in("em@bnv", "sai mật khẩu rồi")
        said.add((browser.status, re.findall(r'role="alert">([^<]+)', browser.text)[0]))
    await browser.sign_in("em@bnv", PASSWORD)
    said.add((browser.status, re.findall(r'role="alert">([^<]+)', browser.text)[0]))
    await browser.sign_in("nobody@bnv", PASSWORD)
    said.add((browser.status, re.findall(r'role="alert">([^<]+)', browser.text)[0]))
    assert len(said) == 1


async def test_who_is_disabled_is_out_at_once(people: People) -> None:
    browser = await people.signed_up("giang", "auditor")
    assert (await browser.client.get(CAMPAIGNS)).status_code == 404
    await people.accounts(lambda accounts: accounts.disable("giang", by="operator"))
    assert (await browser.client.get(CAMPAIGNS)).status_code == 401


async def test_sessions_are_listed_and_ended_from_another_browser(people: People) -> None:
    one = await people.signed_up("hoa", "auditor")
    two = people.browser()
    await two.sign_in("hoa@bnv", PASSWORD)
    await two.send(two.form("/sessions/end"), {"number": "others"})
    assert (await one.client.get(CAMPAIGNS)).status_code == 401
    assert (await two.client.get(CAMPAIGNS)).status_code == 404


async def test_a_second_agency_is_a_visible_switch(people: People) -> None:
    browser = await people.signed_up("khanh", "auditor")
    other_agency = Membership(2, "ubdt", ("auditor",))
    await people.accounts(lambda accounts: accounts.grant("khanh", other_agency, by="operator"))
    await browser.open("/identity/me")
    await browser.send(browser.form("/membership"), {})
    other = CAMPAIGNS.replace("bnv", "ubdt")
    assert (await browser.client.get(other)).json()["type"] == "urn:ictindex:campaign.unknown"
    assert (await browser.client.get(CAMPAIGNS)).json()["type"] == "urn:ictindex:auth.agency_unknown"


async def test_nobody_is_led_elsewhere(people: People) -> None:
    browser = await people.signed_up("lan", "auditor")
    for to in ("https://example.org/", "//example.org", "/\\example.org", "/%0d%0aset-cookie:x"):
        await browser.sign_in("lan@bnv", PASSWORD, to)
        assert browser.page
        assert str(browser.page.url).startswith(people.installation.stack.base_url)


async def test_the_auditor_sees_who_may_do_what_and_no_proof_of_it(people: People) -> None:
    connection = await asyncpg.connect(people.installation.stack.dsn("auditor"))
    try:
        assert await connection.fetchval("SELECT count(*) FROM identity.act WHERE act = 'account.added'")
        for table in ("account", "session", "invitation"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM identity.{table}")
    finally:
        await connection.close()
    connection = await asyncpg.connect(people.installation.stack.dsn("identity"))
    try:
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute("DELETE FROM act")
    finally:
        await connection.close()


async def test_an_operator_does_so_by_command(people: People) -> None:
    ictindex = people.installation.ictindex
    who = ("--login", "mai@bnv", "--agency", "bnv", "--role", "unit_head", "--unit", "vp")
    added = await ictindex("user", "add", "mai", "Trần Thị Mai", *who)
    assert added.stdout.startswith(f"{people.installation.stack.base_url}/identity/invitation/")
    again = await ictindex("user", "add", "mai", "Trần Thị Mai", *who)
    assert (again.returncode, "mai@bnv" in again.stderr) == (1, True)
    listed = (await ictindex("user", "list")).stdout
    assert "Trần Thị Mai" in listed
    assert "bnv/vp: Head of unit" in listed
