"""The report as a fragment to paste into a site's content management system.

Such a system keeps a few elements, spans and scopes, often no styles, and no ids, classes, scripts or drawings. So
nothing hangs on those: a band of a table is a table of its own, because scopes alone would let the heads of one band
speak for the figures of the next, and a chart is a table of its figures with bars beside them.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import TYPE_CHECKING

from giakit.content.html import environment
from giakit.exporters.correction import correction_mark
from giakit.exporters.document import DRAFT, OVERRIDDEN, overridden_errors
from giakit.exporters.page import TEMPLATES

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from giakit.content.model import Table, TableBand, TableCell
    from giakit.exporters.document import Document

TEMPLATE_NAME = "giakit_fragment"


def render_fragment(document: Document, template: Template | None = None) -> str:
    """Return the fragment to paste: no ``html`` or ``head``, no script, class or id, every style inline.

    Parameters
    ----------
    document
        What `giakit.exporters.document.read_document` assembled.
    template
        Another template than giakit's own; it is given ``document`` and ``corrected``, and for drafts ``draft``,
        ``overridden`` and ``overridden_errors``.
    """
    fragment = template or _own_template()
    return fragment.render(
        document=document,
        corrected=correction_mark(document.declaration.correction),
        draft=DRAFT,
        overridden=OVERRIDDEN,
        overridden_errors=overridden_errors(document) if document.draft else [],
    )


def fragment_environment(*folders: str) -> Environment:
    """Return the environment of the fragment's templates, `folders` searched before giakit's own."""
    made = environment([*folders, TEMPLATES])
    made.filters.update(bar_lengths=bar_lengths, split_bands=split_bands)
    return made


def split_bands(table: Table) -> list[Table]:
    """Return a table of its own for each band, named by the band's title and no wider than the band needs.

    In the form the last cell of a narrow band fills the grid of the widest.
    """
    if len(table.bands) == 1:
        return [table]
    return [_own_table(table, band) for band in table.bands]


def _own_table(table: Table, band: TableBand) -> Table:
    columns = table.label_columns + sum(cell.scope is None for cell in band.body[0])
    narrow = partial(_narrow, surplus=table.columns - columns)
    first = band.head[0]
    own = band.model_copy(update={"head": tuple(map(narrow, band.head)), "body": tuple(map(narrow, band.body))})
    caption = f"{table.caption}：{first[0].text}" if len(first) == 1 else table.caption
    return table.model_copy(update={"columns": columns, "caption": caption, "bands": (own,)})


def _narrow(row: tuple[TableCell, ...], surplus: int) -> tuple[TableCell, ...]:
    *cells, last = row
    fills = last.colspan > surplus
    return (*cells, last.model_copy(update={"colspan": last.colspan - surplus}) if fills else last)


def bar_lengths(data: TableBand) -> list[list[int | None]]:
    """Return how long the bar beside each figure of a chart's table is, in percent of the longest.

    >>> from giakit.content.model import TableBand, TableCell
    >>> row = [TableCell(text=text) for text in ("4", "1", "")]
    >>> bar_lengths(TableBand(head=(), body=((TableCell(text="予以公开", scope="row"), *row),)))
    [[None, 100, 25, None]]
    """
    amounts = [[None if cell.scope else _amount(cell.text) for cell in row] for row in data.body]
    most = max((amount for row in amounts for amount in row if amount is not None), default=Decimal())
    return [[None if amount is None or not most else round(amount / most * 100) for amount in row] for row in amounts]


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:  # a year without that figure
        return None


@cache
def _own_template() -> Template:
    return fragment_environment(str(TEMPLATES / TEMPLATE_NAME)).get_template("index.html.j2")
