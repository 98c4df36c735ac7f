from __future__ import annotations

import pickle
import re

import pytest

from giakit import errors
from giakit.content.html import render_content
from giakit.content.model import Notes
from giakit.errors import GiakitError, ReportRefused
from giakit.findings import Finding, finding
from giakit.language import Text
from giakit.statistics import Cell

FOUND = finding(
    "T3-1",
    "error",
    "三/自然人",
    Text("is {n}", n=3),
    Text("Mend it."),
    words="勾稽",
    cells=[Cell(workbook="县.xlsx", sheet="甲", address="C3", raw="三")],
)


def subclasses(kind):
    return [kind, *(each for sub in kind.__subclasses__() for each in subclasses(sub))]


def test_the_tree_at_the_head_of_the_module_is_whole():
    kinds = {kind.__name__ for kind in subclasses(GiakitError) if kind.__module__ == errors.__name__}
    assert kinds == set(re.findall(r"^[├└]── (\w+)", errors.__doc__, re.MULTILINE)) | {"GiakitError"}


@pytest.mark.parametrize("kind", subclasses(GiakitError))
def test_every_error_survives_pickling_with_its_problems(kind):
    error = kind(Text("cell {cell} is bad", cell="C3"), "第二个问题")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is kind
    assert again.problems == error.problems
    assert str(again) == str(error)


def test_a_refusal_lists_its_findings(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    assert str(ReportRefused(FOUND, FOUND)).splitlines() == ["县.xlsx [甲] C3 三/自然人: is 3. Mend it."] * 2


def test_an_answer_stands_beside_its_warning(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    answered = FOUND.model_copy(update={"severity": "warning", "answer": "口径调整"})
    assert str(answered).endswith("Mend it. Answered: 口径调整")
    shown = render_content(Notes(title="核对结果", findings=(answered,)))
    assert "Answered: 口径调整" in shown


def test_a_finding_survives_json():
    assert Finding.model_validate_json(FOUND.model_dump_json()) == FOUND


def test_a_text_is_rendered_in_the_language_of_the_reader(monkeypatch):
    text = Text("unknown key")
    monkeypatch.setenv("GIAKIT_LANG", "en")
    assert str(text) == "unknown key"
    monkeypatch.setenv("GIAKIT_LANG", "zh")
    assert str(text) != "unknown key"
