"""The compose file and its one-shot jobs, as far as they can be read without an engine."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from confluent_kafka.admin import AclOperation, ResourceType

from deploy.cli.place import reachable
from deploy.docker.prepare import rights
from deploy.docker.secrets import AUDITOR, KEY, READABLE, make
from deploy.doctor.program import installed_pins
from deploy.settings import surroundings
from shared.contracts import PUBLISHED, SERVICES
from shared.edge.kafka_login import Login
from shared.edge.topics import CONTROL, topic
from shared.vocabulary import Json

CLONE = Path(__file__).parents[2]
FILE: Json = yaml.safe_load((CLONE / "docker-compose.yml").read_text())
CONTAINERS: dict[str, Any] = FILE["services"]
OURS = {name: each for name, each in CONTAINERS.items() if each["image"].startswith("ictindex")}
LASTING = {name: each for name, each in CONTAINERS.items() if each.get("restart")}
GIB, CORES = 1024, 2
UNITS = {"m": 1, "g": GIB}
MAY = {"proxy": {"NET_BIND_SERVICE"}, "postgres": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}}
"""What is left of root's rights, by container; the file says why."""
WRITES = {"postgres", "kafka", "grafana"}
"""Whose images write beside their volumes: sockets, settings made from the environment, plugins."""


def memory(container: Json) -> int:
    """In MiB."""
    said = container["mem_limit"]
    return int(said[:-1]) * UNITS[said[-1]]


def unbounded(container: Json) -> set[str]:
    """What of a container that stays up has no limit, or may be more than it needs."""
    wanted = {
        "memory": "mem_limit" in container,
        "processors": 0 < container.get("cpus", 0) < CORES,
        "rights": container.get("cap_drop") == ["ALL"] and "privileged" not in container,
        "new rights": container.get("security_opt") == ["no-new-privileges:true"],
        "health": "test" in container.get("healthcheck", {}),
        "its end": "stop_grace_period" in container,
        "its output": {"max-size", "max-file"} <= set(container.get("logging", {}).get("options", {})),
        "its return": container.get("restart") == "unless-stopped",
    }
    return {what for what, there in wanted.items() if not there}


def test_everything_fits_into_four_gibibytes() -> None:
    always = {name: each for name, each in LASTING.items() if "profiles" not in each}
    assert set(always) == {"postgres", "kafka", "proxy", "identity", *SERVICES}
    assert sum(memory(each) for each in always.values()) <= 4 * GIB
    assert set(LASTING) - set(always) == {"prometheus", "grafana"}


def test_no_container_takes_both_of_two_cores_or_memory_without_end() -> None:
    assert all(0 < each["cpus"] < CORES for each in CONTAINERS.values())
    assert all(0 < memory(each) <= GIB for each in CONTAINERS.values())


@pytest.mark.parametrize("name", sorted(LASTING))
def test_what_stays_up_is_bounded_watched_and_ended_in_time(name: str) -> None:
    assert unbounded(LASTING[name]) == set()
    assert set(LASTING[name].get("cap_add", ())) == MAY.get(name, set())
    assert LASTING[name].get("read_only", False) == (name not in WRITES)


def test_the_check_can_fail() -> None:
    assert len(unbounded({})) == 8
    assert unbounded({**LASTING["scoring"], "cpus": 2}) == {"processors"}
    assert unbounded({**LASTING["scoring"], "cap_drop": ["NET_RAW"]}) == {"rights"}


def test_our_image_is_built_once_and_asked_of_no_registry() -> None:
    assert [name for name, each in CONTAINERS.items() if "build" in each] == ["secrets"]
    assert {each["pull_policy"] for each in OURS.values()} == {"never"}


def test_the_proxy_starts_only_with_files_that_a_job_with_its_rights_could_read() -> None:
    job, proxy = CONTAINERS["certificates"], CONTAINERS["proxy"]
    [mounted] = job["volumes"]
    assert mounted in proxy["volumes"]
    assert mounted in CONTAINERS["ictindex"]["volumes"]
    assert proxy["depends_on"]["certificates"] == {"condition": "service_completed_successfully"}
    assert (job["user"], "user" in proxy) == ("0:0", False)


def test_the_image_keeps_what_it_was_installed_from_where_the_doctor_looks(tmp_path: Path) -> None:
    file = (CLONE / "deploy" / "docker" / "Dockerfile").read_text()
    [kept] = [line.split()[-1] for line in file.splitlines() if line.startswith("COPY requirements/")]
    pins = tmp_path / Path(kept).name
    pins.touch()
    assert f"-m venv {Path(kept).parent}" in file
    assert installed_pins(tmp_path) == [pins]


@pytest.mark.parametrize("name", sorted(set(OURS) - {"secrets"}))
def test_whatever_is_run_first_waits_for_the_image_to_be_built(name: str) -> None:
    """Compose makes what a command depends on before it looks for the command's own image."""
    before, waiting = set[str](), {name}
    while waiting:
        next_one = waiting.pop()
        before.add(next_one)
        waiting |= set(CONTAINERS[next_one].get("depends_on", ())) - before
    assert "secrets" in before


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_may_nothing_they_do_not_need(name: str) -> None:
    ours = OURS[name]
    assert ours["read_only"]
    assert ours["cap_drop"] == ["ALL"]
    assert "cap_add" not in ours
    assert ours["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in ours


def test_only_the_proxy_can_be_reached_from_outside_and_by_default_from_this_machine_alone() -> None:
    reached = {name: each["ports"] for name, each in CONTAINERS.items() if "ports" in each}
    assert set(reached) == {"proxy", "grafana"}
    here = ("127.0.0.1:", "${ICT_BIND:-127.0.0.1}:")
    assert all(port.startswith(here) for ports in reached.values() for port in ports)
    assert {name for name, each in FILE["networks"].items() if not (each or {}).get("internal")} == {"outside"}
    assert {name for name, each in CONTAINERS.items() if "outside" in each.get("networks", ())} == set(reached)


def test_no_secret_stands_in_the_file_and_each_service_mounts_its_own() -> None:
    for service in SERVICES:
        mounted = [volume for volume in CONTAINERS[service]["volumes"] if "secrets" in volume]
        assert mounted == [f"secrets-{service}:/run/secrets:ro"]
        told = CONTAINERS[service]["environment"]
        assert told["ICT_KAFKA_USER"] == service
        assert f"//{service}@" in told["ICT_DATABASE_URL"]
        assert not [name for name in told if "PASSWORD" in name and not name.endswith("_FILE")]


def test_missing_secrets_are_made_once_and_what_is_there_stays(tmp_path: Path) -> None:
    made = list(make(tmp_path))
    before = {path: path.read_text() for path in made}
    assert list(make(tmp_path)) == []
    for path in (tmp_path / "scoring" / "database", tmp_path / "appraisal" / "jwks.json"):
        path.unlink()
    assert len(list(make(tmp_path))) == 2
    assert {path: path.read_text() for path in made} == before
    assert all(path.stat().st_mode & 0o777 == READABLE for path in made)
    assert (tmp_path / "scoring" / "database").read_text() == (tmp_path / "prepare" / "scoring").read_text()
    public = json.loads((tmp_path / "scoring" / "jwks.json").read_text())["keys"][0]
    assert "d" not in public
    assert json.loads((tmp_path / "tools" / KEY).read_text())["x"] == public["x"]


def test_the_command_line_finds_everything_that_the_doctor_looks_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(make(tmp_path))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secrets").symlink_to(tmp_path / "tools")
    told = CONTAINERS["ictindex"]["environment"]
    for name, value in {**told, "ICT_DATA": str(tmp_path / "data"), "ICT_TLS": "files"}.items():
        monkeypatch.setenv(name, value)
    found = reachable(surroundings())
    assert found is not None
    assert (found.kafka, found.tls_at, found.certificates) == ("kafka:9092", "proxy:8443", Path("/certificates"))
    assert found.kafka_login == Login("auditor", (tmp_path / "prepare" / "kafka_auditor").read_text())
    assert set(found.services) == {*SERVICES, "identity"}
    monkeypatch.setenv("ICT_TLS", "internal")
    found = reachable(surroundings())
    assert found is not None
    assert found.certificates is None


def test_only_a_publisher_may_write_its_topic() -> None:
    writers = {
        (name, user) for user, kind, name, may in rights() if (kind, may) == (ResourceType.TOPIC, AclOperation.WRITE)
    }
    publishers = [name for name, contracts in PUBLISHED.items() if contracts]
    assert writers == {(topic(name), name) for name in publishers} | {(CONTROL, name) for name in SERVICES}
    groups = {(name, user) for user, kind, name, _ in rights() if kind == ResourceType.GROUP}
    assert groups == {(name, name) for name in SERVICES}
    assert {may for user, _, _, may in rights() if user == AUDITOR} == {
        AclOperation.DESCRIBE,
        AclOperation.DESCRIBE_CONFIGS,
    }
