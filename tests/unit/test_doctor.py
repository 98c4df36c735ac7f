"""What the doctor looks at, what it says, and the command that mends what is missing."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from giakit import fonts, language
from giakit.doctor import Examined, describe, examine
from giakit.fonts import chains
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with language.speaking("en"):
        yield


def found(name: str) -> Examined:
    return next(each for each in examine() if each.name == name)


def test_nothing_that_is_needed_is_missing_here() -> None:
    examined = examine()
    assert [each.name for each in examined if each.needed] == []
    assert {"giakit", "Python", "typst", "giakit_pdf", "giakit_html", "python3", "小标宋", "仿宋"} <= {
        each.name for each in examined
    }
    assert found("typst").found == metadata.version("typst")


def test_a_missing_library_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: ["no-such-library>=2", "typst>=99", 'pywin32; extra == "x"'])
    missing, old = found("no-such-library"), found("typst")
    assert missing.needed
    assert str(missing.found) == "is not installed"
    assert missing.remedy == 'pip install "no-such-library>=2"'
    assert old.needed
    assert "but giakit needs >=99" in str(old.found)
    assert "pywin32" not in {each.name for each in examine()}


def test_what_only_jupyterlab_needs_is_named_but_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: ["typst", 'no-such-lab>=2; extra == "lab"'])
    missing = found("no-such-lab")
    assert not missing.needed
    assert str(missing.found) == "is not installed"
    assert missing.remedy == 'pip install "giakit[lab]"'
    assert [each.name for each in examine()].count("typst") == 1


def test_missing_faces_are_named_with_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    fonts.font_path.cache_clear()
    chains.load_chains.cache_clear()
    missing = [each for each in examine() if each.needed and each.name.startswith("Noto")]
    fonts.font_path.cache_clear()
    chains.load_chains.cache_clear()
    assert [each.name for each in missing] == ["Noto Serif SC", "Noto Sans SC"]
    assert all("pip install pylopdf-fonts-zh-cn" in str(each.remedy) for each in missing)


def test_a_missing_kernel_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    def refuse(_: object, name: str) -> None:
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", refuse)
    assert found("python3").remedy == "python -m ipykernel install --user"


def test_things_stand_below_their_topic_and_what_is_needed_is_marked() -> None:
    one, two = Text("Libraries"), Text("Engines")
    examined = [
        Examined(one, "甲", "1.0"),
        Examined(one, "longer", Text("is not installed"), "pip install longer", needed=True),
        Examined(two, "乙", "2.0"),
    ]
    assert list(describe(examined)) == [
        "Libraries",
        "  甲      1.0",
        "✗ longer  is not installed",
        "    → pip install longer",
        "Engines",
        "  乙  2.0",
    ]
