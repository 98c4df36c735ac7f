"""``giakit seal`` and ``giakit correct``: sign-off."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from giakit.cli.options import FAILED, PATH, shortest, split_words
from giakit.errors import ParameterError
from giakit.language import Text, translate

if TYPE_CHECKING:
    from giakit.release import Corrected, Sealing


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


@click.command(
    help=translate("Make a corrected version of a released report beside it, with the reason and a table of changes.")
)
@click.argument("parameters", type=PATH, metavar="PARAMS")
@click.option("--town", help=translate("The organ's name or key, instead of that in the file."))
@click.option("--year", type=int, help=translate("The reporting year, instead of that in the file."))
@click.option("--reason", help=translate("Why it is corrected, in one sentence; printed."))
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help=translate("The day it bears; today if not given.")
)
@click.option("--to", "kinds", help=translate("What to write, separated by commas; as released if not given."))
@click.option("--out", help=translate("The folder or address of outputs, instead of the project's outputs/."))
@click.option("--withdraw", is_flag=True, help=translate("Drop the correction that has not been released."))
def correct(
    parameters: Path,
    town: str | None,
    year: int | None,
    reason: str | None,
    day: datetime | None,
    kinds: str | None,
    out: str | None,
    *,
    withdraw: bool,
) -> None:
    """Correct a released report."""
    from giakit.kinds import parse_kinds
    from giakit.outputs import open_outputs
    from giakit.parameters import read_parameters
    from giakit.release import correct_report, now, withdraw_correction

    given = read_parameters(parameters, town=town, year=year)
    place = out or str(given.folder / "outputs")
    outputs = open_outputs(place)
    if withdraw:
        dropped = withdraw_correction(given, outputs)
        click.echo(translate("The correction is dropped.") if dropped else translate("There is no open correction."))
        return
    if reason is None:
        raise ParameterError(Text("say with --reason why the report is corrected; it is printed"))
    wanted = parse_kinds(kinds) if kinds else ()
    corrected = correct_report(given, outputs, reason, (day or now()).date(), kinds=wanted)
    _show_correction(corrected, place)


def _show_correction(corrected: Corrected, place: str) -> None:
    from giakit.exporters.correction import text_change_sentence
    from giakit.findings import severity_word

    for each in corrected.findings:
        click.echo(f"  {severity_word(each.severity)}: {each}", err=True)
    for figure in corrected.changes.figures:
        click.echo(f"{figure.label}: {figure.before} → {figure.after}")
    for text in corrected.changes.texts:
        click.echo(text_change_sentence(text))
    year = f"{place}/{corrected.record.year}" if "://" in place else shortest(Path(place, str(corrected.record.year)))
    for file in corrected.record.outputs:
        if file.path.startswith("public/") and file.path.count("/") == 1:
            click.echo(f"{year}/{corrected.folder}/{file.path}")
    click.echo(
        translate(
            "Look at it, then release it: giakit seal {year} --towns {organ} --by …",
            year=year,
            organ=corrected.record.organ,
        )
    )


COMMANDS = (seal, correct)
