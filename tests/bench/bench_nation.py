"""What a nation's batch costs beside the rendering: plan, manifest and index of 40,000 organs, a county at a time.

Run: ``.venv/bin/python tests/bench/bench_nation.py [--small]``; ``--small`` takes 4,000 organs.

The reports are stubs: their records are there, in the size that real ones have, and their files are not. A plan is
timed as it runs where nothing has changed, which holds every record against what the report would be made from now.
Each step runs in a process of its own, so that its peak memory is its own; a step works county by county, as
``giakit batch --out 年报/<county>`` does, and the last two on the nation's merged manifest.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from giakit.batch.plan import Plan
    from giakit.outputs import ReportRecord

YEAR = 2021
ORGANS = 60  # of a county
COUNTIES = 667
STEPS = ("plan", "manifest", "merge", "index")
FILES = (
    "internal/annual_report.ipynb",
    "internal/findings.json",
    "public/data.json",
    "public/report.html",
    "public/report.pdf",
)


def folders(nation: Path) -> list[Path]:
    """Return the counties' folders of outputs."""
    return sorted((nation / "年报").iterdir())


def plan_county(nation: Path, out: Path) -> Plan:
    """Plan a county whose workbook is known from the last run."""
    from giakit.batch.plan import Request, plan_batch
    from giakit.batch.reading import Shelf, WorkbookContents
    from giakit.digests import digest_of
    from giakit.outputs.folder import OutputFolder
    from giakit.parameters import ParameterFile
    from giakit.source_plan import FormSummary

    class Stubs(OutputFolder):
        """Outputs that lack the files of their records."""

        def is_whole(self, record: ReportRecord) -> bool:  # noqa: ARG002 - of whatever record
            return True

    workbook = nation / "params" / "stub.xlsx"
    names = [f"第{number}镇" for number in range(ORGANS)]
    forms = [
        FormSummary(
            workbook=workbook.name, sheet=name, digest=digest_of(out.name + name), year=YEAR, key=name, name=name
        )
        for name in names
    ]
    outputs = Stubs(out)
    shelf = Shelf(outputs)
    shelf._known[workbook] = WorkbookContents(sha256="", forms=tuple(forms))
    file = ParameterFile(workbook="params/stub.xlsx", root=str(nation))
    return plan_batch(Request(file=file, where="county.yaml", kinds=("html", "pdf")), shelf, outputs)


def write_records(nation: Path, out: Path) -> None:
    """Write the record of every report that a county's plan asks for."""
    for path, record in _records(plan_county(nation, out), out):
        path.parent.mkdir(parents=True)
        path.write_bytes(record.file)


def _records(plan: Plan, out: Path) -> Iterator[tuple[Path, ReportRecord]]:
    from giakit.outputs import OutputFile, ReportRecord

    for each in plan.reports:
        name = f"{out.name}{each.organ}"
        described = tuple(OutputFile.of(path, f"{name} {path}".encode()) for path in FILES)
        record = ReportRecord(
            organ=each.organ,
            year=YEAR,
            name=each.name,
            title=f"{name}{YEAR}年政府信息公开工作年度报告",
            outcome="done",
            kinds=each.kinds,
            inputs=each.inputs,
            outputs=described,
            findings={"error": 0, "warning": 2, "note": 1},
        )
        yield out / str(YEAR) / each.organ / "record.json", record


def run_plan(nation: Path) -> int:
    """Plan every county, one after the other."""
    count = 0
    for out in folders(nation):
        plan = plan_county(nation, out)
        assert not plan.stale, "giakit itself has changed since the records were written"
        count += len(plan.reports)
    return count


def run_manifest(nation: Path) -> int:
    """Write every county's manifest."""
    from giakit.batch.manifest import build_manifest
    from giakit.outputs.folder import OutputFolder

    size = 0
    for out in folders(nation):
        content = build_manifest(YEAR, OutputFolder(out)).file
        (out / str(YEAR) / "manifest.json").write_bytes(content)
        size += len(content)
    return size


def run_merge(nation: Path) -> int:
    """Merge the counties' manifests into one."""
    from giakit.batch.manifest import read_manifest
    from giakit.batch.merge import merge_manifests
    from giakit.outputs.folder import OutputFolder

    found = {out.name: read_manifest(OutputFolder(out), YEAR) for out in folders(nation)}
    bases = {out.name: f"../../{out.name}/{YEAR}" for out in folders(nation)}
    content = merge_manifests({county: manifest for county, manifest in found.items() if manifest}, bases).file
    (nation / "manifest.json").write_bytes(content)
    return len(content)


def run_index(nation: Path) -> int:
    """Write the page of the merged manifest."""
    from giakit.batch.manifest import Manifest
    from giakit.batch.page import render_index

    return len(render_index(Manifest.model_validate_json((nation / "manifest.json").read_bytes()), ()))


def run_child(step: str, nation: Path) -> None:
    """Time one step, and say what it took; imports are not what is measured."""
    import giakit.batch.page
    import giakit.batch.plan  # noqa: F401 - see above

    steps = {"plan": run_plan, "manifest": run_manifest, "merge": run_merge, "index": run_index}
    start = time.perf_counter()
    found = steps[step](nation)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
    print(json.dumps({"seconds": seconds, "megabytes": peak, "found": found}))


def write_nation(nation: Path, counties: int) -> None:
    """Write a project, and every county's records."""
    from giakit.project import init_project

    init_project(nation)
    (nation / "params" / "stub.xlsx").touch()
    for number in range(counties):
        out = nation / "年报" / f"县{number:04}"
        out.mkdir(parents=True)
        write_records(nation, out)


def main() -> None:
    """Write the stubs, run every step, and print a table."""
    counties = COUNTIES // 10 if "--small" in sys.argv else COUNTIES
    with tempfile.TemporaryDirectory() as folder:
        nation = Path(folder)
        write_nation(nation, counties)
        organs = counties * ORGANS
        print(f"{organs} organs in {counties} counties, one year")
        print(f"{'':9} {'seconds':>8} {'ms/organ':>9} {'peak MB':>8} {'MB written':>11}")
        for step in STEPS:
            command = [sys.executable, __file__, "--child", step, folder]
            answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            seconds = answer["seconds"]
            written = "-" if step == "plan" else f"{answer['found'] / 1e6:.1f}"
            print(
                f"{step:9} {seconds:8.1f} {seconds / organs * 1000:9.2f} {answer['megabytes']:8.0f} {written:>11}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_child(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
