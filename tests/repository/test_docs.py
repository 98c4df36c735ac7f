"""The README's words and the program's are the same."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from giakit.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


def commands(command: click.Command, path: tuple[str, ...] = ("giakit",)) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group with the words that call it."""
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from commands(each, (*path, name))
    else:
        yield " ".join(path), command


def options(command: click.Command) -> set[str]:
    """Return the long spellings of a command's own options."""
    declared = (param for param in command.params if isinstance(param, click.Option) and not param.hidden)
    return {name for param in declared for name in (*param.opts, *param.secondary_opts) if name.startswith("--")}


def names(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


COMMANDS = [(words, command) for words, command in commands(main) if not command.hidden]


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_every_command_is_described(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [words for words, _ in COMMANDS if not names(text, words)] == []


def test_every_option_is_described() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    every = options(main).union(*(options(command) for _, command in COMMANDS))
    assert sorted(name for name in every if not names(text, name)) == []


def test_every_dependency_is_accounted_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in project["dependencies"]]
    rows = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert [name for name in required if not names("\n".join(rows), name)] == []


def test_the_clerks_page_quotes_what_giakit_says() -> None:
    page = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8").partition("## 常见提示")[2].partition("\n## ")[0]
    quoted = [line.split("|")[1].strip().split("……") for line in page.splitlines() if line.startswith("|")][2:]
    catalogue = (ROOT / "giakit/locale/zh_CN/LC_MESSAGES/messages.po").read_text(encoding="utf-8").replace('"\n"', "")
    said = re.findall(r'^msgstr "(.*)"$', catalogue, re.MULTILINE)
    assert len(quoted) > 5
    assert [parts for parts in quoted if not any(all(part in each for part in parts) for each in said)] == []


def test_the_source_distribution_holds_the_pages_and_their_pictures(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = tmp_path.iterdir()
    with tarfile.open(built) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    pages = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("README*.md")}
    linked = {name for text in pages.values() for name in re.findall(r"\]\(([^):]+)\)", text)}
    assert len(linked) > len(pages)
    assert {*pages, *linked} <= held
