"""JupyterLab as giakit needs it: in the project, with this Python's kernel, in Chinese, and never on the network.

What stands in ``settings/`` are defaults of JupyterLab's own settings; what a person chooses there goes before them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from giakit.copies.place import find_copies
from giakit.errors import ParameterError, PrerequisiteError
from giakit.language import Text, current
from giakit.project import MASTER

INSTALL = 'pip install "giakit[lab]"'

# News, updates and extensions are all that a JupyterLab would fetch. Beside its address, it says what went wrong.
_OPTIONS = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--ServerApp.kernel_spec_manager_class=giakit.lab.kernel.ThisPython",
    "--Application.log_level=ERROR",
)

_SETTINGS = Path(__file__).parent / "settings"


def find_notebook(root: Path, town: str | None = None, year: int | None = None) -> Path:
    """Return the notebook to open, from the project's root: the master, or a town's working copy.

    Parameters
    ----------
    town
        The organ's key, or the last part of it; the master is opened if not given.
    year
        The reporting year of the working copy; its latest if not given.

    Raises
    ------
    ParameterError
        If there is no such notebook.
    """
    if town is None and year is None:
        if not (root / MASTER).is_file():
            raise ParameterError(
                Text("{folder} has no {file}; `giakit init` puts it back", folder=root, file=MASTER.as_posix())
            )
        return MASTER
    if town is None:
        raise ParameterError(Text("--year chooses among a town's working copies; name the town with --town"))
    copies = find_copies(root, year)
    found = [each for each in copies if town in {each.organ, each.organ.rpartition("/")[2]}]
    if not found:
        known = "、".join(f"{each.organ} {each.year}" for each in copies) or "-"
        raise ParameterError(
            Text(
                "{town} has no such working copy; make it with `giakit edit`. There are: {known}",
                town=town,
                known=known,
            )
        )
    return found[-1].path.relative_to(root)


def require_lab() -> None:
    """Raise `PrerequisiteError` if JupyterLab is not installed."""
    if find_spec("jupyterlab") is None:
        raise PrerequisiteError(Text("JupyterLab is not installed; run: {command}", command=INSTALL))


def start_lab(root: Path, notebook: Path, options: Sequence[str] = ()) -> None:
    """Start JupyterLab in a project and open a notebook; return when a person ends it with Ctrl-C.

    Parameters
    ----------
    notebook
        The notebook to open, from the project's root.
    options
        Further options of ``jupyter lab``; they go before those that giakit gives.

    """
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(_config_path())
    from jupyterlab.labapp import LabApp

    place = (f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{quote(notebook.as_posix())}")
    server = LabApp.initialize_server([*_OPTIONS, *place, *options])
    signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))  # at once, on every system, without asking
    server.start()


def _config_path() -> list[str]:
    """Return the folders in which Jupyter looks for settings before all others."""
    speaks_chinese = metadata.entry_points(group="jupyterlab.languagepack", name="zh_CN")
    chosen = [_SETTINGS / "chinese"] if current() == "zh" and speaks_chinese else []
    before = os.environ.get("JUPYTER_CONFIG_PATH")
    return [*map(str, [*chosen, _SETTINGS / "quiet"]), *([before] if before else [])]
