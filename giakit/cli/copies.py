"""``giakit edit``, ``sync``, ``adopt`` and ``adopt-docx``: working copies of the notebook."""

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
    from giakit.copies.make import make_copy
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
    from giakit.copies.sync import sync_copies, sync_status
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
    from giakit.copies.adopt import adopt_copy
    from giakit.parameters import read_parameters
    from giakit.sources import find_source

    given = read_parameters(parameters, town=town, year=year)
    plan, _ = find_source(given)
    adopted = adopt_copy(given.folder, given, plan.form.key, from_year)
    click.echo(shortest(adopted.path))
    _show(adopted.findings)
    _show_under(translate("Typed-in years that became expressions:"), adopted.years)
    _show_under(translate("Sentences with typed-in numbers, to be reviewed:"), adopted.review)


@click.command(
    "adopt-docx",
    help=translate("Take prose edited in Word into the working copy of the report; refuse changed figures."),
)
@click.argument("document", type=PATH, metavar="FILE")
@click.option(
    "--params",
    "parameters",
    type=PATH,
    help=translate("The report's parameter file; looked for in params/ if not given."),
)
@click.option("--dry-run", is_flag=True, help=translate("Only show what would change, cell by cell."))
@click.pass_context
def adopt_docx(ctx: click.Context, document: Path, parameters: Path | None, *, dry_run: bool) -> None:
    """Take an edited Word document back; exit code 1 where a cell is in conflict with the notebook."""
    from giakit.adoption import adopt_document

    adopted = adopt_document(document, parameters, dry_run=dry_run)
    if adopted.written:
        click.echo(shortest(adopted.path))
        _show_under(translate("Narrative cells rewritten:"), [each.key for each in adopted.cells])
    elif adopted.changed:
        _show(line for each in adopted.cells for line in each.diff())
    else:
        click.echo(translate("The document says what the report says; nothing was written."))
    _show_under(translate("Changed in Word and in the notebook, which keeps its own:"), adopted.conflicts)
    _show_under(translate("Sentences with typed-in numbers, to be reviewed:"), adopted.review)
    _show_under(translate("To be mended before the report is printed:"), adopted.findings)
    _show_under(translate("To be known:"), adopted.notes)
    ctx.exit(FAILED if adopted.conflicts else 0)


def _show_under(title: str, lines: Sequence[object]) -> None:
    if lines:
        click.echo(title)
        _show(f"  {line}" for line in lines)


def _show(lines: Iterable[object]) -> None:
    for line in lines:
        click.echo(str(line))


COMMANDS = (edit, sync, adopt, adopt_docx)
