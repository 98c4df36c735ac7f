"""The blocks of the workbook beside the statutory tables, read from ``fields.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from giakit.findings import Severity
from giakit.formats import Format
from giakit.formats.model import Kind


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Declared):
    """A labelled cell: a text, or a figure where `kind` is given; `blank` is how severe an empty one is.

    `prompt` says what to enter, with an example.
    """

    key: str
    label: str
    blank: Severity
    government: bool = False
    kind: Kind | None = None
    unit: str | None = None
    prompt: str = ""


class FieldBlock(_Declared):
    """A titled block of labelled cells."""

    title: str
    fields: tuple[Field, ...]


class RecordBlock(_Declared):
    """A titled block of rows under column heads, as many rows as the organ needs.

    `hint` stands under the title; `prompts` say what to enter in each column; `shares` divide the width among them.
    """

    title: str
    columns: tuple[str, ...]
    hint: str = ""
    prompts: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()


class TopicBlock(_Declared):
    """The block that holds one text for each topic of the format."""

    title: str
    blank: Severity
    prompt: str = ""


class Blocks(_Declared):
    """All blocks, in the order of the sheet; `tally` heads the formulas about the tables, which no reader reads."""

    tally: str

    organ: FieldBlock
    local: RecordBlock
    work: TopicBlock
    problems: RecordBlock
    other: FieldBlock
    remarks: RecordBlock

    def work_fields(self, form: Format) -> FieldBlock:
        """Return the fields of 工作情况 for the topics of a format."""
        topics = [topic for section in form.sections for topic in section.topics]
        fields = (
            Field(key=f"work.{topic.id}", label=topic.label, blank=self.work.blank, prompt=self.work.prompt)
            for topic in topics
        )
        return FieldBlock(title=self.work.title, fields=tuple(fields))

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles that mark where each block begins."""
        blocks = (self.organ, self.local, self.work, self.problems, self.other, self.remarks)
        return (*(block.title for block in blocks), self.tally)


@cache
def load_blocks() -> Blocks:
    """Read the declaration of the blocks."""
    return Blocks.model_validate(tomllib.loads((Path(__file__).parent / "fields.toml").read_text(encoding="utf-8")))
