"""The pickers of a look across a county: the only module of this package that knows ipywidgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ipywidgets

from giakit.explore.view import Look
from giakit.language import translate

if TYPE_CHECKING:
    from giakit.explore.county import County
    from giakit.explore.figures import Figure

Option = tuple[str, Any]


class Pickers:
    """Pickers of a figure (its section, its row, its column), a year and a level, and the displays that follow them.

    Parameters
    ----------
    picked
        Who is told of every new look.
    """

    def __init__(self, county: County, look: Look, picked: Callable[[Look], None]) -> None:
        self._figures = county.figure_list
        self._told = picked
        self._following: list[Callable[[Look], None]] = []
        self._filling = False
        self._section = _picker(translate("Section"), "26em")
        self._row = _picker(translate("Item"), "34em")
        self._column = _picker(translate("Column"), "18em")
        self._year = _picker(translate("Year"), "10em")
        self._level = _picker(translate("Level"), "14em")
        figure = next(each for each in self._figures if each.key == look.figure)
        with self._fill():
            self._offer(figure)
            _set(self._year, [(str(year), year) for year in county.years], look.year)
            _set(self._level, [(translate("all"), ""), *((level, level) for level in county.levels)], look.level)
        self._look = look
        for picker in self._pickers:
            picker.observe(self._changed, "value")

    @property
    def _pickers(self) -> tuple[ipywidgets.Dropdown, ...]:
        return (self._section, self._row, self._column, self._year, self._level)

    def show(self) -> None:
        """Show the pickers under the present cell."""
        from IPython.display import display

        display(ipywidgets.HBox(self._pickers, layout={"flex_flow": "row wrap"}))

    def follow(self, render: Callable[[Look], str]) -> None:
        """Show HTML under the present cell, and render it anew whenever something else is picked."""
        from IPython.display import display

        shown = ipywidgets.HTML(render(self._look))
        self._following.append(lambda look: shown.set_trait("value", render(look)))
        display(shown)

    def _changed(self, change: Any) -> None:  # noqa: ANN401 - a bunch of ipywidgets
        if self._filling:
            return
        with self._fill():
            self._offer(self._nearest(change["owner"]))
        look = Look(self._column.value, self._year.value, self._level.value)
        if look != self._look:
            self._look = look
            self._told(look)
            for each in self._following:
                each(look)

    def _nearest(self, picker: ipywidgets.Dropdown) -> Figure:
        """Return the figure that the pickers say; in another section or row the one that is called most alike."""
        if picker not in {self._section, self._row}:
            return next(each for each in self._figures if each.key == self._column.value)
        fitting = [each for each in self._figures if each.heading == self._section.value]
        if picker is self._row:
            fitting = [each for each in fitting if each.row == self._row.value]
        column = next(name for name, key in self._column.options if key == self._column.value)
        return next((each for each in fitting if "/".join(each.column) == column), fitting[0])

    def _offer(self, figure: Figure) -> None:
        """Fill the pickers of the figure with what there is beside it."""
        beside = [each for each in self._figures if each.heading == figure.heading]
        _set(self._section, [(each.heading, each.heading) for each in self._figures], figure.heading)
        _set(self._row, [("/".join(each.row) or "—", each.row) for each in beside], figure.row)
        columns = [("/".join(each.column), each.key) for each in beside if each.row == figure.row]
        _set(self._column, columns, figure.key)

    @contextmanager
    def _fill(self) -> Iterator[None]:
        """Set pickers without answering to it."""
        self._filling = True
        try:
            yield
        finally:
            self._filling = False


def _picker(label: str, width: str) -> ipywidgets.Dropdown:
    return ipywidgets.Dropdown(description=label, layout={"width": width}, style={"description_width": "initial"})


def _set(picker: ipywidgets.Dropdown, options: Sequence[Option], value: object) -> None:
    """Offer options, each once, and pick one of them."""
    picker.options = list({name: (name, given) for name, given in options}.values())
    picker.value = value
