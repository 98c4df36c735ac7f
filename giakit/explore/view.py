"""What the notebook shows of a county: tables and pictures that follow the pickers where a person can use them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from giakit.content import html, plain
from giakit.language import translate

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from giakit.content.model import Content
    from giakit.explore.county import County
    from giakit.explore.pickers import Pickers

_MOST_ROWS = 60
_STYLE = "<style>.giakit-ranked table{margin-left:0}</style>"


@dataclass(frozen=True)
class Look:
    """What is looked at: a figure's key, a year, a level of organ, empty for all."""

    figure: str
    year: int
    level: str = ""


class View:
    """Displays of a county under one look; made by `giakit.County.view`.

    In JupyterLab, Notebook 7, VS Code and Voilà `show_pickers` shows pickers, and what is shown after them follows.
    Under papermill, nbconvert and whatever else no one sees it shows nothing, and the others tables and pictures.
    """

    def __init__(self, county: County, look: Look) -> None:
        self._county = county
        self._pickers: Pickers | None = None
        self.look = look

    def show_pickers(self) -> None:
        """Show pickers of figure, year and level where a person can use them."""
        from IPython.core.getipython import get_ipython

        from giakit.panel.front_end import find_front_end

        shell = get_ipython()
        if shell is None or find_front_end(shell) is None:
            return
        from giakit.explore.pickers import Pickers

        self._pickers = Pickers(self._county, self.look, self._look_again)
        self._pickers.show()

    def _look_again(self, look: Look) -> None:
        self.look = look

    def show_ranked(self) -> None:
        """Show all organs by the figure."""
        self._show(lambda look: _ranked_bundle(self._county, look))

    def show_small_multiples(self, name: str | None = None) -> None:
        """Show a picture with a panel an organ: of the figure, or by a name as in `giakit.County.small_multiples`."""
        self._show(lambda look: _bundle(self._county.small_multiples(name or look.figure, level=look.level)))

    def show_alike(self, outputs: str | Path = "outputs") -> None:
        """Show whose published texts are alike, and how alike each organ's were over the years."""
        self._show(lambda look: _alike_bundle(self._county, look, outputs))
        self._show(lambda look: _bundle(self._county.alike_multiples(level=look.level, outputs=outputs)))

    def _show(self, build: Callable[[Look], dict[str, Any]]) -> None:
        from IPython.display import display

        if self._pickers:
            self._pickers.follow(lambda look: str(build(look)["text/html"]))
        else:
            display(build(self.look), raw=True)


def _bundle(content: Content) -> dict[str, Any]:
    return {"text/html": html.render_content(content), "text/plain": plain.render_content(content)}


def _ranked_bundle(county: County, look: Look) -> dict[str, Any]:
    table = county.ranked(look.figure, year=look.year, level=look.level)
    return _table_bundle(translate("{year}: {figure}", year=look.year, figure=county.label(look.figure)), table)


def _alike_bundle(county: County, look: Look, outputs: str | Path) -> dict[str, Any]:
    table = county.alike(year=look.year, level=look.level, outputs=outputs)
    title = translate("{year}: texts that are alike, in published reports: {count}", year=look.year, count=len(table))
    return _table_bundle(title, table)


def _table_bundle(title: str, table: pd.DataFrame) -> dict[str, Any]:
    """Return a table under its title; of very many rows the first and the last."""
    options: dict[str, Any] = {"index": False, "na_rep": "", "max_rows": _MOST_ROWS}
    head = f"{_STYLE}<p><strong>{escape(title)}</strong></p>"
    shown = table.to_html(justify="left", **options) if len(table) else ""
    return {
        "text/html": f'<div class="jp-RenderedHTMLCommon giakit-ranked">{head}{shown}</div>',
        "text/plain": f"{title}\n{table.to_string(**options) if len(table) else ''}",
    }
