"""What the panel shows of a report: two years, and a preview that never looks fit to be published when it is not."""

from __future__ import annotations

from functools import partial

import pytest

from giakit.content.html import render_content
from giakit.errors import GiakitError, ReportRefused
from giakit.exporters.document import DRAFT
from giakit.findings import finding
from giakit.language import Text
from giakit.narrative.magic import build_prose
from giakit.panel.views import list_views, preview_document, render_view, summarise
from giakit.parameters import read_parameters
from giakit.project import init_project
from giakit.report import Report
from giakit.sources import read_source

WRONG = finding("T3-1", "error", "三", Text("{found} is wrong", found=7), Text("Mend it."))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    init_project(root)
    return read_source(read_parameters(root / "params/county-2021.yaml", town="柳渡镇", root=root))


@pytest.fixture
def make_report(source, monkeypatch):
    monkeypatch.setattr("giakit.report._display", lambda *_, **__: None)

    def make(*findings, previous=True, prose=True):
        report = Report(source.statistics, findings, previous=source.previous if previous else None)
        report.show()
        for section in report.format.sections:
            report.show_heading(section.numeral)
            if section.table:
                report.show_table(section.numeral)
            elif prose:
                build = partial(build_prose, line=section.numeral, cell="{{ organ.name }}按章办理。")
                report.remember(f"narrative-{section.numeral}", build)
        return report

    return make


def test_every_table_of_the_form_is_a_view(make_report):
    assert [view.id for view in list_views(make_report())] == ["findings", "二", "三", "四", "charts", "preview"]


def test_a_table_shows_last_year_where_it_is_known(make_report):
    assert "上年 39" in render_view(make_report(), "三")
    shown = render_view(make_report(previous=False), "三")
    assert "没有上一年度的数据" in shown
    assert "上年 39" not in shown


def test_findings_are_counted_and_listed(make_report):
    report = make_report(WRONG)
    assert summarise(report).startswith("错误 1")
    assert "T3-1" in render_view(report, "findings")


def test_a_preview_is_the_page_to_publish(make_report):
    document = preview_document(make_report())
    assert document.draft == ""
    shown = render_view(make_report(), "preview")
    assert 'sandbox=""' in shown
    assert "柳渡镇按章办理。" in shown
    assert DRAFT not in shown
    assert "data-cell" in shown


def test_what_would_be_refused_for_its_figures_is_previewed_as_a_draft(make_report):
    assert preview_document(make_report(WRONG)).draft
    assert DRAFT in render_view(make_report(WRONG), "preview")


def test_without_a_statutory_part_there_is_no_preview(make_report):
    with pytest.raises(ReportRefused):
        render_view(make_report(prose=False), "preview")


def test_a_cell_that_failed_is_named_instead_of_its_old_text(make_report):
    report = make_report()
    report.remember("narrative-六", partial(build_prose, line="六", cell="{{ nothing }}"))
    with pytest.raises(GiakitError, match="nothing"):
        render_view(report, "preview")


def test_what_follows_says_in_its_place_what_cannot_be_made(make_report, monkeypatch):
    before, after = make_report(), make_report()
    before.remember("narrative-六", partial(build_prose, line="六", cell="{{ nothing }}"))
    shown = {}
    monkeypatch.setattr("giakit.report._display", lambda content, name, **given: shown.update({name: (content, given)}))
    after.follow(before)
    content, given = shown["narrative-六"]
    assert given == {"update": True}
    assert "nothing" in render_content(content)
    assert {"report", "findings", "heading-一", "table-三"} <= set(shown)
