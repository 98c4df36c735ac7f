"""What can be published of a report: each kind of output by name, with what renders it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from giakit.errors import ParameterError
from giakit.language import Text

if TYPE_CHECKING:
    from giakit.exporters.document import Document
    from giakit.outputs import ReportRecord
    from giakit.sources import Source

Renderer = Callable[["Document", "Source"], Mapping[str, bytes]]


def _render_html(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - a renderer's signature
    from giakit.exporters.page import render_html

    return {"report.html": render_html(document).encode()}


def _render_fragment(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - as above
    from giakit.exporters.fragment import render_fragment

    return {"fragment.html": render_fragment(document).encode()}


def _render_pdf(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - as above
    from giakit.exporters.typst.render import render_pdf

    return {"report.pdf": render_pdf(document)}


def _render_docx(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - as above
    from giakit.exporters.word import render_docx

    return {"report.docx": render_docx(document)}


def _render_poster(document: Document, source: Source) -> Mapping[str, bytes]:
    from giakit.exporters.document import DRAFT
    from giakit.poster import render_poster

    return render_poster(source.statistics, source.previous, mark=DRAFT if document.draft else "")


def render_data(document: Document, source: Source) -> Mapping[str, bytes]:
    """Return the open data, which come with every report."""
    from giakit.opendata.files import data_files

    declaration = document.declaration
    return data_files(source.statistics, declaration.title, document.draft, declaration.correction)


KINDS: dict[str, Renderer] = {
    "html": _render_html,
    "pdf": _render_pdf,
    "docx": _render_docx,
    "fragment": _render_fragment,
    "poster": _render_poster,
}
USUAL_KINDS = ("html", "pdf")


def parse_kinds(text: str) -> tuple[str, ...]:
    """Read a list such as ``html,pdf``.

    Raises
    ------
    ParameterError
        If a kind is unknown.
    """
    kinds = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        found = ", ".join(unknown)
        raise ParameterError(
            Text("no output is called {found}; known are {known}", found=found or "''", known=", ".join(KINDS))
        )
    return kinds


def with_published_kinds(kinds: Sequence[str], published: ReportRecord | None) -> tuple[str, ...]:
    """Return what is asked for and what is there already: a report is swapped in whole, and no kind is lost by that."""
    return tuple(kind for kind in KINDS if kind in {*kinds, *(published.kinds if published else ())})
