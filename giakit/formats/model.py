"""What a format file says, in types: sections, tables of bands, nested rows and columns.

Printed spans follow from nesting. A band's grid is as wide as the table: label columns first (as many as rows nest
deep), then number columns. A leaf label that nests less deep than its neighbours fills the label columns or header
rows up to the numbers; the last cell of a narrower band fills the rest of the grid.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TypeVar

from pydantic import Field, model_validator

from giakit.formats.declared import Declared, Identifier, Kind
from giakit.formats.rules import Rule

__all__ = [
    "Band",
    "Column",
    "Format",
    "Kind",
    "Leaf",
    "Level",
    "Notice",
    "Row",
    "Section",
    "Table",
    "Topic",
    "leaf_key",
    "normal_label",
]

_SAME_SIGN = str.maketrans(
    {"，": ",", "、": ",", "；": ";", "“": '"', "”": '"', "＂": '"', "‘": "'", "’": "'", "〔": "[", "〕": "]", "—": "-"}
)


@lru_cache(maxsize=8192)  # a county's sheets have the same labels
def normal_label(text: str) -> str:
    r"""Return a label with width, spaces, line breaks and variant punctuation removed, for comparison only.

    >>> normal_label("（ 三）\n不予公开") == normal_label("(三)不予公开")
    True
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SAME_SIGN)).translate(_SAME_SIGN)
    return re.sub(r"[\s\u200b-\u200f\ufeff\u00ad]+", "", plain)


class Column(Declared):
    """A column head: a leaf with the kind and unit of its figures, or a group of columns.

    `unit` is ``None`` where the form states none and every amount carries its own.
    """

    id: Identifier
    label: str
    aliases: tuple[str, ...] = ()
    kind: Kind | None = None
    unit: str | None = None
    total: bool = False
    columns: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _leaf_or_group(self) -> Column:
        if bool(self.columns) == bool(self.kind):
            raise ValueError("needs either `kind` (a column of figures) or `columns` (a group), not both")
        return self

    @property
    def children(self) -> tuple[Column, ...]:
        """The columns under this head; empty for a leaf."""
        return self.columns


class Row(Declared):
    """A row label: a leaf with figures, or a group of rows (which has none of its own).

    `undivided` marks a group that older copies of the form print as one row: such a row is read as the group's own
    figure, with a warning, and never split.
    """

    id: Identifier
    label: str
    aliases: tuple[str, ...] = ()
    total: bool = False
    undivided: bool = False
    rows: tuple[Row, ...] = ()

    @property
    def children(self) -> tuple[Row, ...]:
        """The rows under this label; empty for a leaf."""
        return self.rows


class Band(Declared):
    """A part of a printed table with its own header: full-width `title`, `corner` above the labels, columns, rows."""

    title: str | None = None
    corner: str | None = None
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[Row, ...] = Field(min_length=1)

    @cached_property
    def label_columns(self) -> int:
        """How many grid columns hold row labels: the depth of nesting, none where the only row has no label."""
        return 0 if self.unlabelled else _depth(self.rows)

    @cached_property
    def header_rows(self) -> int:
        """How many printed rows the column heads take, without the title."""
        return _depth(self.columns)

    @cached_property
    def unlabelled(self) -> bool:
        """Whether the band is one row of figures without a label, as in section 四."""
        return len(self.rows) == 1 and not self.rows[0].label

    @cached_property
    def leaf_columns(self) -> tuple[tuple[Column, ...], ...]:
        """The paths of the columns of figures from outermost head to leaf, in printed order."""
        return tuple(_leaf_paths(self.columns))

    @cached_property
    def leaf_rows(self) -> tuple[tuple[Row, ...], ...]:
        """The paths of the rows of figures from outermost group to leaf, in printed order."""
        return tuple(_leaf_paths(self.rows))


class Table(Declared):
    """A statutory table."""

    id: Identifier
    caption: str
    bands: tuple[Band, ...] = Field(min_length=1)

    @property
    def grid_columns(self) -> int:
        """How many columns the printed grid has."""
        return max(band.label_columns + len(band.leaf_columns) for band in self.bands)


class Topic(Declared):
    """A matter that section 一 must cover."""

    id: Identifier
    label: str
    aliases: tuple[str, ...] = ()


class Section(Declared):
    """One of the statutory sections: a table, or narrative where `table` is absent."""

    id: Identifier
    numeral: str
    heading: str
    table: str | None = None
    topics: tuple[Topic, ...] = ()


class Level(Declared):
    """A level of organ; `government` marks 各级人民政府."""

    id: Identifier
    label: str
    government: bool


class Notice(Declared):
    """The document that prescribes the form: its number and when it was issued (ISO date or month)."""

    number: str
    issued: str


class Leaf(Declared):
    """One cell of figures of the form: where it stands and what it holds."""

    key: str
    section: Section
    table: Table
    band: Band
    row: tuple[Row, ...]
    column: tuple[Column, ...]

    @property
    def kind(self) -> Kind:
        """Count, signed count or money."""
        kind = self.column[-1].kind
        assert kind is not None  # noqa: S101 - the validator of Column holds it
        return kind

    @property
    def unit(self) -> str | None:
        """The unit the form prescribes, or ``None`` where the cell must state it."""
        return self.column[-1].unit

    @cached_property
    def names(self) -> frozenset[str]:
        """The ids of its row, its column and the groups these stand in."""
        return frozenset((*(row.id for row in self.row), *(column.id for column in self.column)))

    @cached_property
    def row_labels(self) -> tuple[str, ...]:
        """The printed row labels from the outermost group to this row; empty for an unlabelled row."""
        return tuple(row.label for row in self.row if row.label)

    @cached_property
    def column_labels(self) -> tuple[str, ...]:
        """The printed column labels from the outermost head to this column."""
        return tuple(column.label for column in self.column)

    @cached_property
    def label_path(self) -> str:
        """Section numeral, row labels and the column as a person would name the cell."""
        columns = self.column_labels if not self.row_labels else self.column_labels[-1:]
        return "/".join((self.section.numeral, *self.row_labels, *columns))


class Format(Declared):
    """One legal revision of the annual report's form."""

    revision: str
    first_year: int
    last_year: int | None = None
    title: str
    notice: Notice
    levels: tuple[Level, ...] = Field(min_length=1)
    sections: tuple[Section, ...] = Field(min_length=1)
    tables: tuple[Table, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()

    def table(self, table_id: str) -> Table:
        """Return the table with this identifier."""
        return next(table for table in self.tables if table.id == table_id)

    def section_of(self, table_id: str) -> Section:
        """Return the section that prints a table."""
        return next(section for section in self.sections if section.table == table_id)

    def section(self, numeral: str) -> Section | None:
        """Return the section with this numeral (一 … 六), or ``None``."""
        return next((section for section in self.sections if section.numeral == numeral), None)

    def level(self, label: str) -> Level | None:
        """Return the level of organ with this label, or ``None``."""
        return next((level for level in self.levels if level.label == label), None)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every cell of figures in printed order."""
        return tuple(
            Leaf(
                key=leaf_key(table, row[-1], column[-1]),
                section=self.section_of(table.id),
                table=table,
                band=band,
                row=row,
                column=column,
            )
            for table in self.tables
            for band in table.bands
            for row in band.leaf_rows
            for column in band.leaf_columns
        )

    @cached_property
    def undivided_leaves(self) -> tuple[Leaf, ...]:
        """The cells of groups that may be printed as one row; no part of `leaves`."""
        return tuple(
            Leaf(
                key=leaf_key(table, path[-1], column[-1]),
                section=self.section_of(table.id),
                table=table,
                band=band,
                row=path,
                column=column,
            )
            for table in self.tables
            for band in table.bands
            for path in _all_paths(band.rows)
            if path[-1].undivided
            for column in band.leaf_columns
        )

    def leaves_under(self, reference: str) -> tuple[Leaf, ...]:
        """Return the cells that a rule's reference stands for; see `giakit.formats.rules`."""
        table, *names = reference.split(".")
        return tuple(
            leaf
            for leaf in (*self.leaves, *self.undivided_leaves)
            if leaf.table.id == table and leaf.names.issuperset(names)
        )

    def leaf(self, key: str) -> Leaf:
        """Return the cell with this key."""
        return self._leaf_by_key[key]

    @cached_property
    def _leaf_by_key(self) -> dict[str, Leaf]:
        return {leaf.key: leaf for leaf in (*self.leaves, *self.undivided_leaves)}

    def key_for_label(self, label_path: str) -> str | None:
        """Return the key of the cell with this label path, or ``None`` where none or several match.

        A path is the section's numeral, the row's labels (outer groups may be left out) and the column's label,
        joined by ``/``; width and spaces do not matter.
        """
        keys = self._keys_by_label.get(normal_label(label_path), set())
        return next(iter(keys)) if len(keys) == 1 else None

    @cached_property
    def _keys_by_label(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for leaf in (*self.leaves, *self.undivided_leaves):
            for path in _label_paths(leaf):
                found.setdefault(normal_label(path), set()).add(leaf.key)
        return found


N = TypeVar("N", Column, Row)


def leaf_key(table: Table, row: Row, column: Column) -> str:
    """Return ``table.row.column``, or ``table.column`` where the row has no label."""
    return f"{table.id}.{row.id}.{column.id}" if row.label else f"{table.id}.{column.id}"


def _label_paths(leaf: Leaf) -> Iterator[str]:
    numeral = leaf.section.numeral
    columns = [
        *(leaf.column_labels[start:] for start in range(len(leaf.column))),
        *((alias,) for alias in leaf.column[-1].aliases),
    ]
    if not leaf.row_labels:
        for column in columns:
            yield "/".join((numeral, *column))
        return
    rows = [
        *(leaf.row_labels[start:] for start in range(len(leaf.row_labels))),
        *((alias,) for alias in leaf.row[-1].aliases),
    ]
    for row in rows:
        for column in columns:
            yield "/".join((numeral, *row, *column))


def _depth(nodes: tuple[Column, ...] | tuple[Row, ...]) -> int:
    return 1 + max((_depth(node.children) for node in nodes if node.children), default=0)


def _leaf_paths(nodes: tuple[N, ...]) -> list[tuple[N, ...]]:
    paths: list[tuple[N, ...]] = list(_all_paths(nodes))
    return [path for path in paths if not path[-1].children]


def _all_paths(nodes: tuple[N, ...]) -> Iterator[tuple[N, ...]]:
    for node in nodes:
        yield (node,)
        below: Iterator[tuple[N, ...]] = _all_paths(node.children)
        yield from ((node,) + path for path in below)  # noqa: RUF005 - mypy loses the type of a starred path
