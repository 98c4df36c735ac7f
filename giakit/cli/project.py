"""``giakit init`` and ``giakit doctor``: a new project, and what this machine has for it."""

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


@click.command(help=translate("Show versions, engines and typefaces on this machine, and how to mend what is missing."))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Show what is here; exit code 1 where something needed is missing."""
    from giakit.doctor import describe, examine

    examined = examine()
    for line in describe(examined):
        click.echo(line)
    ctx.exit(FAILED if any(each.needed for each in examined) else 0)


COMMANDS = (init, doctor)
