"""What only all cells of a report together tell: headings in order, nothing left out."""

from __future__ import annotations

import pytest

from giakit.content.model import Inline, Paragraph, Prose, Subheading
from giakit.prose import check_report_prose
from giakit.statistics import Entry, Statistics

FEE = ("六", "本年度未收取信息处理费。")
DUTIES = ("一/监督保障", "年度考核合格，社会评议满意，没有责任追究的情形。")


def town(year=2023, level="乡镇"):
    entries = (Entry(key="organ.name", text="河口镇"), Entry(key="organ.level", text=level))
    return Statistics(year=year, revision="2021" if year >= 2021 else "2019", entries=entries)


def prose(key, text):
    heading, _, rest = text.rpartition("##")
    blocks = [Subheading(type="heading", inlines=(Inline(text=heading),))] if heading else []
    return Prose(key=key, blocks=(*blocks, Paragraph(type="paragraph", inlines=(Inline(text=rest),))))


def check(*cells, statistics=None):
    findings = check_report_prose([prose(key, text) for key, text in cells], statistics or town())
    assert all(each.severity == "warning" for each in findings)
    return [(each.rule, each.place) for each in findings]


def test_a_report_in_order():
    topics = ["主动公开", "依申请公开", "政府信息管理", "平台建设"]
    cells = [(f"一/{name}", f"（{'一二三四'[place]}）{name}##做了工作。") for place, name in enumerate(topics)]
    problems = ("五", "页面更新慢。改进措施：每周检查。")
    assert check(*cells, ("一/监督保障", f"（五）监督保障##{DUTIES[1]}"), problems, FEE) == []


@pytest.mark.parametrize("numerals", ["二三", "一三", "一一", "二一"])
def test_headings_are_numbered_without_a_gap(numerals):
    first, second = numerals
    cells = [("一/主动公开", f"（{first}）甲##做了工作。"), ("一/依申请公开", f"（{second}）乙##做了工作。")]
    assert check(*cells, DUTIES, FEE) == [("H-7", "一")]


def test_headings_without_numbers_are_no_disorder():
    assert check(("一/主动公开", "主动公开##做了工作。"), DUTIES, FEE) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("根据《条例》编制本报告。统计期限为2023年1月1日至12月31日。如有疑问请联系镇党政办，电话123。", ["H-8"]),
        ("根据《条例》编制本报告。全年公开信息32条，考核合格，评议满意，没有追责。", []),
    ],
)
def test_section_one_is_more_than_a_preamble(text, found):
    assert [rule for rule, _ in check(("一", text), FEE, statistics=town(level="街道"))] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("无。", [("H-9", "五")]),
        ("暂无问题。", [("H-9", "五")]),
        ("一是页面更新慢；二是解读形式单一；三是人手不足。", [("H-9", "五")]),
        ("一是页面更新慢。下一步充实人手。", []),
    ],
)
def test_problems_have_measures(text, found):
    assert check(DUTIES, ("五", text), FEE) == found


@pytest.mark.parametrize(
    ("year", "text", "found"),
    [
        (2023, "无。", [("H-10", "六")]),
        (2023, "未发生收费。", []),
        (2021, "没有其他需要报告的事项。", [("H-10", "六")]),
        (2020, "没有其他需要报告的事项。", []),
    ],
)
def test_the_fee_is_reported_since_it_is_charged(year, text, found):
    assert check(DUTIES, ("六", text), statistics=town(year)) == found


def test_the_fee_may_be_reported_elsewhere():
    cells = [("一/依申请公开", "收到申请3件，未收取信息处理费。"), DUTIES, ("六", "无其他事项。")]
    assert check(*cells) == []


def test_a_government_reports_how_it_was_judged():
    cells = [("一/监督保障", "纳入年度考核。"), FEE]
    [finding] = check_report_prose([prose(*cell) for cell in cells], town())
    assert (finding.rule, finding.words) == ("H-11", "工作考核、社会评议和责任追究结果情况")
    assert "社会评议、责任追究" in str(finding.problem)
    assert check(*cells, statistics=town(level="县级部门")) == []


def test_sections_without_a_word_are_told_of_elsewhere():
    assert check() == []
