"""Blank forms in a real spreadsheet program: it opens them, works the tallies out, and saves what reads back."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal

import openpyxl
import pytest

from giakit import formats
from giakit.checks import check_arithmetic
from giakit.forms.blank import facts_of, write_blank_forms
from giakit.forms.read import read_workbook
from giakit.statistics import Entry, Statistics, Value

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]

FIGURES = {
    "received": (3, 1, 0, 0, 1, 0, 5),
    "granted": (1, 0, 0, 0, 1, 0, 2),
    "repeated": (1, 1, 0, 0, 0, 0, 2),
    "handled": (2, 1, 0, 0, 1, 0, 4),
    "carried_over": (2, 0, 0, 0, 0, 0, 2),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Return a function that opens a workbook in LibreOffice and saves it in another kind of file."""
    folder = tmp_path_factory.mktemp("soffice")

    def convert(path, kind):
        command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        out = path.parent / "另存"
        subprocess.run(
            [*command, "--convert-to", kind, "--outdir", str(out), str(path)],
            check=True,
            capture_output=True,
            timeout=300,
        )
        return out / f"{path.stem}.{kind}"

    return convert


@pytest.fixture(params=[2020, 2022])
def blank(request, tmp_path):
    """Return the blank form of a town that was left with one case last year."""
    year = request.param - 1
    form = formats.for_year(year)
    left = {"applications.carried_over.natural_person", "applications.carried_over.total"}
    previous = Statistics(
        year=year,
        revision=form.revision,
        values=tuple(Value(key=leaf.key, amount=Decimal(leaf.key in left), unit=leaf.unit) for leaf in form.leaves),
        entries=tuple(Entry(key=f"organ.{key}", text="河口镇") for key in ("key", "name", "full_name")),
    )
    [path] = write_blank_forms(year + 1, [facts_of(previous)], tmp_path, [previous])
    return path


def cells_of(path):
    [form] = read_workbook(path).forms
    return {value.key: value.cell.address for value in form.statistics.values}


def fill(path, **changes):
    """Type a whole form whose figures add up, but for the changes; openpyxl keeps no result of any formula."""
    typed = dict.fromkeys(cells_of(path), 0)
    columns = ("natural_person", "commercial_enterprise", "research_institution", "public_welfare_organisation")
    columns += ("legal_service_organisation", "other_organisation", "total")
    rows = FIGURES | {"carried_in": (1, 0, 0, 0, 0, 0, 1)}
    for row, numbers in rows.items():
        typed |= {f"applications.{row}.{column}": number for column, number in zip(columns, numbers, strict=True)}
    typed |= {"remedies.direct_other": 2, "remedies.direct_total": 2}
    typed |= {key.replace("__", "."): value for key, value in changes.items()}
    book = openpyxl.load_workbook(path)
    for key, address in cells_of(path).items():
        if not (key.startswith("applications.carried_in") and key not in changes):  # it is there already
            book.worksheets[0][address] = typed[key]
    book.save(path)
    return typed


def tallies(path):
    """Return what every formula shows, by address, and the addresses of those that are formulas still."""
    formulas = openpyxl.load_workbook(path).worksheets[0]
    shown = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    addresses = [
        cell.coordinate for row in formulas.iter_rows() for cell in row if str(cell.value or "").startswith("=")
    ]
    return {address: shown[address].value for address in addresses}


def test_a_right_form_shows_that_everything_fits(blank, office):
    before = tallies(blank)
    assert set(before.values()) == {"✓", 1}  # last year's case waits for an answer
    typed = fill(blank)
    assert set(tallies(blank).values()) == {None}
    saved = office(blank, "xlsx")
    assert tallies(saved) == dict.fromkeys(before, "✓")
    [form] = read_workbook(saved).forms
    assert {value.key: value.amount for value in form.statistics.values} == {
        key: Decimal(value) for key, value in typed.items()
    }
    assert check_arithmetic(form.statistics) == []


def test_a_wrong_total_shows_its_difference(blank, office):
    cells = cells_of(blank)
    fill(blank, applications__granted__total=9, remedies__direct_total=1)
    shown = tallies(office(blank, "xlsx"))
    total = cells["applications.granted.total"]
    beside = f"P{re.sub('[A-Z]', '', total)}"
    below_four = re.sub(r"\d+", lambda row: str(int(row[0]) + 1), cells["remedies.direct_total"])
    off = {address: value for address, value in shown.items() if value != "✓"}
    assert off.pop(beside) == 7
    assert off.pop(below_four) == -1
    assert list(off.values()) == [-7]  # and （七）总计 in the column 总计
    assert next(iter(off)).startswith(total[0])


def test_a_note_behind_a_number_leaves_the_tally_open(blank, office):
    fill(blank, remedies__direct_other="2（含集体诉讼）")
    assert sorted(map(str, tallies(office(blank, "xlsx")).values())).count("含文字") == 1


def test_a_form_comes_back_protected_with_prompts_and_comments(blank, office):
    saved = openpyxl.load_workbook(office(blank, "xlsx")).worksheets[0]
    assert saved.protection.sheet
    assert {"whole", "list"} <= {each.type for each in saved.data_validations.dataValidation}
    cells = cells_of(blank)
    assert saved[cells["applications.carried_in.total"]].value == 1
    assert "上年" in saved[cells["applications.received.total"]].comment.text
    assert not saved[cells["applications.granted.total"]].protection.locked
    assert saved["P30"].protection.locked


def test_a_form_prints_on_three_pages(blank, office):
    pdf = office(blank, "pdf")
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages:\s+3\b", told)
    assert re.search(r"Page size:\s+595.* x 84[12].*A4", told)
