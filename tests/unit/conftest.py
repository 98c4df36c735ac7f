from __future__ import annotations

from decimal import Decimal
from typing import Protocol

import pytest

from giakit import formats
from giakit.statistics import Entry, LocalStatistic, Problem, Statistics, Value

FACTS = {
    "organ.key": "河口镇",
    "organ.full_name": "河口镇人民政府",
    "organ.name": "河口镇",
    "organ.level": "乡镇",
    "organ.address": "河口镇人民路1号",
    "organ.post_code": "012345",
    "work.platforms": "镇网站栏目按月检查。\n新媒体账号专人维护。",
    "text.other_matters": "无",
}


class MakeStatistics(Protocol):
    def __call__(self, year: int = 2021, **amounts: object) -> Statistics: ...


@pytest.fixture
def make_statistics() -> MakeStatistics:
    """Return a maker of one organ's statistics: all figures 0 unless given by key with `__` for `.`."""

    def make(year: int = 2021, **amounts: object) -> Statistics:
        form = formats.for_year(year)
        given = {key.replace("__", "."): Decimal(str(amount)) for key, amount in amounts.items()}
        values = tuple(
            Value(
                key=leaf.key,
                amount=given.pop(leaf.key, Decimal(0)),
                unit=leaf.unit or ("元" if leaf.kind == "money" else None),
            )
            for leaf in form.leaves
        )
        assert not given, f"no such figures: {given}"
        return Statistics(
            year=year,
            revision=form.revision,
            values=(*values, Value(key="fee.cases", amount=Decimal(0), unit="件")),
            entries=tuple(Entry(key=key, text=text) for key, text in FACTS.items()),
            local=(LocalStatistic(item="工作动态", value=Value(key="local.1", amount=Decimal(50), unit="篇")),),
            problems=(
                Problem(
                    problem=Entry(key="problem.1", text="栏目更新慢"), measure=Entry(key="measure.1", text="每周检查")
                ),
            ),
        )

    return make
