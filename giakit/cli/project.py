"""``giakit init``, ``giakit lab`` and ``giakit doctor``: a new project, working in it, what this machine has for it."""

from __future__ import annotations

from pathlib import Path

import click

from giakit.cli.options import FAILED, PATH
from giakit.language import translate


@click.command(help=translate("Make a project in DIR: the notebook, sample parameters and workbooks."))
@click.argument("folder", type=PATH, metavar="DIR")
def init(folder: Path) -> None:
    """Make a working project."""
    from giakit.project import SAMPLE, init_project

    written = init_project(folder)
    click.echo(translate("{count} files written to {folder}. Next:", count=len(written), folder=folder))
    click.echo(f"  cd {folder}\n  giakit render {SAMPLE.as_posix()}")


@click.command(
    help=translate(
        "Open the notebook in JupyterLab, or a town's working copy. "
        "What stands behind -- goes to jupyter lab: `giakit lab -- --no-browser --port 8890`."
    )
)
@click.option("--town", help=translate("The organ whose working copy is opened, instead of the master."))
@click.option("--year", type=int, help=translate("The year of the working copy; the latest if not given."))
@click.argument("options", metavar="[-- OPTIONS]", nargs=-1, type=click.UNPROCESSED)
def lab(town: str | None, year: int | None, options: tuple[str, ...]) -> None:
    """Start JupyterLab and wait until it ends."""
    from giakit.lab import find_notebook, require_lab, start_lab
    from giakit.project import find_root

    require_lab()
    root = find_root()
    notebook = find_notebook(root, town, year)
    click.echo(translate("Opening {notebook} in JupyterLab; Ctrl-C here ends it.", notebook=notebook.as_posix()))
    start_lab(root, notebook, options)


@click.command(help=translate("Show versions, engines and typefaces on this machine, and how to mend what is missing."))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Show what is here; exit code 1 where something needed is missing."""
    from giakit.doctor import describe, examine

    examined = examine()
    for line in describe(examined):
        click.echo(line)
    ctx.exit(FAILED if any(each.needed for each in examined) else 0)


COMMANDS = (init, lab, doctor)
