"""The samples' pages, print and Word documents are what they were; `make golden` accepts what was meant to change."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.golden.__main__ import FOLDER, outlines
from tests.samples.reports import SAMPLES, Sample, write_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("golden") / "project")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_is_what_it_was(sample: Sample, project: Path) -> None:
    for name, now in outlines(sample, project).items():
        before = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        changed = list(unified_diff(before, now.splitlines(), f"tests/golden/{name}", "now", n=1, lineterm=""))
        assert not changed, "if this is meant: make golden, then git diff\n" + "\n".join(changed[:60])


def test_every_golden_file_is_of_a_sample() -> None:
    kept = {
        path.relative_to(FOLDER).parts[0] for path in FOLDER.rglob("*.*") if path.suffix in {".html", ".json", ".txt"}
    }
    assert kept == {sample.name for sample in SAMPLES}
