"""What a narrative cell can refer to: the report's statistics under the identifiers of its form.

``year``, ``last_year``
    The reporting year and the one before.
``organ``
    Every field of the workbook's first block (``key``, ``name``, ``full_name``, ``level``, ``address``, …) and
    ``is_government``: whether the organ is one of 各级人民政府.
``<table>.<row>.<column>``, ``<table>.<column>`` where the table's row has no label
    A figure of the form. A group of rows or of columns is its sum, totals left out.
``work.<topic>``, ``other_matters``, ``assessment``
    Texts: of the topics of section 一, of section 六, and the results of 工作考核 (``appraisal``), 社会评议
    (``evaluation``) and 责任追究 (``accountability``).
``fee``
    ``cases`` and ``amount`` of 信息处理费.
``local``, ``problems``
    Lists: of ``item``, ``amount`` and ``unit``; of ``problem`` and ``measure``. ``local["工作动态"]`` is one line.
``previous``
    All of these for the year before; false where nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from giakit import formats
from giakit.errors import FormatError
from giakit.forms.fields import Field, load_blocks
from giakit.narrative.figure import Figure
from giakit.narrative.namespace import Line, Listing, LocalStatistics, Namespace, ProblemAndMeasure, members
from giakit.narrative.statutory import build_figure, build_table_names, reported
from giakit.narrative.words import Passage
from giakit.statistics import Entry, Statistics


def build_names(statistics: Statistics, previous: Statistics | None) -> dict[str, object]:
    """Build the names of a report (see the head of this module) from this year's and last year's statistics."""
    last_year = statistics.year - 1
    before = _build_year(previous or _nothing_known(last_year, statistics.revision))
    return {
        **_build_year(statistics),
        "last_year": last_year,
        "previous": Namespace(before, label=str(last_year), present=previous is not None),
    }


def printable_names(names: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield every name that prints something, those under ``previous`` too, each with its value."""
    for key, top in names.items():
        yield from _printable(key, top)


def _build_year(statistics: Statistics) -> dict[str, object]:
    return {
        "year": statistics.year,
        "organ": _build_organ(statistics),
        "local": _build_local(statistics),
        **_build_fields(statistics),
        **{table.id: build_table_names(statistics, table) for table in statistics.format.tables},
        "problems": _build_problems(statistics),
    }


def _nothing_known(year: int, revision: str) -> Statistics:
    """Return empty statistics, so that every name of last year's form is known and blank."""
    try:
        return Statistics(year=year, revision=formats.for_year(year).revision)
    except FormatError:  # a year before the first form
        return Statistics(year=year, revision=revision)


def _build_organ(statistics: Statistics) -> Namespace:
    fields = load_blocks().organ
    level = statistics.format.level(statistics.entry("organ.level").text)
    texts = {_last(field): _passage(statistics.entry(field.key), field.label) for field in fields.fields}
    return Namespace({**texts, "is_government": level is not None and level.government}, label=fields.title)


def _build_fields(statistics: Statistics) -> dict[str, object]:
    """Build the names of the labelled cells beside the tables: ``work``, ``assessment``, ``fee``, ``other_matters``."""
    blocks = load_blocks()
    found: dict[str, object] = {}
    groups: dict[str, dict[str, object]] = {}
    for block in (blocks.work_fields(statistics.format), blocks.other):
        for field in block.fields:
            group, name = field.key.split(".", 1)
            target = found if group == "text" else groups.setdefault(group, {})
            target[name] = _build_field(statistics, field)
    return {**{group: Namespace(names, label=group) for group, names in groups.items()}, **found}


def _build_field(statistics: Statistics, field: Field) -> Passage | Figure:
    if field.kind is None:
        return _passage(statistics.entry(field.key), field.label)
    return build_figure(reported(statistics, field.key), field.label, field.unit)


def _build_local(statistics: Statistics) -> LocalStatistics:
    block = load_blocks().local
    return LocalStatistics(
        [
            Line(
                item=Passage(each.item, block.title, each.value.cell),
                amount=build_figure(each.value, f"{block.title}/{each.item}", None),
                unit=each.value.unit or "",
            )
            for each in statistics.local
        ],
        label=block.title,
    )


def _build_problems(statistics: Statistics) -> Listing[ProblemAndMeasure]:
    labels = load_blocks().problems.columns
    pairs = [
        ProblemAndMeasure(
            *(_passage(entry, label) for entry, label in zip((each.problem, each.measure), labels, strict=True))
        )
        for each in statistics.problems
    ]
    return Listing(pairs, sample=ProblemAndMeasure(Passage(""), Passage("")))


def _passage(entry: Entry, label: str) -> Passage:
    return Passage(entry.text, label, entry.cell)


def _last(field: Field) -> str:
    return field.key.split(".", 1)[1]


def _printable(name: str, value: object) -> Iterator[tuple[str, object]]:
    match value:
        case Figure() | str() | bool() | int():
            yield name, value
        case LocalStatistics():
            for line in value:
                yield f'{name}["{line.item}"]', line.amount
        case Listing():
            for place, member in enumerate(value):
                yield from _printable(f"{name}[{place}]", member)
        case _:
            for key, member in members(value).items():
                yield from _printable(f"{name}.{key}", member)
