from __future__ import annotations

from giakit.content.model import Declaration, Heading, Inline, Paragraph, Prose, Table
from giakit.report import Report
from giakit.statistics import Remark


def finished(statistics, monkeypatch, *proses):
    """Finish a report of these cells and return what it showed."""
    shown = []
    monkeypatch.setattr("giakit.report._display", lambda content, _name, **_update: shown.append(content))
    report = Report(statistics, [])
    for key, text in proses:
        report.add_prose(Prose(key=key, blocks=(Paragraph(type="paragraph", inlines=(Inline(text=text),)),)))
    report.finish()
    return shown


def test_a_remark_answers_a_warning_of_the_prose_and_is_not_called_idle(make_statistics, monkeypatch):
    remarks = (Remark(rule="H-11", reason="由县里统一考核"), Remark(rule="T9-9", reason="没有这条"))
    statistics = make_statistics(2021).model_copy(update={"remarks": remarks})
    shown = finished(statistics, monkeypatch, ("一/监督保障", "制度健全，人员到位。"))
    declared = next(each for each in reversed(shown) if isinstance(each, Declaration))
    assert [found.answer for found in declared.findings if found.rule == "H-11"] == ["由县里统一考核"]
    assert [found for found in declared.findings if "T9-9" in str(found)]
    assert not [found for found in declared.findings if "H-11" in str(found) and found.rule != "H-11"]


def test_finish_shows_the_sections_that_no_cell_has_shown(make_statistics, monkeypatch):
    shown = finished(make_statistics(2021), monkeypatch)
    assert [each.section for each in shown if isinstance(each, Heading)] == ["一", "二", "三", "四", "五", "六"]
    assert [each.id for each in shown if isinstance(each, Table)] == ["disclosure", "applications", "remedies"]


def test_prose_that_contradicts_the_tables_is_a_finding_of_its_cell(make_statistics):
    report = Report(
        make_statistics(2021, applications__received__total=3, applications__received__natural_person=3), []
    )
    prose = Prose(
        key="一/依申请公开",
        blocks=(Paragraph(type="paragraph", inlines=(Inline(text="本年度未收到政府信息公开申请。"),)),),
    )
    found = report.add_prose(prose).findings
    assert [each.severity for each in found] == ["error"]
