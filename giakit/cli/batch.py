"""``giakit batch``: all reports of a county."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from giakit.cli.options import FAILED, PATH, shortest, split_words
from giakit.errors import ParameterError
from giakit.language import Text, translate
from giakit.notebook import USUAL_LIMITS, Limits

if TYPE_CHECKING:
    from giakit.batch.plan import Plan
    from giakit.batch.run import BatchResult
    from giakit.notebook import Engine


@click.command(
    help=translate("Render the reports of all organs that are not up to date, and one page that lists them.")
)
@click.argument("parameters", type=PATH, metavar="PARAMS")
@click.option("--towns", help=translate("Names or keys of organs, separated by commas; all if not given."))
@click.option("--years", help=translate("Reporting years, separated by commas, instead of that in the file."))
@click.option(
    "--to", "kinds", default="html,pdf", show_default=True, help=translate("What to write, separated by commas.")
)
@click.option("--out", help=translate("The folder or address of outputs, instead of the project's outputs/."))
@click.option(
    "--workers", type=click.IntRange(min=1), help=translate("How many processes; one a processor core if not given.")
)
@click.option("--scheduler", help=translate("The address of a Dask scheduler whose workers do the work."))
@click.option(
    "--engine",
    type=click.Choice(["giakit", "nbclient"]),
    default="giakit",
    show_default=True,
    help=translate("What runs the notebooks: giakit's warm engine, or papermill's own."),
)
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=USUAL_LIMITS.seconds,
    show_default=True,
    help=translate("Seconds that one notebook may take."),
)
@click.option(
    "--memory",
    type=click.IntRange(min=64),
    default=USUAL_LIMITS.megabytes,
    show_default=True,
    help=translate("Megabytes that one notebook may take, where the system can fork (Linux)."),
)
@click.option("--log", type=PATH, help=translate("A file to which every report's outcome is added."))
@click.option("--dry-run", is_flag=True, help=translate("Only say what would be rendered, and why."))
@click.pass_context
def batch(
    ctx: click.Context,
    parameters: Path,
    towns: str | None,
    years: str | None,
    kinds: str,
    out: str | None,
    workers: int | None,
    scheduler: str | None,
    engine: Engine,
    timeout: int,
    memory: int,
    log: Path | None,
    *,
    dry_run: bool,
) -> None:
    """Render a batch; exit code 1 where a report is not published as it should be."""
    from giakit.batch.machine import count_cores, get_ready
    from giakit.parameters import read_parameter_file

    file = read_parameter_file(parameters)
    out = out or str(file.folder / "outputs")
    if not (dry_run or scheduler):
        get_ready(out)  # while the rest is imported
    from giakit.batch.plan import Request
    from giakit.batch.progress import plan_line, watch_terminal
    from giakit.batch.run import BatchOptions, run_batch
    from giakit.kinds import parse_kinds

    request = Request(
        file=file,
        where=parameters.name,
        kinds=parse_kinds(kinds),
        towns=split_words(towns),
        years=_numbers(years),
    )
    options = BatchOptions(
        out=out,
        workers=workers or count_cores(),
        engine=engine,
        limits=Limits(timeout, memory),
        scheduler=scheduler,
    )
    if dry_run:
        plan = run_batch(request, options, dry_run=True).plan
        click.echo(plan_line(plan))
        _show_reasons(plan)
        return
    with watch_terminal(sys.stderr, log) as watchers:
        result = run_batch(request, options, watchers)
    _show_result(result, options.out)
    ctx.exit(FAILED if result.failed else 0)


def _numbers(text: str | None) -> tuple[int, ...]:
    words = split_words(text)
    wrong = [word for word in words if not word.isdecimal()]
    if wrong:
        raise ParameterError(Text("--years: {found} is no year", found=", ".join(wrong)))
    return tuple(map(int, words))


def _show_reasons(plan: Plan) -> None:
    from giakit.batch.progress import released_lines

    for each in plan.stale:
        click.echo(f"{each.year} {each.organ}: {'; '.join(map(str, each.reasons))}")
    for line in released_lines(plan):
        click.echo(line)


def _show_result(result: BatchResult, out: str) -> None:
    """Print what is wrong with each report that is not published, and where the lists are."""
    from giakit.batch.progress import released_lines, report_line

    for record in result.records:
        if record.outcome != "done":
            click.echo(report_line(record), err=True)
            for problem in record.problems:
                click.echo(f"  {problem}", err=True)
    for line in released_lines(result.plan):
        click.echo(line, err=True)
    for unreadable in result.plan.unreadable:
        click.echo(f"{unreadable.workbook} [{unreadable.sheet}]" if unreadable.sheet else unreadable.workbook, err=True)
        for problem in unreadable.problems:
            click.echo(f"  {problem}", err=True)
    counts = Counter(result.word(record) for record in result.records)
    click.echo(
        translate(
            "{stale} rendered, {unchanged} unchanged: {counts}",
            stale=len(result.finished),
            unchanged=len(result.plan.reports) - len(result.finished),
            counts=", ".join(f"{word} {count}" for word, count in counts.items()),
        )
    )
    for year in result.plan.years:
        click.echo(shortest(Path(out, str(year), "index.html")) if "://" not in out else f"{out}/{year}/index.html")


COMMANDS = (batch,)
