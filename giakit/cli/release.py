"""``giakit seal``: sign-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from giakit.cli.options import FAILED, split_words
from giakit.errors import ParameterError
from giakit.language import Text, translate

if TYPE_CHECKING:
    from giakit.release import Sealing


@click.command(
    help=translate(
        "Release reports of a year, e.g. of outputs/2020: record who and when; nothing overwrites them then."
    )
)
@click.argument("place", metavar="OUTPUTS_YEAR_DIR")
@click.option("--towns", help=translate("Names or keys of organs, separated by commas."))
@click.option("--all", "everything", is_flag=True, help=translate("All reports of the year."))
@click.option("--by", required=True, help=translate("Who releases them; never published."))
@click.pass_context
def seal(ctx: click.Context, place: str, towns: str | None, by: str, *, everything: bool) -> None:
    """Seal reports; exit code 1 where one that was asked for cannot be released."""
    from giakit.batch.verify import split_address
    from giakit.outputs import open_outputs
    from giakit.release import now, seal_reports

    chosen = split_words(towns)
    if bool(chosen) == everything:
        raise ParameterError(Text("name the organs with --towns, or say --all"))
    address, year = split_address(place)
    done = seal_reports(open_outputs(address), year, chosen, by, now())
    for each in done:
        _show(each)
    ctx.exit(FAILED if any(each.problems for each in done) else 0)


def _show(sealing: Sealing) -> None:
    for problem in sealing.problems:
        click.echo(str(problem), err=True)
    if sealing.problems or not sealing.seal:
        return
    about = {
        "organ": sealing.organ,
        "version": sealing.seal.version,
        "by": sealing.seal.by,
        "at": sealing.seal.at.isoformat(sep=" ", timespec="minutes"),
    }
    if sealing.new:
        click.echo(translate("{organ}: version {version} released by {by}, {at}", **about))
    else:
        click.echo(translate("{organ}: version {version} had been released by {by}, {at}", **about))


COMMANDS = (seal,)
