"""The declared content of a report: what each display of the notebook says, free of any output format.

Every piece shows itself in Jupyter as HTML and plain text and carries itself as JSON under `MEDIA_TYPE`; the HTML,
PDF and docx exporters read that JSON and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from giakit.content.correction import DeclaredCorrection
from giakit.findings import Finding
from giakit.statistics import Record

MEDIA_TYPE = "application/vnd.giakit.v1+json"


class Content(Record):
    """A piece of declared content."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002 - protocol
        """Return the HTML, the plain text and the declaration itself."""
        from giakit.content import html, plain

        return {
            "text/html": html.render_content(self),
            "text/plain": plain.render_content(self),
            MEDIA_TYPE: self.model_dump(mode="json", exclude_defaults=True) | {"kind": self.kind},  # type: ignore[attr-defined]
        }


class SectionPlace(Record):
    """A statutory section as the document needs it: numeral, heading, its topics in order, the table it must hold."""

    numeral: str
    heading: str
    topics: tuple[str, ...] = ()
    table: str | None = None


class Declaration(Content):
    """What the report is: whose, of which year, after which form, and the findings of its figures.

    The exporters take title and order of sections from here and refuse a report whose findings hold an error, unless
    `override` gives a reason: then they print it as a draft that says so on every page.

    Attributes
    ----------
    key
        The organ's key.
    metadata
        What a site's box says of the report, label and text: 索引号, 发布机构, 公开日期, …
    summary
        The sentences of `giakit.summary.build_summary`; only web pages show them.
    fonts
        Whether print uses the bundled faces or, where the machine has them, those that the standard names.
    cover
        Whether print opens with a cover.
    attachments
        The names of what is published with the report (附件), in order.
    correction
        What a correction of a released report says of itself; no notebook declares it, `giakit.corrections` does.
    """

    kind: Literal["report"] = "report"
    title: str
    name: str
    full_name: str
    year: int
    revision: str
    notice: str
    sections: tuple[SectionPlace, ...]
    key: str = ""
    findings: tuple[Finding, ...] = ()
    override: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    summary: tuple[str, ...] = ()
    fonts: Literal["bundled", "official"] = "bundled"
    cover: bool = False
    attachments: tuple[str, ...] = ()
    correction: DeclaredCorrection | None = None


class Heading(Content):
    """The statutory heading of a section."""

    kind: Literal["heading"] = "heading"
    section: str
    text: str


class Inline(Record):
    """A run of text; `href` makes it a link."""

    text: str
    strong: bool = False
    href: str | None = None


class Paragraph(Record):
    """A paragraph."""

    type: Literal["paragraph"]
    inlines: tuple[Inline, ...]


class Subheading(Record):
    """A heading of the second level, printed （一）主动公开."""

    type: Literal["heading"]
    inlines: tuple[Inline, ...]


class ListBlock(Record):
    """A list; each item is a run of inlines."""

    type: Literal["list"]
    ordered: bool = False
    items: tuple[tuple[Inline, ...], ...]


Block = Annotated[Paragraph | Subheading | ListBlock, Field(discriminator="type")]


class Prose(Content):
    """A finished narrative cell: its key such as ``一/主动公开`` and its blocks; no blocks means it says nothing."""

    kind: Literal["prose"] = "prose"
    key: str
    blocks: tuple[Block, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def section(self) -> str:
        """The numeral of the section (or 前言) the prose belongs to."""
        return self.key.split("/")[0]

    @property
    def topic(self) -> str | None:
        """The topic within the section, if the key names one."""
        return self.key.split("/", 1)[1] if "/" in self.key else None


class TableCell(Record):
    """A cell of a printed table.

    Attributes
    ----------
    scope
        Makes it a header cell: of its column, row, or group of columns or rows.
    id, headers
        Header cells that others refer to have an id, unique in the report; a value cell lists its headers' ids.
    key, source
        Which figure a value cell prints and where it was read; for the analyst, never published.
    before, change
        In a table that compares two years, what last year's printed and how this year's differs, e.g. ``▲3``; ``None``
        where there is nothing to compare.
    """

    text: str
    scope: Literal["col", "colgroup", "row", "rowgroup"] | None = None
    colspan: int = 1
    rowspan: int = 1
    id: str | None = None
    headers: tuple[str, ...] = ()
    key: str | None = None
    source: str | None = None
    before: str | None = None
    change: str = ""


class TableBand(Record):
    """Header rows and body rows; the header repeats where the band breaks over pages."""

    head: tuple[tuple[TableCell, ...], ...]
    body: tuple[tuple[TableCell, ...], ...]


class Table(Content):
    """A statutory table exactly as printed; its grid is `columns` wide, of which `label_columns` hold labels."""

    kind: Literal["table"] = "table"
    id: str
    section: str
    caption: str
    columns: int
    label_columns: int
    bands: tuple[TableBand, ...]


class Chart(Content):
    """A chart as SVG with its alternative text; `key` places it like a narrative cell's key does.

    `width` and `height` are in points. `svg` is a whole document with text as text, naming the family Noto Sans SC.
    `data` holds every figure drawn: one head row with a column a year, a row a label.
    """

    kind: Literal["chart"] = "chart"
    id: str
    key: str
    caption: str
    alt: str
    svg: str
    width: float
    height: float
    data: TableBand | None = None

    @property
    def section(self) -> str:
        """The numeral of the section the chart belongs to."""
        return self.key.split("/")[0]

    @property
    def topic(self) -> str | None:
        """The topic within the section, if the key names one."""
        return self.key.split("/", 1)[1] if "/" in self.key else None


class Notes(Content):
    """Something for the analyst only, such as the table of findings; never published."""

    kind: Literal["notes"] = "notes"
    title: str
    findings: tuple[Finding, ...] = ()
    text: str = ""


AnyContent = Annotated[Declaration | Heading | Prose | Table | Chart | Notes, Field(discriminator="kind")]

_ADAPTER: TypeAdapter[Declaration | Heading | Prose | Table | Chart | Notes] = TypeAdapter(AnyContent)


def parse_content(declared: Mapping[str, Any]) -> Declaration | Heading | Prose | Table | Chart | Notes:
    """Read a declaration back from an output's JSON.

    Raises
    ------
    pydantic.ValidationError
        If it is no declaration of this version.
    """
    return _ADAPTER.validate_python(declared)
