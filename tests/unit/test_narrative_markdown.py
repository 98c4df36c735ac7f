"""The small subset of Markdown is read, anything else is found and its words are kept."""

from __future__ import annotations

import time

import pytest

from giakit.content.model import Block, ListBlock
from giakit.narrative.addresses import check_address
from giakit.narrative.markdown import parse_prose
from giakit.narrative.places import Substitutions

NO_ADDRESS = ", which is no web, mail or telephone address"
PUNCTUATION = "，。、；：？！…—·《》〈〉「」『』（）〔〕【】“”‘’．／％＋＊＃"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAKIT_LANG", "en")


def words(block: Block) -> str:
    """Return a block in a short notation: ¶, # or - in front, **strong**, <links>."""
    runs = block.items if isinstance(block, ListBlock) else (block.inlines,)
    sign = {"paragraph": "¶", "heading": "#", "list": "1." if getattr(block, "ordered", False) else "-"}[block.type]
    texts = []
    for run in runs:
        text = ""
        for each in run:
            shown = f"**{each.text}**" if each.strong else each.text
            text += f"{shown}<{each.href}>" if each.href else shown
        texts.append(text)
    return f"{sign} " + " | ".join(texts)


def read(text: str) -> list[str]:
    blocks, findings = parse_prose(text, Substitutions())
    assert findings == []
    return [words(block) for block in blocks]


def found(text: str) -> tuple[list[str], list[str]]:
    blocks, findings = parse_prose(text, Substitutions(), key="一")
    assert {each.rule for each in findings} <= {"narrative.markup", "narrative.link"}
    assert all((each.severity, each.place) == ("error", "一") for each in findings)
    return [words(block) for block in blocks], [str(each.problem) for each in findings]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("　\n \n", []),
        ("甲", ["¶ 甲"]),
        ("甲\n\n乙", ["¶ 甲", "¶ 乙"]),
        ("## （一）主动公开\n正文", ["# （一）主动公开", "¶ 正文"]),
        ("### 1.制度 ###", ["# 1.制度"]),
        ("- 甲\n- 乙", ["- 甲 | 乙"]),
        ("* 甲\n\n* 乙", ["- 甲 | 乙"]),
        ("1. 甲\n2. 乙", ["1. 甲 | 乙"]),
        ("正文：\n- 甲\n- 乙\n\n完", ["¶ 正文：", "- 甲 | 乙", "¶ 完"]),
        ("- 甲\n续行\n- 乙", ["- 甲续行 | 乙"]),
        ("1.推进，不空格", ["¶ 1.推进，不空格"]),
        ("一是**加强领导。**二是**“重点”**工作", ["¶ 一是**加强领导。**二是**“重点”**工作"]),
        ("**甲**乙**丙**", ["¶ **甲**乙**丙**"]),
        ("**甲**、**乙**", ["¶ **甲**、**乙**"]),
        ("**甲\n乙**丙", ["¶ **甲乙**丙"]),
        ("__甲__", ["¶ **甲**"]),
        ("\\*\\*甲\\*\\* 3*4 # 5", ["¶ **甲** 3*4 # 5"]),
        ("&lt;甲&gt; &#42;乙&#42;", ["¶ <甲> *乙*"]),
        ("见[官网](https://www.gov.cn/年报?a=1)。", ["¶ 见官网<https://www.gov.cn/%E5%B9%B4%E6%8A%A5?a=1>。"]),
        ("**[邮箱](mailto:a@b.cn)**", ["¶ **邮箱**<mailto:a@b.cn>"]),
        ("[**电**话](tel:0817-123)", ["¶ **电**<tel:0817-123>话<tel:0817-123>"]),
        ("<https://a.cn/b>与[](https://a.cn)", ["¶ https://a.cn/b<https://a.cn/b>与https://a.cn<https://a.cn>"]),
        ("<条例>第五十条 [注] 甲_乙_丙 ![x", ["¶ <条例>第五十条 [注] 甲_乙_丙 ![x"]),
    ],
)
def test_what_counts(text: str, blocks: list[str]) -> None:
    assert read(text) == blocks


@pytest.mark.parametrize("mark", PUNCTUATION)
def test_strong_works_beside_chinese_punctuation(mark: str) -> None:
    assert read(f"甲**乙{mark}**丙") == [f"¶ 甲**乙{mark}**丙"]
    assert read(f"甲**{mark}乙**丙") == [f"¶ 甲**{mark}乙**丙"]
    assert read(f"甲{mark}**乙**{mark}丙") == [f"¶ 甲{mark}**乙**{mark}丙"]
    blocks, _ = parse_prose(f"甲**乙{mark}**丙", Substitutions())
    assert [each.strong for each in blocks[0].inlines] == [False, True, False]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("甲\n乙", "甲乙"),
        ("甲。\n（乙）", "甲。（乙）"),
        ("open\ndata", "open data"),
        ("公开\ndata", "公开data"),
        ("data\n公开", "data公开"),
        ("2021\n2022", "2021 2022"),
        ("“甲”\n“乙”", "“甲”“乙”"),
        ("甲  \n乙", "甲乙"),
        ("甲　\n乙", "甲乙"),
        ("a **b**\n**c** d", "a **b c** d"),
    ],
)
def test_lines_join_as_chinese_is_set(text: str, joined: str) -> None:
    assert read(text) == [f"¶ {joined}"]


def test_indents_by_hand_are_taken_off() -> None:
    assert read("    甲\n\t乙\n\n  　丙") == ["¶ 甲乙", "¶ 丙"]
    assert read("　　- 甲\n　　- 乙") == ["- 甲 | 乙"]
    assert read("        ## （一）主动公开") == ["# （一）主动公开"]
    assert read("\xa0\xa0\xa0\xa0甲") == ["¶ 甲"]


def test_a_line_indented_with_full_width_spaces_begins_a_paragraph() -> None:
    assert read("　　一是甲。\n续行。\n　　二是乙。") == ["¶ 一是甲。续行。", "¶ 二是乙。"]


@pytest.mark.parametrize(
    ("text", "blocks", "problem"),
    [
        ("# 六、其他", ["# 六、其他"], "line 1 has a heading of level 1: # 六、其他"),
        ("#### 甲", ["# 甲"], "line 1 has a heading of level 4: #### 甲"),
        ("甲\n---", ["# 甲"], "line 1 has a heading by underlining: 甲"),
        ("甲\n===", ["# 甲"], "line 1 has a heading by underlining: 甲"),
        ("- 甲\n  - 乙\n- 丙", ["- 甲 | 乙 | 丙"], "line 2 has a list within a list or a quote: - 乙"),
        ("- - - - - - 甲", ["¶ - - - - - - 甲"], "line 1 has a list within a list or a quote: - - - - - - 甲"),
        ("- # 甲", ["- 甲"], "line 1 has a heading of level 1: - # 甲"),
        ("1. 甲\n3. 乙", ["1. 甲 | 乙"], "line 2 has the number 3 where the list prints 2"),
        ("2. 甲", ["1. 甲"], "line 1 has the number 2 where the list prints 1"),
        ("> 甲\n> 乙", ["¶ 甲乙"], "line 1 has a quote (>): > 甲"),
        ("甲\n\n***", ["¶ 甲"], "line 3 has a rule (---)"),
        ("```\n甲\n乙\n```", ["¶ 甲乙"], "line 1 has code (`…`): ```"),
        ("~~~表 甲\n乙", ["¶ 表 甲乙"], "line 1 has code (`…`): ~~~表 甲"),
        ("<div>甲\n乙</div>", ["¶ <div>甲乙</div>"], "line 1 has HTML: <div>甲"),
        ("甲<br>乙", ["¶ 甲<br>乙"], "line 1 has HTML: <br>"),
        ("甲<!-- 乙 -->", ["¶ 甲<!-- 乙 -->"], "line 1 has HTML: <!-- 乙 -->"),
        ("甲\n`乙`", ["¶ 甲乙"], "line 2 has code (`…`): 乙"),
        ("*甲*", ["¶ 甲"], "line 1 has emphasis (*…*): 甲"),
        ("~~甲~~", ["¶ 甲"], "line 1 has struck-out text (~~…~~): 甲"),
        ("![甲](a.png)", ["¶ 甲"], "line 1 has an image: a.png"),
        ("![](a.png)", ["¶ a.png"], "line 1 has an image: a.png"),
        ("甲\\\n乙", ["¶ 甲乙"], "line 1 has a line break by a backslash"),
        ("甲 | 乙\n---|---\n1 | 2", ["¶ 甲 | 乙---|--- 1 | 2"], "line 2 has a table: 甲 | 乙"),
        ("[甲]: https://a.cn", ["¶ [甲]: https://a.cn"], "line 1 has the definition of a link: [甲]: https://a.cn"),
        ("[甲](https://a.cn '乙')", ["¶ 甲<https://a.cn>（乙）"], "line 1 has a link with a title: 乙"),
        ("甲\n**乙", ["¶ 甲**乙"], "line 2 has ** without a partner"),
        ("甲** 乙", ["¶ 甲** 乙"], "line 1 has ** without a partner"),
        ("[甲](javascript:alert(1))", ["¶ 甲"], f"line 1 links to “javascript:alert(1)”{NO_ADDRESS}"),
        ("[甲](www.gov.cn)", ["¶ 甲"], f"line 1 links to “www.gov.cn”{NO_ADDRESS}"),
        ("[甲]()", ["¶ 甲"], f"line 1 links to “”{NO_ADDRESS}"),
        ("`" + "甲" * 50 + "`", ["¶ " + "甲" * 50], "line 1 has code (`…`): " + "甲" * 20 + "…"),
    ],
)  # fmt: skip
def test_what_does_not_count_is_found_and_kept(text: str, blocks: list[str], problem: str) -> None:
    kept, problems = found(text)
    assert kept == blocks
    assert problems[0] == problem


def test_lines_of_findings_are_those_of_the_cell() -> None:
    _, findings = parse_prose("　　甲\n　　乙\n　　`丙`", Substitutions(), numbers=[2, 5, 9])
    assert [str(each.problem) for each in findings] == ["line 9 has code (`…`): 丙"]


def test_deep_lists_by_indentation_keep_their_text() -> None:
    text = "\n".join("  " * depth + f"- 第{depth}层" for depth in range(300))
    blocks, problems = found(text)
    printed = "".join(blocks)
    assert all(f"第{depth}层" in printed for depth in range(300))
    assert problems


def test_values_are_put_in_after_reading() -> None:
    substitutions = Substitutions()
    name, blank = substitutions.hold("*甲*\n# 六、"), substitutions.hold("")
    text = f"## {name}\n\n- **{name}**\n- {blank}\n\n{name}\n{blank}\n完\n\n{blank}"
    blocks, findings = parse_prose(text, substitutions)
    assert [words(block) for block in blocks] == ["# *甲* # 六、", "- ***甲* # 六、**", "¶ *甲* # 六、完"]
    assert findings == []


@pytest.mark.parametrize(
    ("value", "href"),
    [
        ("https://www.gov.cn", "https://www.gov.cn/a"),
        ("https://www.gov.cn) [x](https://b.cn", None),
        ("javascript:alert(1)//", None),
        ("JaVaScRiPt:alert(1)//", None),
        ("data:text/html,", None),
        ("//www.gov.cn", None),
        ("https://user@evil.cn", None),
        ("https://a.cn\\@evil.cn", None),
        ("", None),
    ],
)
def test_a_value_in_an_address(value: str, href: str | None) -> None:
    substitutions = Substitutions()
    blocks, findings = parse_prose(f"[官网]({substitutions.hold(value)}/a)", substitutions)
    assert [(each.text, each.href) for each in blocks[0].inlines] == [("官网", href)]  # type: ignore[union-attr]
    assert bool(findings) is (href is None)


@pytest.mark.parametrize(
    ("address", "checked"),
    [
        ("http://政务.cn:8080/甲?乙=%20#丙", "http://xn--zfr164b.cn:8080/%E7%94%B2?%E4%B9%99=%20#%E4%B8%99"),
        ("HTTPS://A.CN", "https://A.CN"),
        ("mailto:a@b.cn", "mailto:a@b.cn"),
        ("tel:+86 10", "tel:+86%2010"),
        ("https://", None),
        ("https:///a", None),
        ("https://a.cn:x", None),
        ("https://[a", None),
        ("mailto:", None),
        ("mailto://a@b.cn", None),
        ("ftp://a.cn", None),
        ("https://" + "甲" * 70, None),
    ],
)
def test_addresses(address: str, checked: str | None) -> None:
    assert check_address(address) == checked


@pytest.mark.parametrize("piece", ["[", "![", "**a", "*a ", "_a", "`", "<a ", "> ", "- ", "[a](", "&#", "|-", "a\n"])
def test_hostile_input_takes_no_time(piece: str) -> None:
    started = time.perf_counter()
    parse_prose(piece * 5_000, Substitutions())
    assert time.perf_counter() - started < 5
