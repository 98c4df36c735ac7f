"""A batch where nothing can be forked, as on Windows and macOS: spawned workers, and a kernel for each notebook."""

from __future__ import annotations

import nbformat
import pytest

from giakit.batch.plan import Request
from giakit.batch.run import BatchOptions, run_batch
from giakit.engine import forks
from giakit.errors import GiakitError
from giakit.parameters import read_parameter_file
from giakit.project import MASTER, init_project

TOWN = "柳渡镇"

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "云泽县 {年报}"
    init_project(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIAKIT_LANG", "en")
    monkeypatch.setattr(forks, "available", lambda: False)
    return folder


def render(project, out, engine="nbclient"):
    file = read_parameter_file(project / "params/county-2021.yaml")
    request = Request(file=file, where="county-2021.yaml", kinds=("html", "pdf"), towns=(TOWN,))
    return run_batch(request, BatchOptions(out=str(project / out), workers=1, engine=engine))


def test_it_publishes_the_same_bytes(project, monkeypatch):
    assert [each.outcome for each in render(project, "甲").records] == ["done"]
    monkeypatch.setattr(forks, "available", lambda: True)
    assert [each.outcome for each in render(project, "乙", "giakit").records] == ["done"]
    files = [path.relative_to(project / "甲") for path in (project / "甲/2021" / TOWN / "public").rglob("*.*")]
    assert len(files) > 5
    for name in files:
        assert (project / "甲" / name).read_bytes() == (project / "乙" / name).read_bytes(), name


def test_a_worker_that_is_killed_ends_the_batch_with_a_sentence(project):
    master = nbformat.read(project / MASTER, as_version=4)
    master.cells[-1].source = "import os, signal; os.kill(int(os.environ['JPY_PARENT_PID']), signal.SIGKILL)"
    nbformat.write(master, project / MASTER)
    with pytest.raises(GiakitError, match="a worker process was killed.* with fewer workers"):
        render(project, "甲")
    assert not (project / "甲/2021" / TOWN).exists()
