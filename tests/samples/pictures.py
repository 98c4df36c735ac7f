"""Puts the README's pictures into the cells that show them, so that a notebook carries what it shows.

``make screenshots`` runs it after the pictures are taken.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from giakit.project import NOTEBOOKS

ROOT = Path(__file__).resolve().parents[2]


def attach(notebook: dict[str, Any], folder: Path) -> None:
    """Replace every attached picture of a notebook by the file of its name."""
    for cell in notebook["cells"]:
        for name in cell.get("attachments", ()):
            cell["attachments"][name] = {"image/png": base64.b64encode((folder / name).read_bytes()).decode()}


def main() -> None:
    """Bring the pictures in all notebooks up to date."""
    for path in (ROOT / each for each in NOTEBOOKS):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        attach(notebook, ROOT)
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
