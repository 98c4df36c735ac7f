"""What the index page costs: rendering it for 60, 5,000 and 40,000 organs, and using it in a browser with 5,000.

Run: ``.venv/bin/python tests/bench/bench_index.py`` (the second part needs Chromium)
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from giakit.batch.manifest import Changed, Manifest, ManifestEntry
from giakit.batch.page import render_index
from giakit.findings import finding
from giakit.language import Text
from giakit.outputs import Inputs, OutputFile, ReportRecord
from giakit.statistics import Cell

SIZES = (60, 5_000, 40_000)
USED = 5_000
RUNS = 5
REFUSED = 20  # of how many organs one is refused, with three errors
CHARACTERS = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
INPUTS = Inputs(notebook="0" * 64, source="0" * 64, parameters={}, environment={"digest": "0" * 16})
PATHS = {
    "done": (
        "internal/annual_report.ipynb",
        "internal/findings.json",
        "public/data.json",
        "public/data.schema.json",
        "public/datapackage.json",
        "public/report.html",
        "public/report.pdf",
        "public/tables/applications.csv",
        "public/tables/disclosure.csv",
        "public/tables/remedies.csv",
        "public/values.csv",
    ),
    "refused": ("annual_report.ipynb", "findings.json"),
}

# From the action until the browser has laid out and painted what follows from it
MEASURE = """async ([selector, value]) => {
    const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)))
    await painted()
    const start = performance.now()
    const element = document.querySelector(selector)
    if (value === null) element.click()
    else { element.value = value; element.dispatchEvent(new Event('input', {bubbles: true})) }
    await painted()
    return performance.now() - start
}"""
ACTIONS = {
    "sort by name": ("th:nth-child(1) button", None),
    "sort by errors": ("th:nth-child(4) button", None),
    "filter by text": ("#search", "钱"),
    "all texts again": ("#search", ""),
    "filter by status": ("[value=refused]", None),
    "all statuses again": ("[value=all]", None),
}


def make_manifest(organs: int) -> Manifest:
    """Return a manifest with keys and names like those of a province, some of them refused."""
    return Manifest(year=2020, environments={}, reports=tuple(make_entry(number) for number in range(organs)))


def make_entry(number: int) -> ManifestEntry:
    """Return one organ's entry."""
    name = "".join(CHARACTERS[number // 16**place % 16] for place in range(4)) + "镇"
    organ = f"云泽县/{name}"
    outcome = "done" if number % REFUSED else "refused"
    cells = (Cell(workbook="county-2020.xlsx", sheet=name, address="F24", raw="12"),) * 3
    wrong = finding("T3-1", "error", "三/予以公开", Text("合计应为 42，填的是 12"), Text("改正这一格"), cells=cells)
    record = ReportRecord(
        organ=organ,
        year=2020,
        name=name,
        outcome=outcome,
        kinds=("html", "pdf"),
        inputs=INPUTS,
        outputs=tuple(OutputFile(path=path, sha256="0" * 64, size=1) for path in PATHS[outcome]),
        findings={"error": 0, "warning": number % 4, "note": number % 7},
        problems=(wrong,) * 3 if outcome == "refused" else (),
    )
    if outcome == "done":
        return ManifestEntry(organ=organ, name=name, published=record, folder=organ)
    return ManifestEntry(organ=organ, name=name, failure=record, failure_folder=f"{organ}/failed")


def bench_rendering(organs: int) -> bytes:
    """Print what rendering the page takes, and return it."""
    manifest = make_manifest(organs)
    changes = [Changed(organ=each.organ, change="new", after=each.outcome) for each in manifest.reports]
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        page = render_index(manifest, changes)
        times.append(time.perf_counter() - start)
    median = statistics.median(times)
    print(f"{organs:6} organs   {median:7.3f} s   {len(page) / 1e6:7.2f} MB   {len(page) / organs:5.0f} bytes an organ")
    return page


def bench_using(page: Page, address: str) -> None:
    """Print how long a reader waits for the page and for each thing done on it."""
    times: dict[str, list[float]] = {name: [] for name in ("open", *ACTIONS)}
    for _ in range(RUNS):
        start = time.perf_counter()
        page.goto(address)
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        times["open"].append((time.perf_counter() - start) * 1000)
        for name, action in ACTIONS.items():
            times[name].append(page.evaluate(MEASURE, list(action)))
    for name, found in times.items():
        print(f"{name:18} median {statistics.median(found):5.0f} ms   longest {max(found):5.0f} ms")


def main() -> None:
    """Render the page in every size, then use it."""
    pages = {organs: bench_rendering(organs) for organs in SIZES}
    print(f"\nin Chromium, {USED:,} organs, 1280 × 900")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder, "index.html")
        path.write_bytes(pages[USED])
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        bench_using(browser.new_page(viewport={"width": 1280, "height": 900}), path.as_uri())
        browser.close()


if __name__ == "__main__":
    main()
