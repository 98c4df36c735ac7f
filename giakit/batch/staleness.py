"""Why a report is to be rendered again, or why a released one no longer says what its inputs say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from giakit.language import Text
from giakit.outputs import Inputs, Outputs, ReportRecord, Seal

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
    yield from _content_differences(inputs, last.inputs)
    yield from _differences(inputs.parameters, last.inputs.parameters)
    yield from _differences(inputs.environment, last.inputs.environment)
    missing = [kind for kind in kinds if kind not in last.kinds]
    if missing:
        yield Text("{kinds} has not been rendered yet", kinds=", ".join(missing))
    if not outputs.is_whole(last):
        yield Text("a file of the report is missing or damaged")


def _content_differences(now: Inputs, before: Inputs) -> Iterator[Text]:
    if now.notebook != before.notebook:
        yield Text("the notebook has changed")
    if now.source != before.source:
        yield Text("its figures, facts or texts have changed")


def _differences(now: Mapping[str, object], before: Mapping[str, object]) -> Iterator[Text]:
    for name in sorted({*now, *before}):
        if now.get(name) != before.get(name):
            yield Text("{name}: {before} → {now}", name=name, before=before.get(name, "-"), now=now.get(name, "-"))


# ---- released reports -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Released:
    """How a released report stands to what would be rendered now.

    Another version of giakit, of a library or of a typeface says nothing against it; other words and figures do.

    Attributes
    ----------
    seal
        That of its newest version.
    changes
        What has changed since.
    damage
        That a file of it is missing or of another size.
    correction
        The record of the open correction.
    correction_changes
        What has changed since that was rendered.
    """

    seal: Seal
    changes: tuple[Text, ...] = ()
    damage: tuple[Text, ...] = ()
    correction: ReportRecord | None = None
    correction_changes: tuple[Text, ...] = ()

    @property
    def is_behind(self) -> bool:
        """Whether what is published is not what would be published now, or not as it was released."""
        return bool(self.changes or self.damage)

    @property
    def advice(self) -> Text | None:
        """What is to be done; nothing where the report still says what its inputs say."""
        about = {"day": self.seal.day, "by": self.seal.by, "organ": self.seal.record.organ}
        if self.damage:
            return Text(
                "released on {day} by {by}; {damage}: bring it back from a backup, `giakit verify` names it",
                **about,
                damage=_Reasons(self.damage),
            )
        if self.correction and not self.correction_changes:
            return Text(
                "released on {day} by {by}; a correction is ready: look at it, then release it with "
                "`giakit seal … --towns {organ}`",
                **about,
            )
        if self.correction:
            return Text(
                "released on {day} by {by}; the open correction is out of date ({changes}): make it again with "
                "`giakit correct … --town {organ}`, or drop it with `--withdraw`",
                **about,
                changes=_Reasons(self.correction_changes),
            )
        if self.changes:
            return Text(
                "released on {day} by {by}, and since then {changes}; what is released stays. To publish the change: "
                "`giakit correct … --town {organ} --reason …`",
                **about,
                changes=_Reasons(self.changes),
            )
        return None


def compare_released(inputs: Inputs, seal: Seal, correction: ReportRecord | None, outputs: Outputs) -> Released:
    """Hold a released report, and its open correction, against what would be rendered now."""
    return Released(
        seal=seal,
        changes=tuple(_said_otherwise(inputs, seal.record)),
        damage=tuple(_damaged(seal.record, outputs)),
        correction=correction,
        correction_changes=tuple(_said_otherwise(inputs, correction)) if correction else (),
    )


def _said_otherwise(now: Inputs, record: ReportRecord) -> Iterator[Text]:
    before = record.inputs
    yield from _content_differences(now, before)
    known = now.parameters.keys() & before.parameters.keys()  # later versions of giakit may know more
    yield from _differences(*({name: of.parameters[name] for name in known} for of in (now, before)))


def _damaged(record: ReportRecord, outputs: Outputs) -> Iterator[Text]:
    if not outputs.is_whole(record):
        yield Text("a file of the report is missing or damaged")


class _Reasons(tuple[Text, ...]):
    """Several reasons within a sentence; like a text it waits for its language."""

    __slots__ = ()

    def __str__(self) -> str:
        return "; ".join(map(str, self))
