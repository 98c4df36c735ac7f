"""Writes the golden files anew: ``make golden``. What changed is then read in ``git diff`` before it is committed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.golden.outlines import page_outline, print_outline, word_outline
from tests.samples.reports import SAMPLES, Sample, build_sample, write_project

FOLDER = Path(__file__).parent


def outlines(sample: Sample, project: Path) -> dict[str, str]:
    """Return the golden files of a sample by their names."""
    built, document = build_sample(sample, project, ("html", "docx"))
    return {
        f"{sample.name}/page.html": page_outline(built.files["public/report.html"].decode()),
        f"{sample.name}/print.json": print_outline(document),
        f"{sample.name}/word.txt": word_outline(built.files["public/report.docx"]),
    }


def main() -> None:
    """Write the golden files of every sample."""
    with tempfile.TemporaryDirectory() as scratch:
        project = write_project(Path(scratch) / "project")
        for sample in SAMPLES:
            for name, content in outlines(sample, project).items():
                path = FOLDER / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(content, encoding="utf-8")
                print(f"{path.relative_to(FOLDER.parents[1])}: {len(content.splitlines())} lines")


if __name__ == "__main__":
    main()
