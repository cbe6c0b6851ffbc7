"""The compose file and its one-shot jobs, as far as they can be read without an engine."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from confluent_kafka.admin import AclOperation, ResourceType

from deploy.docker.prepare import rights
from deploy.docker.secrets import KEY, READABLE, make
from shared.contracts import PUBLISHED, SERVICES
from shared.edge.topics import CONTROL, topic
from shared.vocabulary import Json

CLONE = Path(__file__).parents[2]
FILE: Json = yaml.safe_load((CLONE / "docker-compose.yml").read_text())
CONTAINERS: dict[str, Any] = FILE["services"]
OURS = {name: each for name, each in CONTAINERS.items() if each["image"].startswith("ictindex")}
GIB = 1024
UNITS = {"m": 1, "g": GIB}


def test_everything_fits_into_four_gibibytes() -> None:
    lasting = {name: each for name, each in CONTAINERS.items() if each.get("restart") and "profiles" not in each}
    assert set(lasting) == {"postgres", "kafka", "proxy", *SERVICES}
    assert sum(int(each["mem_limit"][:-1]) * UNITS[each["mem_limit"][-1]] for each in lasting.values()) <= 4 * GIB


def test_no_container_takes_both_of_two_cores_or_memory_without_end() -> None:
    mine = {name: each for name, each in CONTAINERS.items() if each.get("profiles") != ["observability"]}
    assert all(each["cpus"] < 2 for each in mine.values())
    assert all("mem_limit" in each for each in CONTAINERS.values())


def test_our_image_is_built_once_and_asked_of_no_registry() -> None:
    assert [name for name, each in CONTAINERS.items() if "build" in each] == ["secrets"]
    assert {each["pull_policy"] for each in OURS.values()} == {"never"}


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


def test_only_a_publisher_may_write_its_topic() -> None:
    writers = {
        (name, user) for user, kind, name, may in rights() if (kind, may) == (ResourceType.TOPIC, AclOperation.WRITE)
    }
    publishers = [name for name, contracts in PUBLISHED.items() if contracts]
    assert writers == {(topic(name), name) for name in publishers} | {(CONTROL, name) for name in SERVICES}
    groups = {(name, user) for user, kind, name, _ in rights() if kind == ResourceType.GROUP}
    assert groups == {(name, name) for name in SERVICES}
