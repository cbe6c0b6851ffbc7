"""Every command that an operator finds in docs/operations.md is run by a test, and this says by which."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
COMPOSE, REAL, BACKUP = "compose/test_compose.py", "e2e/test_real_processes.py", "e2e/test_backup.py"
CONTAINERS = f"{COMPOSE}::test_the_commands_of_an_operator_work_beside_the_services"
BACK = f"{COMPOSE}::test_a_backup_brings_the_containers_back_to_its_moment"
VOLUME = "ictindex_secrets-grafana:/s:ro"
SIGN_IN = f"{COMPOSE}::test_people_sign_in_over_tls"
USER_ADD = (
    'docker compose run --rm ictindex user add anh "Nguyễn Thị Ánh" --login anh@bnv.gov.vn --agency bnv --role unit '
    "--unit vu-cchc"
)
SHOWN = {
    "docker compose up": "kit/compose.py::up",
    "docker compose up -d --wait --scale scoring=3": f"{COMPOSE}::test_years_in_which_containers_are_killed",
    "docker compose down": "kit/compose.py::composed",
    "docker compose down --volumes": "kit/compose.py::composed",
    "ictindex up": "e2e/test_the_command.py::test_after_a_stop_and_a_kill_the_runs",
    "docker compose up -d --wait": "kit/compose.py::composed",
    "docker compose up -d --wait --build": "kit/compose.py::composed",
    "docker compose up -d --wait postgres kafka": BACK,
    "docker compose run --rm ictindex demo": f"{COMPOSE}::test_one_command_plays_the_year",
    "docker compose run --rm ictindex doctor": CONTAINERS,
    "docker compose run --rm ictindex verify": BACK,
    "docker compose run --rm ictindex backup /backups/2020-11-27": BACK,
    USER_ADD: SIGN_IN,
    "docker compose run --rm ictindex user list": SIGN_IN,
    "docker compose run --rm ictindex user disable anh": SIGN_IN,
    "docker compose stop submission appraisal scoring reporting identity proxy": BACK,
    "docker compose run --rm restore /backups/2020-11-27": BACK,
    "docker compose run --rm restore": BACK,
    "docker compose run --rm prepare": f"{COMPOSE}::test_a_right_that_is_meant_no_more_is_withdrawn",
    "docker compose run --rm prepare python -m deploy.docker.forget ict.…": CONTAINERS,
    "docker compose logs certificates": CONTAINERS,
    f"docker compose run --rm --no-deps --entrypoint cat -v {VOLUME} ictindex /s/grafana": CONTAINERS,
    "docker compose --profile observability up -d": f"{COMPOSE}::test_what_watches_is_asked_for_by_name",
    "ictindex doctor": f"{REAL}::test_the_doctor_names_what_is_ill_and_what_helps",
    "ictindex backup DIRECTORY": f"{BACKUP}::kept",
    "ictindex restore DIRECTORY": f"{BACKUP}::test_the_installation_becomes_what_it_was_and_goes_on_from_there",
    "ictindex rewind AGENCY PUBLISHER --reason …": f"{REAL}::test_an_operator_has_a_service_say_everything_again",
    "ictindex stopped list AGENCY": f"{REAL}::test_an_operator_retries_by_command",
    "ictindex stopped retry AGENCY SERVICE PUBLISHER": f"{REAL}::test_an_operator_retries_by_command",
}
"""The observability images are asked for, and the file is valid: they are not at hand everywhere."""


def commands(text: str) -> set[str]:
    blocks = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`((?:docker compose|ictindex) [^`]+)`", re.sub(r"\s+", " ", text))
    return {command for command in (*lines, *inline) if command}


def test_each_command_is_known() -> None:
    assert commands(OPERATIONS) == set(SHOWN)


@pytest.mark.parametrize("command", SHOWN)
def test_the_test_that_runs_it_is_there(command: str) -> None:
    file, _, name = SHOWN[command].partition("::")
    assert re.search(rf"def {name}", (ROOT / "tests" / file).read_text())


def test_a_command_that_nobody_runs_is_found() -> None:
    assert commands("Then `ictindex hope`:\n\n```\ndocker compose pray  # twice\n```\n") == {
        "ictindex hope",
        "docker compose pray",
    }
