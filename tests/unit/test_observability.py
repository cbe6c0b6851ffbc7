"""The alert rules: they can be read, ask for figures that there are, and are explained where an operator looks."""

import re
from pathlib import Path

import promql_parser
import pytest
import yaml

from shared.contracts import SERVICES
from shared.edge.telemetry import Telemetry
from shared.vocabulary import Json

DEPLOY = Path(__file__).parents[2] / "deploy" / "observability"
OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
[GROUP] = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
RULES: list[Json] = GROUP["rules"]
DASHBOARD = (DEPLOY / "grafana" / "ictindex.json").read_text()
SUFFIXES = ("", "_total", "_count", "_sum", "_bucket")


def figures() -> set[str]:
    """All names at ``/metrics``."""
    names = {family.name for family in Telemetry().registry.collect()}
    return {"up", *(f"{name}{suffix}" for name in names for suffix in SUFFIXES)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_is_readable_asks_for_what_there_is_and_says_so_in_both_languages(rule: Json) -> None:
    promql_parser.parse(rule["expr"])
    asked = set(re.findall(r"\b(?:up|ict_\w+)\b", rule["expr"]))
    assert asked
    assert asked <= figures()
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"].keys() == {"vi", "en"}


def test_every_alert_is_explained_and_nothing_else_is() -> None:
    explained = re.findall(r"^### `(\w+)`", OPERATIONS, re.MULTILINE)
    assert explained == [rule["alert"] for rule in RULES]


def test_a_panel_asks_for_what_there_is() -> None:
    asked = set(re.findall(r"\bict_\w+\b", DASHBOARD))
    assert asked
    assert asked <= figures()


def test_every_service_is_asked_under_its_own_name() -> None:
    jobs = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())["scrape_configs"]
    assert {job["job_name"] for job in jobs} == {*SERVICES, "identity"}
    assert all(job["dns_sd_configs"][0]["names"] == [job["job_name"]] for job in jobs)
