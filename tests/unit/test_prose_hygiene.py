"""Words that no published text holds: instructions, leftovers, gaps, misprints, other years, other organs."""

from __future__ import annotations

import pytest

from giakit.content.model import Inline, Paragraph, Prose
from giakit.findings import Message, finding
from giakit.language import Text
from giakit.prose import check_prose
from giakit.statistics import Entry, Statistics

OTHERS = ["柳渡镇人民政府", "云泽县", "云泽县人民政府", "云泽县教育局", "河口镇中心小学"]


@pytest.fixture
def town():
    """Return the statistics of 河口镇, without figures."""

    def make(year=2023, level="乡镇"):
        entries = {"organ.name": "河口镇", "organ.full_name": "河口镇人民政府", "organ.level": level}
        return Statistics(
            year=year,
            revision="2021" if year >= 2021 else "2019",
            entries=tuple(Entry(key=key, text=text) for key, text in entries.items()),
        )

    return make


def check(text, statistics, key="一/主动公开", others=()):
    block = Paragraph(type="paragraph", inlines=(Inline(text=text),))
    findings = check_prose(Prose(key=key, blocks=(block,)), statistics, other_organs=others)
    return [(each.rule, each.severity) for each in findings]


# ---- H-1


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("现公布柳渡镇人民政府2023年政府信息公开工作年度报告。", "前言", [("H-1", "error")]),
        ("现将2023年度柳渡镇政府信息公开工作年度报告公布如下。", "前言", [("H-1", "error")]),
        ("本报告由云泽县教育局编制。", "前言", [("H-1", "error")]),
        ("柳渡镇编制了本报告。", "前言", [("H-1", "error")]),
        ("集中公布柳渡镇2023年政府信息公开工作年度报告。", "一/平台建设", [("H-1", "warning")]),
        ("2023年，柳渡镇高度重视政务公开。", "一/主动公开", []),
        ("2023年柳渡镇高度重视政务公开。", "一/主动公开", [("H-1", "warning")]),
        ("柳渡镇人民政府认真落实条例。", "一/主动公开", [("H-1", "warning")]),
        ("现公布河口镇人民政府2023年政府信息公开工作年度报告。", "前言", []),
        ("云泽县人民政府办公室组织培训。", "一/监督保障", []),
        ("云泽县教育局牵头开展检查。", "一/监督保障", []),
        ("与柳渡镇结对，向柳渡镇学习。", "一/监督保障", []),
        ("柳渡镇、河口镇共同举办开放日。", "一/主动公开", []),
        ("河口镇中心小学公开栏更新。", "一/主动公开", []),
        ("对本报告如有疑问，请联系云泽县人民政府办公室。", "前言", []),
    ],
)
def test_another_organ_s_name(town, text, key, found):
    assert check(text, town(), key, OTHERS) == found


def test_without_other_organs_no_name_is_foreign(town):
    assert check("现公布柳渡镇2023年政府信息公开工作年度报告。", town(), "前言") == []


# ---- H-2


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("数据的统计期限自2023年1月1日起至2023年12月31日止。", "前言", []),
        ("数据统计期限为2023年1月1日至12月31日。", "前言", []),
        ("数据的统计期限自2022年1月1日起至2022年12月31日止。", "前言", [("H-2", "error")]),
        ("数据的统计期限自2023年1月1日至2022年12月31日。", "前言", [("H-2", "error")]),
        ("起至202020年12月31日止。", "前言", [("H-2", "error")]),
        ("现公布河口镇2022年度政府信息公开工作年度报告。", "前言", [("H-2", "error")]),
        ("现公布河口镇2023年度政府信息公开工作年度报告。", "前言", []),
        ("按时公布2022年度政府信息公开工作年度报告。", "一/主动公开", []),
        ("公开信息32条，含2022年信息公开年报1条。", "一/主动公开", []),
        ("根据《中华人民共和国政府信息公开条例》（国务院令第711号，2019年5月15日施行）编制。", "前言", []),
        ("2022年，我镇认真贯彻落实条例。", "一/主动公开", [("H-2", "warning")]),
        ("2022年以来，我镇认真贯彻落实条例。", "一/主动公开", []),
        ("2022年，我镇基础上又有提高，与上年相比增加3条。", "一/主动公开", []),
        ("准确发布2023年部门预算、2022年部门决算。", "一/主动公开", []),
        ("2023年，我镇将继续加大公开力度。", "五", [("H-2", "warning")]),
        ("2024年，我镇将继续加大公开力度。", "五", []),
        ("针对2023年存在的问题，我镇将从以下方面改进。", "五", []),
        ("2023年，我镇将公开工作纳入考核。", "五", []),
    ],
)
def test_years(town, text, key, found):
    assert check(text, town(), key) == found


# ---- H-3, H-13


@pytest.mark.parametrize(
    ("year", "text", "found"),
    [
        (2023, "根据国办公开办函〔2021〕30号编制。", []),
        (2023, "根据国办公开办函〔2019〕60号编制。", [("H-3", "error")]),
        (2023, "根据国办公开办函[2019] 60 号编制。", [("H-3", "error")]),
        (2023, "按照〔2019〕60号要求编制。", [("H-3", "error")]),
        (2020, "根据国办公开办函〔2019〕60号编制。", []),
        (2020, "根据国办公开办函〔2021〕30号编制。", [("H-3", "error")]),
        (2023, "国办公开办函〔2021〕30号发布后，国办公开办函〔2019〕60号不再执行。", [("H-3", "warning")]),
        (2023, "根据国办发〔2019〕60号和云政办发〔2019〕60号编制。", []),
        (
            2023,
            "根据《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》编制。",
            [("H-3", "warning")],
        ),
        (2023, "根据《关于做好2023年政府信息公开工作年度报告有关事项的通知》编制。", []),
        (2023, "规章对外公开总数量为0。", [("H-13", "warning")]),
        (2020, "规章对外公开总数量为0。", []),
    ],
)
def test_words_of_another_form(town, year, text, found):
    assert check(text, town(year), "前言") == found


# ---- H-4, H-5, H-6, H-14


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("该部分以表格形式报告。表格如下：", [("H-4", "error")]),
        ("收取信息处理费情况在此处报告。", [("H-4", "error")]),
        ("登录政府门户网站（具体网址）下载。", [("H-4", "error")]),
        ("登录政府门户网站（www.example.gov.cn）下载。", []),
        ("以表格形式公开补贴名单。", []),
        ("政府信息公开工作告年度报。", [("H-5", "note")]),
        ("行政事业型收费为0。", [("H-5", "note")]),
        ("我镇现行有效的规范性文件。", [("H-6", "warning")]),
        ("梳理现行有效的规范性文件12件。", []),
        ("全面清理现行有效的规范性文件，修改3件。", []),
        ("全年共公开信息共条。", [("H-6", "error")]),
        ("共收到政府信息公开申请 件，均已答复。", [("H-6", "error")]),
        ("自然人 件，法人 件。", [("H-6", "warning")]),
        ("及时处理依申请件，答复件抄送法制部门。", []),
        ("公布公共文件，发邮件。", []),
        ("收到申请〔未填〕件。", [("H-6", "error")]),
        ("[bookmark: _GoBack]我镇高度重视。", [("H-14", "error")]),
        ("发布undefined条、NaN条。", [("H-14", "error")]),
        ("共发布{{ local.total }}条。", [("H-14", "error")]),
        ("联系XX镇党政办，电话××××。", [("H-14", "error")]),
        ("见https://www.example.gov.cn/None/null.html。", []),
        ("加强维护队伍的建建设。", [("H-14", "warning")]),
        ("公开政府信息息，加强培训。", [("H-14", "warning")]),
        ("政务公开开展顺利，工作作风好转，进行行政审批，办公公开，微信信息多，新建建设项目。", []),
        ("的的确确方便了群众，最后是群众的的需要。", [("H-14", "warning")]),
    ],
)
def test_words_that_must_not_be_there(town, text, found):
    assert check(text, town()) == found


def test_a_blank_figure_is_told_of_once(town):
    known = finding("narrative.blank_figure", "error", "一", Text("printed"), Text("Fill in."))
    assert isinstance(known.problem, Message)
    block = Paragraph(type="paragraph", inlines=(Inline(text="收到申请〔未填〕件。"),))
    assert check_prose(Prose(key="一", blocks=(block,), findings=(known,)), town()) == []


# ---- H-15


@pytest.mark.parametrize(
    ("text", "level", "found"),
    [
        ("2024年1月31日", "乡镇", []),
        ("2024年2月1日", "乡镇", [("H-15", "warning")]),
        ("（2024年3月31日）", "县级政府", []),
        ("2024年4月1日", "县级政府", [("H-15", "warning")]),
        ("2023年1月12日", "乡镇", [("H-15", "warning")]),
        ("2024年2月30日", "县级政府", [("H-15", "warning")]),
        ("2024年2月1日", "", [("H-15", "warning")]),
        ("2024年2月1日发布了预算。", "乡镇", []),
    ],
)
def test_the_date_of_the_signature(town, text, level, found):
    assert check(text, town(level=level), "六") == found
