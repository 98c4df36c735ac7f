"""The plain-language summary that may stand at the head of a web page: three sentences on the three tables."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.content.model import Paragraph
from giakit.narrative.names import build_names
from giakit.narrative.render import render_narrative

if TYPE_CHECKING:
    from giakit.statistics import Statistics

_KEY = "前言"  # where such a text would stand if a person wrote it


def build_summary(statistics: Statistics, previous: Statistics | None = None) -> tuple[str, ...]:
    """Build the sentences of the summary, at most three: of documents and decisions, of applications, of remedies.

    Every number is a figure that was entered, or the sum of such; a figure that is blank is not spoken of, and a
    sentence of which too little was entered is left out.

    Parameters
    ----------
    previous
        Last year's figures, for the number of applications received then.
    """
    prose = render_narrative(_KEY, _template(), build_names(statistics, previous), statistics.format)
    return tuple("".join(run.text for run in block.inlines) for block in prose.blocks if isinstance(block, Paragraph))


@cache
def _template() -> str:
    template: str = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["template"]
    return template
