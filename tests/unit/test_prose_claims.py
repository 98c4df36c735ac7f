"""Sentences against the tables: what contradicts them is found, whatever else a sentence may mean is let pass."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit.content.model import Inline, Paragraph, Prose, Subheading
from giakit.findings import Finding
from giakit.prose import check_prose
from giakit.statistics import Entry, Statistics, Value

REQUESTS = "一/依申请公开"


@pytest.fixture
def town(make_statistics):
    """Return a maker of 河口镇's statistics; a row of table 三 alone means natural persons, `fee` is cases and yuan."""

    def make(year=2023, fee=(0, 0), organ=(), **figures):
        amounts = {}
        for key, amount in figures.items():
            if key.startswith(("reconsideration", "direct", "after")):
                amounts |= {f"remedies__{key}_upheld": amount, f"remedies__{key}_total": amount}
            elif "__" in key:
                amounts[key] = amount
            else:
                persons, firms = amount if isinstance(amount, tuple) else (amount, 0)
                columns = {"natural_person": persons, "commercial_enterprise": firms, "total": persons + firms}
                amounts |= {f"applications__{key}__{column}": each for column, each in columns.items()}
        made = make_statistics(year, **amounts)
        cases = Value(key="fee.cases", amount=Decimal(fee[0]), unit="件")
        charged = Value(key="fee.amount", amount=Decimal(fee[1]), unit="元")
        values = [value for value in made.values if value.key != "fee.cases"]
        entries = [entry for entry in made.entries if entry.key not in dict(organ)]
        return Statistics(
            year=made.year,
            revision=made.revision,
            values=(*values, cases, charged),
            entries=(*entries, *(Entry(key=key, text=text) for key, text in organ)),
        )

    return make


def check(text: str, statistics: Statistics, key: str = REQUESTS, previous: Statistics | None = None) -> list[Finding]:
    blocks = tuple(Paragraph(type="paragraph", inlines=(Inline(text=each),)) for each in text.split("\n"))
    return check_prose(Prose(key=key, blocks=blocks), statistics, previous)


def found(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(each.rule, each.severity) for each in findings]


# ---- received


@pytest.mark.parametrize(
    "text",
    [
        "全年共收到政府信息公开申请7件。",
        "本年度受理依申请公开 7 件，均按期答复。",
        "2023年，我镇新收政府信息公开申请７件。",
        "截至2023年12月31日，共收到政府信息公开申请7件。",
        "今年接收7件政府信息公开申请。",
        "全年共收办政府信息公开申请9件。",  # with those carried in
        "通过信函、网站等渠道共收到政府信息公开申请7件。",
        "镇政府收到政府信息公开申请7件。",
    ],
)
def test_received_agrees_with_new_or_with_all(town, text):
    assert check(text, town(received=7, carried_in=2)) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("全年共收到政府信息公开申请8件。", "error"),
        ("全年共收到政府信息公开申请6件。", "error"),
        ("收到政府信息公开申请10件。", "error"),  # more than there are is no part
        ("收到政府信息公开申请6件。", "warning"),  # fewer may be a part
        ("2023年，我镇收到政府信息公开申请6件。", "error"),
    ],
)
def test_received_contradicts(town, text, severity):
    [finding] = check(text, town(received=7, carried_in=2))
    assert (finding.rule, finding.severity, finding.place) == ("P-1", severity, REQUESTS)
    assert "7（一、本年新收政府信息公开申请数量/总计）" in str(finding.problem)
    assert "9（一、本年新收政府信息公开申请数量/总计＋二、上年结转政府信息公开申请数量/总计）" in str(finding.problem)


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请一件。",
        "收到政府信息公开申请100余件，约30件予以公开。",
        "受理申请5件以上。",
        "收到申请1.2万件。",
        "通过政府网站收到政府信息公开申请3件、书面申请4件。",
        "其中网络申请5件，当面申请2件。",
        "收到涉及征地的政府信息公开申请5件，予以公开4件。",
        "上半年收到政府信息公开申请3件，下半年收到4件。",
        "3月收到政府信息公开申请2件。",
        "2021年至2023年共收到政府信息公开申请30件。",
        "2019年收到政府信息公开申请2件。",
        "申请量同比增长16.7%，收到的申请较上年增加1件。",
        "平均每月收到政府信息公开申请1件。",
        "2022年和2023年分别收到申请6件、7件。",
        "受理行政许可申请35件，收到信访件12件。",
        "12345热线受理群众诉求47件，办结47件。",
        "收到领导信箱来信20件，全部办结20件。",
        "截至6月底，共收到政府信息公开申请3件。",
        "近三年共收到政府信息公开申请30件。",
        "新增政府信息公开申请渠道3个。",
        "依法予以公开信息300条。",
        "法院判决不予公开2件违法。",
    ],
)
def test_what_is_no_statement_of_the_year_s_total(town, text):
    assert check(text, town(received=7, handled=7, granted=7)) == []


# ---- whose figures


@pytest.mark.parametrize(
    "text",
    [
        "全县各镇街共收到政府信息公开申请149件，办结145件，予以公开96件，占66.2%。",
        "县政府办公室收到政府信息公开申请30件，全部办结30件。",
        "县政府办代表县政府受理政府信息公开申请17件。予以公开10件，不予公开7件。",
        "民政所收到申请3件，其中县教育局收到2件。",
        "本级收到政府信息公开申请2件。\n办结2件，予以公开2件。",
        "所属单位未收到政府信息公开申请。",
        "县教育局未收到政府信息公开申请。",
    ],
)
def test_another_body_s_figures_are_let_pass(town, text):
    assert check(text, town(received=7, handled=7, granted=7)) == []


def test_a_total_that_agrees_shows_that_the_tables_mean_the_same(town):
    county = town(received=7, handled=7, granted=5, not_held=2)
    assert check("全县共收到申请7件，办结7件，予以公开5件，无法提供2件。", county) == []
    assert found(check("全县共收到申请7件，办结7件，予以公开4件，无法提供2件。", county)) == [("P-6", "error")]


@pytest.mark.parametrize(
    "text",
    [
        "全县共收到申请149件。我镇全年收到申请8件。",
        "全县统一受理平台启用。全年收到申请8件。",  # words about a platform are about no figures
        "（一）主动公开。全县发布信息40条。\n（二）依申请公开。全年收到申请8件。",
    ],
)
def test_where_another_body_s_figures_end(town, text):
    assert found(check(text, town(received=7, handled=7))) == [("P-1", "error")]


def test_a_county_s_government_may_be_its_office(town):
    county = town(received=95, organ=[("organ.name", "云泽县"), ("organ.full_name", "云泽县人民政府")])
    assert check("县政府全年受理政府信息公开申请17件。", county) == []
    assert found(check("我县全年受理政府信息公开申请17件。", county)) == [("P-1", "error")]


# ---- applicants, carried over, results


@pytest.mark.parametrize(
    "text",
    [
        "收到申请9件，其中自然人7件，法人或其他组织2件。",
        "新收的申请中，自然人提出6件，法人、其他组织提出2件。",
        "办结8件，其中自然人6件，商业企业2件。",
        "共收到申请8件：6件为自然人申请，2件为法人申请。",
        "自然人申请办结6件，予以公开的5件中，自然人4件、企业1件。",
    ],
)
def test_applicants(town, text):
    figures = town(received=(6, 2), carried_in=(1, 0), handled=(6, 2), granted=(4, 1))
    assert [each for each in check(text, figures) if each.rule == "P-2"] == []


def test_wrong_applicants(town):
    text = "全年收到申请8件，其中自然人5件，法人或其他组织3件。"
    assert found(check(text, town(received=(6, 2)))) == [("P-2", "error"), ("P-2", "error")]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("新收申请7件，上年结转2件，办结8件，结转下年度继续办理1件。", []),
        ("答复申请8件（含上年度结转申请2件，另有1件按照《条例》顺延到下年度答复）。", []),
        ("新收7件申请，办结6件；上年结转2件全部办结。", []),  # handled without those carried in
        ("办结8件，1件结转至2024年办理。", []),
        ("2022年结转3件。", [("P-3", "error")]),
        ("办结8件，结转下一年度2件。", [("P-4", "error")]),
        ("全年办结9件。", [("P-5", "error")]),
        ("全年答复12件。", [("P-5", "warning")]),  # to answer is not to handle
    ],
)
def test_carried_and_handled(town, text, rules):
    assert found(check(text, town(received=7, carried_in=2, handled=8, carried_over=1, granted=8))) == rules


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("办结20件，其中予以公开5件、部分公开3件、不予公开4件、无法提供6件、不予处理1件、其他处理1件。", []),
        ("予以公开及部分公开的有8件，占40%；因不掌握等原因无法提供6件，占30%。", []),
        ("予以公开8件。", []),  # with those disclosed in part
        ("5件予以公开，余下6件因本机关不掌握无法提供。", []),
        ("同意公开5件，部分公开3，不予公开4。", []),
        ("办结20件，其中予以公开6件、部分公开3件。", [("P-6", "error")]),
        ("予以公开和部分公开9件。", [("P-6", "error")]),
        ("办结20件，其中不予公开3件，无法提供7件。", [("P-6", "error"), ("P-6", "error")]),
        ("不予公开3件。", [("P-6", "warning")]),
        ("涉及国家秘密的2件。", [("P-7", "warning")]),
        ("因国家秘密等原因未公开2件。", []),
        ("主动予以公开信息300条。", []),
    ],
)
def test_results(town, text, rules):
    figures = town(
        received=20,
        handled=20,
        granted=5,
        partly_granted=3,
        state_secret=1,
        enforcement_files=3,
        not_held=6,
        repeated=1,
        other_handling=1,
    )
    assert found(check(text, figures)) == rules


def test_the_form_of_2019_has_no_parts_of_other_handling(town):
    figures = town(2020, received=3, handled=3, otherwise_handled=3)
    assert check("全年其他处理3件。", figures) == []
    assert found(check("全年办结3件，其他处理2件。", figures)) == [("P-6", "error")]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("不予公开35件，占4.34%。", []),  # cut off
        ("不予公开35件，占4.35%。", []),  # rounded
        ("不予公开35件，占比4.3%。", []),
        ("不予公开35件（占4.3%）。", []),
        ("收到申请859件，不予公开35件，占4.07%。", []),  # of all received
        ("不予公开35件，占3.9%。", [("P-14", "warning")]),
        ("不予公开35件，约占4%。", []),
    ],
)
def test_shares_are_rounded_or_cut_off(town, text, rules):
    assert found(check(text, town(received=859, handled=805, enforcement_files=35, granted=770))) == rules


def test_a_wrong_share_says_what_is_right(town):
    [finding] = check("办结80件，不予公开1件，占1.1%。", town(received=80, handled=80, state_secret=1, granted=79))
    assert str(finding.problem).count("1.25%") == 1
    assert "80（（七）总计/总计）" in str(finding.problem)


# ---- complaints and litigation


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("因政府信息公开引起行政复议6件，行政诉讼4件，其中未经复议直接起诉3件、复议后起诉1件。", []),
        ("被申请行政复议6件、提起行政诉讼4件。", []),
        ("发生6件行政复议、4件行政诉讼。", []),
        ("全年办理复议诉讼案件10件。", []),
        ("依法应对行政复议、行政诉讼案件10件。", []),
        ("做好行政复议、行政诉讼应诉工作，共办理相关案件10件。", []),
        ("行政复议备案4件，审结3件。", []),
        ("新增行政复议1件，败诉0件。", []),
        ("行政复议和行政诉讼各5件。", []),
        ("行政复议7件。", [("P-8", "error")]),
        ("全年行政复议5件。", [("P-8", "warning")]),  # those pending from last year may be left out
        ("行政诉讼5件。", [("P-8", "error")]),
        ("复议诉讼案件共11件。", [("P-8", "error")]),
        ("未发生因政府信息公开引发的行政复议、行政诉讼。", [("P-17", "error")]),
        ("没有因政府信息公开被申请行政复议或提起行政诉讼的情况。", [("P-17", "error")]),
        ("无行政复议。", [("P-17", "error")]),
        ("未发生行政诉讼案件。", [("P-17", "error")]),
        ("未发生因答复不当引起的行政复议、行政诉讼。", []),
        ("未发生行政诉讼败诉案件。", []),
        ("没有建立行政复议、行政诉讼应对机制。", []),
        ("无论复议还是诉讼，都依法应对。", []),
        ("复议6件，诉讼4件，均获维持。", [("P-9", "error")]),
        ("已审结的复议、诉讼均获维持。", []),
    ],
)
def test_remedies(town, text, rules):
    figures = town(
        remedies__reconsideration_upheld=4,
        remedies__reconsideration_pending=2,
        remedies__reconsideration_total=6,
        remedies__direct_upheld=3,
        remedies__direct_total=3,
        remedies__after_upheld=1,
        remedies__after_total=1,
    )
    assert found(check(text, figures)) == rules


def test_complaints_that_are_a_bureau_s_work_are_no_statement(town):
    text = "全年办理行政复议案件120件，行政诉讼应诉30件。"
    assert check(text, town(reconsideration=6), key="一/监督保障") == []


def test_all_upheld_passes_when_all_were(town):
    assert check("复议3件，诉讼2件，均获维持。", town(reconsideration=3, direct=2)) == []
    assert check("行政复议3件，均予维持。", town(reconsideration=3, direct=2)) == []


# ---- nothing at all

NONE_RECEIVED = [
    "本年度未收到政府信息公开申请。",
    "2023年度我镇未收到任何形式的依申请公开政府信息。",
    "全年未收到任何书面或其它形式要求公开政府信息的申请，没有不予公开的政府信息。",
    "全年没有收到申请。",
    "2023年无依申请公开事项。",
    "没有人向我镇申请公开政府信息。",
]


@pytest.mark.parametrize("text", NONE_RECEIVED)
def test_nothing_received(town, text):
    assert check(text, town()) == []
    assert check(text, town(carried_in=2, handled=2)) == []  # none this year
    [finding] = check(text, town(received=2, handled=2))
    assert (finding.rule, finding.severity) == ("P-16", "error")
    assert "2（一、本年新收政府信息公开申请数量/总计）" in str(finding.problem)


@pytest.mark.parametrize(
    "text",
    [
        "全年未收到行政许可申请。",
        "未收到当面申请。",
        "未收到申请人的补正材料。",
        "没有上年结转的申请。",
        "上半年未收到政府信息公开申请。",
        "没有超期未答复的申请。",
        "除上述2件外，未收到政府信息公开申请。",
    ],
)
def test_nothing_of_something_else(town, text):
    assert check(text, town(received=2, handled=2)) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("本年度未收取信息处理费。", [("P-18", "error")]),
        ("我镇未向公众收取政府信息处理相关费用。", [("P-18", "error")]),
        ("收取信息处理费0件。", [("P-12", "warning")]),
        ("2023年收取信息处理费25件，共2950元。", []),
        ("2023年收取信息处理费25件2950元，其中1件420元、2件290元、15件1500元、1件140元、6件600元。", []),
        ("共收取信息处理费0.295万元。", []),
        ("有25件政府信息公开申请收取信息处理费2,950元。", []),
        ("发出收费通知30件。", []),
        ("共收取信息处理费26件。", [("P-12", "error")]),
        ("共收取信息处理费25件，共2590元。", [("P-12", "error")]),
    ],
)
def test_fees_for_information(town, text, rules):
    assert found(check(text, town(fee=(25, 2950)), key="六")) == rules


def test_administrative_fees_are_another_matter(town):
    figures = town(disclosure__administrative_fees__amount="59237.2449")
    assert check("本年度未收取信息处理费。", figures, key="六") == []
    assert check("行政事业性收费59237.24万元。", figures, key="一/主动公开") == []
    assert found(check("行政事业性收费59237万元。行政事业性收费5923元。", figures, key="一/主动公开")) == [
        ("P-13", "warning")
    ]


# ---- section 二: never sure


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("作出行政许可决定5件，行政处罚9件。", []),
        ("处罚强制类信息9条，公示行政许可12件、行政处罚11件。", []),
        ("行政许可事项27项。", []),
        ("作出行政许可决定7件。", [("P-10", "warning")]),
        ("制发行政规范性文件6件，废止1件，现行有效32件。", []),
        ("梳理县政府规范性文件，继续有效20件，失效2件、废止4件。", []),
        ("制发行政规范性文件4件。", [("P-11", "warning")]),
        ("发布政策文件11件、规范性文件8件。", []),
    ],
)
def test_decisions_and_documents(town, text, rules):
    figures = town(
        disclosure__permits__decisions=5,
        disclosure__penalties__decisions=9,
        disclosure__normative_documents__issued=6,
        disclosure__normative_documents__repealed=1,
        disclosure__normative_documents__in_force=32,
    )
    assert found(check(text, figures, key="一/主动公开")) == rules


# ---- last year


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("新收政府信息公开申请7件（上年4件）。", []),
        ("上年新收4件。全年收到申请7件。", []),
        ("2022年收到申请4件，2023年收到申请7件。", []),
        ("新收政府信息公开申请7件（上年5件）。", [("P-1", "warning")]),
        ("去年收到政府信息公开申请9件。", [("P-1", "warning")]),
    ],
)
def test_last_year_is_held_against_last_year(town, text, rules):
    assert found(check(text, town(received=7), previous=town(2022, received=4))) == rules
    assert check(text, town(received=7)) == []


# ---- what a finding says


def test_a_finding_names_the_cells_and_the_words(town):
    figures = town(received=7)
    cells = [value.key for value in figures.values if value.key.startswith("applications.received")]
    [finding] = check("全年共收到政府信息公开申请8件。", figures)
    assert finding.words == "一、本年新收政府信息公开申请数量/总计"
    assert len(cells) == 7
    assert str(finding.problem).startswith("“全年共收到政府信息公开申请8件。”")


def test_headings_state_nothing_but_say_what_follows(town):
    blocks = (
        Subheading(type="heading", inlines=(Inline(text="（二）依申请公开9件"),)),
        Paragraph(type="paragraph", inlines=(Inline(text="全年共收到8件。"),)),
    )
    findings = check_prose(Prose(key="一", blocks=blocks), town(received=7))
    assert found(findings) == [("P-1", "error")]


def test_a_figure_that_was_not_entered_is_not_compared():
    figures = Statistics(year=2023, revision="2021", values=(Value(key="applications.granted.total", state="blank"),))
    assert check("全年收到政府信息公开申请8件，予以公开3件，未发生行政复议。", figures) == []
