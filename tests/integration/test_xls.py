"""The old .xls format, written by a real LibreOffice from the sample workbook."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from giakit.findings import errors
from giakit.forms.read import read_workbook

pytestmark = pytest.mark.proof


def test_an_xls_workbook_reads_like_the_xlsx_it_was_saved_from(project_root, tmp_path):
    source = project_root / "params" / "county-2020.xlsx"
    command = [shutil.which("soffice"), f"-env:UserInstallation={(tmp_path / '.soffice').as_uri()}", "--headless"]
    convert = [*command, "--convert-to", "xls", "--outdir", str(tmp_path), str(source)]
    subprocess.run(convert, check=True, capture_output=True)
    old, new = read_workbook(tmp_path / "county-2020.xls"), read_workbook(source)
    assert [form.sheet for form in old.forms] == [form.sheet for form in new.forms]
    for before, after in zip(old.forms, new.forms, strict=True):
        assert not errors(before.findings)
        assert [(value.key, value.amount, value.unit, value.state) for value in before.statistics.values] == [
            (value.key, value.amount, value.unit, value.state) for value in after.statistics.values
        ]
        assert before.statistics.entry("organ.key").text == after.statistics.entry("organ.key").text
