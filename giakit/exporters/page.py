"""The published page: one self-contained HTML file.

Nothing of nbconvert is needed for it; ``jupyter nbconvert --to giakit_html`` is in `giakit.exporters.html`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.content.html import environment
from giakit.exporters.correction import correction_mark
from giakit.exporters.document import DRAFT, OVERRIDDEN, OVERRIDE_REASON, overridden_errors, title_parts

if TYPE_CHECKING:
    from jinja2 import Template

    from giakit.exporters.document import Document

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE_NAME = "giakit_html"


def render_html(document: Document, template: Template | None = None, *, sources: bool = False) -> str:
    """Return the page to publish; the same document gives the same text.

    Parameters
    ----------
    document
        What `giakit.exporters.document.read_document` assembled.
    template
        Another template than giakit's own; it is given ``document``, ``title_parts``, ``corrected`` and ``sources``,
        and for drafts ``draft``, ``overridden``, ``override_reason`` and ``overridden_errors``.
    sources
        Whether figures name the cells they were read from; never to be published, hence no exporter asks for it.
    """
    page = template or own_template(TEMPLATE_NAME)
    return page.render(
        document=document,
        sources=sources,
        draft=DRAFT,
        overridden=OVERRIDDEN,
        override_reason=OVERRIDE_REASON,
        overridden_errors=overridden_errors(document) if document.draft else [],
        title_parts=title_parts(document.declaration),
        corrected=correction_mark(document.declaration.correction),
    )


@cache
def own_template(name: str) -> Template:
    """Return one of giakit's own templates, by the name of its folder."""
    return environment([TEMPLATES / name]).get_template("index.html.j2")
