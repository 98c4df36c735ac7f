"""The magic finds the report, shows prose, and shows mistakes as sentences."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from giakit.content.model import MEDIA_TYPE, Prose
from giakit.errors import NarrativeError
from giakit.narrative.magic import keep_empty_body, register
from giakit.narrative.names import build_names
from giakit.statistics import Entry, Statistics

if TYPE_CHECKING:
    from pathlib import Path

    from giakit.formats import Format


class Report:
    def __init__(self) -> None:
        self.statistics = Statistics(year=2021, revision="2021", entries=(Entry(key="organ.name", text="龙村镇"),))
        self.prose: list[Prose] = []

    @property
    def format(self) -> Format:
        return self.statistics.format

    def narrative_names(self) -> dict[str, object]:
        return build_names(self.statistics, None)

    def remember(self, name: str, build: Any) -> None:
        self.remembered = name, build

    def add_prose(self, prose: Prose) -> Prose:
        self.prose.append(prose)
        return prose


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # which a shell takes for itself
    made = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}), ipython_dir=str(tmp_path))
    register(made)
    return made


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Prose, str]]:
    calls: list[tuple[Prose, str]] = []
    monkeypatch.setattr("IPython.display.display", lambda prose, display_id: calls.append((prose, display_id)))
    return calls


def test_prose_is_shown_and_remembered(shell: Any, shown: list[tuple[Prose, str]]) -> None:
    report = shell.user_ns["report"] = Report()
    shell.run_cell_magic("narrative", "一／主动公开 ", "{{ organ.name }}公开。")
    ((prose, display_id),) = shown
    assert report.prose == [prose]
    assert (prose.key, display_id) == ("一/主动公开", "giakit-narrative-一/主动公开")
    assert prose.blocks[0].inlines[0].text == "龙村镇公开。"


@pytest.mark.parametrize("report", [None, 7, "龙村镇"])
def test_without_a_report_it_says_what_to_do(shell: Any, report: object) -> None:
    if report is not None:
        shell.user_ns["report"] = report
    with pytest.raises(NarrativeError, match="依次运行上面的单元格"):
        shell.run_cell_magic("narrative", "一", "甲")


def test_the_key_is_no_place_for_variables(shell: Any) -> None:
    shell.user_ns.update(report=Report(), numeral="一")
    with pytest.raises(NarrativeError, match=r"\{numeral\}"):
        shell.run_cell_magic("narrative", "{numeral}", "甲")


def test_registering_twice_changes_nothing(shell: Any) -> None:
    register(shell)
    assert shell.input_transformers_cleanup.count(keep_empty_body) == 1


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["%%narrative 一\n"], ["%%narrative 一\n", "\n"]),
        (["%%narrative 一\n", " \n", "\n"], ["%%narrative 一\n", "\n"]),
        (["%%narrative 一\n", "甲\n"], ["%%narrative 一\n", "甲\n"]),
        (["%%time\n"], ["%%time\n"]),
        (["1\n"], ["1\n"]),
        ([], []),
    ],
)
def test_an_empty_cell_says_nothing(lines: list[str], kept: list[str]) -> None:
    assert keep_empty_body(lines) == kept


SETUP = """
from giakit.narrative.magic import register
from giakit.narrative.names import build_names
from giakit.statistics import Entry, Statistics

register(get_ipython())


class Report:
    statistics = Statistics(year=2021, revision="2021", entries=(Entry(key="organ.name", text="*甲*"),))
    format = statistics.format

    def narrative_names(self):
        return build_names(self.statistics, None)

    def remember(self, name, build):
        pass

    def add_prose(self, prose):
        return prose
"""


def test_a_real_kernel_shows_prose_and_sentences() -> None:
    sources = [
        SETUP,
        "%%narrative 一\n甲",
        "report = Report()",
        "%%narrative 一/主动公开\n## （一）主动公开\n{{ organ.name }}`乙`",
        "%%narrative 一\n{{ organ.nam }}\n{{ nothing_such }}",
        "%%narrative 六",
    ]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, allow_errors=True, kernel_name="python3", timeout=120).execute()
    outputs = [cell.outputs for cell in notebook.cells]

    assert outputs[0] == outputs[2] == []
    (missing,) = outputs[1]
    assert (missing.output_type, missing.ename) == ("error", "NarrativeError")
    (shown,) = outputs[3]
    declared = shown.data[MEDIA_TYPE]
    assert (declared["kind"], declared["key"]) == ("prose", "一/主动公开")
    assert declared["blocks"][1]["inlines"][0]["text"] == "*甲*乙"
    assert "*甲*乙" in shown.data["text/plain"]
    (failed,) = outputs[4]
    assert failed.ename == "NarrativeError"
    assert failed.traceback == [f"NarrativeError: {failed.evalue}"]
    assert [line.split("：")[0] for line in failed.evalue.splitlines()] == ["一，第 2 行", "一，第 3 行"]
    (empty,) = outputs[5]
    assert empty.data[MEDIA_TYPE] == {"kind": "prose", "key": "六"}
    nbformat.validate(notebook)
