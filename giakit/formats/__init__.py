"""The statutory forms as data: one complete file for each legal revision.

A further revision is a further ``.toml`` file in this folder; no code names a revision.
"""

from giakit.formats.loader import for_revision, for_year, load_formats, read_format
from giakit.formats.model import Band, Column, Format, Leaf, Level, Row, Section, Table, Topic, normal_label
from giakit.formats.rules import Rule
from giakit.revisions import FOLDER

__all__ = [
    "FOLDER",
    "Band",
    "Column",
    "Format",
    "Leaf",
    "Level",
    "Row",
    "Rule",
    "Section",
    "Table",
    "Topic",
    "for_revision",
    "for_year",
    "load_formats",
    "normal_label",
    "read_format",
]
