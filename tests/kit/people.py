"""People who come to an installation with browsers of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from deploy.cli.users import with_accounts
from deploy.identity.accounts import Accounts, Membership
from tests.kit.browsing import Browser
from tests.kit.installation import Installation

T = TypeVar("T")
PASSWORD = "bốn con vịt xuống ao"  # noqa: S105 - nobody's


@dataclass
class People:
    """Whoever comes to one installation."""

    installation: Installation
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        """Another one, in which nobody is signed in."""
        self.browsers.append(Browser(self.installation.stack.base_url))
        return self.browsers[-1]

    async def accounts(self, work: Callable[[Accounts], Awaitable[T]]) -> T:
        """What an operator does."""
        return await asyncio.to_thread(with_accounts, self.installation.stack, work)

    async def close(self) -> None:
        """Shut all browsers."""
        for browser in self.browsers:
            await browser.client.aclose()

    async def invited(self, person: str, *roles: str, unit: str | None = None) -> str:
        """A new person's link."""

        async def work(accounts: Accounts) -> str:
            await accounts.add(person, "Nguyễn Thị Ánh", f"{person}@bnv", by="operator")
            await accounts.grant(person, Membership(1, "bnv", roles, unit), by="operator")
            return await accounts.invite(person, by="operator")

        return f"/identity/invitation/{await self.accounts(work)}"

    async def signed_up(self, person: str, *roles: str, unit: str | None = None) -> Browser:
        """A new person's browser, signed in with a password."""
        browser = self.browser()
        await browser.open(await self.invited(person, *roles, unit=unit))
        await browser.send(browser.form(), {"new": PASSWORD, "again": PASSWORD})
        assert browser.path == "/identity/provider/authorize"
        await browser.sign_in(f"{person}@BNV", PASSWORD)
        return browser
