"""Closed lists come to their total; open, rough, mixed and judged ones are let pass."""

from __future__ import annotations

import pytest

from giakit.content.model import Inline, Paragraph, Prose
from giakit.prose import check_prose


def problems(text, statistics, key="一/主动公开"):
    block = Paragraph(type="paragraph", inlines=(Inline(text=text),))
    findings = check_prose(Prose(key=key, blocks=(block,)), statistics)
    assert {(each.rule, each.severity) for each in findings} <= {("P-15", "warning")}
    return [str(each.problem) for each in findings]


@pytest.mark.parametrize(
    "text",
    [
        "全年主动公开政府信息171条：领域信息124条，工作动态34条，预决算4条，应急预案3条，政策文件2条，其他4条。",
        "共公开信息121条，其中，机构职能7条，政策法规5条，工作动态109条；没有收到申请。",
        "共发布2698条，其中：工作动态1201条、通知251条、解读44条、人事45条、征集16期、其他1141条。",
        "收取25件2950元，其中1件420元、2件290元、15件1500元、1件140元、6件600元。",
        "召开会议3次，分别为动员会1次、推进会2次。",
    ],
)
def test_lists_that_add_up(make_statistics, text):
    assert problems(text, make_statistics()) == []


@pytest.mark.parametrize(
    "text",
    [
        "共公开72条，其中规划2条、总结2条等。",
        "主动公开423条，其中总结1条，动态407条，发布政府信息公开年报。",
        "共公开110余条，其中动态50条，公示20条。",
        "共公开120条，其中动态约50条，公示20条。",
        "共公开政府信息47条，主要有动态20条，公示20条。",
        "共发布100条，其中动态50条，公示40期。",
        "共公开100条，其中动态60条，其中图文50条。",
        "共公开100条，其中动态60条。",
        "共公开100条，其中动态60条，占60%，公示40条，占40%。",
        "开展培训3次，参加培训120人次。",
        "共公开100条。其中动态60条，公示30条。",
        "共3类100条，公开90条，其中动态60条，公示三十条。",
    ],
)
def test_lists_that_are_open_or_unclear(make_statistics, text):
    assert problems(text, make_statistics()) == []


def test_a_list_that_does_not_add_up(make_statistics):
    [problem] = problems("全年共公开100条，其中动态50条，公示30条，其他10条。", make_statistics())
    assert "90条" in problem
    assert "100条" in problem


def test_each_unit_is_added_up_by_itself(make_statistics):
    [problem] = problems("收取25件2950元，其中1件420元、2件290元、22件2200元。", make_statistics())
    assert "2910元" in problem


def test_results_of_applications_are_judged_one_by_one(make_statistics):
    figures = make_statistics(applications__handled__total=9, applications__granted__total=5)
    assert problems("办结9件，其中予以公开5件、部分公开0件。", figures, key="一/依申请公开") == []
