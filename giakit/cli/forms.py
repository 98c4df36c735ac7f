"""``giakit form``, ``check`` and ``collect``: the workbooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from giakit.cli.options import FAILED, PATH, shortest
from giakit.errors import ParameterError
from giakit.language import Text, translate

if TYPE_CHECKING:
    from giakit.review import Review


@click.command(help=translate("Write blank forms, with what last year determines already filled in."))
@click.argument("parameters", type=PATH, metavar="[PARAMS]", required=False)
@click.option("--year", type=int, help=translate("The reporting year, instead of that in the file."))
@click.option("--org", "organs", multiple=True, help=translate("An organ's name or key; may be given several times."))
@click.option("--previous", type=PATH, multiple=True, help=translate("Last year's workbook, or a folder of them."))
@click.option("--out", "-o", "folder", type=PATH, required=True, help=translate("The folder to write the forms to."))
@click.option("--overwrite", is_flag=True, help=translate("Replace forms that are there already."))
def form(
    parameters: Path | None,
    year: int | None,
    organs: tuple[str, ...],
    previous: tuple[Path, ...],
    folder: Path,
    *,
    overwrite: bool,
) -> None:
    """Write one blank workbook for each organ."""
    from giakit.forms.blank import facts_of, find_facts, write_blank_forms
    from giakit.parameters import read_parameter_file
    from giakit.review import read_statistics

    given = read_parameter_file(parameters) if parameters else None
    wanted = year or (given and given.year)
    if not wanted:
        raise ParameterError(Text("for which year? Give --year, or a parameter file that has one"))
    places = previous or tuple(given.previous_paths if given else ())
    before = [each for each in read_statistics(places) if each.year == wanted - 1]
    facts = [find_facts(name, before) for name in organs] or [facts_of(each) for each in before]
    if not facts:
        raise ParameterError(Text("for which organs? Give --org, or last year's workbooks with --previous"))
    for path in write_blank_forms(wanted, facts, folder, before, overwrite=overwrite):
        click.echo(shortest(path))


@click.command(help=translate("Check every figure of the workbooks against the rules of the form."))
@click.argument("places", type=PATH, metavar="FILE_OR_DIR_OR_PARAMS...", nargs=-1, required=True)
@click.option("--previous", type=PATH, multiple=True, help=translate("Last year's workbook, or a folder of them."))
@click.option("--strict", is_flag=True, help=translate("Count a warning without an answer as an error."))
@click.option("--json", "as_json", is_flag=True, help=translate("Print the findings as JSON."))
@click.option("--annotate", type=PATH, help=translate("A folder for copies in which every finding marks its cell."))
@click.pass_context
def check(
    ctx: click.Context,
    places: tuple[Path, ...],
    previous: tuple[Path, ...],
    annotate: Path | None,
    *,
    strict: bool,
    as_json: bool,
) -> None:
    """Show the findings of each organ; exit code 1 where something must be mended."""
    from giakit.forms.annotate import write_annotated
    from giakit.review import by_workbook, read_statistics, review_workbooks

    asked = _read_places(places)
    earlier = (*previous, *asked.previous)
    review = review_workbooks(asked.workbooks, read_statistics(earlier) if earlier else (), asked.aggregates)
    if as_json:
        click.echo(review.model_dump_json(indent=1, exclude={"forms": {"__all__": {"path"}}}))
    else:
        _show_review(review)
    if annotate:
        annotate.mkdir(parents=True, exist_ok=True)
        for path, findings in by_workbook(review).items():
            write_annotated(path, annotate / path.name, findings)
            click.echo(shortest(annotate / path.name), err=as_json)
    ctx.exit(FAILED if review.failed(strict=strict) else 0)


@click.command(help=translate("Gather returned workbooks into one county workbook, and say who has not answered."))
@click.argument("folder", type=PATH, metavar="DIR")
@click.option("--out", "-o", "target", type=PATH, required=True, help=translate("The county workbook to write."))
@click.option("--year", type=int, required=True, help=translate("The reporting year."))
@click.option(
    "--org", "organs", multiple=True, help=translate("An organ that should answer; may be given several times.")
)
@click.option(
    "--previous", type=PATH, multiple=True, help=translate("Last year's workbooks: their organs should answer.")
)
@click.pass_context
def collect(
    ctx: click.Context, folder: Path, target: Path, year: int, organs: tuple[str, ...], previous: tuple[Path, ...]
) -> None:
    """Collect the forms of a folder; exit code 1 where one is missing or was left out."""
    from giakit.forms.collect import collect_forms
    from giakit.review import read_statistics

    expected = [*organs, *(read_statistics(previous) if previous else ())]
    collected = collect_forms(folder, target, year=year, expected=expected)
    for item in collected.items:
        click.echo(str(item))
    ctx.exit(0 if collected.complete else FAILED)


@dataclass
class _Asked:
    """What is to be checked: workbooks and folders, last year's, and who adds up whom."""

    workbooks: list[Path] = field(default_factory=list)
    previous: list[Path] = field(default_factory=list)
    aggregates: dict[str, list[str]] = field(default_factory=dict)


def _read_places(places: Iterable[Path]) -> _Asked:
    """Take parameter files for the workbooks that they name."""
    from giakit.parameters import read_parameter_file

    asked = _Asked()
    for place in places:
        if place.suffix.lower() in {".yaml", ".yml"}:
            file = read_parameter_file(place)
            asked.workbooks += file.workbook_paths
            asked.previous += file.previous_paths
            asked.aggregates |= file.aggregates
        else:
            asked.workbooks.append(place)
    return asked


def _show_review(review: Review) -> None:
    """Print a table an organ: severity, rule, cell, what was found, what to do."""
    from giakit.findings import severity_word

    for form in review.forms:
        click.echo(f"{form.organ} {form.year or ''}  {form.workbook} [{form.sheet}]")
        for found in form.findings:
            cell = found.cells[0].address if found.cells else ""
            click.echo(f"  {severity_word(found.severity)}  {found.rule:<18} {cell:<6} {found.place}: {found.problem}")
            click.echo(f"    {found.advice}")
        if not form.findings:
            click.echo("  " + translate("Every figure is there and agrees with the rules of the form."))
    for sentence in review.unreadable:
        click.echo(sentence, err=True)


COMMANDS = (form, check, collect)
