from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from giakit.engine import forks
from giakit.engine.child import take_surroundings
from giakit.engine.frames import FrameReader, frame
from giakit.engine.workers import ForkedWorkers, WorkerLost
from giakit.errors import GiakitError

pytestmark = pytest.mark.skipif(not forks.available(), reason="only Linux can fork a warm process")

TASKS = """
import os, time

def echo(connection):
    connection.send(connection.recv() + '！')

def leave(connection, code):
    os._exit(code)

def sleep(connection):
    connection.send('睡')
    time.sleep(600)

def grandchild(connection):
    import giakit.engine.forks as forks
    with forks.fork(echo) as child:
        child.connection.send('孙')
        connection.send((os.getppid(), child.connection.recv()))

def add(a, b=0):
    return a + b

def hold(seconds):
    time.sleep(seconds)
    return os.getpid()

class Unreadable(Exception):
    def __init__(self, *, reason):
        super().__init__(reason)

def fail(reason):
    raise Unreadable(reason=reason)
"""


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """Return a module that children can import, too."""
    folder = tmp_path_factory.mktemp("任务")
    (folder / "fork_tasks.py").write_text(TASKS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        patch.syspath_prepend(str(folder))
        yield importlib.import_module("fork_tasks")
        forks.stop()


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition, seconds=20):
    """Wait for what other processes do; the time is only for a test that fails."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


# ---- forks ----------------------------------------------------------------------------------------------------------


def test_a_fork_runs_a_function_with_its_connection(tasks):
    with forks.fork(tasks.echo) as child:
        child.connection.send("你好")
        assert child.connection.recv() == "你好！"
        assert child.wait()
        assert child.exit_code == 0
    assert not is_running(child.pid)


@pytest.mark.parametrize("code", [0, 3])
def test_the_caller_learns_how_a_child_ended(tasks, code):
    with forks.fork(tasks.leave, code) as child:
        with pytest.raises((EOFError, ConnectionError)):
            child.connection.recv()
        assert child.wait()
        assert child.exit_code == code


def test_closing_a_fork_ends_it(tasks):
    child = forks.fork(tasks.sleep)
    assert not child.wait(0)
    child.close()
    assert child.exit_code == -signal.SIGKILL
    assert not is_running(child.pid)


def test_a_fork_can_be_interrupted(tasks):
    with forks.fork(tasks.sleep) as child:
        assert child.connection.recv() == "睡"
        child.interrupt()
        assert child.wait(20)
        assert child.exit_code == 1


def test_a_child_uses_the_zygote_it_was_forked_from(tasks):
    with forks.fork(tasks.grandchild) as child:
        zygote, answer = child.connection.recv()
    assert answer == "孙！"
    assert zygote == forks._state.zygote.process.pid


def test_a_zygote_that_nobody_asked_is_not_waited_for():
    forks.stop()
    forks.start()
    process = forks._state.zygote.process
    forks.stop()
    assert process.returncode == -signal.SIGKILL


def test_a_zygote_that_was_killed_is_replaced(tasks):
    forks.fork(tasks.echo).close()
    before = forks._state.zygote.process
    before.kill()
    before.wait()
    with forks.fork(tasks.echo) as child:
        child.connection.send("又")
        assert child.connection.recv() == "又！"
    assert forks._state.zygote.process.pid != before.pid


def test_another_environment_at_start_needs_another_zygote_which_ends_none_of_the_first(tasks, monkeypatch):
    first = forks.fork(tasks.echo)
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    with forks.fork(tasks.grandchild) as child:
        assert child.connection.recv()[0] != first._zygote.process.pid
    first.connection.send("还在")
    assert first.connection.recv() == "还在！"
    process = first._zygote.process
    first.close()
    del first
    assert wait_until(lambda: process.poll() is not None)


def test_a_process_that_the_caller_forks_starts_its_own_zygote(tasks):
    forks.fork(tasks.echo).close()
    theirs = forks._state.zygote.process.pid
    pid = os.fork()
    if pid == 0:
        try:
            with forks.fork(tasks.grandchild) as child:
                os._exit(0 if child.connection.recv()[0] != theirs else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with forks.fork(tasks.grandchild) as child:
        assert child.connection.recv()[0] == theirs


def test_what_cannot_be_pickled_is_refused_and_leaves_no_child(tasks):
    before = len([*Path("/proc/self/fd").iterdir()])
    with pytest.raises((AttributeError, TypeError)):
        forks.fork(lambda: None)
    forks.fork(tasks.echo).close()
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_a_platform_without_fork_says_so(monkeypatch, tasks):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(GiakitError, match="nbclient"):
        forks.fork(tasks.echo)


def test_a_child_takes_the_surroundings_it_is_given():
    script = (
        "import os, time, tempfile; tempfile.gettempdir();"
        "from giakit.engine.child import take_surroundings;"
        "take_surroundings({'TZ': 'Asia/Shanghai', 'TMPDIR': '/var'}, '/usr');"
        "print(dict(os.environ), os.getcwd(), time.tzname, tempfile.gettempdir())"
    )
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert found == "{'TZ': 'Asia/Shanghai', 'TMPDIR': '/var'} /usr ('CST', 'CST') /var\n"
    assert take_surroundings.__doc__


# ---- workers --------------------------------------------------------------------------------------------------------


def test_workers_do_tasks_in_processes_of_their_own(tasks):
    with ForkedWorkers(2) as workers:
        assert list(workers.map(tasks.add, range(20))) == list(range(20))
        assert workers.submit(tasks.add, "甲", b="乙").result() == "甲乙"
        pids = {each.result() for each in [workers.submit(tasks.hold, 0.1) for _ in range(6)]}
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert not any(map(is_running, pids))


def test_an_error_comes_back_as_it_is_with_where_it_was_raised(tasks):
    with ForkedWorkers(1) as workers:
        with pytest.raises(TypeError) as caught:
            workers.submit(tasks.add, 1, "2").result()
        assert "fork_tasks.py" in "".join(caught.value.__notes__)
        with pytest.raises(RuntimeError, match="Unreadable: 不能读回"):
            workers.submit(tasks.fail, "不能读回").result()
        with pytest.raises((AttributeError, TypeError)):
            workers.submit(lambda: None).result()
        assert workers.submit(tasks.add, 1).result() == 1


def test_a_worker_that_is_lost_fails_its_own_task_and_is_replaced(tasks):
    with ForkedWorkers(2) as workers:
        other = workers.submit(tasks.hold, 1)
        lost = workers.submit(os._exit, 5)
        with pytest.raises(WorkerLost) as caught:
            lost.result()
        assert caught.value.exit_code == 5
        assert [workers.submit(tasks.add, n).result() for n in range(4)] == [0, 1, 2, 3]
        other.result()
        idle = workers.submit(os.getpid).result()
        os.kill(idle, signal.SIGKILL)
        assert wait_until(lambda: not is_running(idle))
        time.sleep(0.2)  # in which its end is told
        assert [each.result() for each in [workers.submit(tasks.add, n) for n in range(4)]] == [0, 1, 2, 3]


def test_terminated_workers_are_gone_at_once(tasks):
    workers = ForkedWorkers(1)
    running, waiting = (workers.submit(tasks.hold, 600) for _ in range(2))
    assert wait_until(lambda: workers._running)
    (pid,) = (worker.pid for worker in workers._running)
    workers.terminate()
    workers.shutdown()
    assert isinstance(running.exception(), WorkerLost | CancelledError)
    assert waiting.cancelled()
    assert not is_running(pid)


def test_leaving_by_ctrl_c_waits_for_no_task(tasks):
    with pytest.raises(KeyboardInterrupt), ForkedWorkers(1) as workers:  # noqa: PT012 - the whole of it
        running = workers.submit(tasks.hold, 600)
        assert wait_until(lambda: workers._running)
        raise KeyboardInterrupt
    assert isinstance(running.exception(), WorkerLost | CancelledError)


def test_shutdown_can_cancel_what_waits_and_need_not_wait(tasks):
    workers = ForkedWorkers(1)
    running = workers.submit(tasks.hold, 0.5)
    assert wait_until(running.running)
    waiting = workers.submit(tasks.hold, 600)
    workers.shutdown(wait=False, cancel_futures=True)
    assert waiting.cancelled()
    assert not is_running(running.result()) or wait_until(lambda: not workers._running)


# ---- frames ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 100, 10**6])
def test_frames_are_put_together_from_pieces_of_any_size(size):
    sent = [("iopub", [b"", "甲".encode() * 1000]), ("shell", None), ("iopub", ["x"])]
    stream = b"".join(frame(*each) for each in sent)
    reader = FrameReader()
    pieces = [stream[n : n + size] for n in range(0, len(stream), size)]
    assert [each for piece in pieces for each in reader.feed(piece)] == sent
