"""The stale reports of a plan on their way through the workers."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING

from giakit.batch.work import Finished, publish, render_order
from giakit.language import Text
from giakit.render import failed_build

if TYPE_CHECKING:
    from giakit.batch.crew import Crew
    from giakit.batch.plan import Planned
    from giakit.batch.reading import Shelf
    from giakit.batch.run import BatchOptions

_ATTEMPTS = 2  # a worker that was killed may have been killed for another reason than this report
_AHEAD = 3  # orders that wait at each worker, so that none waits for an order


def render_reports(
    reports: Sequence[Planned], shelf: Shelf, crew: Crew, options: BatchOptions, address: str
) -> Iterator[tuple[Planned, Finished]]:
    """Render reports into the outputs behind an address; yield each as it ends.

    As many orders are under way as keep every worker busy. A packed form is kept until the last report made from it.
    """
    waiting = deque((planned, 1) for planned in reports)
    packed = _fetch(reports, shelf)
    uses = Counter(form.digest for each in reports for form in each.source.forms)
    running: dict[Future[Finished], tuple[Planned, int]] = {}
    while waiting or running:
        while waiting and len(running) < crew.width * _AHEAD:
            planned, attempt = waiting.popleft()
            order = planned.order(packed)
            future = crew.executor.submit(render_order, order, address, options.engine, options.limits)
            running[future] = planned, attempt
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            planned, attempt = running.pop(future)
            lost = isinstance(future.exception(), crew.lost)
            if lost and attempt < _ATTEMPTS:
                waiting.append((planned, attempt + 1))
                continue
            yield planned, _give_up(planned, packed, address) if lost else future.result()
            for form in planned.source.forms:
                uses[form.digest] -= 1
                if not uses[form.digest]:
                    shelf.drop(form)


def _fetch(reports: Sequence[Planned], shelf: Shelf) -> Mapping[str, bytes]:
    forms = [form for each in reports for form in each.source.forms]
    paths = [path for each in reports for path in (*each.parameters.workbook_paths, *each.parameters.previous_paths)]
    return shelf.fetch(forms, dict.fromkeys(paths))


def _give_up(planned: Planned, packed: Mapping[str, bytes], address: str) -> Finished:
    problem = Text("the process that rendered it was killed {count} times, perhaps for want of memory", count=_ATTEMPTS)
    return publish(failed_build(planned.order(packed), problem, {}), address)
