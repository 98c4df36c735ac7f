"""Whatever happens to the bytes of a filled form, reading it ends in one clear error or in the right values."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from string import ascii_uppercase
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from giakit import formats
from giakit.errors import WorkbookError
from giakit.findings import errors
from giakit.forms.read import read_workbook
from giakit.forms.write import write_workbook
from giakit.statistics import Entry, Statistics, Value

SHEET = "xl/worksheets/sheet1.xml"


class Original(NamedTuple):
    """A form that was filled in: its bytes, its parts, and each figure's cell and amount."""

    data: bytes
    parts: dict[str, bytes]
    amounts: dict[str, tuple[str, Decimal | None]]


class Change(NamedTuple):
    """A change of some bytes: how, where (as a fraction of the length), how many, and what with."""

    how: str
    where: float
    length: int
    byte: int

    def span(self, data: bytes) -> tuple[int, int]:
        start = int(self.where * len(data))
        return start, len(data) if self.how == "truncate" else min(len(data), start + self.length)

    def of(self, data: bytes) -> bytes:
        start, end = self.span(data)
        inside = {
            "flip": bytes(each ^ (self.byte or 1) for each in data[start : start + 1]) + data[start + 1 : end],
            "overwrite": bytes([self.byte]) * (end - start),
            "digit": re.sub(rb"\d", str(self.byte % 10).encode(), data[start:end]),
            "delete": b"",
            "double": data[start:end] * 2,
            "truncate": b"",
        }
        return data[:start] + inside[self.how] + data[end:]


CHANGES = st.builds(
    Change,
    st.sampled_from(["flip", "overwrite", "digit", "delete", "double", "truncate"]),
    st.floats(0, 1, exclude_max=True),
    st.one_of(st.integers(1, 8), st.integers(8, 400)),
    st.integers(0, 255),
)
PART = st.one_of(st.just(SHEET), st.integers(0, 20))

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Original:
    """Return a form in which every figure is another, so that one read in another's place shows."""
    form = formats.for_year(2021)
    values = tuple(
        Value(key=leaf.key, amount=Decimal(number), unit=leaf.unit or ("元" if leaf.kind == "money" else None))
        for number, leaf in enumerate(form.leaves, 100)
    )
    facts = {"organ.key": "河口镇", "organ.name": "河口镇", "organ.full_name": "河口镇人民政府", "organ.level": "乡镇"}
    entries = tuple(Entry(key=key, text=text) for key, text in facts.items())
    path = tmp_path_factory.mktemp("form") / "统计表.xlsx"
    write_workbook(path, [Statistics(year=2021, revision=form.revision, values=values, entries=entries)])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    read = read_workbook(path).forms[0].statistics
    amounts = {value.key: (value.cell.address, value.amount) for value in read.values}
    return Original(path.read_bytes(), parts, amounts)


def packed(parts: dict[str, bytes], twice: str | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the part that is written twice
        for name, data in parts.items():
            archive.writestr(name, data)
            if name == twice:
                archive.writestr(name, data)
    return out.getvalue()


def touched(change: Change, data: bytes) -> Iterator[str]:
    """Yield the addresses of the cells that a change of the sheet's bytes touches."""
    start, end = change.span(data)
    for cell in re.finditer(rb'<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', data):
        if cell.start() < max(end, start + 1) and cell.end() > start:
            yield cell[1].decode()


def parted(change: Change, data: bytes) -> Iterator[str]:
    """Yield the rows in which a change of the sheet's bytes touches how cells are merged."""
    start, end = change.span(data)
    for merged in re.finditer(rb'<mergeCell ref="[A-Z]+(\d+):[A-Z]+\d+"/>', data):
        if merged.start() < max(end, start + 1) and merged.end() > start:
            yield merged[1].decode()


def ends_well(path, data: bytes, original: Original, spoilt: set[str], rows: frozenset[str] = frozenset()) -> None:
    path.write_bytes(data)
    try:
        forms = read_workbook(path).forms
    except WorkbookError as error:
        refusal = error  # one of two good ends
    else:
        refusal = None
    if refusal:
        assert len(refusal.problems) == 1
        assert path.name in str(refusal)
        return
    for form in forms:
        if form.statistics is None or form.statistics.year != 2021 or errors(form.findings):
            assert [str(each) for each in form.findings]
            continue
        for value in form.statistics.values:
            address, amount = original.amounts[value.key]
            if address not in spoilt:
                # Beside a label that is no longer merged, a blank may be another cell of its row.
                is_moved = amount is None and address.lstrip(ascii_uppercase) in rows
                place = value.cell.address if not is_moved else address
                assert (value.key, place, value.amount) == (value.key, address, amount)


def mutate_parts(tmp_path_factory, original: Original, part: str | int, change: Change) -> None:
    names = list(original.parts)
    name = part if isinstance(part, str) else names[part % len(names)]
    changed = original.parts | {name: change.of(original.parts[name])}
    spoilt = set(touched(change, original.parts[name])) if name == SHEET else set()
    rows = frozenset(parted(change, original.parts[name]) if name == SHEET else ())
    path = tmp_path_factory.getbasetemp() / "变.xlsx"
    ends_well(path, packed(changed), original, spoilt, rows)


def mutate_bytes(tmp_path_factory, original: Original, change: Change) -> None:
    path = tmp_path_factory.getbasetemp() / "变.xlsx"
    ends_well(path, change.of(original.data), original, set())


@FEW
@given(part=PART, change=CHANGES)
@example(part=SHEET, change=Change("flip", 0.822265625, 1, 0))  # parts the merged cells of the fee's label
def test_a_changed_part(tmp_path_factory, original, part, change):
    mutate_parts(tmp_path_factory, original, part, change)


@FEW
@given(change=CHANGES)
def test_changed_bytes_of_the_file(tmp_path_factory, original, change):
    mutate_bytes(tmp_path_factory, original, change)


@pytest.mark.proof
@MANY
@given(part=PART, change=CHANGES)
def test_many_changed_parts(tmp_path_factory, original, part, change):
    mutate_parts(tmp_path_factory, original, part, change)


@pytest.mark.proof
@MANY
@given(change=CHANGES)
def test_many_changed_bytes_of_the_file(tmp_path_factory, original, change):
    mutate_bytes(tmp_path_factory, original, change)


def test_each_part_lost_or_twice(tmp_path_factory, original):
    path = tmp_path_factory.getbasetemp() / "变.xlsx"
    for name in original.parts:
        ends_well(path, packed({key: data for key, data in original.parts.items() if key != name}), original, set())
        path.write_bytes(packed(original.parts, twice=name))
        with pytest.raises(WorkbookError, match=path.name):
            read_workbook(path)
