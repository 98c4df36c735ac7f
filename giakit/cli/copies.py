"""``giakit edit``, ``giakit sync`` and ``giakit adopt``: working copies of the notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from giakit.cli.options import FAILED, PATH, shortest
from giakit.language import translate


@click.command(help=translate("Make a town's working copy of the notebook, to edit its narrative in JupyterLab."))
@click.argument("parameters", type=PATH, metavar="PARAMS")
@click.option("--town", help=translate("The organ's name or key, instead of that in the file."))
@click.option("--year", type=int, help=translate("The reporting year, instead of that in the file."))
def edit(parameters: Path, town: str | None, year: int | None) -> None:
    """Make a working copy."""
    from giakit.copies import make_copy
    from giakit.parameters import read_parameters
    from giakit.sources import find_source

    given = read_parameters(parameters, town=town, year=year)
    plan, _ = find_source(given)
    click.echo(shortest(make_copy(given.folder, given, plan.form.key)))


@click.command(
    help=translate("Merge working copies with the master and write the result; name organs, or all are taken.")
)
@click.argument("organs", metavar="[ORGAN]...", nargs=-1)
@click.option("--year", type=int, help=translate("The reporting year; all if not given."))
@click.option("--status", is_flag=True, help=translate("Only say what would change, and list conflicts."))
@click.pass_context
def sync(ctx: click.Context, organs: tuple[str, ...], year: int | None, *, status: bool) -> None:
    """Synchronise working copies; exit code 1 where no report can be made from one as it is."""
    from giakit.copies import sync_copies, sync_status
    from giakit.project import find_root

    found = (sync_status if status else sync_copies)(find_root(), year, organs)
    for each in found:
        _show(each.lines())
    if not found:
        click.echo(translate("There are no working copies; make one with `giakit edit`."))
    ctx.exit(FAILED if any(each.failed for each in found) else 0)


@click.command(help=translate("Carry a town's edited narrative into its working copy for another year."))
@click.argument("parameters", type=PATH, metavar="PARAMS")
@click.option("--town", help=translate("The organ's name or key, instead of that in the file."))
@click.option("--year", type=int, help=translate("The reporting year, instead of that in the file."))
@click.option(
    "--from-year", type=int, help=translate("The year whose working copy is adopted; the year before if not given.")
)
def adopt(parameters: Path, town: str | None, year: int | None, from_year: int | None) -> None:
    """Make a working copy from that of another year."""
    from giakit.copies import adopt_copy
    from giakit.parameters import read_parameters
    from giakit.sources import find_source

    given = read_parameters(parameters, town=town, year=year)
    plan, _ = find_source(given)
    adopted = adopt_copy(given.folder, given, plan.form.key, from_year)
    click.echo(shortest(adopted.path))
    _show(adopted.findings)
    _show_under(translate("Typed-in years that became expressions:"), adopted.years)
    _show_under(translate("Sentences with typed-in numbers, to be reviewed:"), adopted.review)


def _show_under(title: str, lines: Sequence[object]) -> None:
    if lines:
        click.echo(title)
        _show(f"  {line}" for line in lines)


def _show(lines: Iterable[object]) -> None:
    for line in lines:
        click.echo(str(line))


COMMANDS = (edit, sync, adopt)
