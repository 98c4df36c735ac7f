from __future__ import annotations

from decimal import Decimal

import pytest

from giakit.statistics import Value
from giakit.tables import build_table


def occupied(table):
    """Lay the table's cells out on its grid; every place must be taken exactly once."""
    grid = {}
    row = 0
    for band in table.bands:
        for cells in (*band.head, *band.body):
            column = 0
            for cell in cells:
                while (row, column) in grid:
                    column += 1
                for down in range(cell.rowspan):
                    for right in range(cell.colspan):
                        assert (row + down, column + right) not in grid
                        grid[row + down, column + right] = cell
                column += cell.colspan
            row += 1
    return grid, row


@pytest.mark.parametrize(
    ("year", "table_id", "rows", "columns"),
    [
        (2021, "disclosure", 14, 4),
        (2020, "disclosure", 18, 4),
        (2021, "applications", 28, 10),
        (2020, "applications", 26, 10),
        (2021, "remedies", 4, 15),
        (2020, "remedies", 4, 15),
    ],
)
def test_the_printed_grid_is_that_of_the_form_without_holes(make_statistics, year, table_id, rows, columns):
    table = build_table(make_statistics(year), table_id)
    grid, count = occupied(table)
    assert (count, table.columns) == (rows, columns)
    assert len(grid) == rows * columns


def spans(table):
    return {
        cell.text: (cell.colspan, cell.rowspan)
        for band in table.bands
        for row in (*band.head, *band.body)
        for cell in row
        if cell.scope
    }


def test_spans_of_section_three_are_the_printed_ones(make_statistics):
    found = spans(build_table(make_statistics(2021), "applications"))
    assert found["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"] == (3, 3)
    assert found["申请人情况"] == (7, 1)
    assert found["自然人"] == found["总计"] == (1, 2)
    assert found["法人或其他组织"] == (5, 1)
    assert found["一、本年新收政府信息公开申请数量"] == (3, 1)
    assert found["三、本年度办理结果"] == (1, 22)
    assert found["（一）予以公开"] == found["（七）总计"] == (2, 1)
    assert found["（三）不予公开"] == (1, 8)
    assert found["（四）无法提供"] == found["（六）其他处理"] == (1, 3)
    assert found["（五）不予处理"] == (1, 5)
    assert found["四、结转下年度继续办理"] == (3, 1)


def test_spans_of_the_2019_form(make_statistics):
    found = spans(build_table(make_statistics(2020), "applications"))
    assert found["三、本年度办理结果"] == (1, 20)
    assert found["（六）其他处理"] == (2, 1)
    disclosure = build_table(make_statistics(2020), "disclosure")
    fees = disclosure.bands[3]
    assert [(cell.text, cell.colspan) for cell in fees.head[1]] == [
        ("信息内容", 1),
        ("上一年项目数量", 1),
        ("本年增/减", 2),
    ]
    assert [cell.colspan for cell in fees.body[0]] == [1, 1, 2]


def test_every_figure_names_all_its_heads(make_statistics):
    table = build_table(make_statistics(2021), "applications")
    ids = {cell.id: cell.text for band in table.bands for row in (*band.head, *band.body) for cell in row if cell.id}
    cell = next(
        cell
        for row in table.bands[0].body
        for cell in row
        if cell.key == "applications.state_secret.commercial_enterprise"
    )
    assert [ids[name] for name in cell.headers] == [
        "申请人情况",
        "法人或其他组织",
        "商业企业",
        "三、本年度办理结果",
        "（三）不予公开",
        "1.属于国家秘密",
    ]


def texts(statistics, table_id):
    return {
        cell.key: cell.text
        for band in build_table(statistics, table_id).bands
        for row in band.body
        for cell in row
        if cell.key
    }


def test_figures_print_as_the_form_prints_them(make_statistics):
    printed = texts(
        make_statistics(2020, disclosure__permits__change=98, disclosure__central_procurement__amount=248200),
        "disclosure",
    )
    assert printed["disclosure.permits.change"] == "+98"
    assert printed["disclosure.penalties.change"] == "0"
    assert printed["disclosure.central_procurement.amount"] == "248200元"


def test_missing_states_print_as_entered_and_notes_stay(make_statistics):
    statistics = make_statistics(2021)
    replaced = {
        "disclosure.rules.issued": Value(key="disclosure.rules.issued", state="blank"),
        "disclosure.rules.repealed": Value(key="disclosure.rules.repealed", state="slash"),
        "disclosure.rules.in_force": Value(key="disclosure.rules.in_force", state="not_applicable"),
        "disclosure.normative_documents.repealed": Value(
            key="disclosure.normative_documents.repealed", amount=Decimal(55), unit="件", note="含自然失效29件"
        ),
        "disclosure.administrative_fees.amount": Value(
            key="disclosure.administrative_fees.amount", amount=Decimal(248200), unit="元"
        ),
    }
    values = tuple(replaced.get(value.key, value) for value in statistics.values)
    printed = texts(statistics.model_copy(update={"values": values}), "disclosure")
    assert [printed[key] for key in replaced] == ["", "/", "不适用", "55（含自然失效29件）", "24.82"]
