from collections.abc import Iterator

import asyncpg
import pytest

from tests.kit.servers import Server, postgres

pytestmark = pytest.mark.server
SERVICES = ("submission", "appraisal", "scoring", "reporting")


@pytest.fixture(scope="module")
def roles_server() -> Iterator[Server]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
async def things(roles_server: Server) -> Server:
    """A table and a function in each schema, with no right granted by name."""
    owner = await asyncpg.connect(roles_server.owner_dsn)
    for service in SERVICES:
        await owner.execute(f"CREATE TABLE {service}.thing AS SELECT 1 AS one")
        await owner.execute(f"CREATE FUNCTION {service}.act() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    await owner.close()
    return roles_server


async def refused(server: Server, role: str, statement: str) -> bool:
    connection = await asyncpg.connect(server.dsn(role))
    try:
        await connection.execute(statement)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError):
        return True
    finally:
        await connection.close()
    return False


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_is_refused_at_what_was_not_granted(things: Server, service: str) -> None:
    for schema in SERVICES:
        assert await refused(things, service, f"SELECT * FROM {schema}.thing")
        assert await refused(things, service, f"SELECT {schema}.act()")
    for elsewhere in (service, "public"):
        assert await refused(things, service, f"CREATE TABLE {elsewhere}.mine ()")
    assert await refused(things, service, "CREATE TEMPORARY TABLE mine ()")
    assert await refused(things, service, "CREATE SCHEMA mine")


async def test_the_auditor_reads_everything_and_changes_nothing(things: Server) -> None:
    for schema in SERVICES:
        assert not await refused(things, "auditor", f"SELECT * FROM {schema}.thing")
        assert await refused(things, "auditor", f"SET default_transaction_read_only = off; DELETE FROM {schema}.thing")
        assert await refused(things, "auditor", f"SELECT {schema}.act()")


async def test_a_login_needs_its_own_password(things: Server) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(things.dsn("scoring").replace("scoring:", "auditor:"))
