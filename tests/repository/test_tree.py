"""What the checkout holds: where things lie, how big they are, and what must not be in them."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {".ci", "giakit", "notebooks", "outputs", "params", "tests"}
HOMELESS = {"common.py", "helpers.py", "misc.py", "utils.py"}
MOST_LINES = 500
MOST_BYTES = 1_000_000

# Each pattern has a bracket in it so that this file does not match itself.
PRIVATE = re.compile(
    r"py[p]i\.org|pythonhos[t]ed\.org|npm[j]s\.(?:org|com)|npm[m]irror\.com|deb\.debi[a]n\.org"
    r"|/h[o]me/\w+|/r[o]ot/|/U[s]ers/\w+|[A-Z]:\\U[s]ers\\|/w[o]rk/main|/t[m]p/\w+"
)


def tracked() -> list[PurePosixPath]:
    """Return the files that git knows or would add, so a new file is judged before it is committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(PurePosixPath(name) for name in set(listing.split("\0")) if name and (ROOT / name).exists())


FILES = tracked()


def text_of(path: PurePosixPath) -> str | None:
    """Return a file's text, or nothing where it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_the_top_level_holds_no_other_folders() -> None:
    assert {path.parts[0] for path in FILES if len(path.parts) > 1} <= FOLDERS


def test_every_function_has_a_home() -> None:
    assert [str(path) for path in FILES if path.name in HOMELESS] == []


def test_modules_are_short() -> None:
    modules = [path for path in FILES if path.suffix == ".py"]
    assert {
        str(path): lines for path in modules if (lines := len((text_of(path) or "").splitlines())) > MOST_LINES
    } == {}


def test_files_are_small() -> None:
    assert [str(path) for path in FILES if (ROOT / path).stat().st_size > MOST_BYTES] == []


def test_outputs_are_disposable() -> None:
    assert [str(path) for path in FILES if path.parts[0] == "outputs" and path.name != "README.md"] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_lock_files_hold_hashes_and_no_addresses(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.\[\]-]+==.*(?:\n    --hash=.*)*", lock, re.MULTILINE)
    assert "://" not in lock
    assert "--find-links" not in lock
    assert len(pins) > 50
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


def test_lock_files_pin_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    asked = {
        "requirements.lock": [*project["project"]["dependencies"], *groups["build"]],
        "requirements-test.lock": [*project["project"]["dependencies"], *groups["build"], *groups["dev"]],
    }
    for name, lines in asked.items():
        pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        wanted = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in lines if isinstance(line, str)}
        assert wanted <= pinned, f"{name} lacks {wanted - pinned}; run `make lock`"


def test_files_name_no_registry_and_no_machine() -> None:
    found = {str(path): PRIVATE.findall(text_of(path) or "") for path in FILES}
    assert {path: matches for path, matches in found.items() if matches} == {}
