"""What a message suggests for a word that is not known."""

from __future__ import annotations

import pytest

from giakit.batch.identity import unknown_organs
from giakit.errors import ParameterError
from giakit.forms.read import read_workbook
from giakit.hints import hint
from giakit.language import speaking
from giakit.source_plan import Forms, FormSummary
from tests.samples.reports import ROOT

TOWNS = ["龙村镇", "柳渡镇", "青山镇"]


@pytest.mark.parametrize(
    ("word", "known", "english", "chinese"),
    [
        ("龙材镇", TOWNS, "the nearest is 龙村镇", "最接近的是 龙村镇"),
        ("海关", TOWNS, "known are 龙村镇、柳渡镇、青山镇", "现有：龙村镇、柳渡镇、青山镇"),
        ("海关", [f"第{number}镇" for number in range(13)], "第11镇、…", "第11镇、…"),
        ("乡鎮", ["街道", "乡镇"], "the nearest is 乡镇", "最接近的是 乡镇"),
        ("upper", ["abs", "cn"], "known are abs, cn", "现有：abs, cn"),
        ("海关", [], "none is known", "现在一个也没有"),
    ],
)
def test_a_hint_names_the_nearest_or_says_which_there_are(
    word: str, known: list[str], english: str, chinese: str
) -> None:
    with speaking("en"):
        assert str(hint(word, known)).endswith(english)
    with speaking("zh"):
        assert str(hint(word, known)).endswith(chinese)


def test_of_several_spellings_one_is_listed() -> None:
    known = [name for town in TOWNS for name in (town, f"云泽县{town}人民政府")]
    with speaking("en"):
        assert str(hint("海关", known, TOWNS)) == "known are 龙村镇、柳渡镇、青山镇"
        assert str(hint("云泽县龙村镇政府", known, TOWNS)) == "the nearest is 云泽县龙村镇人民政府"


def test_a_town_like_no_other_is_not_told_of_a_nearest_one() -> None:
    forms = [FormSummary.of(form) for form in read_workbook(ROOT / "params" / "county-2020.xlsx").forms]
    listed = "known are 龙村镇、柳渡镇、苇塘镇、"  # each once, in the order of the sheets
    with speaking("en"):
        assert [str(each).partition("; ")[2][: len(listed)] for each in unknown_organs(["海关"], forms)] == [listed]
        with pytest.raises(ParameterError, match=f"no organ is called 海关; {listed}.*、…$"):
            Forms(forms).find("海关", 2020)
