"""How many rounds, from which seed on, on which broker: ``make drill`` says it."""

import time
from collections.abc import Callable, Sequence

import pytest

from deploy.standalone.parts import REAL
from tests.kit.house import in_order
from tests.kit.installation import standing
from tests.kit.mishaps import changes
from tests.kit.servers import directory_for_servers
from tests.kit.small_years import small_years

NOW = int(time.time())


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("drill")
    group.addoption("--rounds", type=int, default=1, help="how many rounds")
    group.addoption("--seed", type=int, default=NOW, help="of the first round; the next ones count on from it")
    group.addoption("--broker", choices=("tansu", "kafka"), default="tansu", help="the embedded broker or the real one")


def pytest_report_header(config: pytest.Config) -> str:
    rounds, seed, broker = (config.getoption(name) for name in ("rounds", "seed", "broker"))
    return f"drill: {rounds} rounds on {broker}, seeds from {seed} on"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        first, rounds = metafunc.config.getoption("seed", NOW), metafunc.config.getoption("rounds", 1)
        metafunc.parametrize("seed", range(first, first + rounds), ids="seed={}".format)


@pytest.fixture(scope="session")
def broker_name(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("broker", "tansu"))


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A line for whoever watches."""
    terminal = request.config.get_terminal_writer()
    terminal.line()
    return lambda text: terminal.line(f"  {text}")


@pytest.fixture(scope="session")
async def requests() -> Sequence[str]:
    """Everything that undisturbed years ask to be changed."""
    years = small_years()
    with directory_for_servers("undisturbed") as directory:
        async with standing(directory, REAL) as installation:
            found = await changes(installation, *years)
            await in_order(installation, *years)
    return found
