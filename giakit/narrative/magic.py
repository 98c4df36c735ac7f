"""The ``%%narrative`` cell magic: the only module of the narrative that knows IPython."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from giakit.content.display import display_content
from giakit.errors import NarrativeError
from giakit.language import Text
from giakit.narrative.completion import MAGIC, complete
from giakit.narrative.keys import parse_key
from giakit.narrative.render import render_narrative

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

    from giakit.content.model import Prose
    from giakit.formats import Format

REPORT = "report"
_MATCHER = "giakit-narrative"
_FIRST_LINE = 2  # the magic's own line is the cell's first


@runtime_checkable
class NarratedReport(Protocol):
    """What the magic asks of the notebook's ``report``."""

    @property
    def format(self) -> Format:
        """The form of the report."""

    def narrative_names(self) -> dict[str, object]:
        """Return what the cells can refer to."""

    def remember(self, name: str, build: Callable[[Any], Prose]) -> None:
        """Remember how a cell's prose is made of a report."""

    def add_prose(self, prose: Prose) -> Prose:
        """Remember a finished cell, and return it with what else is to be said of it."""


def register(shell: InteractiveShell) -> None:
    """Make ``%%narrative`` known to a shell."""
    from IPython.core.magic import no_var_expand

    @no_var_expand  # a key is text: IPython would put variables where it has $ or braces
    def narrative(line: str, cell: str | None = None) -> None:
        """Show the finished prose of a narrative cell: %%narrative 一/主动公开."""
        run_cell(shell, line, cell or "")

    shell.magics_manager.register_function(narrative, magic_kind="cell", magic_name="narrative")
    if keep_empty_body not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.insert(0, keep_empty_body)
    if not any(getattr(each, "completer_id", None) == _MATCHER for each in shell.Completer.custom_matchers):
        shell.Completer.custom_matchers.append(_build_matcher(shell))


def keep_empty_body(lines: list[str]) -> list[str]:
    """Give a narrative cell without a body an empty line: it says nothing, which IPython takes for a wrong usage."""
    empty = bool(lines) and lines[0].startswith("%%narrative") and not "".join(lines[1:]).strip()
    return [lines[0].rstrip("\n") + "\n", "\n"] if empty else lines


def _build_matcher(shell: InteractiveShell) -> Any:  # noqa: ANN401 - IPython's, which is not annotated
    """Return what IPython asks for completions, of which narrative cells get none but giakit's."""
    from IPython.core.completer import SimpleCompletion, context_matcher

    @context_matcher(identifier=_MATCHER)  # type: ignore[untyped-decorator] # IPython's
    def match(context: CompletionContext) -> SimpleMatcherResult:
        lines = context.full_text.split("\n")[: context.cursor_line + 1]
        before = "\n".join([*lines[:-1], lines[-1][: context.cursor_position]])
        report = shell.user_ns.get(REPORT)
        if not before.startswith(MAGIC) or not isinstance(report, NarratedReport):
            return {"completions": []}
        found = complete(before, report.narrative_names(), report.format)
        completions = [SimpleCompletion(each.text, type=each.about) for each in found.candidates] if found else []
        written = found.written if found else ""
        return {"completions": completions, "matched_fragment": written, "suppress": True, "ordered": True}

    return match


def run_cell(shell: InteractiveShell, line: str, cell: str) -> None:
    """Render a narrative cell of the notebook's report, remember the prose and show it.

    Running the cell again replaces what it showed.
    """
    report = shell.user_ns.get(REPORT)
    if not isinstance(report, NarratedReport):
        raise NarrativeError(Text("there is no report yet: run the cells above first, from the first one on"))
    name = f"narrative-{parse_key(line, report.format)}"
    build = partial(build_prose, line=line, cell=cell)
    report.remember(name, build)
    display_content(build(report), f"giakit-{name}")


def build_prose(report: NarratedReport, *, line: str, cell: str) -> Prose:
    """Make a cell's prose of a report, and let the report keep it."""
    return report.add_prose(
        render_narrative(line, cell, report.narrative_names(), report.format, first_line=_FIRST_LINE)
    )
