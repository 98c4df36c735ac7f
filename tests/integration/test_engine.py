"""The engine as papermill runs it: limits, interrupts, deaths, what one notebook leaves for the next."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import papermill
import pytest
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from giakit.errors import GiakitError, NotebookFailed, NotebookTimedOut
from giakit.notebook import Limits, normal_form, run_notebook

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
MB = 2**20


def notebook(*cells):
    return new_notebook(cells=[new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(cells)], metadata=KERNEL)


def text(executed, number=-1):
    """Return what a cell printed and showed."""
    return "".join(
        each.get("text") or each.get("data", {}).get("text/plain", "") for each in executed.cells[number].outputs
    )


def execute(source, **options):
    """Run by papermill as anybody would."""
    return papermill.execute_notebook(source, None, engine_name="giakit", progress_bar=False, **options)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds=20):
    """Wait for what other processes do; the time is only for a test that fails."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    folder = tmp_path / "县 {一}"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIAKIT_LANG", "en")
    return folder


# ---- papermill's command and options --------------------------------------------------------------------------------


def test_papermill_takes_the_engine_from_its_command_line():
    nbformat.write(notebook("x = 1", "print('值', x, __name__)"), "in.ipynb")
    command = [sys.executable, "-m", "papermill", "--engine", "giakit", "in.ipynb", "出.ipynb", "-p", "x", "2"]
    subprocess.run(command, check=True, capture_output=True)
    executed = nbformat.read("出.ipynb", as_version=4)
    assert text(executed) == "值 1 __main__\n"  # no cell is tagged as that of the parameters, so they come first
    assert executed.metadata.papermill.exception is None
    assert executed.metadata.language_info.name == "python"


def test_papermill_writes_what_ran_and_where_it_stopped():
    with pytest.raises(PapermillExecutionError, match="停"):
        papermill.execute_notebook(
            notebook("print(1)", "raise ValueError('停')", "2"), "出.ipynb", engine_name="giakit", progress_bar=False
        )
    cells = nbformat.read("出.ipynb", as_version=4).cells
    assert [cell.cell_type for cell in cells] == ["markdown", "code", "markdown", "code", "code"]
    assert cells[3].outputs[0].ename == "ValueError"


def test_output_is_logged_and_written_while_it_comes(caplog):
    caplog.set_level("INFO", logger="papermill")
    with Path("标准.txt").open("w", encoding="utf-8") as out, Path("错误.txt").open("w", encoding="utf-8") as err:
        source = notebook("import sys; print('说'); print('错', file=sys.stderr)")
        execute(source, log_output=True, stdout_file=out, stderr_file=err)
    assert Path("标准.txt").read_text(encoding="utf-8") == "说\n"
    assert Path("错误.txt").read_text(encoding="utf-8") == "错\n"
    assert "说\n" in "".join(record.getMessage() for record in caplog.records)  # a clock may cut it in pieces


def test_a_cell_that_takes_too_long_ends_the_run_as_with_the_stock_engine():
    with pytest.raises(CellTimeoutError):
        execute(notebook("import time; time.sleep(60)"), execution_timeout=1)


def test_a_cell_that_takes_too_long_can_be_interrupted_instead():
    source = notebook(
        "import time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('中断')", "print('下一个')"
    )
    executed = execute(source, execution_timeout=1, interrupt_on_timeout=True)
    assert [text(executed, n) for n in (0, 1)] == ["中断\n", "下一个\n"]


def test_an_async_cell_can_be_interrupted():
    source = notebook("import asyncio; await asyncio.sleep(60)")
    with pytest.raises(PapermillExecutionError, match="CancelledError"):
        execute(source, execution_timeout=1, interrupt_on_timeout=True)


def test_it_runs_where_an_event_loop_is_running_already():
    async def run():
        return execute(notebook("await __import__('asyncio').sleep(0); print('好')"))

    assert text(asyncio.run(run())) == "好\n"


def test_it_runs_in_a_thread():
    found = []

    def run():
        found.append(text(execute(notebook("print('线程')"))))
        ensure_event_loop().close()  # which jupyter_core made for the thread

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == ["线程\n"]


def test_a_kernel_of_another_language_is_left_to_the_stock_engine(here, monkeypatch):
    spec = here / "kernels" / "other"
    spec.mkdir(parents=True)
    launcher = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--quiet"]
    described = {"argv": launcher, "display_name": "Other", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(here))
    executed = execute(notebook("type(get_ipython().kernel).__name__"), kernel_name="other")
    assert text(executed) == "'IPythonKernel'"
    assert text(execute(notebook("type(get_ipython().kernel).__name__"))) == "'ChildKernel'"


# ---- output ---------------------------------------------------------------------------------------------------------


def test_other_programs_output_stands_where_it_was_written():
    source = notebook(
        "import os, subprocess, sys\n"
        "for n in range(20):\n"
        "    print('甲', n); os.system(f'echo 乙 {n}'); subprocess.run(['echo', '丙', str(n)])\n"
        "    os.write(1, '丁\\n'.encode())",
        "os.system('printf 最后')",
        "print('下一个')",
    )
    executed = normal_form(execute(source))
    assert text(executed, 0) == "".join(f"甲 {n}\n乙 {n}\n丙 {n}\n丁\n" for n in range(20))
    assert text(executed, 1) == "最后0"
    assert text(executed, 2) == "下一个\n"


def test_long_output_of_other_programs_is_whole():
    executed = normal_form(execute(notebook("import os; os.system('for n in $(seq 30000); do echo 第${n}行; done')")))
    assert text(executed) == "".join(f"第{n}行\n" for n in range(1, 30001)) + "0"


def test_what_forked_processes_print_is_seen():
    source = notebook(
        "import multiprocessing, os\n"
        "def work(n):\n    print('进程', n)\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n    pool.map(work, [1, 2])",
        "pid = os.fork()\nif not pid:\n    print('叉'); os._exit(0)\nos.waitpid(pid, 0); print('父')",
    )
    executed = normal_form(execute(source))
    assert text(executed, 0) == "进程 1\n进程 2\n"
    assert text(executed, 1) == "叉\n父\n"


def test_output_is_there_although_the_cell_never_ends(here):
    with pytest.raises(NotebookTimedOut) as caught:
        run_notebook(notebook("print('开始'); import time; time.sleep(60)"), {}, here, limits=Limits(seconds=2))
    assert text(caught.value.executed) == "开始\n"


# ---- one process a notebook -----------------------------------------------------------------------------------------

CHANGE_EVERYTHING = """
import builtins, textwrap, locale, logging, os, random, socket, sys, tempfile, threading, time, warnings
import numpy, matplotlib, matplotlib.pyplot as plt
import giakit, giakit.language
matplotlib.rcParams['figure.figsize'] = (1, 1); plt.style.use('dark_background'); plt.figure()
random.seed(1); numpy.random.seed(1)
sys.modules['没有的模块'] = sys; sys.path.insert(0, '/没有'); sys.argv.append('多')
os.environ['漏'] = '漏'; os.environ['TZ'] = 'Asia/Shanghai'; time.tzset(); os.umask(0o077)
os.makedirs('子'); os.chdir('子'); left = open('开着的文件', 'w'); os.dup(left.fileno())
textwrap.dedent = lambda *_: '漏'; builtins.漏 = 1; giakit.language.translate = lambda *_: '漏'
warnings.simplefilter('error'); logging.disable(); logging.getLogger().addHandler(logging.NullHandler())
locale.setlocale(locale.LC_ALL, 'C'); sys.setrecursionlimit(5000); socket.setdefaulttimeout(7)
tempfile.mkstemp(prefix='漏'); threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
%load_ext giakit
%precision 2
x = 1
"""

LOOK_AT_EVERYTHING = """
import builtins, giakit.language, textwrap, locale, logging, os, socket, sys, tempfile, threading, time, warnings
import matplotlib, matplotlib.pyplot as plt
print(matplotlib.rcParams == matplotlib.rcParamsOrig or [*matplotlib.rcParams['figure.figsize']], plt.get_fignums())
print('没有的模块' in sys.modules, '/没有' in sys.path, sys.argv[-1], '漏' in os.environ, time.tzname, os.umask(0o022))
print(os.getcwd(), len(os.listdir('/proc/self/fd')), textwrap.dedent(' 1'), hasattr(builtins, '漏'))
print(giakit.language.translate.__name__, warnings.filters, logging.root.manager.disable, logging.root.handlers)
print(locale.setlocale(locale.LC_ALL), sys.getrecursionlimit(), socket.getdefaulttimeout())
print([thread.name for thread in threading.enumerate()], get_ipython().magics_manager.magics['cell'].get('narrative'))
print('x' in globals(), 3.14159, sorted(name for name in sys.modules))
"""


def test_nothing_leaks_into_the_next_notebook(here):
    before = text(run_notebook(notebook(LOOK_AT_EVERYTHING), {}, here))
    run_notebook(notebook(CHANGE_EVERYTHING), {}, here)
    assert text(run_notebook(notebook(LOOK_AT_EVERYTHING), {}, here)) == before


def test_two_notebooks_draw_different_random_numbers(here):
    source = notebook("import random, uuid, numpy; random.random(), numpy.random.random(), uuid.uuid4()")
    first, second = (text(run_notebook(source, {}, here)).split(", ") for _ in range(2))
    assert not {*first} & {*second}


def test_a_notebook_sees_the_callers_surroundings_of_now(here, monkeypatch):
    source = notebook(
        "import os; os.environ.get('现在'), os.environ.get('OPENBLAS_NUM_THREADS'), os.path.basename(os.getcwd())"
    )
    assert text(run_notebook(source, {}, here)) == "(None, None, '县 {一}')"
    monkeypatch.setenv("现在", "有")
    (here / "二").mkdir()
    assert text(run_notebook(source, {}, here / "二")) == "('有', None, '二')"


def test_matplotlib_reads_its_settings_when_the_notebook_imports_it(here, monkeypatch):
    (here / "matplotlibrc").write_text("figure.figsize: 2, 3\n", encoding="utf-8")
    look = "from matplotlib.pyplot import rcParams; import matplotlib as m; rcParams['figure.figsize'], m.get_backend()"
    assert text(run_notebook(notebook(look), {}, here)).startswith("([2.0, 3.0], 'module://matplotlib_inline")
    monkeypatch.setenv("MPLBACKEND", "svg")
    assert text(run_notebook(notebook(look), {}, here)) == "([2.0, 3.0], 'svg')"
    early = notebook("import os; os.environ['MPLBACKEND'] = 'pdf'", "'matplotlib' in __import__('sys').modules", look)
    executed = run_notebook(early, {}, here)
    assert [text(executed, n) for n in (1, 2)] == ["False", "([2.0, 3.0], 'pdf')"]


def test_pyarrow_and_threads_are_free_to_notebooks(here):
    source = notebook(
        "import sys; from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "sys.modules.get('pyarrow', 'free'), Pool(3).submit(len, 'ab').result()"
    )
    assert text(run_notebook(source, {}, here)) == "('free', 2)"


def test_a_notebook_ends_as_an_interpreter_does(here):
    source = notebook(
        "import atexit, tempfile, threading, time\n"
        "file = open('没关的文件', 'w', encoding='utf-8'); file.write('写完')\n"
        "atexit.register(lambda: open('收尾', 'w').close())\n"
        "folder = tempfile.TemporaryDirectory(dir='.', prefix='临时')\n"
        "threading.Thread(target=lambda: (time.sleep(.5), open('线程', 'w').close())).start()",
    )
    run_notebook(source, {}, here)
    assert (here / "没关的文件").read_text(encoding="utf-8") == "写完"
    assert sorted(path.name for path in here.iterdir()) == ["收尾", "没关的文件", "线程"]


def test_what_a_notebook_started_ends_with_it(here):
    source = notebook("import subprocess; subprocess.Popen(['sleep', '600']).pid")
    process = int(text(run_notebook(source, {}, here)))
    assert wait_until(lambda: not is_running(process))


# ---- the batch's seam -----------------------------------------------------------------------------------------------


def test_the_prelude_is_called_in_the_notebooks_process(here):
    source = notebook("import sys; sys.getrecursionlimit()")
    before = sys.getrecursionlimit()
    assert text(run_notebook(source, {}, here, prelude=(sys.setrecursionlimit, (before + 7,)))) == str(before + 7)
    assert sys.getrecursionlimit() == before


def test_a_prelude_that_fails_fails_the_run(here):
    with pytest.raises(FileNotFoundError, match="没有的文件"):
        run_notebook(notebook("1"), {}, here, prelude=(os.stat, ("没有的文件",)))


@pytest.mark.parametrize("engine", ["giakit", "nbclient"])
def test_a_failure_names_the_cell_and_keeps_the_notebook(here, engine):
    path = here / "笔记本.ipynb"
    nbformat.write(notebook("print('先')", "\n# 说明\nraise ValueError('坏')"), path)
    with pytest.raises(NotebookFailed, match=r"^笔记本.ipynb, cell 2 \(# 说明\): ValueError: 坏$") as caught:
        run_notebook(path, {}, here, engine=engine)
    code = [cell for cell in caught.value.executed.cells if cell.cell_type == "code"]
    assert code[0].outputs[0].text == "先\n"
    assert code[1].outputs[0].ename == "ValueError"
    assert not {"papermill", "execution"} & code[1].metadata.keys()


@pytest.mark.parametrize("engine", ["giakit", "nbclient"])
def test_a_notebook_has_its_time_and_no_more(here, engine):
    source = notebook("import time", "time.sleep(.1)", "time.sleep(60)")
    with pytest.raises(NotebookTimedOut, match=r"^cell 3 \(time.sleep\(60\)\): .*longer than 3 s") as caught:
        run_notebook(source, {}, here, engine=engine, limits=Limits(seconds=3))
    assert [cell.execution_count for cell in caught.value.executed.cells][:2] == [1, 2]


def test_a_notebook_has_its_memory_and_no_more(here):
    limits = Limits(megabytes=300)
    assert text(run_notebook(notebook("len(bytearray(200 * 2**20))"), {}, here, limits=limits)) == str(200 * MB)
    for greedy in ("bytearray(400 * 2**20)", "import numpy; numpy.ones(50 * 2**20)", "x = [0]\nwhile True: x *= 2"):
        with pytest.raises(NotebookFailed, match="cell 2 .*more memory than the 300 MB"):
            run_notebook(notebook("print('先')", greedy), {}, here, limits=limits)


@pytest.mark.parametrize(
    ("cell", "how"),
    [
        ("import os; os.kill(os.getpid(), 9)", "killed (SIGKILL)"),
        ("import ctypes; ctypes.string_at(0)", "killed (SIGSEGV)"),
        ("import os; os._exit(3)", "ended its own process, with exit code 3"),
    ],
)
def test_a_process_that_dies_is_one_sentence_with_the_cell(here, cell, how):
    source = notebook("print('先')", cell, "print('后')")
    with pytest.raises(NotebookFailed) as caught:
        run_notebook(source, {}, here)
    assert str(caught.value).startswith(f"cell 2 ({cell}): ")
    assert how in str(caught.value)
    assert text(caught.value.executed, 0) == "先\n"
    with pytest.raises(DeadKernelError, match="cell 2"):
        execute(source)


def test_after_a_death_the_next_notebook_runs(here):
    with pytest.raises(NotebookFailed):
        run_notebook(notebook("import os; os._exit(1)"), {}, here)
    assert text(run_notebook(notebook("1 + 1"), {}, here)) == "2"


# ---- the caller's end -----------------------------------------------------------------------------------------------

CALLER = """
import sys, threading, time
from pathlib import Path
import nbformat
from giakit.notebook import run_notebook
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
cell = (
    "import os, subprocess, time; s = subprocess.Popen(['sleep', '600'])\\n"
    "open('new', 'w').write(f'{os.getpid()} {os.getppid()} {s.pid}'); os.rename('new', 'pids'); time.sleep(600)"
)
source = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)], metadata=KERNEL)
run_notebook(source, {}, Path.cwd())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_outlives_the_caller(number):
    """A caller that is an unguarded script with a thread; the notebook has a program running."""
    Path("caller.py").write_text(CALLER, encoding="utf-8")
    caller = subprocess.Popen([sys.executable, "caller.py"], stderr=subprocess.DEVNULL)
    try:
        assert wait_until(Path("pids").exists, 60)
        pids = [int(pid) for pid in Path("pids").read_text(encoding="ascii").split()]
        assert all(map(is_running, pids))
    finally:
        caller.send_signal(number)
    assert caller.wait(30) != 0
    assert wait_until(lambda: not any(map(is_running, pids)))


def test_ctrl_c_in_the_caller_ends_the_notebook_and_the_next_one_runs(here):
    def press():
        assert wait_until(Path("pid").exists)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run_notebook(
            notebook("import os, time; open('p', 'w').write(str(os.getpid())); os.rename('p', 'pid'); time.sleep(60)"),
            {},
            here,
        )
    thread.join()
    assert not is_running(int(Path("pid").read_text(encoding="ascii")))
    assert text(run_notebook(notebook("1 + 1"), {}, here)) == "2"


def test_a_warm_process_that_is_killed_takes_its_notebooks_along_and_is_replaced(here):
    source = notebook("import os; os.kill(os.getppid(), 9); __import__('time').sleep(60)")
    with pytest.raises(NotebookFailed, match="cell 1 .*killed"):
        run_notebook(source, {}, here)
    assert text(run_notebook(notebook("1 + 1"), {}, here)) == "2"


def test_a_warm_process_that_does_not_get_warm_says_why(here, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(here))  # so another one is started
    (here / "papermill.py").write_text("raise OSError('坏的安装')", encoding="utf-8")
    with pytest.raises(GiakitError, match="坏的安装"):
        run_notebook(notebook("1 + 1"), {}, here)
    (here / "papermill.py").unlink()
    assert text(run_notebook(notebook("1 + 1"), {}, here)) == "2"
