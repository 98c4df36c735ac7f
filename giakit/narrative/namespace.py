"""The shapes that names take in a narrative cell: groups of names, lists, lines of local statistics, problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from giakit.narrative.figure import Figure
from giakit.narrative.words import Passage

T = TypeVar("T")

# Not its bare amount, which would print nothing where the figure is blank.
_FIGURE_NAMES = {"label": "", "state": "", "unit": ""}


class Namespace:
    """Names behind a dot, e.g. ``received`` and ``total`` in ``applications.received.total``.

    It has no public attributes of its own, so that any identifier of a format can be a name. A namespace that stands
    for something absent, such as last year's figures where there are none, is false.
    """

    __slots__ = ("_label", "_names", "_present")

    def __init__(self, names: Mapping[str, object], label: str = "", *, present: bool = True) -> None:
        self._names = names
        self._label = label
        self._present = present

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):  # not yet there while an instance is being copied or unpickled
            raise AttributeError(name)
        try:
            return self._names[name]
        except KeyError:
            raise AttributeError(name) from None

    def __bool__(self) -> bool:
        return self._present


class OnDemand(Mapping[str, object]):
    """Names whose values are built when they are first asked for: a cell uses a few of the form's hundreds."""

    def __init__(self, builders: Mapping[str, Callable[[], object]]) -> None:
        self._builders = builders
        self._built: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._built:
            self._built[name] = self._builders[name]()
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self._builders

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)


class Line(NamedTuple):
    """A line of the local statistics; printed by itself it is its amount."""

    item: Passage
    amount: Figure
    unit: str

    def __bool__(self) -> bool:
        return bool(self.amount)


class ProblemAndMeasure(NamedTuple):
    """A problem of section 五 and the measure against it."""

    problem: Passage
    measure: Passage


class Listing(Generic[T]):
    """A list whose members all look like `sample`, even where there are none this year."""

    __slots__ = ("_members", "_sample")

    def __init__(self, members: Sequence[T], sample: T) -> None:
        self._members = tuple(members)
        self._sample = sample

    def __iter__(self) -> Iterator[T]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return self._members[place]


class LocalStatistics(Listing[Line]):
    """The open list of local statistics, also looked up by item: ``local["工作动态"]``.

    Every town has its own items, so one that a town does not report is a blank line and not an unknown name.
    """

    __slots__ = ("_label",)

    def __init__(self, lines: Sequence[Line], label: str) -> None:
        self._label = label
        super().__init__(lines, sample=self._blank(""))

    def __getitem__(self, place: int | slice | str) -> Line | tuple[Line, ...]:
        if not isinstance(place, str):
            return super().__getitem__(place)
        return next((line for line in self if line.item == Passage(place)), self._blank(place))

    def _blank(self, item: str) -> Line:
        return Line(Passage(item), Figure(None, state="blank", label=f"{self._label}/{item}"), "")


def members(value: object) -> Mapping[str, object]:
    """Return what may follow the dot behind a value, each with a value of its kind."""
    match value:
        case Namespace():
            return value._names  # noqa: SLF001 - a public attribute would hide a name of a format
        case Figure():
            return _FIGURE_NAMES
        case Line() | ProblemAndMeasure():
            return value._asdict()
        case Passage():
            return {"paragraphs": value.paragraphs}
    return {}


def sample(value: object) -> object:
    """Return what the members of a list look like, or ``None`` where that is unknown."""
    match value:
        case Listing():
            return value._sample  # noqa: SLF001 - a public attribute would be one in templates, too
        case tuple() if value:
            return value[0]
    return None
