"""``giakit render`` and ``giakit demo``: single reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from giakit.cli.options import PATH, shortest
from giakit.errors import ParameterError
from giakit.language import translate

if TYPE_CHECKING:
    from giakit.render import Rendered


@click.command(help=translate("Render one report: run the notebook, write HTML, PDF and data."))
@click.argument("parameters", type=PATH, metavar="PARAMS")
@click.option("--town", help=translate("The organ's name or key, instead of that in the file."))
@click.option("--year", type=int, help=translate("The reporting year, instead of that in the file."))
@click.option(
    "--to", "kinds", default="html,pdf", show_default=True, help=translate("What to write, separated by commas.")
)
@click.option("--out", type=PATH, help=translate("The folder of outputs, instead of the project's outputs/."))
def render(parameters: Path, town: str | None, year: int | None, kinds: str, out: Path | None) -> None:
    """Render one report."""
    from giakit.kinds import parse_kinds
    from giakit.parameters import read_parameters
    from giakit.render import render_report

    wanted = parse_kinds(kinds)
    given = read_parameters(parameters, town=town, year=year)
    _show(render_report(given, kinds=wanted, out=out))


@click.command(help=translate("Render the sample reports and say where to look."))
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
    from giakit.findings import severity_word

    for each in rendered.findings:
        click.echo(f"  {severity_word(each.severity)}: {each}", err=True)
    for path in rendered.files:
        if path.parent.name == "public":
            click.echo(shortest(path))


COMMANDS = (render, demo)
