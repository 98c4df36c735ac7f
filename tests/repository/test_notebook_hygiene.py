"""Notebooks show and the package computes: no logic, no outputs, nothing of the machine that saved them."""

from __future__ import annotations

import ast
import base64
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    """Return every notebook of the repository; working copies made in a checkout are none of them."""
    command = ["git", "ls-files", "-z", "*.ipynb"]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(ROOT / name for name in found.split("\0") if name)


NOTEBOOKS = tracked()
MOST_LINES = {"python": 15, "narrative": 30}
LOGIC = (
    ast.AsyncFor,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.DictComp,
    ast.For,
    ast.FunctionDef,
    ast.GeneratorExp,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.While,
)
READABLE_ID = re.compile(r"[a-z]+(-[a-z0-9]+)*")
MADE_UP_ID = re.compile(r"[0-9a-f]{8}(-.*)?")

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def python_of(path: Path) -> ast.Module:
    """Return the notebook's Python as one tree, without narrative cells and without its line magics."""
    cells = [cell.source for cell in code_cells(path) if not cell.source.startswith("%%")]
    lines = [line for source in cells for line in source.splitlines() if not line.startswith("%")]
    return ast.parse("\n".join(lines))


def test_the_notebooks_are_there() -> None:
    assert {"notebooks/annual_report.ipynb", "notebooks/explore.ipynb"} <= {
        path.relative_to(ROOT).as_posix() for path in NOTEBOOKS
    }


@each_notebook
def test_notebook_is_valid(path: Path) -> None:
    nbformat.validate(read(path))


@each_notebook
def test_nothing_was_run(path: Path) -> None:
    assert [cell.id for cell in code_cells(path) if cell.outputs or cell.execution_count is not None] == []


@each_notebook
def test_one_cell_holds_the_parameters(path: Path) -> None:
    assert [cell.cell_type for cell in read(path).cells if "parameters" in cell.metadata.get("tags", [])] == ["code"]


@each_notebook
def test_only_the_package_is_imported(path: Path) -> None:
    nodes = list(ast.walk(python_of(path)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert plain | named <= {"giakit"}


@each_notebook
def test_the_only_line_magic_loads_the_package(path: Path) -> None:
    lines = [line for cell in code_cells(path) for line in cell.source.splitlines()]
    assert {line for line in lines if re.match(r"%(?!%)|!", line)} <= {"%load_ext giakit"}


@each_notebook
def test_cells_hold_no_logic(path: Path) -> None:
    assert [ast.unparse(node) for node in ast.walk(python_of(path)) if isinstance(node, LOGIC)] == []


@each_notebook
def test_code_cells_are_short(path: Path) -> None:
    most = {cell.id: MOST_LINES["narrative" if cell.source.startswith("%%") else "python"] for cell in code_cells(path)}
    lengths = {cell.id: len(cell.source.splitlines()) for cell in code_cells(path)}
    assert {name: length for name, length in lengths.items() if length > most[name]} == {}


@each_notebook
def test_cell_ids_are_names(path: Path) -> None:
    ids = [cell.id for cell in read(path).cells]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if not READABLE_ID.fullmatch(name) or MADE_UP_ID.fullmatch(name)] == []


@each_notebook
def test_metadata_is_of_the_notebook_alone(path: Path) -> None:
    notebook = read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert set(notebook.metadata.get("language_info", {})) <= {"name"}
    assert set().union(*(cell.metadata for cell in notebook.cells)) <= {"tags"}


@each_notebook
def test_a_cell_carries_the_pictures_it_shows_and_they_are_the_readme_s(path: Path) -> None:
    cells = read(path).cells
    carried = {cell.id: cell.get("attachments", {}) for cell in cells}
    assert {cell.id: set(re.findall(r"\]\(attachment:([^)]+)\)", cell.source)) for cell in cells} == {
        name: set(pictures) for name, pictures in carried.items()
    }
    pictures = {name: each["image/png"] for pictures in carried.values() for name, each in pictures.items()}
    assert {name: base64.b64decode(content) for name, content in pictures.items()} == {
        name: (ROOT / name).read_bytes() for name in pictures
    }


def test_the_tutorial_shows_the_panel_and_a_narrative_cell() -> None:
    text = (ROOT / "notebooks/tutorial.ipynb").read_text(encoding="utf-8")
    assert {"README-panel.png", "README-narrative.png"} == set(re.findall(r"\(attachment:([\w.-]+)\)", text))
