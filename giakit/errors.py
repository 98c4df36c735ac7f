"""What giakit raises, sorted by what the reader can do about it.

GiakitError
├── WorkbookError        mend the spreadsheet (which cannot be read at all; single cells are findings)
├── DocumentError        mend the Word document, which cannot be read or holds what cannot be taken over
├── ParameterError       mend the parameters: a YAML file, an option, the notebook's parameters cell
├── NarrativeError       mend a narrative cell of the notebook
├── NotebookFailed       mend a cell of the notebook that raised
├── NotebookTimedOut     the same, where a cell took too long; or allow more time
├── ReportRefused        mend the figures or the report: it must not be published as it is
├── ReportSealed         leave it, or issue a correction: the report has been released
├── OutputsBusy          wait, or close what holds the outputs
├── StorageError         mend the address, the credentials or the network
├── ClusterLost          start the scheduler or workers, then the batch again
├── PrerequisiteError    install something
└── FormatError          mend a format file, or report a bug

Every error holds all problems found, not the first one, and reads as plain sentences without a traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.language import Text


class GiakitError(Exception):
    """A mistake somebody can mend; `problems` holds one sentence for each."""

    def __init__(self, *problems: Text | str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def _render_traceback_(self) -> list[str]:
        """Show the sentences instead of a stack trace where IPython displays the error."""
        return [f"{type(self).__name__}: {self}"]


class WorkbookError(GiakitError):
    """A workbook cannot be read: missing, of a foreign kind, damaged, protected or beyond the limits."""


class DocumentError(GiakitError):
    """A Word document is none of giakit's, cannot be read, or says what only the workbook or the form may say."""


class ParameterError(GiakitError):
    """A parameter is unknown, of the wrong type, or names something that is not there."""


class NarrativeError(GiakitError):
    """A narrative cell cannot be turned into prose."""


class NotebookFailed(GiakitError):  # noqa: N818 - named for what happened
    """A cell of the notebook raised; the problem names the cell.

    Attributes
    ----------
    executed
        The notebook up to and with the error, in normal form; ``None`` where it did not begin.
    """

    executed: NotebookNode | None = None


class NotebookTimedOut(NotebookFailed):
    """The notebook took longer than it may; the problem names the cell that was running."""


class ReportRefused(GiakitError):  # noqa: N818 - a refusal is the office's word for it
    """A report with errors in its figures or without a statutory part is not published."""


class ReportSealed(GiakitError):  # noqa: N818 - named for what it found
    """A report that was released is never overwritten."""


class OutputsBusy(GiakitError):  # noqa: N818 - named for what it found
    """Somebody else is writing into the outputs, or holds one of their files open."""


class StorageError(GiakitError):
    """A store behind an address is out of reach, denies access, or holds no such bucket."""


class ClusterLost(GiakitError):  # noqa: N818 - named for what happened
    """A cluster's scheduler does not answer, or has no workers."""


class PrerequisiteError(GiakitError):
    """Something giakit needs is not installed on this machine."""


class FormatError(GiakitError):
    """A format file breaks the rules of format files, or no format holds for a year."""
