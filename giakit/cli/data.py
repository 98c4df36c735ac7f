"""``giakit data``: the open data of several years or places in one table."""

from __future__ import annotations

import click

from giakit.language import translate


@click.command(help=translate("Put the open data of years such as outputs/2020 into one table: all published reports."))
@click.argument("places", metavar="OUTPUTS_YEAR_DIR...", nargs=-1, required=True)
@click.option("--out", "-o", "address", required=True, help=translate("The folder or address to write the table to."))
@click.option("--parquet", is_flag=True, help=translate("Write the table as Parquet, too."))
def data(places: tuple[str, ...], address: str, *, parquet: bool) -> None:
    """Write values.csv and its description."""
    from giakit.batch.county import gather_county_data
    from giakit.batch.verify import split_address
    from giakit.outputs import open_outputs

    split = [split_address(place) for place in dict.fromkeys(places)]
    files = gather_county_data([(open_outputs(outputs), year) for outputs, year in split], parquet=parquet)
    target = open_outputs(address)
    for name, content in files.items():
        target.write_page(name, content)
        click.echo(f"{address.rstrip('/')}/{name}")


COMMANDS = (data,)
