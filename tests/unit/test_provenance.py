"""What a report's bytes depend on besides its own inputs: whatever of it changes is told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from giakit import fonts, provenance
from giakit.fonts import load_chains
from giakit.fonts.bundled import font_path

YEAR = 2021


@pytest.fixture(autouse=True)
def _asked_anew():
    cached = (provenance._form, provenance._versions, provenance.package_digest, provenance._digest_of_file)
    for each in cached:
        each.cache_clear()
    yield
    for each in cached:
        each.cache_clear()


def test_every_library_is_told_with_the_version_that_is_installed():
    told = provenance.read_environment(YEAR)
    assert {name: metadata.version(name) for name in provenance._LIBRARIES}.items() <= told.items()
    needed = {Requirement(each).name for each in metadata.requires("giakit") or ()}
    assert {*provenance._LIBRARIES} - {"nbclient"} <= needed, "nbclient comes with papermill"


def test_a_changed_file_of_the_package_is_another_giakit(tmp_path, monkeypatch):
    package = tmp_path / "giakit"
    shutil.copytree(provenance._PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "_PACKAGE", package)
    before = provenance.package_digest()
    provenance.package_digest.cache_clear()
    assert provenance.package_digest() == before
    with (package / "content/templates/pieces.html.j2").open("a", encoding="utf-8") as file:
        file.write(" ")
    provenance.package_digest.cache_clear()
    assert provenance.package_digest() != before


def test_a_changed_form_is_another_form(tmp_path, monkeypatch):
    before = provenance.read_environment(YEAR)["form"]
    shutil.copytree(provenance.revisions.FOLDER, tmp_path / "表式")
    monkeypatch.setattr(provenance.revisions, "FOLDER", tmp_path / "表式")
    with (tmp_path / "表式/2021.toml").open("a", encoding="utf-8") as file:
        file.write("\n# 一处修订\n")
    provenance._form.cache_clear()
    after = provenance.read_environment(YEAR)["form"]
    assert (before.split()[0], after.split()[0]) == ("2021", "2021")
    assert before != after


def test_a_newer_official_face_is_told_though_its_family_is_the_same(tmp_path, monkeypatch):
    path = tmp_path / "仿宋.otf"
    shutil.copy(font_path("serif"), path)
    chains = load_chains()
    first = replace(chains["body"].faces[0], family="仿宋", path=path, bundled=None)
    chains = {**chains, "body": replace(chains["body"], faces=(first, *chains["body"].faces))}
    monkeypatch.setattr(fonts, "load_chains", lambda _: chains)
    before = provenance.read_environment(YEAR, "official")
    assert before["typeface body"].startswith("仿宋 ")
    assert "typeface body" not in provenance.read_environment(YEAR)
    with path.open("ab") as file:
        file.write(b"\0")
    provenance._digest_of_file.cache_clear()
    after = provenance.read_environment(YEAR, "official")
    assert {name for name in before if before[name] != after[name]} == {"typeface body"}
