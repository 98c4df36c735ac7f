"""What holds of checked prose for any figures and any text.

The master's own sentences never alarm, a figure changed in them does, and nothing raises.
"""

from __future__ import annotations

import random
import re
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from giakit import formats
from giakit.content.model import Inline, ListBlock, Paragraph, Prose, Subheading
from giakit.narrative.render import render_narrative
from giakit.prose import check_prose, check_report_prose
from giakit.prose.text import normal_text
from giakit.report import Report
from giakit.statistics import Entry, LocalStatistic, Problem, Statistics, Value

ROOT = Path(__file__).resolve().parents[2]
NARRATIVE = [
    cell.source.partition("\n")[::2]
    for cell in nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", as_version=4).cells
    if cell.source.startswith("%%narrative ")
]

YEARS = [2019, 2020, 2021, 2023]
COUNTS = st.sampled_from([0, 0, 0, 1, 2, 3, 10, 258, 1808595]) | st.integers(0, 5000)
NO_NUMBERS = ["blank", "slash", "dash", "not_applicable", "unreadable"]
ORGANS = [
    ("河口镇", "河口镇人民政府", "乡镇"),
    ("云泽县", "云泽县人民政府", "县级政府"),
    ("县教育局", "云泽县教育局", "县级部门"),
]
OTHERS = ["柳渡镇人民政府", "云泽县财政局", "沧宁市人民政府"]
ITEMS = ["工作动态", "部门文件", "政府公报", "政策解读", "新闻发布会", "网站发布", "家长热线答复", "失效链接修复"]
SENTENCES = [
    "栏目按月检查，打不开的链接当周修好",
    "新规出台后及时修订公开指南",
    "请村民代表评议，意见逐条答复。",
    "涉及群众利益的事项，定下来以后尽快上网；纸质版贴到各村",
    "全市统一受理平台覆盖县区，收件后自动分类",
    "对2019年以来的文件作了清理",
]

CHANGED = ["新收政府信息公开申请", "全年办结", "因政府信息公开引起的行政复议", "其中未经复议直接起诉"]

unhurried = settings(deadline=None, max_examples=60)
any_report = given(st.sampled_from(YEARS), st.sampled_from(ORGANS), st.integers(0, 2**32))


def figures(form, chance, blanks):
    """Return values for every cell of a form, reconciling or not, a share of them blanks and strokes."""
    high = chance.choice([1, 3, 50, 5000, 2_000_000])
    values = []
    for leaf in form.leaves:
        state = chance.choice(NO_NUMBERS) if chance.random() < blanks else "number"
        amount = Decimal(chance.choice([0, chance.randint(0, high)])) if state == "number" else None
        unit = leaf.unit or ("元" if leaf.kind == "money" else None)
        values.append(Value(key=leaf.key, amount=amount, unit=unit, state=state))
    return values


def build_report(year, organ, seed, *, blanks=0.0):
    """Return statistics as a workbook might hold them, and last year's or none.

    Two hundred draws of Hypothesis a report would be slow, so the figures come from a seed.
    """
    chance = random.Random(seed)  # noqa: S311 - figures are no secret
    form = formats.for_year(year)
    texts = {f"work.{topic.id}" for section in form.sections for topic in section.topics}
    texts |= {"assessment.appraisal", "assessment.evaluation", "assessment.accountability", "text.other_matters"}
    entries = {key: chance.choice(SENTENCES) for key in sorted(texts)}
    entries |= dict(zip(("organ.name", "organ.full_name", "organ.level"), organ, strict=True))
    entries |= {"organ.publisher": f"{organ[1]}办公室", "organ.address": "人民路1号"}
    cases = chance.choice([0, 1, 25])
    items = chance.sample(ITEMS, chance.randint(0, 4))
    this = Statistics(
        year=year,
        revision=form.revision,
        values=(
            *figures(form, chance, blanks),
            Value(key="fee.cases", amount=Decimal(cases), unit="件"),
            Value(key="fee.amount", amount=Decimal(cases * chance.randint(1, 300)), unit="元"),
        ),
        entries=tuple(Entry(key=key, text=text) for key, text in entries.items()),
        local=tuple(
            LocalStatistic(item=item, value=Value(key=f"local.{place}", amount=chance.randint(0, 99), unit="条"))
            for place, item in enumerate(items)
        ),
        problems=(Problem(problem=Entry(key="1", text="页面更新慢"), measure=Entry(key="1", text="每周检查并整改")),),
    )
    if year - 1 < YEARS[0] or chance.random() < 0.4:
        return this, None
    before = formats.for_year(year - 1)
    return this, Statistics(year=year - 1, revision=before.revision, values=tuple(figures(before, chance, blanks)))


def narrative(this, previous):
    """Return the finished cells of the master notebook."""
    names = {**Report(this, [], previous=previous).narrative_names(), "preamble": True}
    return [render_narrative(line.split()[1], body, names, this.format) for line, body in NARRATIVE]


@unhurried
@any_report
def test_the_master_s_own_sentences_never_alarm(year, organ, seed):
    this, previous = build_report(year, organ, seed, blanks=seed % 3 * 0.05)
    proses = narrative(this, previous)
    findings = [found for each in proses for found in check_prose(each, this, previous, OTHERS)]
    assert [str(found) for found in (*findings, *check_report_prose(proses, this))] == []


@pytest.mark.parametrize("words", CHANGED)
@unhurried
@any_report
def test_a_figure_changed_in_the_master_s_sentences_is_found(words, year, organ, seed):
    this, previous = build_report(year, organ, seed)
    prose = next(each for each in narrative(this, previous) if each.topic == "依申请公开")
    text = "\n".join("".join(run.text for run in block.inlines) for block in prose.blocks)
    number = re.search(rf"(?<={words})\d+(?=件)", text)
    assume(number is not None)
    changed = text[: number.start()] + "7654321" + text[number.end() :]
    blocks = tuple(Paragraph(type="paragraph", inlines=(Inline(text=line),)) for line in changed.splitlines())
    findings = check_prose(Prose(key=prose.key, blocks=blocks), this, previous)
    assert [found.severity for found in findings if "7654321件" in str(found.problem)] == ["error"]


# ---- any text

WORDS = re.split(
    r"\s+",
    """收到 受理 未收到 政府信息公开申请 依申请公开 申请 办结 答复 予以公开 部分公开 不予公开 无法提供 其中 共 占 自然人
    法人 行政复议 行政诉讼 均获维持 上年 去年 结转 下年度 2023年 202023年 1月1日 至 12月31日 统计期限 上半年 较上年
    增加 信息处理费 收取 全县 代表 我镇 县政府办 等 包括 分别为 各 3件 12,345件 12，345件 ３宗 1.2万件 三件 100余条
    4.34% 国办公开办函〔2019〕60号 {{ }} {% [bookmark: None NaN ×× 〔未填〕 现行有效
    规范性文件 制发 行政许可 现公布 柳渡镇 0.295万元 编制 年度报告 （一） 第33条 、 ， 。 ； ： （ ） ( ) 《 》""",
)
texts = st.lists(st.sampled_from([*WORDS, "\n", " "]) | st.text(max_size=6), max_size=40).map("".join)
keys = st.sampled_from(["前言", "一", "一/主动公开", "一/依申请公开", "一/政府信息管理", "五", "六", "六/其他"])


@st.composite
def any_prose(draw):
    runs = st.lists(st.builds(Inline, text=texts, strong=st.booleans()), max_size=2).map(tuple)
    blocks = st.one_of(
        st.builds(Paragraph, type=st.just("paragraph"), inlines=runs),
        st.builds(Subheading, type=st.just("heading"), inlines=runs),
        st.builds(ListBlock, type=st.just("list"), items=st.lists(runs, max_size=2).map(tuple)),
    )
    return Prose(key=draw(keys), blocks=tuple(draw(st.lists(blocks, max_size=3))))


@settings(deadline=None, max_examples=300)
@given(st.lists(any_prose(), max_size=3), st.lists(texts, max_size=3), st.sampled_from(YEARS), st.integers(0, 2**32))
def test_nothing_raises_and_every_finding_reads(proses, others, year, seed):
    this, previous = build_report(year, ORGANS[0], seed, blanks=0.1)
    findings = [found for each in proses for found in check_prose(each, this, previous, others)]
    for found in (*findings, *check_report_prose(proses, this)):
        assert str(found)
        assert re.fullmatch(r"[PH]-\d+", found.rule)


@given(texts)
def test_normal_text_is_normal(text):
    assert normal_text(normal_text(text)) == normal_text(text)


@settings(deadline=None)
@given(st.text(st.sampled_from("本年收到未无其中共占件条、，（）《》1,，"), max_size=3), st.integers(1, 4000))
def test_long_repetitions_take_no_long_time(unit, times):
    block = Paragraph(type="paragraph", inlines=(Inline(text=unit * times),))
    form = formats.for_year(2023)
    check_prose(
        Prose(key="一/依申请公开", blocks=(block,)), Statistics(year=2023, revision=form.revision), None, OTHERS
    )
