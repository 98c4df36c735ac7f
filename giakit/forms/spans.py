"""Dividing a sheet's equal columns among the columns of a table or list: first and last sheet column of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

Span = tuple[int, int]

_OUTERMOST_LABEL, _OUTER_LABEL = 1, 2  # columns: 三、本年度办理结果 runs downwards, （三）不予公开 stands in one line


def table_spans(width: int, labels: int, figures: int) -> list[Span]:
    """Divide for a table: the figures take three fifths of the width at most, the innermost labels what is left.

    >>> table_spans(15, 1, 3)
    [(0, 5), (6, 8), (9, 11), (12, 14)]
    """
    each = max(1, width * 3 // (5 * figures)) if labels else width // figures
    widths = [*_label_widths(labels, width - each * figures), *([each] * figures)]
    widths[-1] += width - sum(widths)
    return _spans(widths)


def shared_spans(width: int, shares: Sequence[int]) -> list[Span]:
    """Divide in proportion to `shares`, to whole columns.

    >>> shared_spans(15, (2, 5, 8))
    [(0, 1), (2, 6), (7, 14)]
    """
    ends = [width * end // sum(shares) for end in accumulate(shares)]
    return _spans([end - start for start, end in zip([0, *ends], ends, strict=False)])


def _label_widths(labels: int, area: int) -> list[int]:
    """Divide the columns left for labels; where they nest too deep for that, a column each."""
    if not labels:
        return []
    outer = [_OUTERMOST_LABEL, *[_OUTER_LABEL] * labels][: labels - 1]
    if sum(outer) >= area:
        outer = [1] * (labels - 1)
    return [*outer, area - sum(outer)]


def _spans(widths: Sequence[int]) -> list[Span]:
    return [(end - width, end - 1) for end, width in zip(accumulate(widths), widths, strict=True)]
