"""An organ's own words: what it says beside the master, and not that there was nothing."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from giakit.content.model import Prose
from giakit.copies.memory import keep_narrative, narrative_of_master
from giakit.exporters.document import Document, DocumentSection
from giakit.forms.read import Form
from giakit.likeness.own import CommonForm, find_own_words
from giakit.narrative.render import render_narrative
from giakit.report import Report, build_report_names
from giakit.sources import Source

MASTER = (
    "%%narrative 前言\n按规定编制。",
    """%%narrative 一/平台建设
## （四）平台建设

{% for text in work.platforms.paragraphs %}
{{ text | sentence }}

{% endfor %}
本年新收申请{{ applications.received.total }}件。""",
    """%%narrative 五
{% for each in problems %}
**{{ loop.index | cn }}是{{ each.problem | sentence }}**改进措施：{{ each.measure | sentence }}

{% endfor %}""",
    """%%narrative 六
{{ other_matters | sentence }}

{% if fee.cases is zero %}
本年度未收取信息处理费。
{% endif %}""",
)


def words_of(statistics, edited=None, narrative=MASTER):
    """Return the own words in a report that prints the master's cells, or others in their place by key."""
    names = build_report_names(statistics, None, preamble=True)
    pieces: dict[str, list[Prose]] = {}
    for cell in MASTER:
        key, _, body = cell.removeprefix("%%narrative ").partition("\n")
        prose = render_narrative(key, (edited or {}).get(key, body), names, statistics.format)
        pieces.setdefault(prose.section, []).append(prose)
    declaration = Report(statistics, ()).declaration
    sections = tuple(DocumentSection(place, tuple(pieces.get(place.numeral, ()))) for place in declaration.sections)
    source = Source(form=Form(workbook="a.xlsx", sheet="河口镇", statistics=statistics, findings=()))
    return find_own_words(Document(declaration, tuple(pieces["前言"]), sections), narrative, source).sentences


def test_fields_are_own_words_and_the_masters_sentences_are_not(make_statistics):
    assert words_of(make_statistics(applications__received__total=12)) == {
        "一/平台建设": ("镇网站栏目按月检查", "新媒体账号专人维护"),
        "五": ("栏目更新慢", "每周检查"),
    }


def test_an_edited_cell_is_own_words_but_for_what_the_master_says_too(make_statistics):
    edited = {"一/平台建设": "我镇开通了方言广播。本年新收申请{{ applications.received.total }}件。"}
    assert words_of(make_statistics(), edited)["一/平台建设"] == ("×开通了方言广播",)


def test_a_sentence_of_the_master_with_other_figures_is_still_the_masters(make_statistics):
    edited = {"一/平台建设": "本年新收申请三十五件。群众来得少。"}
    assert words_of(make_statistics(), edited)["一/平台建设"] == ("群众来得少",)


def test_a_cell_of_the_master_that_fails_takes_nothing_away(make_statistics):
    broken = (*MASTER[:1], "%%narrative 一/平台建设\n{{ no_such_name }}", *MASTER[2:])
    edited = {"一/平台建设": "我镇开通了方言广播。"}
    assert words_of(make_statistics(), edited, broken)["一/平台建设"] == ("×开通了方言广播",)


@pytest.mark.parametrize(
    "sentence",
    [
        "无",
        "无其他需要报告的事项",
        "没有其他需要报告的事项",
        "×年×没有需要报告的其他事项",
        "本年度未收取信息处理费",
        "按照《政府信息公开信息处理费管理办法》，×未产生信息处理费",
        "×年未收到政府信息公开申请",
        "全年无人申请",
        "未发生行政复议、行政诉讼案件",
    ],
)
def test_that_there_was_nothing_is_nobodys_own(sentence):
    assert CommonForm().own_part(sentence) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "无障碍浏览功能上线",
        "没有网络的村组改用广播",
        "为防漏收申请，信箱每天开启，传真机旁放着登记本",
        "未按期答复的申请在办公会上逐件剖析，责任人作出说明",
    ],
)
def test_what_only_begins_like_nothing_is_own(sentence):
    assert CommonForm().own_part(sentence) == sentence


def test_the_masters_narrative_goes_along_where_a_copy_differs(project_root: Path):
    master, run = (nbformat.read(project_root / "notebooks/annual_report.ipynb", as_version=4) for _ in range(2))
    keep_narrative(run, master)
    assert "giakit" not in run.metadata
    said = narrative_of_master(run)
    assert len(said) == sum(cell.source.startswith("%%narrative") for cell in master.cells)
    next(cell for cell in run.cells if cell.source.startswith("%%narrative 六")).source = "%%narrative 六\n另有说明。"
    keep_narrative(run, master)
    assert narrative_of_master(run) == said
