"""What the warm parent has ready for its children: imports, caches, typefaces.

Only what forks well: nothing that starts a thread or leaves a setting behind. pandas is left out: the master notebook
does without it, and a notebook that uses it pays its 0.2 s in its own process, as with any kernel. Typst loads its
typefaces here but never compiles: the threads it compiles with do not survive a fork.
"""

from __future__ import annotations

import gc
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from giakit.engine.kernel import prepare_kernel
from giakit.engine.plotting import put_away
from giakit.errors import GiakitError
from giakit.language import Text

_TASKS = Path("/proc/self/task")

# What every kernel loads, at once or when it starts
_KERNEL = (
    "giakit.engine.kernel",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics.extension",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "ipykernel.debugger",
    "sqlite3",
    "tornado.platform.asyncio",
)

# What else notebooks and workers load
_REST = (
    "giakit.engine.child",
    "giakit.engine.forks",
    "giakit.engine.rehearsal",
    "giakit.engine.workers",
    "giakit.narrative.magic",
    "giakit.panel",
    "papermill",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
)


# What jsonschema checks formats of texts with, slowly loaded, which nbformat never asks for
_FORMATS_OF_TEXTS = ("isoduration", "rfc3986_validator", "rfc3987_syntax")


def warm_up() -> None:
    """Import and run dry what children will use."""
    gc.disable()
    for name in _KERNEL:
        import_module(name)
    with _filters_of_warnings_kept(), _without_formats_of_texts(), _without_pyarrow():
        for name in _REST:
            import_module(name)
        from giakit.engine.rehearsal import rehearse

        cells = rehearse()
    put_away()
    prepare_kernel(cells)
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(1)  # matplotlib's, which says that building its list of fonts takes long
    gc.freeze()


def require_one_thread() -> None:
    """Make sure that this process can be forked.

    Raises
    ------
    GiakitError
        If it has more than one thread, with the names of all.
    """
    tasks = sorted(_TASKS.iterdir(), key=lambda task: int(task.name))
    if len(tasks) == 1:
        return
    names = [thread.name for thread in threading.enumerate()]
    names += [(task / "comm").read_text(encoding="utf-8").strip() for task in tasks]
    raise GiakitError(
        Text(
            "the warm process that notebooks are forked from has {count} threads instead of one ({names}), so forking "
            "it is not safe; use the engine {engine}",
            count=len(tasks),
            names=", ".join(dict.fromkeys(names)),
            engine="nbclient",
        )
    )


@contextmanager
def _filters_of_warnings_kept() -> Iterator[None]:
    """Put the filters that libraries add behind those that a kernel starts with, whose order notebooks may see."""
    with warnings.catch_warnings():
        before = [*warnings.filters]
        yield
        added = [each for each in warnings.filters if each not in before]
    warnings.filters.extend(added)  # type: ignore[attr-defined] # a list


@contextmanager
def _without_pyarrow() -> Iterator[None]:
    """Let papermill be imported without pyarrow, which starts threads, and is there for notebooks on HDFS only.

    A notebook that imports pyarrow gets it, whole.
    """
    sys.modules["pyarrow"] = None  # type: ignore[assignment] # means: cannot be imported
    try:
        yield
    finally:
        del sys.modules["pyarrow"]


@contextmanager
def _without_formats_of_texts() -> Iterator[None]:
    """Let jsonschema be imported without its slowest checks; that of IRIs compiles a grammar for more than a second.

    They are optional, and only nbformat uses jsonschema here; a notebook that imports jsonschema gets its own, whole.
    """
    for name in _FORMATS_OF_TEXTS:
        sys.modules[name] = None  # type: ignore[assignment] # means: cannot be imported
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in {"jsonschema", *_FORMATS_OF_TEXTS}]:
            del sys.modules[name]
