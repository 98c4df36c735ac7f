"""A batch from a notebook: the same as ``giakit batch``, with a progress widget in place of the bar."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.batch.machine import count_cores
from giakit.batch.plan import Request
from giakit.batch.progress import Bar
from giakit.batch.run import BatchOptions, BatchResult
from giakit.batch.run import run_batch as _run_batch
from giakit.kinds import USUAL_KINDS, parse_kinds
from giakit.notebook import USUAL_LIMITS, Limits
from giakit.parameters import read_parameter_file
from giakit.project import find_root

if TYPE_CHECKING:
    from giakit.notebook import Engine


def run_batch(
    parameters: str | Path,
    *,
    towns: Iterable[str] = (),
    years: Iterable[int] = (),
    kinds: Iterable[str] = USUAL_KINDS,
    out: str | Path | None = None,
    workers: int | None = None,
    engine: Engine = "giakit",
    scheduler: str | None = None,
    limits: Limits = USUAL_LIMITS,
) -> BatchResult:
    """Render the reports of a county that are not up to date, and show the progress in the notebook.

    Parameters
    ----------
    parameters
        The parameter file; a relative path starts at the project's root.
    towns, years
        Organs by name or key, and reporting years; all of the file's if not given.
    kinds
        What to write, e.g. ``("html", "pdf")``.
    out
        The folder or address of outputs; the project's ``outputs/`` if not given.
    workers
        How many processes; one a processor core if not given.
    scheduler
        The address of a Dask scheduler whose workers do the work instead.
    limits
        What one notebook may take of time and memory.

    Raises
    ------
    GiakitError
        As `giakit.batch.run.run_batch`.
    """
    from tqdm.auto import tqdm

    file = read_parameter_file(find_root() / parameters)
    request = Request(
        file=file,
        where=Path(parameters).name,
        kinds=parse_kinds(",".join(kinds)),
        towns=tuple(towns),
        years=tuple(years),
    )
    options = BatchOptions(
        out=str(out or file.folder / "outputs"),
        workers=workers or count_cores(),
        engine=engine,
        limits=limits,
        scheduler=scheduler,
    )
    with ExitStack() as stack:
        return _run_batch(request, options, [Bar(tqdm, stack)])
