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
from giakit.likeness.words import NAME as WORDS
from giakit.outputs.record import RESERVED

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


def options(command: click.Command) -> dict[str, click.Option]:
    """Return a command's own options by their long spellings."""
    declared = (param for param in command.params if isinstance(param, click.Option) and not param.hidden)
    spelt = ((name, param) for param in declared for name in (*param.opts, *param.secondary_opts))
    return {name: param for name, param in spelt if name.startswith("--")}


def names(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def row(words: str) -> str:
    """Return the row of the README's table that describes a command."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    [found] = [line for line in lines if re.match(rf"\| `{re.escape(words)}[ `]", line)]
    return found


def section(heading: str) -> str:
    """Return what the README says below a heading."""
    _, found, below = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    assert found
    return below.partition("\n## ")[0]


COMMANDS = [(words, command) for words, command in commands(main) if not command.hidden]


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_every_command_is_described(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [words for words, _ in COMMANDS if not names(text, words)] == []


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[words for words, _ in COMMANDS])
def test_every_option_is_described_in_its_command_s_row(words: str, command: click.Command) -> None:
    said = row(words)
    declared = options(command)
    required = {name for name, option in declared.items() if option.required}
    usual = {name: option.default for name, option in declared.items() if option.show_default}
    assert [name for name in declared if f"`{name}`" not in said] == []
    assert [name for name in required if not re.search(rf"`{name}`[^;|]*\brequired\b", said)] == []
    assert [name for name, value in usual.items() if not re.search(rf"`{name}` \(`?{value}`?\)", said)] == []


def test_the_options_of_every_command_are_described() -> None:
    text = section("Commands")
    assert [name for name in options(main) if not names(text, name)] == []


def test_the_tree_names_every_part_of_the_package() -> None:
    tree = section("What stands where").split("```")[1]
    entries = [path for path in (ROOT / "giakit").iterdir() if path.name != "__pycache__"]
    spelt = [f"{path.name}/" if path.is_dir() else path.name for path in entries]
    assert [name for name in spelt if not re.search(rf"(?<![\w-]){re.escape(name)}", tree)] == []


def test_the_tree_names_all_that_lies_among_the_outputs() -> None:
    tree = section("What stands where").split("```")[1]
    assert [name for name in (*RESERVED, WORDS) if not names(tree, Path(name).name)] == []


def test_the_readme_lists_every_word_of_make() -> None:
    words = re.findall(r"^([a-z]+):.*  ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(words) > 5
    assert [word for word in words if f"`{word}`" not in section("For developers")] == []


def test_every_dependency_is_accounted_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {"": project["dependencies"], **project["optional-dependencies"]}
    rows = [line for line in section("Why each dependency").splitlines() if line.startswith("|")]
    for extra, lines in required.items():
        asked = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in lines]
        meant = "\n".join(line for line in rows if (f"(extra `{extra}`)" if extra else "|") in line)
        assert [name for name in asked if not names(meant, name)] == []


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
