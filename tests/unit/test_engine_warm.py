from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

from giakit.engine import forks

pytestmark = pytest.mark.skipif(not forks.available(), reason="only Linux can fork a warm process")

# What a notebook could notice of what ran before it; matplotlib is put away, so looking at it imports it again.
LOOK = """
import gc, locale, logging, os, random, signal, socket, sys, threading, time, warnings

def open_files():
    links = [f'/proc/self/fd/{number}' for number in os.listdir('/proc/self/fd')]
    return sorted(os.readlink(link) for link in links if os.path.exists(link))

def look():
    import matplotlib
    from matplotlib import font_manager, pyplot, style
    import numpy, IPython.display
    return {
        'settings': {name: value for name, value in matplotlib.rcParams.items() if name != 'backend'},
        'figures': pyplot.get_fignums(),
        'display': IPython.display.display.__module__,
        'random': random.getstate()[1][:5],
        'numpy': [int(n) for n in numpy.random.get_state()[1][:5]],
        'folder': os.getcwd(),
        'environment': dict(os.environ),
        'path': [*sys.path],
        'argv': [*sys.argv],
        'logging': (logging.root.level, len(logging.root.handlers), logging.root.manager.disable),
        'locale': locale.setlocale(locale.LC_ALL),
        'threads': [thread.name for thread in threading.enumerate()],
        'files': [name for name in open_files() if not name.endswith(('.otf', '.ttf'))],  # closed in children
        'signal': str(signal.getsignal(signal.SIGINT)),
        'hooks': (sys.excepthook.__name__, sys.displayhook.__name__),
        'shell': IPython.get_ipython(),
        'timeout': socket.getdefaulttimeout(),
        'filters': len(warnings.filters),
    }
"""

REHEARSE = """
import giakit.engine.warm as warm
import importlib
for name in (*warm._KERNEL, *warm._REST):
    importlib.import_module(name)
import giakit.engine.rehearsal
before = look()
giakit.engine.rehearsal.rehearse()
after = look()
print({name: (before[name], after[name]) for name in before if repr(before[name]) != repr(after[name])})
"""

WARM = """
import giakit.engine.warm as warm
random.seed(1)

def state():
    kinds = ('pipe:', 'socket:', 'anon_inode:')  # which children would share
    pipes = [name for name in open_files() if name.startswith(kinds)]
    return random.getstate(), os.getcwd(), locale.setlocale(locale.LC_ALL), [*sys.path], pipes

start, environment = state(), set(os.environ)
warm.warm_up()
warm.require_one_thread()
changed = [number for number, (a, b) in enumerate(zip(start, state())) if a != b]
loaded = [name for name in ('matplotlib', 'jsonschema', 'pandas', 'pyarrow') if name in sys.modules]
print((changed, sorted({*os.environ} ^ environment), gc.get_freeze_count() > 100_000, 'typst' in sys.modules, loaded))
"""


def run(script):
    command = [sys.executable, "-c", LOOK + script]
    environment = {"OPENBLAS_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | environment)
    return ast.literal_eval(done.stdout)


def test_a_rehearsal_leaves_nothing_behind():
    assert run(REHEARSE) == {}


def test_warming_leaves_no_setting_behind_and_no_thread():
    changed, environment, frozen, typst, loaded = run(WARM)
    assert changed == []
    assert environment == ["PYDEVD_USE_FRAME_EVAL"]  # a kernel's debugger sets it in every kernel
    assert frozen
    assert typst, "the typefaces are there"
    assert loaded == []


def test_more_than_one_thread_is_refused_with_the_names_of_all():
    script = """
from giakit.engine.warm import require_one_thread
from giakit.errors import GiakitError
require_one_thread()
stop = threading.Event()
thread = threading.Thread(target=stop.wait, name='OpenBLAS-甲')
thread.start()
try:
    require_one_thread()
except GiakitError as error:
    print(repr(str(error)))
stop.set(); thread.join()
"""
    said = run("os.environ['GIAKIT_LANG'] = 'en'\n" + script)
    assert "has 2 threads instead of one" in said
    assert "OpenBLAS-甲" in said
    assert "nbclient" in said


def test_matplotlib_is_found_again_where_it_was_put_away():
    script = """
import importlib.util
import matplotlib.pyplot as before, matplotlib
package = matplotlib
from giakit.engine.plotting import put_away
put_away()
found = importlib.util.find_spec('matplotlib').origin == package.__file__
names = [name for name in sys.modules if name.startswith('matplotlib')]
from matplotlib.pyplot import figure
import matplotlib
print((found, names, figure is before.figure, matplotlib is package, matplotlib.__spec__.loader is package.__loader__))
"""
    assert run(script) == (True, [], True, True, True)


def test_nothing_heavy_is_imported_to_ask_for_a_fork():
    script = """
import giakit.engine.forks
print([name for name in ('papermill', 'nbclient', 'IPython', 'matplotlib') if name in sys.modules])
"""
    assert run(script) == []


@pytest.mark.parametrize("first", ["papermill", "giakit.engine", "giakit.notebook"])
def test_engines_are_found_whatever_is_imported_first(first):
    script = f"import {first}\nfrom giakit.engine import GiakitEngine\n"
    script += (
        "from papermill.engines import papermill_engines as known\nprint(known.get_engine('giakit') is GiakitEngine)"
    )
    assert run(script) is True


def test_the_engine_is_there_where_nothing_can_be_forked():
    """As on Windows, without the modules that only Unix has."""
    script = """
sys.platform = 'win32'
sys.modules.update(dict.fromkeys(('resource', 'termios')))
del os.fork
from giakit.engine import GiakitEngine, forks
print((GiakitEngine.__name__, forks.available()))
"""
    assert run("import asyncio, IPython.display, papermill\n" + script) == ("GiakitEngine", False)
