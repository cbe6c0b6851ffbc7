"""`ictindex demo`: everything starts, years are played through the public API, the results are shown and verified."""

import asyncio
import importlib
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeAlias, assert_never

import typer
from rich.progress import Progress, TaskID

from deploy.agencies.agency_file import AGENCY_FILE, read_agency
from deploy.agencies.leaf_file import read_detail
from deploy.agencies.leaf_year import LeafYear, leaf_year
from deploy.agencies.year_file import Script, read_year
from deploy.cli.inquiry import FAILED, Inquiry, ServerFailed, asking
from deploy.cli.place import confirm_fresh, data_option, reachable, settings
from deploy.cli.shown import findings_table, history_table, ranking_table, show
from deploy.cli.signals import first_of, run_until_stopped
from deploy.cli.verify import verified
from deploy.cli.words import Say
from deploy.player.caller import ActRefused
from deploy.player.events import ActDone, ActRefusedRightly, Event, StepDone
from deploy.player.play import play
from deploy.settings import Settings
from deploy.standalone.home import Home, home_of
from deploy.standalone.running import Running
from shared.errors import IctIndexError, Rejected
from shared.ruleset import decimal_text

AGENCIES = Path(__file__).parents[1] / "agencies"
Shown: TypeAlias = Callable[[Running, Say], Awaitable[int]]


class ContainersKeepData(Rejected, code="standalone.containers_keep_data"):
    """What runs in containers is begun anew by whoever started those."""


def register(app: typer.Typer, say: Say) -> None:
    """Add the command."""

    @app.command(
        help=say(
            "Khởi động, chạy trọn các kỳ đánh giá mẫu qua API công khai, in kết quả và kiểm chứng.",
            "Start everything, play the example campaigns through the public API, show and verify the results.",
        )
    )
    def demo(
        data: Annotated[Path | None, data_option(say)] = None,
        port: Annotated[
            int | None, typer.Option(help=say("Cổng (ICT_PORT).", "Port (ICT_PORT)."), min=1, max=65535)
        ] = None,
        leave: Annotated[bool, typer.Option("--exit", help=say("Xong thì dừng.", "End when it is done."))] = False,
        fresh: Annotated[
            bool, typer.Option("--fresh", help=say("Xóa dữ liệu, làm lại.", "Remove all data first."))
        ] = False,
        yes: Annotated[bool, typer.Option("--yes", help=say("Không hỏi lại.", "Do not ask."))] = False,
        leaves: Annotated[
            bool,
            typer.Option(
                "--leaves",
                help=say(
                    "Thay vào đó, chạy kỳ chấm đến từng tiêu chí (hàng nghìn tiêu chí, vài phút).",
                    "Instead, play the campaign that is scored criterion by criterion (thousands of them, minutes).",
                ),
            ),
        ] = False,
    ) -> None:
        asked = settings(data, port)
        home = home_of(asked)
        if fresh:
            confirm_fresh(home, say, yes=yes)
        shown = _show_leaves if leaves else _show_years
        raise typer.Exit(run_until_stopped(lambda: _demo(home, asked, say, shown, fresh=fresh, leave=leave)))


async def _demo(home: Home, asked: Settings, say: Say, shown: Shown, *, fresh: bool, leave: bool) -> int:
    if fresh and asked.base_url is not None:
        raise ContainersKeepData
    there = None if fresh else reachable(asked)
    if there is not None:  # `ictindex up` runs, or the containers do: who started them stops them
        return await shown(there, say)
    # Loaded only here: where the containers run, the servers' wheels are not installed.
    stand: Callable[..., Awaitable[int]] = importlib.import_module("deploy.cli.standing").stand
    return await stand(home, asked, say, lambda there: shown(there, say), fresh=fresh, leave=leave)


async def _show_years(there: Running, say: Say) -> int:
    return await _show(years(), there, say)


async def _show_leaves(there: Running, say: Say) -> int:
    told = leaf_years()
    return await _show([each.script for each in told], there, say, told)


async def _show(scripts: Sequence[Script], there: Running, say: Say, told: Sequence[LeafYear] = ()) -> int:
    started = time.monotonic()
    await play_all(scripts, there, say)
    first = scripts[0].year
    async with asking(there, say.language) as client:
        inquiry = Inquiry(client, there, first.agency)
        scope = f"agencies/{first.agency}/campaigns/{first.campaign}"
        results = await inquiry.get(f"/reporting/v1/{scope}/results")
        show(ranking_table(results, say), say)
        say.err.print(say("Thời gian: {} giây.", "Seconds: {}.").format(round(time.monotonic() - started)))
        show(findings_table(results, say), say)
        for remark in (remark for each in told for remark in exceptional_sentences(each, say)):
            say.out.print(remark, markup=False)
        unit = next((code for code, year in first.units.items() if year.council), next(iter(first.units)))
        history = await inquiry.get(f"/scoring/v1/{scope}/units/{unit}/history", ["auditor"])
        if told:  # every criterion of the sheet has a first row: too many to be shown with what came of them
            history = {**history, "rows": [row for row in history["rows"] if row["stage"] != "self"]}
        show(history_table(history, unit, say, changes_only=True), say)
    code = await verified(there.dsn("auditor"), there.home.evidence, say)
    for script in scripts:
        year = script.year
        say.out.print(f"{year.title.to(say.language)}: {there.page_url}/{year.agency}/{year.campaign}", markup=False)
    return code


def years() -> Sequence[Script]:
    """The example campaigns, agency by agency; the first is the one that is shown in full."""
    found = []
    for agency in sorted(AGENCIES.glob(f"*/{AGENCY_FILE}")):
        found += [read_year(agency.parent / name) for name in read_agency(agency.parent).campaigns]
    return found


def leaf_years() -> Sequence[LeafYear]:
    """The example campaigns at leaf level, agency by agency."""
    found = []
    for agency in sorted(AGENCIES.glob(f"*/{AGENCY_FILE}")):
        found += [leaf_year(read_detail(agency.parent / name)) for name in read_agency(agency.parent).leaves]
    return found


def exceptional_sentences(told: LeafYear, say: Say) -> Iterator[str]:
    """In words, each group score for which words on its criteria had to be corrected."""
    names = {unit.unit: unit.name for unit in told.script.roster.units}
    for each in told.exceptional:
        yield say(
            "Ngoại lệ: {unit}, {group}: báo cáo ghi {said}, câu trả lời đã biết cho {derived}; điều chỉnh {corrected}.",
            "Exception: {unit}, {group}: {said} is reported, the known answers give {derived}; corrected: {corrected}.",
        ).format(
            unit=names[each.unit].to(say.language),
            group=each.group,
            said=decimal_text(Decimal(each.said), say.language),
            derived=decimal_text(Decimal(each.derived), say.language),
            corrected=", ".join(each.corrected),
        )


async def play_all(scripts: Sequence[Script], there: Running, say: Say) -> None:
    """Play those that are not published yet, at the same time."""
    async with asking(there, say.language) as client:
        waiting = []
        for script in scripts:
            year = script.year
            inquiry = Inquiry(client, there, year.agency)
            if await inquiry.find(f"/reporting/v1/agencies/{year.agency}/campaigns/{year.campaign}/results") is None:
                waiting.append(script)
        with Progress(console=say.err, disable=not say.err.is_terminal) as progress:
            tasks = {script.year.campaign + script.year.agency: _bar(script, progress, say) for script in waiting}
            try:
                async with asyncio.TaskGroup() as group:
                    for script in waiting:
                        bar = tasks[script.year.campaign + script.year.agency]
                        watch = _Watch(script, progress, bar, say, several=script is not scripts[0])
                        group.create_task(play(script, client, there.token, watch))
            except* IctIndexError as failures:
                raise with_cure(first_of(failures), there.home) from None


def with_cure(failure: BaseException, home: Home) -> BaseException:
    """*failure*; where a service met what it was not made for, such as data of another release, with what helps."""
    if isinstance(failure, ActRefused) and failure.facts["status"] == FAILED:
        return ServerFailed(title=failure.facts["title"], logs=home.logs)
    return failure


def _bar(script: Script, progress: Progress, say: Say) -> TaskID:
    return progress.add_task(script.year.title.to(say.language), total=len(script.year.acts))


class _Watch:
    """Shows one campaign's progress: a bar, and a line a step."""

    def __init__(self, script: Script, progress: Progress, bar: TaskID, say: Say, *, several: bool) -> None:
        year = script.year
        self._script, self._progress, self._bar, self._say = script, progress, bar, say
        self._of = f" [{year.agency}/{year.campaign}]" if several else ""

    def __call__(self, event: Event) -> None:
        match event:
            case ActDone():
                self._progress.update(self._bar, completed=event.number)
            case ActRefusedRightly():
                refused, who = self._say("Bị từ chối", "Refused"), f"{event.who.id} ({event.who.position})"
                self._line(f"✗ {refused}{self._of}: {who}: {event.sentence} [{event.code}]")
            case StepDone():
                step, count = self._say("Bước", "Step"), len(self._script.template.steps)
                title = event.title.to(self._say.language)
                self._line(f"✓ {step} {event.number:>2}/{count}{self._of} {title} – {event.position}")
            case _:
                assert_never(event)

    def _line(self, line: str) -> None:
        self._progress.console.print(line, markup=False, highlight=False)
