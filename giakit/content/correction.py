"""What a correction says of itself: which version it is, when and why, and every figure and sentence that changed."""

from __future__ import annotations

from pydantic import Field

from giakit.statistics import Record


class Correction(Record):
    """A correction of a released report.

    Attributes
    ----------
    version
        2 for the first correction.
    day
        Its day as printed, e.g. 2021-03-05.
    reason
        Why, in the office's own words; published.
    replaces
        The day on which the version before was released.
    """

    version: int = Field(ge=2)
    day: str
    reason: str = Field(min_length=1)
    replaces: str


class FigureChange(Record):
    """A figure that changed, with its unit, before and now; `label` is the statutory one."""

    key: str
    label: str
    before: str
    after: str


class TextChange(Record):
    """Sentences of one place that changed; `before` is empty for what was added, `after` for what was taken out."""

    place: str
    before: str = ""
    after: str = ""


class DeclaredCorrection(Correction):
    """A correction with everything that a reader finds changed."""

    figures: tuple[FigureChange, ...] = ()
    texts: tuple[TextChange, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether a reader finds nothing changed."""
        return not self.figures and not self.texts
