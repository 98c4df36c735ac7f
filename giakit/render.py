"""One report, top to bottom: run the notebook, export it, and put the result in its place whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giakit.errors import ParameterError, nearest
from giakit.exporters.document import read_document
from giakit.language import Text
from giakit.notebook import run_notebook
from giakit.parameters import ReportParameters
from giakit.project import MASTER
from giakit.report import read_report

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.exporters.document import Document
    from giakit.findings import Finding
    from giakit.statistics import Statistics, Value


@dataclass(frozen=True)
class Rendered:
    """Where a report was written, and the findings (warnings and notes) that did not stop it."""

    folder: Path
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


def _render_html(document: Document) -> bytes:
    from giakit.exporters.html import render_html

    return render_html(document).encode()


def _render_pdf(document: Document) -> bytes:
    from giakit.exporters.pdf import render_pdf

    return render_pdf(document)


KINDS: dict[str, Callable[[Document], bytes]] = {"html": _render_html, "pdf": _render_pdf}


def parse_kinds(text: str) -> tuple[str, ...]:
    """Read a list such as ``html,pdf``.

    Raises
    ------
    ParameterError
        If a kind is unknown.
    """
    kinds = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        found = ", ".join(unknown)
        raise ParameterError(
            Text(
                "no output is called {found}; known are {known}",
                found=found or "''",
                known=", ".join(KINDS),
                hint=nearest(found, KINDS),
            )
        )
    return kinds


def render_report(
    parameters: ReportParameters, *, kinds: Sequence[str] = tuple(KINDS), out: Path | None = None
) -> Rendered:
    """Render one report into ``<out>/<year>/<organ>/``.

    Parameters
    ----------
    parameters
        The report's parameters, already checked.
    kinds
        What to publish, of `KINDS`; ``data.json`` always comes with it.
    out
        The folder of outputs; the project's ``outputs/`` if not given.

    Raises
    ------
    NotebookFailed
        If a cell of the notebook raises.
    ReportRefused
        If the figures or the report hold an error; what was published before stays as it is.
    """
    root = parameters.folder
    report = read_report(parameters)
    given = parameters.model_dump(exclude={"root"}) | {"root": str(root)}
    executed = run_notebook(root / MASTER, given, root)
    document = read_document(executed)
    files = {f"public/report.{kind}": KINDS[kind](document) for kind in kinds}
    files["public/data.json"] = _json(public_data(report.statistics, report.title, document.draft))
    findings = document.findings
    files["internal/findings.json"] = _json([each.model_dump(mode="json") for each in findings])
    files[f"internal/{MASTER.name}"] = _notebook_bytes(executed)
    target = (out or root / "outputs") / str(parameters.year) / report.statistics.entry("organ.key").text
    with new_folder(target) as work:
        for name, content in files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return Rendered(target, tuple(target / name for name in files), findings)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a hidden folder to write in; put it in the place of `target` when all went well, else leave no trace.

    The old folder is renamed aside before the new one is renamed in, and deleted last. A crash between the two leaves
    the old one aside; the next call for the same target puts it back.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    work = target.parent / f".{target.name}.new-{os.getpid()}"
    aside = target.parent / f".{target.name}.old"
    _recover(target, aside)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
        if target.exists():
            target.rename(aside)
        work.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        _recover(target, aside)


def _recover(target: Path, aside: Path) -> None:
    if aside.exists() and not target.exists():
        aside.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def public_data(statistics: Statistics, title: str, draft: str = "") -> dict[str, Any]:
    """Return all values of a report for publication: no cells, no paths, no remarks of the office.

    ``draft`` is the reason for which errors were overridden, null for a report fit to be published. ``amount`` is a
    number in ``unit``, or null where ``state`` says that the cell held none.
    """
    labels = {leaf.key: leaf.label_path for leaf in (*statistics.format.leaves, *statistics.format.undivided_leaves)}
    return {
        "title": title,
        "draft": draft or None,
        "organ": {field: statistics.entry(f"organ.{field}").text for field in ("key", "name", "full_name", "level")},
        "year": statistics.year,
        "form": {"revision": statistics.revision, "notice": statistics.format.notice.number},
        "values": [
            {"key": value.key, "label": labels.get(value.key), **_public_value(value)} for value in statistics.values
        ],
        "local": [{"item": line.item, **_public_value(line.value)} for line in statistics.local],
    }


def _public_value(value: Value) -> dict[str, Any]:
    amount = value.amount
    number = None if amount is None else int(amount) if amount == amount.to_integral_value() else float(amount)
    return {"amount": number, "unit": value.unit, "state": value.state, "note": value.note}


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _notebook_bytes(notebook: NotebookNode) -> bytes:
    import nbformat

    text: str = nbformat.writes(notebook)
    return (text.rstrip("\n") + "\n").encode()
