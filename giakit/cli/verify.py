"""``giakit verify``: whether the outputs are what was rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from giakit.cli.options import FAILED
from giakit.language import translate

if TYPE_CHECKING:
    from giakit.batch.verify import Verified
    from giakit.outputs import Outputs


@click.command(
    help=translate("Recompute the hashes of a year's reports, e.g. of outputs/2020, and say what is not as rendered.")
)
@click.argument("place", metavar="OUTPUTS_YEAR_DIR")
@click.option("--rebuild", is_flag=True, help=translate("Also render every report again and compare byte for byte."))
@click.option(
    "--workers", type=click.IntRange(min=1), help=translate("How many processes; one a processor core if not given.")
)
@click.pass_context
def verify(ctx: click.Context, place: str, workers: int | None, *, rebuild: bool) -> None:
    """Verify a year; exit code 1 where something differs."""
    from giakit.batch.verify import split_address, verify_year
    from giakit.outputs import open_outputs

    address, year = split_address(place)
    outputs = open_outputs(address)
    verified = verify_year(outputs, year)
    _show(verified, translate("{reports} records, {files} files looked at", **_counts(verified)))
    again = _rebuild(outputs, year, workers) if rebuild else None
    if again:
        _show(again, translate("{reports} reports, {files} files rendered again", **_counts(again)))
    differences = [*verified.differences, *(again.differences if again else ())]
    if not differences:
        click.echo(translate("Everything is as it was rendered."))
    ctx.exit(FAILED if differences else 0)


def _rebuild(outputs: Outputs, year: int, workers: int | None) -> Verified:
    from giakit.batch.crew import open_crew
    from giakit.batch.machine import count_cores
    from giakit.batch.rebuild import rebuild_year
    from giakit.project import find_root

    with open_crew(workers or count_cores()) as crew:
        return rebuild_year(outputs, year, find_root(), crew)


def _counts(verified: Verified) -> dict[str, int]:
    return {"reports": verified.reports, "files": verified.files}


def _show(verified: Verified, counts: str) -> None:
    for difference in verified.differences:
        click.echo(str(difference), err=True)
    click.echo(counts)


COMMANDS = (verify,)
