"""The panel itself: the only module that knows ipywidgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets

from giakit.errors import GiakitError, ParameterError
from giakit.language import Text, translate
from giakit.panel.choices import Choice
from giakit.panel.session import Answer, Link, Session
from giakit.panel.views import list_views, render_view, summarise

DISPLAYS = "giakit-"  # what the identifiers of all displays of a report begin with

_STYLE = """<style>
.giakit-panel{border:1px solid var(--jp-border-color1,#bdbdbd);border-radius:4px;padding:8px 12px}
.giakit-panel .giakit-row{flex-flow:row wrap;gap:4px 12px;overflow:visible}
.giakit-panel .widget-html-content{line-height:1.5}
.giakit-panel .widget-toggle-buttons{flex-flow:row wrap}
.giakit-panel .widget-toggle-button.mod-active{font-weight:600;box-shadow:inset 0 -3px var(--jp-brand-color1,#1976d2)}
.giakit-panel :is(button,select,a):focus-visible{outline:2px solid var(--jp-brand-color1,#1976d2);outline-offset:1px}
.giakit-panel p{margin:.2em 0}
.giakit-panel .problem{color:var(--jp-error-color1,#c62828);white-space:pre-line;max-height:14em;overflow:auto}
</style>"""

# JupyterLab and Notebook 7 take keys pressed in a list for commands of the notebook (down: the next cell), but not
# where this attribute says otherwise.
_KEYS = """document.addEventListener("focusin", event => {
  if (event.target.matches(".giakit-panel select")) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
});"""


class Panel:
    """Pickers, buttons and views over a session.

    Parameters
    ----------
    read_only
        Leave out the buttons that write: for a page that others see.
    """

    def __init__(self, session: Session, *, read_only: bool) -> None:
        self.session = session
        self._setting = False
        self._county = _picker(translate("County"), "15em")
        self._year = _picker(translate("Year"), "10em")
        self._organ = _picker(translate("Organ"), "22em")
        self._facts = ipywidgets.Output()
        self._said = ipywidgets.Output()
        self._progress = ipywidgets.Output()
        self._views = ipywidgets.ToggleButtons(style={"button_width": "auto"})
        self._view = ipywidgets.HTML()
        self._buttons = self._reading_buttons() if read_only else self._all_buttons()
        for picker in self._pickers:
            picker.observe(self._picked, "value")
        self._views.observe(self._looked, "value")
        self.box = self._lay_out()

    def show(self) -> None:
        """Show the panel under the present cell, with the session's report picked."""
        from IPython.display import display

        self.refresh()
        self._say(Answer("", problems=tuple(self.session.choices.problems)))
        bundle: dict[str, Any] = self.box._repr_mimebundle_()
        display(bundle | {"text/plain": translate("[giakit's panel; run the cell to see it]")}, raw=True)

    def refresh(self) -> None:
        """Bring pickers and view up to date with the session."""
        report = self.session.report
        with self._set():
            self._offer(self.session.choice)
            _fill(self._views, [(view.label, view.id) for view in list_views(report)], self._views.value)
            self._views.tooltips = [view.tooltip for view in list_views(report)]
        facts = f"<strong>{escape(report.title)}</strong>　{escape(translate('Findings'))}：{escape(summarise(report))}"
        copy = self.session.copy_link
        edited = (
            f"<p>{escape(translate('Its narrative is edited in its working copy:'))} {_anchor(copy)}</p>"
            if copy
            else ""
        )
        own = f"<p>{escape(translate('This is a working copy: other organs are in the master.'))}</p>"
        _fill_output(self._facts, f"<p>{facts}</p>{own if self.session.is_copy else edited}")
        self._show_view()

    @property
    def _pickers(self) -> tuple[ipywidgets.Dropdown, ...]:
        return (self._county, self._year, self._organ)

    # ---- pickers -----------------------------------------------------------------------------------------------------

    def _offer(self, choice: Choice | None) -> None:
        """Fill the pickers with what there is beside a choice, and pick that."""
        for picker in self._pickers:
            picker.disabled = choice is None or self.session.is_copy
        if choice:
            choices = self.session.choices
            _fill(self._county, [(choices.label(name), name) for name in choices.counties], choice.county)
            _fill(self._year, [(str(year), year) for year in choices.years(choice.county)], choice.year)
            organs = choices.organs(choice.county, choice.year)
            _fill(self._organ, [(organ.label, organ.key) for organ in organs], choice.organ)

    def _picked(self, change: Any) -> None:  # noqa: ANN401 - a bunch of ipywidgets
        if not self._setting:
            self._answer(lambda: self._pick(change["owner"]))

    def _pick(self, picker: ipywidgets.Dropdown) -> Answer:
        choice = self._nearest(picker)
        with self._set():
            self._offer(choice)
        self.session.pick(choice)
        return Answer("")

    def _nearest(self, picker: ipywidgets.Dropdown) -> Choice:
        """Return what the pickers say; what a county or year does not have gives way to what it has."""
        choices, county = self.session.choices, self._county.value
        years = choices.years(county)
        year = self._year.value if self._year.value in years else years[-1]
        organs = [organ.key for organ in choices.organs(county, year)]
        if not organs:
            raise ParameterError(
                Text("no organ of {county} reports for {year}", county=choices.label(county), year=year)
            )
        organ = self._organ.value if picker is self._organ or self._organ.value in organs else organs[0]
        return Choice(county, year, organ)

    def _read_again(self) -> Answer:
        self.session.read_again()
        return Answer(translate("Read again."), problems=tuple(self.session.choices.problems))

    # ---- buttons -----------------------------------------------------------------------------------------------------

    def _reading_buttons(self) -> list[ipywidgets.Button]:
        return [self._button("PDF", translate("Offer the PDF for download"), self.session.offer_pdf)]

    def _all_buttons(self) -> list[ipywidgets.Button]:
        session = self.session
        return [
            self._button(translate("Read again"), translate("Read parameters and workbooks again"), self._read_again),
            self._button(translate("Preview PDF"), translate("Set the PDF as the cells stand"), session.write_pdf),
            self._button(translate("Edit"), translate("Make the organ's working copy and open it"), session.edit),
            self._button(translate("Render"), translate("Publish this report as last saved"), session.render),
            self._button(translate("Render all"), translate("Publish all of the county's year"), self._batch),
        ]

    def _button(self, label: str, tooltip: str, action: Callable[[], Answer]) -> ipywidgets.Button:
        button = ipywidgets.Button(description=label, tooltip=tooltip, layout={"width": "auto"})
        button.on_click(lambda _: self._answer(action))
        return button

    def _batch(self) -> Answer:
        self._progress.outputs = ()
        problem: GiakitError | None = None
        with self._progress:  # which would show a traceback
            try:
                return self.session.batch()
            except GiakitError as error:
                problem = error
        raise problem or GiakitError()

    # ---- what is said and shown --------------------------------------------------------------------------------------

    def _answer(self, action: Callable[[], Answer]) -> None:
        """Do something at a person's wish and say what became of it; what went wrong is a sentence."""
        self._say(Answer(translate("Working …")))  # a button that is disabled meanwhile would lose the keyboard
        try:
            answer = action()
            self.refresh()
        except GiakitError as error:
            answer = Answer(self._still_shown(), problems=tuple(map(str, error.problems)))
        except KeyboardInterrupt:
            answer = Answer(translate("Interrupted."))
        self._say(answer)

    def _still_shown(self) -> str:
        return translate("That did not work. The notebook shows {title}.", title=self.session.report.title)

    def _say(self, answer: Answer) -> None:
        problems = "".join(f'<p class="problem">{escape(problem)}</p>' for problem in answer.problems)
        links = " ".join(map(_anchor, answer.links))
        said = f"<p>{escape(answer.text)} {links}</p>" if answer.text else ""
        _fill_output(self._said, f'<div role="status">{said}{problems}</div>')

    def _looked(self, _: object) -> None:
        if not self._setting:
            self._show_view()

    def _show_view(self) -> None:
        try:
            self._view.value = (
                f'<div role="region" aria-live="polite">{render_view(self.session.report, self._views.value)}</div>'
            )
        except GiakitError as error:
            lines = "".join(f'<p class="problem">{escape(str(problem))}</p>' for problem in error.problems)
            self._view.value = lines

    def _lay_out(self) -> ipywidgets.VBox:
        rows = [ipywidgets.HBox(row) for row in (self._pickers, self._buttons, [self._views])]
        for row in rows:
            row.add_class("giakit-row")
        keys = ipywidgets.Output(layout={"display": "none"})  # a front end that runs no scripts says so in their place
        _fill_output(keys, _KEYS, "application/javascript")
        parts = [
            ipywidgets.HTML(_STYLE),
            keys,
            rows[0],
            self._facts,
            rows[1],
            self._said,
            self._progress,
            rows[2],
            self._view,
        ]
        box = ipywidgets.VBox(parts)
        box.add_class("giakit-panel")
        return box

    @contextmanager
    def _set(self) -> Iterator[None]:
        """Let what is done to the pickers pass for no person's doing."""
        before, self._setting = self._setting, True
        try:
            yield
        finally:
            self._setting = before


class Page:
    """The displays of a page whose front end changes none once it is shown: each stands in a widget, which it can.

    ipykernel calls it with every message that is about to be sent for a display.
    """

    def __init__(self) -> None:
        self._outputs: dict[str, ipywidgets.Output] = {}

    def __call__(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Return what is sent instead of a message, ``None`` for nothing."""
        content = message["content"]
        name = content["transient"].get("display_id", "")
        if not name.startswith(DISPLAYS):
            return message
        shown = ({"output_type": "display_data", "data": content["data"], "metadata": {}},)
        if message["header"]["msg_type"] == "update_display_data":
            if name in self._outputs:
                self._outputs[name].outputs = shown
            return None
        output = self._outputs[name] = ipywidgets.Output(outputs=shown)
        return message | {"content": {**content, "data": output._repr_mimebundle_()}}


def _picker(label: str, width: str) -> ipywidgets.Dropdown:
    return ipywidgets.Dropdown(description=label, layout={"width": width}, style={"description_width": "auto"})


def _fill(picker: Any, options: Sequence[tuple[str, object]], value: object) -> None:  # noqa: ANN401 - untyped
    """Offer options in a picker and pick one, the first if that is not among them; nothing is sent twice."""
    if tuple(picker.options) != tuple(options):
        picker.options = options
    values = [each for _, each in options]
    picker.value = value if value in values else next(iter(values), None)


def _fill_output(output: ipywidgets.Output, text: str, kind: str = "text/html") -> None:
    """Show HTML as a cell's output, whose links the front end opens as it opens a notebook's."""
    output.outputs = ({"output_type": "display_data", "data": {kind: text}, "metadata": {}},)


def _anchor(link: Link) -> str:
    download = f' download="{escape(link.download)}"' if link.download else ' target="_blank"'
    return f'<a href="{escape(link.href)}"{download}>{escape(link.label)}</a>'
