"""Names are found in a text exactly where looking for each of them finds it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from giakit.prose.spellings import Spellings

SIGNS = "龙村镇柳渡县局1"
NAMES = st.sets(st.text(SIGNS, min_size=1, max_size=5), max_size=20)


@given(NAMES, st.text(SIGNS, max_size=30))
def test_every_name_of_two_signs_and_more_is_found(names: set[str], text: str) -> None:
    expected = [name for name in names if len(name) > 1 and name in text]
    assert Spellings(names).within(text) == sorted(expected, key=lambda name: (-len(name), name))
