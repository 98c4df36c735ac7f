"""``giakit similar``: whose texts are alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from giakit.language import translate

if TYPE_CHECKING:
    from giakit.likeness import Likeness, Pair
    from giakit.outputs import ReportRecord


@click.command(
    help=translate(
        "List texts of a year's reports, e.g. of outputs/2020, that are like last year's or another organ's, "
        "figures, dates and names of organs left out; the most alike first."
    )
)
@click.argument("place", metavar="OUTPUTS_YEAR_DIR")
@click.option("--town", help=translate("Only this organ, by its name or key."))
@click.option("--section", help=translate("Only this section or topic, such as 五 or 一/主动公开."))
@click.option(
    "--at-least",
    type=click.IntRange(1, 100),
    help=translate("From how many percent of both texts on; those of the index page if not given."),
)
@click.option("--json", "as_json", is_flag=True, help=translate("Print as JSON, for programs."))
def similar(place: str, town: str | None, section: str | None, at_least: int | None, *, as_json: bool) -> None:
    """List what is alike in a year; it is for people to judge, so the exit code is 0."""
    from giakit.batch.verify import split_address
    from giakit.likeness import read_likeness
    from giakit.outputs import open_outputs

    address, year = split_address(place)
    outputs = open_outputs(address)
    found = read_likeness(outputs, year, at_least and at_least / 100)
    organ = _find_organ(town, outputs.records(year).values()) if town else None
    key = _find_key(section, year) if section else None
    pairs = tuple(each for each in found.pairs if _is_wanted(each, organ, key))
    if as_json:
        click.echo(found.model_copy(update={"pairs": pairs}).file.decode(), nl=False)
    else:
        _show(found, pairs)


def _is_wanted(pair: Pair, organ: str | None, key: str | None) -> bool:
    of_organ = organ is None or organ in {pair.organ, pair.other}
    return of_organ and (key is None or pair.key == key or pair.key.startswith(f"{key}/"))


def _find_organ(town: str, records: Iterable[ReportRecord]) -> str:
    from giakit.errors import ParameterError
    from giakit.hints import hint
    from giakit.language import Text

    keys = {name: each.organ for each in records for name in (each.name, each.organ)}
    if town not in keys:
        known = hint(town, keys, sorted(set(keys.values())))
        raise ParameterError(Text("no organ is called {town}; {known}", town=town, known=known))
    return keys[town]


def _find_key(section: str, year: int) -> str:
    from giakit import formats
    from giakit.errors import NarrativeError, ParameterError
    from giakit.narrative.keys import parse_key

    try:
        return parse_key(section, formats.for_year(year))
    except NarrativeError as error:
        raise ParameterError(*error.problems) from None


def _show(found: Likeness, pairs: Iterable[Pair]) -> None:
    for each in pairs:
        other = each.other or translate("last year's report")
        click.echo(f"{int(each.likeness * 100):3}%  {each.key}  {each.organ} ≈ {other}")
        click.echo(f"      {each.passage}")
    click.echo(
        translate(
            "{count} texts alike; {organs} organs compared, {before} of them with last year's report",
            count=found.count,
            organs=found.organs,
            before=found.with_last_year,
        )
    )


COMMANDS = (similar,)
