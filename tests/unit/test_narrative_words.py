"""Texts from a workbook become single, harmless lines that still know their paragraphs."""

from __future__ import annotations

import copy
import pickle

import pytest

from giakit.narrative.words import Passage, end_sentence, flatten, join_lines, strip_unprinted
from giakit.statistics import Cell


def test_a_passage_is_its_lines_joined_and_knows_them_apart() -> None:
    cell = Cell(workbook="统计表.xlsx", sheet="龙村镇", address="B9")
    passage = Passage("　　加强领导。\n\n　　健全制度\r\n，抓好落实。\n", "监督保障", cell)
    assert passage == "加强领导。健全制度，抓好落实。"
    assert passage.paragraphs == ("加强领导。", "健全制度", "，抓好落实。")
    assert (passage.label, passage.cell) == ("监督保障", cell)


def test_a_blank_passage_says_nothing() -> None:
    assert not Passage(" \n　\n")
    assert Passage("\n").paragraphs == ()


def test_a_passage_survives_copying_and_pickling() -> None:
    passage = Passage("甲\n乙", "主动公开")
    for again in (copy.copy(passage), pickle.loads(pickle.dumps(passage))):  # noqa: S301 - its own bytes
        assert (again, again.paragraphs, again.label) == ("甲乙", ("甲", "乙"), "主动公开")


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("甲\n乙", "甲乙"),
        ("甲\r\n\r\n乙", "甲乙"),
        ("open\ndata", "open data"),
        ("公开\ndata", "公开data"),
        ("他说：“好”\n“行”", "他说：“好”“行”"),
        ("甲\u2028乙\x85丙\x0b丁", "甲乙丙丁"),
        ("甲\x00\x1b[31m乙\u202e丙\ufdd0\ufdd1\uffff", "甲[31m乙丙"),
        ("一\t二", "一 二"),
        (" ", " "),
        ("", ""),
    ],
)
def test_values_are_flattened(text: str, flat: str) -> None:
    assert flatten(text) == flat


def test_line_breaks_survive_where_only_characters_are_stripped() -> None:
    assert strip_unprinted("甲\n\x07乙\ud800") == "甲\n乙"


def test_blank_lines_join_to_nothing() -> None:
    assert join_lines(["", "　", "甲", " ", "乙"]) == "甲乙"


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("加强培训", "加强培训。"),
        ("加强培训。", "加强培训。"),
        ("加强培训；", "加强培训；"),
        ("怎么办？", "怎么办？"),
        ("等等……", "等等……"),
        ("他说：“好。”", "他说：“好。”"),
        ("（详见附件。）", "（详见附件。）"),
        ("培训（含线上）", "培训（含线上）。"),
        ("加强培训，", "加强培训。"),
        ("加强培训、 ", "加强培训。"),
        ("done.", "done."),
        ("", ""),
        ("  ", ""),
    ],
)
def test_sentences_end(text: str, ended: str) -> None:
    assert end_sentence(text) == ended
