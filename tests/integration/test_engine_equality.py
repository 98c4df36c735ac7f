"""The engine against papermill's own: what a notebook comes out as, cell by cell, in the normal form."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from giakit.errors import NotebookFailed, NotebookTimedOut
from giakit.notebook import Limits, run_notebook
from giakit.parameters import read_parameters
from giakit.project import MASTER, SAMPLE, init_project

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

# A cell that begins with RAISES is allowed to: papermill goes on, and reports the first error at the end.
RAISES = "# raises\n"

SURROUNDINGS = [
    """
import os, sys, builtins, asyncio, time
print(__name__, sorted(name for name in globals() if not name.startswith('_i')))
print(sys.modules['__main__'].__dict__ is globals(), type(get_ipython()).__name__)
print(sys.path, os.getcwd(), [os.path.basename(each) for each in sys.argv[:2]])
print(sys.stdout.encoding, sys.stdout.isatty(), sys.stdin.read(), sys.flags, sys.getdefaultencoding())
""",
    """
print(sorted(set(os.environ) - {'PYTEST_VERSION'}), os.environ['MPLBACKEND'], os.environ['TERM'])
import locale, warnings, logging, signal
print(locale.getlocale(), time.tzname, warnings.filters[:3], logging.getLogger().handlers, logging.getLogger().level)
print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGCHLD))
print(sys.excepthook.__name__, type(sys.displayhook).__name__, sys.flags.interactive, 'pdb' in sys.modules)
""",
    "get_ipython().config.IPKernelApp.connection_file.endswith('.json')",
    "sorted(get_ipython().magics_manager.magics['cell']), len(get_ipython().magics_manager.magics['line'])",
    "_dh, get_ipython().starting_dir, get_ipython().kernel.parent.argv[-1], get_ipython().profile_dir.location",
    "import ipykernel.kernelapp as app; app.IPKernelApp.initialized(), app.IPKernelApp.instance().parent_handle > 0",
]

STREAMS = [
    """
print('甲', flush=True)
os.system('echo 乙')
time.sleep(.4)
print('丙')
""",
    """
import subprocess
print('out')
print('err', file=sys.stderr)
sys.stdout.flush(); sys.stderr.flush()
subprocess.run(['sh', '-c', 'echo 子进程; sleep .3; echo 出错 >&2; exit 3']).returncode
time.sleep(.4)
os.write(1, '直接'.encode())
time.sleep(.4)
""",
    "print('一\\r二\\b三', end=''); print('\\x1b[31m红\\x1b[0m'); sys.stdout.write('四')",
    """
import threading
def tell(n):
    print('线程', n)
    print('线程', n, file=sys.stderr)
for n in range(3):
    thread = threading.Thread(target=tell, args=(n,))
    thread.start()
    thread.join()
""",
    """
def fail():
    raise ValueError('线程里的错误')
thread = threading.Thread(target=fail, name='甲')
thread.start(); thread.join()
""",
    "def work(n):\n    return n",
    """
import logging
logging.warning('根日志 %s', 1)
logging.basicConfig(level=logging.INFO, format='%(levelname)s %(message)s', force=True)
logging.getLogger('甲').info('说明')
""",
    "import warnings; warnings.warn('提醒'); warnings.warn('旧', DeprecationWarning); warnings.warn('提醒')",
    "for n in range(40000): print('第', n, '行', '长' * 30)",
    "'大' * 3_000_000",
    "os.system('head -c 400000 /dev/zero | tr \\'\\\\0\\' x'); time.sleep(.6)",
]

DISPLAYS = [
    """
from IPython.display import HTML, JSON, SVG, Image, Latex, Markdown, clear_output, display, update_display
handle = display('先', display_id='号')
print('间')
display(HTML('<b>粗</b>'), Markdown('# 题'), Latex('$x$'), JSON({'键': [1, None, 1.5]}), {'a': 1})
SVG('<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>')
""",
    "update_display('后', display_id='号'); handle.update(HTML('<i>最后</i>')); handle.display('又')",
    """
class Rich:
    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {'text/plain': '文', 'text/html': '<p>文</p>', 'application/x-own+json': {'值': (1, 2)}}
        return bundle, {'text/html': {'a': 1}}
class Broken:
    def _repr_html_(self): raise RuntimeError('画不出')
    def __repr__(self): return '<破>'
display(Rich()); display(Broken()); Rich()
""",
    RAISES + "class Bad:\n    def __repr__(self): raise OSError('说不出')\nBad()",
    RAISES + "display({'application/json': {1, 2}}, raw=True)",
    "for n in range(3):\n    clear_output(wait=True); print('进度', n)",
    "print('没了'); display(1); clear_output(); print('还在')",
    "print('留'); clear_output(wait=True)",
    "Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(8) + b'\\0\\0\\0\\1' * 2)",
    "object()",
]

ERRORS = [
    "def f(n):\n    return 1 / n",
    RAISES + "try:\n    f(0)\nexcept ZeroDivisionError as error:\n    raise KeyError('键') from error",
    RAISES + "try:\n    {}['无']\nexcept KeyError:\n    f(0)",
    RAISES + "print('不运行')\nif True\n    pass",
    RAISES + "raise KeyboardInterrupt",
    RAISES + "input('问：')",
    RAISES + "import getpass; getpass.getpass()",
    RAISES + "class Own(Exception):\n    def _render_traceback_(self): return ['自己说']\nraise Own('不说')",
    RAISES + "raise ExceptionGroup('组', [ValueError('甲'), TypeError('乙')])",
    RAISES + "import json; json.loads('{')",
    RAISES + "sys.exit('出去')",
    RAISES + "sys.exit(2)",
    RAISES + "%没有的魔法",
    RAISES + "assert 1 == 2, '不等'",
    RAISES + "print('说了'); exec('raise ValueError(3)')",
    "sys.exit()",
]

MAGICS = [
    "%env 甲=乙\n%precision 3\n3.14159",
    "out = !echo 外壳; echo 二\nprint(out, out.s)\n!echo $out; exit 3\n_exit_code",
    "!printf '没有换行'\n!echo 错 >&2",
    "%%bash\necho 好\necho 坏 >&2",
    "%%bash --out said --err cried\necho 好\necho 坏 >&2",
    "said, cried",
    RAISES + "%%bash\nexit 4",
    "%%capture caught\nprint('藏'); print('藏二', file=sys.stderr); display(HTML('<u>藏</u>')); 5",
    "print(caught.stdout, caught.stderr, caught.outputs); caught.show()",
    "%%html\n<b>网</b>",
    "!rm -f 模块.py",
    "%%writefile 模块.py\n值 = '模块'\nprint(__name__)",
    "%run 模块.py\n值",
    "import 模块; 模块.__file__",
    "%%python\nprint('另一个')",
    "%who_ls str",
    "%history -l 2",
    "sys?",
    "%pinfo2 work",
    "%load_ext autoreload\n%autoreload 0",
    "%%script cat\n原样",
    "%cd -q ..\n%pwd",
    "%cd -q -",
    "import inspect; print(inspect.getsource(work)); print(work.__code__.co_filename)",
]

HISTORY = [
    "1 + 1",
    "_ * 10",
    "_, __, Out[len(In) - 2], In[-3:-1], _i",
    "7;",
    "None",
    "a = 1\na\na + 1",
    "%config InteractiveShell.ast_node_interactivity = 'all'",
    "a\na + 1",
    "%config InteractiveShell.ast_node_interactivity = 'last_expr'",
    "# nichts als eine Bemerkung",
    "",
    "get_ipython().set_next_input('下一个'); get_ipython().execution_count",
    # Of two streams that wait to be flushed, a clock says which comes first; so one does not wait.
    """
import sys
get_ipython().events.register('post_run_cell', lambda result: sys.stderr.flush() or print('之后', result.success))
""",
    "'之前'",
]

ASYNC = [
    "import asyncio\nawait asyncio.sleep(0.01)\nasyncio.get_running_loop().is_running()",
    """
async def count():
    for n in range(3):
        await asyncio.sleep(.05)
        done.append(n)
done = []
task = asyncio.create_task(count())
done
""",
    "await task; done, task.done()",
    "await asyncio.gather(*(asyncio.sleep(0.01, n) for n in range(3)))",
    "async for n in (await asyncio.sleep(0, n) for n in range(2)): print(n)",
    "async with asyncio.timeout(1): print('里面')",
    RAISES + "async def broken():\n    raise ValueError('异步')\nawait broken()",
    RAISES + "asyncio.run(count())",
    RAISES + "await asyncio.wait_for(asyncio.sleep(5), .05)",
    "process = await asyncio.create_subprocess_exec('echo', '异步子进程', stdout=-1)",
    "(await process.communicate())[0].decode()",
    "import contextvars\nvariable = contextvars.ContextVar('甲'); _token = variable.set(1)",
    "variable.get()",
]

PLOTS = [
    "from matplotlib.figure import Figure\nfigure = Figure(figsize=(1, 1)); figure.gca().plot([1, 2]); figure",
    "import matplotlib as m; m.get_backend(), m.rcParams['figure.figsize'], m.is_interactive()",
    "import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)); plt.plot([1, 3]); print('图')",
    "plt.rcParams['figure.dpi'] = 50\nplt.figure(figsize=(1, 1)); plt.plot([2, 1]); plt.show(); print('后')",
    "fig, axes = plt.subplots(1, 2, figsize=(2, 1)); display(fig); plt.close(fig); plt.get_fignums()",
    "figure",
    "%matplotlib inline\n%config InlineBackend.close_figures = False",
    "plt.figure(figsize=(1, 1)); plt.bar([1], [2]);",
    "plt.title('题'); plt.get_fignums(), m.rcParams['backend'], plt.isinteractive()",
    RAISES + "plt.plot([5, 6]); 1 / 0",
]

WIDGETS = [
    "import ipywidgets\nslider = ipywidgets.IntSlider(3, description='滑'); slider",
    "box = ipywidgets.HBox([slider, ipywidgets.Text('文')]); display(box); slider.value = 7",
    "out = ipywidgets.Output()\ndisplay(out)\nwith out:\n    print('在里面'); display(HTML('<b>里</b>'))\nprint('外')",
    "out.append_stdout('又一行'); out.clear_output()",
    "with out:\n    print('错前'); clear_output(wait=True); print('错后')",
    "ipywidgets.interact(lambda n: print('值', n) or n * 2, n=(0, 5));",
    "slider.observe(lambda change: print('改', change.new), 'value'); slider.value = 9",
    "from IPython.display import Javascript; ipywidgets.Image(value=b'\\x89PNG', format='png')",
    "slider.close()",
]


def notebook(cells):
    code = [new_code_cell(source.strip("\n"), id=f"c{n}") for n, source in enumerate(cells)]
    for cell in code:
        if cell.source.startswith(RAISES.strip()):
            cell.metadata["tags"] = ["raises-exception"]
    others = [new_markdown_cell("# 题", id="m"), new_raw_cell("原样", id="r")]
    return new_notebook(cells=[*others, *code], metadata=KERNEL)


def outcome(source, root, engine, parameters=None):
    """Return the executed notebook, and what the run said of it if it failed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # where ipykernel sees it, it reads no descriptors
        try:
            return run_notebook(source, parameters or {}, root, engine=engine, limits=Limits(seconds=60)), ""
        except NotebookTimedOut:
            raise
        except NotebookFailed as error:
            return error.executed, str(error)


def stock_outcome(*arguments):
    """Run with papermill's own engine, which now and then waits in vain for a message of a kernel."""
    for _ in range(2):
        try:
            return outcome(*arguments)
        except NotebookTimedOut:
            pass
    return outcome(*arguments)


def assert_the_same(source, root, parameters=None):
    stock, said = stock_outcome(source, root, "nbclient", parameters)
    own, own_said = outcome(source, root, "giakit", parameters)
    assert own_said == said
    for number, (theirs, ours) in enumerate(zip(stock.cells, own.cells, strict=True)):
        assert ours == theirs, f"cell {number}"
    assert own == stock
    return own


@pytest.mark.slow
@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(SURROUNDINGS, id="surroundings"),
        pytest.param(SURROUNDINGS[:1] + STREAMS, id="streams"),
        pytest.param(SURROUNDINGS[:1] + DISPLAYS, id="displays"),
        pytest.param(SURROUNDINGS[:1] + ERRORS, id="errors"),
        pytest.param([*SURROUNDINGS[:1], DISPLAYS[0], STREAMS[5], *MAGICS], id="magics"),
        pytest.param(HISTORY, id="history"),
        pytest.param(ASYNC, id="async"),
        pytest.param([DISPLAYS[0], *PLOTS], id="plots"),
        pytest.param([DISPLAYS[0], *WIDGETS], id="widgets"),
    ],
)
def test_a_torture_notebook_comes_out_the_same(cells, tmp_path):
    folder = tmp_path / "折磨 {笔记本}"
    folder.mkdir()
    executed = assert_the_same(notebook(cells), folder)
    assert all(cell.execution_count for cell in executed.cells if cell.get("source", "").strip() and "outputs" in cell)


@pytest.mark.slow
def test_every_torture_in_one_notebook_comes_out_the_same(tmp_path):
    folder = tmp_path / "折磨"
    folder.mkdir()
    groups = (SURROUNDINGS, STREAMS, DISPLAYS, PLOTS, MAGICS, ASYNC, WIDGETS, HISTORY, ERRORS)
    assert_the_same(notebook([cell for group in groups for cell in group]), folder)


def test_a_notebook_that_fails_stops_at_the_same_cell_with_the_same_words(tmp_path):
    cells = ["print('先')", "def f():\n    raise ValueError('中')", "f()", "print('后')"]
    executed = assert_the_same(notebook(cells), tmp_path)
    assert [cell.execution_count for cell in executed.cells if "outputs" in cell] == [1, 2, 3, None]


SETTINGS = {
    "every shell": ("ipython_config.py", "get_config().InteractiveShellApp.exec_lines = ['设定 = 2 + 2']"),
    "a kernel": ("ipython_kernel_config.json", '{"InteractiveShellApp": {"extensions": ["own_extension"]}}'),
    "start-up": ("startup/一.py", "设定 = get_ipython().__class__.__name__"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_ipython_hold(name, tmp_path, monkeypatch):
    file, text = SETTINGS[name]
    path = tmp_path / "家" / "profile_default" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    extension = "def load_ipython_extension(shell):\n    shell.push({'设定': '扩展'})\n"
    (tmp_path / "own_extension.py").write_text(extension, encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "家"))
    executed = assert_the_same(notebook(["设定", "get_ipython().ipython_dir"]), tmp_path)
    assert executed.cells[-2].outputs[0].data["text/plain"] in {"4", "'扩展'", "'ZMQInteractiveShell'"}


def test_an_old_notebook_without_ids_comes_out_the_same(tmp_path):
    source = notebook(["1 + 1"])
    source.nbformat_minor = 4
    for cell in source.cells:
        del cell["id"]
    assert_the_same(source, tmp_path, {"town": "龙村镇"})


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Make a project of its own in a folder with a Chinese name, spaces and braces."""
    folder = tmp_path_factory.mktemp("年报 {项目}")
    init_project(folder)
    return folder


@pytest.mark.parametrize(
    ("file", "town"),
    [
        pytest.param(SAMPLE, "龙村镇", id="2020"),
        pytest.param("params/county-2022.yaml", "沧宁市", id="2022", marks=pytest.mark.slow),
    ],
)
def test_the_master_comes_out_the_same(project, file, town):
    given = read_parameters(project / file, root=project, town=town)
    parameters = given.model_dump(exclude={"root"}) | {"root": str(project)}
    executed = assert_the_same(project / MASTER, project, parameters)
    assert "<svg" in nbformat.writes(executed), "there was something to draw"
