"""`ictindex user`: people's accounts, and what they may do in which agency."""

import asyncio
import datetime as dt
import getpass
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.cli.place import data_option, reached
from deploy.cli.shown import show
from deploy.cli.words import Say
from deploy.identity.accounts import Accounts, Membership, Person
from deploy.identity.schema import IDENTITY
from deploy.standalone.keys import RoleUnknown
from deploy.standalone.running import Running
from shared.edge.auth import ROLES
from shared.edge.settings import wall_clock
from shared.edge.web.words import word

T = TypeVar("T")
INVITATION = "{}/identity/invitation/{}"


def register(app: typer.Typer, say: Say) -> None:
    """Add the commands."""
    user = typer.Typer(help=say("Tài khoản của người dùng.", "People's accounts."), no_args_is_help=True)
    app.add_typer(user, name="user")
    _adding(user, say)
    _granting(user, say)
    _changing(user, say)
    _looking(user, say)


def _adding(user: typer.Typer, say: Say) -> None:
    person = _person(say)
    roles = say("Vai trò; có thể lặp lại: ", "Role; may be repeated: ") + ", ".join(ROLES)
    login = say("Tên đăng nhập, ví dụ thư công vụ.", "What is typed to sign in, such as the mail address.")

    @user.command(help=say("Thêm một người và in liên kết mời.", "Add a person and print the link that invites them."))
    def add(
        id_: Annotated[str, person],
        name: Annotated[str, typer.Argument(help=say("Họ và tên.", "Full name."))],
        login: Annotated[str, typer.Option(help=login)],
        agency: Annotated[str, typer.Option(help=say("Mã cơ quan.", "Id of the agency."))],
        role: Annotated[list[str], typer.Option(help=roles)],
        unit: Annotated[str | None, typer.Option(help=say("Mã đơn vị.", "Id of the unit."))] = None,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        there, membership = reached(data), membership_of(1, agency, role, unit)

        async def work(accounts: Accounts) -> str:
            by = _who()
            await accounts.add(id_, name, login, by=by)
            await accounts.grant(id_, membership, by=by)
            return await accounts.invite(id_, by=by)

        say.out.print(INVITATION.format(there.page_url, with_accounts(there, work)), markup=False, soft_wrap=True)


def _granting(user: typer.Typer, say: Say) -> None:
    person = _person(say)

    @user.command(
        help=say(
            "Giao thêm hoặc thay một vai trò, có thể ở cơ quan khác hoặc thay người vắng mặt (KT., TL.).",
            "Give a role, in another agency too, or for somebody who is absent (KT., TL.).",
        )
    )
    def grant(
        id_: Annotated[str, person],
        number: Annotated[int, typer.Option(help=say("Số thứ tự của vai trò.", "Which of the person's."), min=1)],
        agency: Annotated[str, typer.Option(help=say("Mã cơ quan.", "Id of the agency."))],
        role: Annotated[list[str], typer.Option(help=say("Vai trò.", "Role."))],
        unit: Annotated[str | None, typer.Option(help=say("Mã đơn vị.", "Id of the unit."))] = None,
        signs: Annotated[str | None, typer.Option(help=say("KT. hoặc TL.", "KT. or TL."))] = None,
        authority: Annotated[str | None, typer.Option(help=say("Văn bản giao quyền.", "The document."))] = None,
        since: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("Từ ngày.", "From."))] = None,
        until: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("Đến ngày.", "To."))] = None,
        data: Annotated[Path | None, data_option(say)] = None,
    ) -> None:
        first, last = since and since.date(), until and until.date()
        given = Membership(number, agency, tuple(known(role)), unit, None, signs, authority, first, last)

        async def work(accounts: Accounts) -> None:
            await accounts.grant(id_, given, by=_who())

        with_accounts(reached(data), work)


def _changing(user: typer.Typer, say: Say) -> None:
    person = _person(say)

    @user.command(help=say("In liên kết mời mới: đặt lại mật khẩu.", "Print a new link: the password is set again."))
    def invite(id_: Annotated[str, person], data: Annotated[Path | None, data_option(say)] = None) -> None:
        there = reached(data)

        async def work(accounts: Accounts) -> str:
            return await accounts.invite(id_, by=_who())

        say.out.print(INVITATION.format(there.page_url, with_accounts(there, work)), markup=False, soft_wrap=True)

    @user.command(help=say("Khóa tài khoản và kết thúc mọi phiên.", "Let nobody in with it, and end its sessions."))
    def disable(id_: Annotated[str, person], data: Annotated[Path | None, data_option(say)] = None) -> None:
        async def work(accounts: Accounts) -> None:
            await accounts.disable(id_, by=_who())

        with_accounts(reached(data), work)


def _looking(user: typer.Typer, say: Say) -> None:
    @user.command(name="list", help=say("Liệt kê tài khoản và vai trò.", "Show accounts and roles."))
    def listed(data: Annotated[Path | None, data_option(say)] = None) -> None:
        async def work(accounts: Accounts) -> Sequence[Person]:
            return await accounts.everybody()

        columns = ("Mã", "Họ và tên", "Tên đăng nhập", "Vai trò"), ("Id", "Name", "Login", "Roles")
        table = Table(*columns[say.language == "en"])
        for each in with_accounts(reached(data), work):
            roles = "; ".join(_said(membership, say.language) for membership in each.memberships)
            table.add_row(each.id, each.name, each.login, roles if not each.disabled else say("đã khóa", "disabled"))
        show(table, say)


def _person(say: Say) -> Any:  # noqa: ANN401 - typer's own
    return typer.Argument(help=say("Mã người (ghi trong nhật ký).", "Id of the person, as logs have it."))


def membership_of(number: int, agency: str, roles: Sequence[str], unit: str | None) -> Membership:
    """A membership without an end.

    Raises:
        RoleUnknown: See there.
    """
    return Membership(number, agency, tuple(known(roles)), unit)


def known(roles: Sequence[str]) -> Sequence[str]:
    """*roles*, all of which there are.

    Raises:
        RoleUnknown: The first that is none.
    """
    for role in roles:
        if role not in ROLES:
            raise RoleUnknown(role=role, known=", ".join(ROLES))
    return roles


def with_accounts(there: Running, work: Callable[[Accounts], Awaitable[T]]) -> T:
    """What *work* does with the accounts of a run."""

    async def done() -> T:
        dsn = there.dsn(IDENTITY).replace("postgresql://", "postgresql+asyncpg://", 1)
        engine = create_async_engine(dsn)
        try:
            return await work(Accounts(engine, wall_clock))
        finally:
            await engine.dispose()

    return asyncio.run(done())


def _who() -> str:
    """Whoever sits at the command line, as the system knows them."""
    return f"cli:{getpass.getuser()}"


def _said(membership: Membership, language: str) -> str:
    roles = ", ".join(word(f"role.{role}", language) for role in membership.roles)
    return f"{membership.agency}/{membership.unit}: {roles}" if membership.unit else f"{membership.agency}: {roles}"
