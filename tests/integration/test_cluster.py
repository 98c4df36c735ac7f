"""A batch on a real Dask cluster of this machine: a scheduler and two workers, started outside the project."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import yaml
from distributed import Client

from giakit.batch.cluster import open_cluster
from giakit.batch.plan import Request
from giakit.batch.run import BatchOptions, run_batch
from giakit.errors import ClusterLost, PrerequisiteError
from giakit.outputs import open_outputs
from giakit.parameters import read_parameter_file
from giakit.project import init_project

pytestmark = pytest.mark.proof

NOT_THE_SAME = {"timings.json", ".lock"}  # times, and a file that only one of two machines may have


class Cluster:
    """A scheduler and its workers, each a process of its own; none is left behind."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.address = ""
        self.scheduler = self._start_scheduler()

    def _start_scheduler(self):
        told = self.folder / "scheduler.json"
        told.unlink(missing_ok=True)
        process = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        while not told.exists() or not told.read_text(encoding="utf-8"):
            assert process.poll() is None, self.log("scheduler")
            time.sleep(0.05)
        self.address = yaml.safe_load(told.read_text(encoding="utf-8"))["address"]
        return process

    def start_worker(self, prelude="", **environment):
        options = ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--local-directory", str(self.folder)]
        return self._start("worker", self.address, *options, prelude=prelude, **environment)

    def start_workers(self, count):
        """Start workers and wait until they have joined; otherwise a test might end before."""
        workers = [self.start_worker() for _ in range(count)]
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)
        return workers

    def _start(self, kind, *arguments, prelude="", **environment):
        script = f"{prelude}\nfrom distributed.cli.dask_{kind} import main\nmain()"
        log = (self.folder / f"{kind}.log").open("ab")
        command = [sys.executable, "-c", script, *arguments, "--no-dashboard"]
        environment = {**os.environ, "GIAKIT_LANG": "en", **environment}
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=environment)
        log.close()
        self.processes.append(process)
        return process

    def log(self, kind):
        return (self.folder / f"{kind}.log").read_text(encoding="utf-8")

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("别处"))
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("年报 {项目}")
    init_project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIAKIT_LANG", "en")
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def local(project):
    """Render the county on this machine alone."""
    render(project, "本机")
    return read_files(project / "本机")


def render(project, out, scheduler=None, watchers=()):
    file = read_parameter_file(project / "params" / "county-2020.yaml")
    request = Request(file=file, where="county-2020.yaml", kinds=("html", "pdf"))
    return run_batch(request, BatchOptions(out=out, workers=2, scheduler=scheduler), watchers)


def read_files(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in NOT_THE_SAME]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class AfterTheFirst:
    """A watcher that does something once, when the first report has ended."""

    def __init__(self, act):
        self.act = act
        self.done = False

    def planned(self, plan):
        assert len(plan.stale) > 5

    def finished(self, planned, finished):  # noqa: ARG002 - a watcher hears both
        if not self.done:
            self.done = True
            self.act()


def test_a_cluster_makes_the_same_bytes(cluster, project, local):
    cluster.start_workers(2)
    result = render(project, "集群", cluster.address)
    assert not result.failed
    assert read_files(project / "集群") == local


def test_the_command_takes_the_scheduler_s_address(cluster, project, local):
    cluster.start_workers(1)
    options = ["params/county-2020.yaml", "--scheduler", cluster.address, "--out", "命令"]
    answer = subprocess.run([sys.executable, "-m", "giakit", "batch", *options], cwd=project, check=True)
    assert answer.returncode == 0
    assert read_files(project / "命令") == local


def test_a_worker_killed_in_the_middle_costs_nothing_but_time(cluster, project, local):
    first, _ = cluster.start_workers(2)
    result = render(project, "工人", cluster.address, [AfterTheFirst(first.kill)])
    assert first.wait() == -signal.SIGKILL
    assert not result.failed
    assert read_files(project / "工人") == local


def test_a_lost_scheduler_is_one_sentence_and_the_batch_goes_on_later(cluster, project, local):
    cluster.start_workers(2)
    with pytest.raises(ClusterLost) as caught:
        render(project, "调度", cluster.address, [AfterTheFirst(cluster.scheduler.kill)])
    assert str(caught.value) == (
        f"the scheduler {cluster.address} no longer answers; what is done stays. Start it, and then the batch again."
    )
    outputs = open_outputs(project / "调度")
    done = outputs.records(2020)
    assert done
    assert all(outputs.is_whole(record) for record in done.values())
    cluster.close()
    rest = render(project, "调度")
    assert {each.record.organ for each in rest.finished}.isdisjoint(done)
    files = read_files(project / "调度")
    assert {name: files[name] for name in files if name.count("/") > 1} == {
        name: local[name] for name in local if name.count("/") > 1
    }


def test_outputs_may_lie_in_s3(cluster, project, local, monkeypatch):
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "office",
        "AWS_SECRET_ACCESS_KEY": "geheim",
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    store = s3fs.S3FileSystem()
    store.mkdir("reports")
    workbook = (project / "params" / "county-2020.xlsx").read_bytes()
    store.pipe_file("reports/inputs/county-2020.xlsx", workbook)
    parameters = project / "params" / "s3.yaml"
    text = (project / "params" / "county-2020.yaml").read_text(encoding="utf-8")
    text = text.replace("workbook: params/county-2020.xlsx", "workbook: s3://reports/inputs/county-2020.xlsx")
    parameters.write_text(text, encoding="utf-8")
    cluster.start_workers(2)
    request = Request(file=read_parameter_file(parameters), where="s3.yaml", kinds=("html", "pdf"))
    options = BatchOptions(out="s3://reports/年报", workers=2, scheduler=cluster.address)
    assert not run_batch(request, options).failed
    assert run_batch(request, options).finished == ()
    outputs = open_outputs("s3://reports/年报")
    for organ, record in outputs.records(2020).items():
        for file in record.outputs:
            if file.path.startswith("public/"):
                assert outputs.read(record, file.path) == local[f"2020/{organ}/{file.path}"], file.path
    assert not [name for name in store.find("reports/年报") if b"geheim" in store.cat_file(name)]
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


# ---- what is refused -------------------------------------------------------------------------------------------------


def opened(cluster):
    with open_cluster(cluster.address) as crew:
        return crew.width


def test_a_worker_with_other_settings_is_refused_by_name(cluster, project):
    assert project
    cluster.start_workers(1)
    assert opened(cluster) == 1
    cluster.start_worker(SOURCE_DATE_EPOCH="1")
    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    with pytest.raises(
        PrerequisiteError, match="the worker tcp://127.+ would make other bytes: SOURCE_DATE_EPOCH 1 ≠ -"
    ):
        opened(cluster)


def test_a_worker_that_joins_later_with_other_settings_renders_nothing(cluster, project):
    assert project
    (first,) = cluster.start_workers(1)
    with open_cluster(cluster.address) as crew:
        assert crew.executor.submit(os.getpid).result() == first.pid
        cluster.start_worker(SOURCE_DATE_EPOCH="1")
        crew.executor._client.wait_for_workers(2, timeout=60)
        first.kill()
        with pytest.raises(PrerequisiteError, match="SOURCE_DATE_EPOCH 1 ≠ -"):
            crew.executor.submit(os.getpid).result()


def test_a_worker_without_giakit_is_refused(cluster, project):
    assert project
    cluster.start_worker(prelude="import sys; sys.modules['giakit'] = None")
    with pytest.raises(PrerequisiteError, match="the worker tcp://127.+ cannot use giakit"):
        opened(cluster)


def test_no_scheduler_or_no_worker_is_one_sentence(cluster, project, monkeypatch):
    assert project
    monkeypatch.setattr("giakit.batch.cluster._PATIENCE", 2)
    with pytest.raises(ClusterLost, match="no worker has joined the scheduler; start some with: dask worker tcp://"):
        opened(cluster)
    cluster.close()
    with pytest.raises(ClusterLost, match="no Dask scheduler answers there"):
        opened(cluster)


def test_an_exception_of_the_work_is_given_on(cluster, project):
    assert project
    cluster.start_workers(1)
    with open_cluster(cluster.address) as crew:
        with pytest.raises(ZeroDivisionError):
            crew.executor.submit(divmod, 1, 0).result()
        assert list(crew.executor.map(abs, [-1, 2])) == [1, 2]
        running = crew.executor.submit(time.sleep, 1)
        assert running.cancel()
        assert crew.executor.submit(shutil.which, "sh").result()
