"""Prose taken apart: sentences, clauses, brackets, numbers with units, years relative to the report's."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit.content.model import Inline, ListBlock, Paragraph, Prose, Subheading
from giakit.prose.quantities import mark_quantities
from giakit.prose.quote import quote
from giakit.prose.text import Sentence, build_passages, normal_text, relative_years, split_sentences


def inlines(text: str) -> tuple[Inline, ...]:
    return (Inline(text=text),)


def sentence(text: str, year: int = 2023) -> Sentence:
    block = Paragraph(type="paragraph", inlines=inlines(text))
    [passage] = build_passages(Prose(key="六", blocks=(block,)), year)
    [found] = passage.sentences
    return found


def clauses(text: str) -> list[str]:
    """Return the clauses with their numbers written in; asides in brackets are marked by their number and >."""
    found = sentence(text)

    def fill(marked: str) -> str:
        return "".join(found.quantity(char).text if "\ue000" <= char <= "\uf8ff" else char for char in marked)

    return [
        fill(each.text) if each.behind is None else f"{fill(each.behind)}>{fill(each.text)}" for each in found.clauses
    ]


def test_every_kind_of_block_is_a_passage_under_its_heading():
    prose = Prose(
        key="一/主动公开",
        blocks=(
            Subheading(type="heading", inlines=inlines("（一）主动公开")),
            Paragraph(type="paragraph", inlines=(Inline(text="发布", strong=True), Inline(text="3条。"))),
            ListBlock(type="list", items=(inlines("甲"), inlines("乙"))),
        ),
    )
    passages = build_passages(prose, 2023)
    assert [(each.written, each.under, each.is_heading) for each in passages] == [
        ("（一）主动公开", "（一）主动公开", True),
        ("发布3条。", "（一）主动公开", False),
        ("甲", "（一）主动公开", False),
        ("乙", "（一）主动公开", False),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("收到3件。办结2件；结转1件！", ["收到3件。", "办结2件；", "结转1件！"]),
        ("联系（地址：路1号；邮编：1）。完", ["联系（地址：路1号；邮编：1）。", "完"]),
        ("缺了（括号。还能分", ["缺了（括号。", "还能分"]),
        ("一行\n两行", ["一行", "两行"]),
        ("。。", ["。", "。"]),
        (" \n ", []),
    ],
)
def test_sentences(text: str, parts: list[str]):
    assert split_sentences(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("收到３ 件，办结1,808件", ["收到3件", "办结1808件"]),
        ("收到12，345件", ["收到12，345件"]),
        ("予以公开3件、部分公开2件", ["予以公开3件", "部分公开2件"]),
        ("行政复议、行政诉讼0件", ["行政复议、行政诉讼0件"]),
        ("作出决定：行政许可5件（上年7件），其他", ["作出决定", "行政许可5件", "5件>上年7件", "其他"]),
        ("（甲）收到（含转来）3件（其中，网上1件）", ["收到3件", ">甲", ">含转来", "3件>其中", "3件>网上1件"]),
        ("括号（没有关上3件", ["括号", "没有关上3件"]),
        ("按《条例（2019年5月）》办结3件", ["按《》办结3件"]),
    ],
)
def test_clauses(text: str, parts: list[str]):
    assert clauses(text) == parts


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("3件", "3", "件"),
        ("67", "67", ""),
        ("4.34%", "4.34", "%"),
        ("0.295万元", "2950", "元"),
        ("2亿元", "200000000", "元"),
        ("8份", "8", "份"),
    ],
)
def test_exact_numbers(text: str, amount: str, unit: str):
    _, [found] = mark_quantities(text)
    assert (found.amount, found.unit, found.text) == (Decimal(amount), unit, text)


@pytest.mark.parametrize("text", ["100余条", "约3件", "近十件", "5件以上", "1.2万件", "三件", "四十余条", "12，345件"])
def test_numbers_that_cannot_be_compared(text: str):
    _, [found] = mark_quantities(text)
    assert found.amount is None


@pytest.mark.parametrize(
    "text", ["第711号令", "12345热线", "2023年", "10月29日", "A504室", "第33条例", "20个工作日", "〔2021〕30号", "5G"]
)
def test_digits_that_are_no_quantity(text: str):
    assert mark_quantities(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "relative"),
    [
        ("2023年度收到", "本年收到"),
        ("今年与上一年度", "本年与上年"),
        ("结转至2024年", "结转至下年"),
        ("较2022年同期", "较上年同期"),
        ("2019年修订", "2019年修订"),
        ("202023年", "202023年"),
    ],
)
def test_years_are_relative_to_the_report(text: str, relative: str):
    assert relative_years(text, 2023) == relative


def test_normal_text_joins_what_spaces_part():
    assert normal_text("2023 年\u3000收到(１２３)件 ;\u200b，\ue000") == "2023年收到（123）件；，"


@pytest.mark.parametrize(
    ("text", "focus", "quoted"),
    [
        ("短句。", "", "短句。"),
        ("甲\n乙；", "", "甲 乙"),
        ("字" * 80, "", "字" * 72 + "…"),
        ("字" * 80 + "3件。", "3件", "…" + "字" * 48 + "3件。"),
        ("字" * 80, "没有", "字" * 72 + "…"),
    ],
)
def test_quotes_are_short(text: str, focus: str, quoted: str):
    assert quote(text, focus) == quoted
