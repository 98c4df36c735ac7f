"""Which front end a kernel serves: an editor where a person runs cells, a page of Voilà, or a program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

FrontEnd = Literal["editor", "page"]


def find_front_end(shell: InteractiveShell) -> FrontEnd | None:
    """Return which front end runs the present cell; ``None`` for papermill, nbconvert and whatever else no one sees.

    JupyterLab, Notebook 7 and VS Code tell the kernel with every cell that a person can answer a question
    (``allow_stdin``); nbclient, on which papermill, ``nbconvert --execute`` and Voilà are built, tells it that no one
    can. Voilà names itself in its kernels' environment as CGI asks of a server: at once in ``SERVER_SOFTWARE``, or in
    ``VOILA_PREHEAT`` where it starts kernels before anyone asks.
    """
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila/") or os.environ.get("VOILA_PREHEAT") == "True":
        return "page"
    return "editor" if getattr(getattr(shell, "kernel", None), "_allow_stdin", False) else None
