"""The command line. Heavier modules are imported where they are used, so that help comes in a blink."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from giakit.errors import GiakitError, ParameterError
from giakit.language import Text, translate

if TYPE_CHECKING:
    from giakit.render import Rendered
    from giakit.review import Review

FAILED, WRONG_USAGE = 1, 2

_PATH = click.Path(path_type=Path)


class _Commands(click.Group):
    """Commands that answer a person's mistake with plain sentences; a traceback only with ``--debug``."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        try:
            return super().invoke(ctx)
        except GiakitError as error:
            self._report(ctx, str(error))
            ctx.exit(WRONG_USAGE if isinstance(error, ParameterError) else FAILED)
        except BrokenPipeError:
            raise  # `giakit … | head` stopped listening; click ends the program quietly
        except OSError as error:
            name = f" {error.filename}" if error.filename else ""
            self._report(
                ctx, translate("the computer refused:{name} {reason}", name=name, reason=error.strerror or error)
            )
            ctx.exit(FAILED)

    def _report(self, ctx: click.Context, message: str) -> None:
        if ctx.params.get("debug"):
            raise  # noqa: PLE0704 - called while an error is handled
        click.echo(message, err=True)


@click.group(
    cls=_Commands, help=translate("Annual reports on open government information: from the workbook to HTML and PDF.")
)
@click.option("--debug", is_flag=True, help=translate("Show the traceback of an error."))
@click.version_option(package_name="giakit", message="giakit %(version)s", help=translate("Show the version and exit."))
def main(*, debug: bool) -> None:
    """Hold the commands together; see `run` in ``giakit/__main__.py``."""


@main.command(help=translate("Render one report: run the notebook, write HTML, PDF and data."))
@click.argument("parameters", type=_PATH, metavar="PARAMS")
@click.option("--town", help=translate("The organ's name or key, instead of that in the file."))
@click.option("--year", type=int, help=translate("The reporting year, instead of that in the file."))
@click.option(
    "--to", "kinds", default="html,pdf", show_default=True, help=translate("What to write, separated by commas.")
)
@click.option("--out", type=_PATH, help=translate("The folder of outputs, instead of the project's outputs/."))
def render(parameters: Path, town: str | None, year: int | None, kinds: str, out: Path | None) -> None:
    """Render one report."""
    from giakit.parameters import read_parameters
    from giakit.render import parse_kinds, render_report

    wanted = parse_kinds(kinds)
    given = read_parameters(parameters, town=town, year=year)
    _show(render_report(given, kinds=wanted, out=out))


@main.command(help=translate("Write blank forms, with what last year determines already filled in."))
@click.argument("parameters", type=_PATH, metavar="[PARAMS]", required=False)
@click.option("--year", type=int, help=translate("The reporting year, instead of that in the file."))
@click.option("--org", "organs", multiple=True, help=translate("An organ's name or key; may be given several times."))
@click.option("--previous", type=_PATH, multiple=True, help=translate("Last year's workbook, or a folder of them."))
@click.option("--out", "-o", "folder", type=_PATH, required=True, help=translate("The folder to write the forms to."))
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
        click.echo(_shortest(path))


@main.command(help=translate("Check every figure of the workbooks against the rules of the form."))
@click.argument("places", type=_PATH, metavar="FILE_OR_DIR...", nargs=-1, required=True)
@click.option("--previous", type=_PATH, multiple=True, help=translate("Last year's workbook, or a folder of them."))
@click.option("--strict", is_flag=True, help=translate("Count a warning without an answer as an error."))
@click.option("--json", "as_json", is_flag=True, help=translate("Print the findings as JSON."))
@click.option("--annotate", type=_PATH, help=translate("A folder for copies in which every finding marks its cell."))
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

    review = review_workbooks(places, read_statistics(previous) if previous else ())
    if as_json:
        click.echo(review.model_dump_json(indent=1, exclude={"forms": {"__all__": {"path"}}}))
    else:
        _show_review(review)
    if annotate:
        annotate.mkdir(parents=True, exist_ok=True)
        for path, findings in by_workbook(review).items():
            write_annotated(path, annotate / path.name, findings)
            click.echo(_shortest(annotate / path.name), err=as_json)
    ctx.exit(FAILED if review.failed(strict=strict) else 0)


@main.command(help=translate("Gather returned workbooks into one county workbook, and say who has not answered."))
@click.argument("folder", type=_PATH, metavar="DIR")
@click.option("--out", "-o", "target", type=_PATH, required=True, help=translate("The county workbook to write."))
@click.option("--year", type=int, required=True, help=translate("The reporting year."))
@click.option(
    "--org", "organs", multiple=True, help=translate("An organ that should answer; may be given several times.")
)
@click.option(
    "--previous", type=_PATH, multiple=True, help=translate("Last year's workbooks: their organs should answer.")
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


@main.command(help=translate("Make a project in DIR: the notebook, sample parameters and workbooks."))
@click.argument("folder", type=_PATH, metavar="DIR")
def init(folder: Path) -> None:
    """Make a working project."""
    from giakit.project import SAMPLE, init_project

    written = init_project(folder)
    click.echo(translate("{count} files written to {folder}. Next:", count=len(written), folder=folder))
    click.echo(f"  cd {folder}\n  giakit render {SAMPLE.as_posix()}")


@main.command(help=translate("Render the sample reports and say where to look."))
def demo() -> None:
    """Render the samples in this project, or in a new one beside."""
    from giakit.parameters import read_parameters
    from giakit.project import DEMO, find_root, init_project
    from giakit.render import render_report

    try:
        root = find_root()
    except ParameterError:
        root = Path("giakit-demo")
        init_project(root)
    for name, town in DEMO:
        _show(render_report(read_parameters(root / name, town=town, root=root)))


def _show_review(review: Review) -> None:
    """Print a table an organ: severity, rule, cell, what was found, what to do."""
    from giakit.content.plain import severity_word

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


def _show(rendered: Rendered) -> None:
    from giakit.content.plain import severity_word

    for each in rendered.findings:
        click.echo(f"  {severity_word(each.severity)}: {each}", err=True)
    for path in rendered.files:
        if path.parent.name == "public":
            click.echo(_shortest(path))


def _shortest(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
