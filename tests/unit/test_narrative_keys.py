"""Keys have one spelling; what is nearly a section or a topic is told."""

from __future__ import annotations

import pytest

from giakit import formats
from giakit.errors import NarrativeError
from giakit.narrative.keys import parse_key


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("前言", "前言"),
        ("一", "一"),
        (" 五 ", "五"),
        ("六", "六"),
        ("一/主动公开", "一/主动公开"),
        ("一 / 主动公开 ", "一/主动公开"),
        ("一／主动公开", "一/主动公开"),
        ("一/政府信息公开平台建设", "一/平台建设"),
        ("一/主动公开/重点领域", "一/主动公开/重点领域"),
        ("一/总述", "一/总述"),
        ("五/问题一", "五/问题一"),
        ("前言/依据", "前言/依据"),
    ],
)
@pytest.mark.parametrize("revision", ["2019", "2021"])
def test_keys(line: str, key: str, revision: str) -> None:
    assert parse_key(line, formats.for_revision(revision)) == key


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "needs a key behind %%narrative; known are 前言、一、五、六"),
        ("/主动公开", "needs a key behind %%narrative"),
        ("二", "section 二 is a table and holds no narrative; known are 前言、一、五、六"),
        ("七", "no section is called 七; known are 前言、一、五、六"),
        ("前 言", "no section is called 前 言; the nearest is 前言"),
        ("一、总体情况", "no section is called 一、总体情况; the nearest is 一"),
        ("一、总体情况。", "no section is called 一、总体情况。; the nearest is 一"),
        ("主动公开", "no section is called 主动公开; known are 前言、一、五、六"),
        ("一/主动公幵", "section 一 has no topic 主动公幵; the nearest is 一/主动公开"),
        ("一/依申请公开情况", "the nearest is 一/依申请公开"),
        ("一/", "the key 一/ has an empty part"),
        ("一//甲", "the key 一//甲 has an empty part"),
        ("一/甲\x1b", "has an empty part"),
    ],
)
def test_misspelt_keys(line: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAKIT_LANG", "en")
    with pytest.raises(NarrativeError) as caught:
        parse_key(line, formats.for_revision("2021"))
    assert said in str(caught.value)
