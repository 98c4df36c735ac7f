"""A chart as a picture: not every Word shows SVG, so Typst draws it as PNG, as sharp as print needs."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from docx.shared import Pt

from giakit.errors import ReportRefused
from giakit.exporters.typst.render import load_typefaces
from giakit.exporters.word.markup import paragraph, run
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typst
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.content.model import Chart

_SOURCE = Path(__file__).with_name("chart.typ")
_DOTS_PER_INCH = 300

_one_at_a_time = Lock()


def build_chart(chart: Chart, word: WordDocument) -> Iterator[BaseOxmlElement]:
    """Yield the picture, with the chart's alternative text, and its caption.

    Raises
    ------
    ReportRefused
        If the chart is no SVG.
    """
    holder = word.add_paragraph(style="图片")
    shape = holder.add_run().add_picture(io.BytesIO(render_png(chart)), width=Pt(chart.width))
    properties = shape._inline.docPr  # noqa: SLF001 - python-docx has no name for the alternative text
    properties.set("name", chart.id)
    properties.set("descr", chart.alt)
    yield holder._p  # noqa: SLF001 - the element itself, to be put in its place
    yield paragraph("Caption", run(chart.caption))


def render_png(chart: Chart) -> bytes:
    """Return a chart as PNG on white; the same chart gives the same bytes."""
    import typst

    try:
        with _one_at_a_time:
            picture = _compiler().compile(
                format="png", ppi=_DOTS_PER_INCH, sys_inputs={"svg": chart.svg, "width": str(chart.width)}
            )
    except typst.TypstError as error:
        raise ReportRefused(
            Text("{place}: the chart cannot be drawn: {reason}", place=chart.caption, reason=error.message)
        ) from error
    assert isinstance(picture, bytes)  # noqa: S101 - one page, hence one picture
    return picture


@cache
def _compiler() -> typst.Compiler:
    import typst

    return typst.Compiler(
        input=str(_SOURCE), root=str(_SOURCE.parent), font_paths=load_typefaces(), ignore_system_fonts=True
    )
