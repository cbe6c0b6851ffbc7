"""What reporting lets people save of a published year, made without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.agencies.year_file import Script
from services.reporting.campaign.domain import Campaign, Progress
from services.reporting.page.queries import Published
from services.reporting.page.spreadsheets import table_of
from services.reporting.result.domain import Release
from services.scoring.engine import UnitInput, computed
from shared.edge.web.spreadsheets import spreadsheet
from tests.contract.goldens.pieces import DECISION
from tests.kit.campaigns import opening

AT = datetime(2020, 12, 21, tzinfo=UTC)


def exported(script: Script, units: Sequence[UnitInput], directory: Path, *tables: str, language: str = "vi") -> None:
    """Save *tables* of the year's final run as CSV, each under its own name."""
    run = computed(script.ruleset, units, "council")
    said = opening().model_copy(update={"blocks": tuple(script.roster.blocks)})
    enrolled = {unit.unit: unit for unit in script.roster.units}
    campaign = Campaign("a", script.year.campaign, said, script.ruleset, enrolled)
    digests = {"run": run.digest, "file_sha256": "0" * 64}
    release = Release(1, None, 1, **digests, decision=DECISION, signer="s", summary=run.summary,
                      standings=run.units, message="scoring/a@1", at=AT)  # fmt: skip
    shown = Published(campaign, Progress((), (), (), (), (), None, ()), release)
    for table in tables:
        (directory / f"{table}.csv").write_bytes(spreadsheet(table_of(table)(shown, language), language))
