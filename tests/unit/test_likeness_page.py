"""What the index page says of texts that are alike."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from html5lib import HTMLParser

from giakit.batch.manifest import Manifest
from giakit.batch.page import render_index
from giakit.batch.page_likeness import MOST_ROWS
from giakit.likeness import Likeness, Pair

HOSTILE = "<script>alert(1)</script></q></table>\"'{{7*7}}"


def likeness(*pairs, **given):
    result = {"year": 2020, "basis": "", "at_least": 0.5, "organs": 3, "with_last_year": 1, "count": len(pairs)}
    return Likeness(**{**result, **given}, pairs=pairs)


def page_of(found):
    return BeautifulSoup(render_index(Manifest(year=2020, environments={}, reports=()), (), found), "html.parser")


def pair(**given):
    return Pair(**{"key": "五", "organ": "甲镇", "other": "乙镇", "likeness": 0.9999, "passage": "同样的话"} | given)


def test_each_pair_says_who_what_where_and_how_much():
    table = page_of(likeness(pair(), pair(other=None, likeness=0.5))).find(id="alike").table
    rows = [[cell.get_text() for cell in body.find_all(["th", "td"])] for body in table.find_all("tbody")]
    assert rows == [["甲镇", "乙镇", "五", "99%", "同样的话"], ["甲镇", "上年报告", "五", "50%", "同样的话"]]


def test_where_nothing_is_alike_the_page_says_so():
    page = page_of(likeness())
    assert "文字雷同没有发现" in page.dl.get_text("")
    assert page.find(id="alike") is None


def test_where_nothing_was_compared_the_page_is_silent():
    assert "雷同" not in page_of(None).get_text()


def test_only_so_many_rows_are_shown_and_the_page_says_so():
    page = page_of(likeness(*[pair()] * (MOST_ROWS + 1), count=9999))
    assert len(page.find(id="alike").find_all("tbody")) == MOST_ROWS
    assert f"共 9999 处，这里列出其中最相像的 {MOST_ROWS} 处" in page.get_text()
    assert page.find("a", href="likeness.json")


@pytest.mark.parametrize("field", ["organ", "other", "key", "passage"])
def test_whatever_is_quoted_is_text(field):
    text = render_index(
        Manifest(year=2020, environments={}, reports=()), (), likeness(pair(**{field: HOSTILE}))
    ).decode()
    HTMLParser(strict=True).parse(text)
    page = BeautifulSoup(text, "html.parser")
    assert len(page.find_all("script")) == 1
    assert HOSTILE in page.find(id="alike").get_text()
