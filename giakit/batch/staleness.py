"""Why a report is to be rendered again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from giakit.language import Text
from giakit.outputs import Inputs, Outputs, ReportRecord

# Outcomes that may be another machine's or another hour's fault, so the next run tries again
_TRIED_AGAIN = {"failed", "timed_out"}


def explain(inputs: Inputs, kinds: tuple[str, ...], last: ReportRecord | None, outputs: Outputs) -> tuple[Text, ...]:
    """Return every reason for which a report must be rendered, none where the record of the last run still holds."""
    if last is None:
        return (Text("it has not been rendered yet"),)
    return tuple(_reasons(inputs, kinds, last, outputs))


def _reasons(inputs: Inputs, kinds: tuple[str, ...], last: ReportRecord, outputs: Outputs) -> Iterator[Text]:
    if last.outcome in _TRIED_AGAIN:
        yield Text("the last attempt failed")
    if inputs.notebook != last.inputs.notebook:
        yield Text("the notebook has changed")
    if inputs.source != last.inputs.source:
        yield Text("its figures, facts or texts have changed")
    yield from _differences(inputs.parameters, last.inputs.parameters)
    yield from _differences(inputs.environment, last.inputs.environment)
    missing = [kind for kind in kinds if kind not in last.kinds]
    if missing:
        yield Text("{kinds} has not been rendered yet", kinds=", ".join(missing))
    if not outputs.is_whole(last):
        yield Text("a file of the report is missing or damaged")


def _differences(now: Mapping[str, object], before: Mapping[str, object]) -> Iterator[Text]:
    for name in sorted({*now, *before}):
        if now.get(name) != before.get(name):
            yield Text("{name}: {before} → {now}", name=name, before=before.get(name, "-"), now=now.get(name, "-"))
