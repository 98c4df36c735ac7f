"""The command line. Heavier modules are imported where they are used, so that help comes in a blink."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from giakit.errors import GiakitError, ParameterError
from giakit.language import translate

if TYPE_CHECKING:
    from giakit.render import Rendered

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
