"""An organ's own words as they are kept beside its report, and read again to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from giakit.outputs import Outputs, ReportRecord
from giakit.statistics import Record

NAME = "internal/prose.json"


class OwnWords(Record):
    """What an organ says in its own words: neutral sentences by narrative key, such as ``一/主动公开``, in order.

    Keys without any are left out; the preamble and headings are nobody's own.
    """

    organ: str
    year: int
    sentences: dict[str, tuple[str, ...]]

    @property
    def file(self) -> bytes:
        """The words as they are kept."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def digests_of_words(records: Mapping[str, ReportRecord]) -> dict[str, str]:
    """Return the hash of each report's own words, by organ; one of an older giakit that kept none is left out."""
    files = ((organ, file) for organ, record in records.items() for file in record.outputs)
    return {organ: file.sha256 for organ, file in files if file.path == NAME}


def read_words(outputs: Outputs, records: Iterable[ReportRecord]) -> Iterator[OwnWords]:
    """Yield the own words of several reports, by organ; what cannot be read counts as not kept."""
    for _, content in sorted(outputs.read_all(records, NAME).items()):
        try:
            yield OwnWords.model_validate_json(content)
        except ValueError:
            continue
