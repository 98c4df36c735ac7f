"""The workbooks of a batch: what each holds, read once, and not at all where it is known from the last run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from giakit.batch.manifest import Unreadable
from giakit.digests import digest_of
from giakit.errors import WorkbookError
from giakit.findings import frozen
from giakit.language import Text
from giakit.outputs import Outputs
from giakit.provenance import package_digest
from giakit.source_plan import FormSummary, pack_form
from giakit.statistics import Record

INDEX = ".workbooks.json"


class WorkbookContents(Record):
    """The forms of a workbook and the SHA-256 of its file; `unreadable` says why there are none."""

    sha256: str
    forms: tuple[FormSummary, ...] = ()
    unreadable: Unreadable | None = None


WorkbookRead = tuple[WorkbookContents, dict[str, bytes]]
ReadAll = Callable[[Callable[[Path], WorkbookRead], Sequence[Path]], Iterable[WorkbookRead]]  # as `map` does


class _Index(Record):
    """What is known of workbooks by file name, as read by one version of giakit."""

    giakit: str = ""
    workbooks: dict[str, WorkbookContents] = Field(default_factory=dict)


@dataclass
class Shelf:
    """The workbooks of a batch.

    Only summaries are kept between runs: whatever a report prints is always read from the workbook itself.

    Attributes
    ----------
    read_all
        What applies a function to all workbooks that are to be read.
    """

    outputs: Outputs
    read_all: ReadAll = map
    _known: dict[Path, WorkbookContents] = field(default_factory=dict)
    _packed: dict[str, bytes] = field(default_factory=dict)
    _news: bool = False

    def look_up(self, paths: Iterable[Path]) -> list[Path]:
        """Take what the last run knew of workbooks that are the same as then; return those that must be read."""
        index = self._read_index()
        unknown = []
        for path in dict.fromkeys(paths):
            entry = index.workbooks.get(path.name)
            if entry and entry.sha256 == digest_of(path.read_bytes()):
                self._known[path] = entry
            else:
                unknown.append(path)
        return unknown

    def read(self, paths: Sequence[Path]) -> None:
        """Read workbooks, with all their forms."""
        self._news = self._news or bool(paths)
        for path, (contents, packed) in zip(paths, self.read_all(read_contents, paths), strict=True):
            self._known[path] = contents
            self._packed |= packed

    def contents(self, path: Path) -> WorkbookContents:
        """Return what is known of a workbook."""
        return self._known[path]

    def fetch(self, forms: Iterable[FormSummary], paths: Iterable[Path]) -> dict[str, bytes]:
        """Return packed forms by digest, reading the workbooks among `paths` that hold them where need be."""
        missing = {form.digest for form in forms} - self._packed.keys()
        holders = [path for path in paths if missing & {form.digest for form in self._known[path].forms}]
        self.read(list(dict.fromkeys(holders)))
        return self._packed

    def drop(self, form: FormSummary) -> None:
        """Let go of a packed form."""
        self._packed.pop(form.digest, None)

    def remember(self) -> None:
        """Write down what is known for the next run, if anything had to be read."""
        if not self._news:
            return
        kept = self._read_index().workbooks | {path.name: contents for path, contents in self._known.items()}
        index = _Index(giakit=package_digest(), workbooks=dict(sorted(kept.items())))
        self.outputs.write_page(INDEX, index.model_dump_json(exclude_defaults=True).encode())

    def _read_index(self) -> _Index:
        content = self.outputs.read_page(INDEX)
        try:
            index = _Index.model_validate_json(content or b"{}")
        except ValueError:
            return _Index()
        return index if index.giakit == package_digest() else _Index()


def read_contents(path: Path) -> WorkbookRead:
    """Read a workbook: what it holds, and its forms packed by digest."""
    from giakit.forms.read import read_workbook  # with all that is known of forms; known workbooks are not read

    sha256 = digest_of(path.read_bytes())
    try:
        forms = read_workbook(path).forms
    except WorkbookError as error:
        problems = tuple(frozen(problem) for problem in error.problems)
        unreadable = Unreadable(workbook=path.name, problems=problems)
        return WorkbookContents(sha256=sha256, unreadable=unreadable), {}
    summaries, packed = [], {}
    for form in forms:
        content = form.model_dump_json()
        summaries.append(FormSummary.of(form, content))
        packed[summaries[-1].digest] = pack_form(content)
    return WorkbookContents(sha256=sha256, forms=tuple(summaries)), packed


def unreadable_forms(contents: Iterable[WorkbookContents]) -> Iterator[Unreadable]:
    """Yield the workbooks and sheets that no report can be made of."""
    for each in contents:
        if each.unreadable:
            yield each.unreadable
        for form in each.forms:
            if form.year is None:
                yield Unreadable(workbook=form.workbook, sheet=form.sheet, problems=form.findings)
            elif not form.key:
                problem = frozen(Text("the organ's key is blank; enter it behind 机关标识"))
                yield Unreadable(workbook=form.workbook, sheet=form.sheet, problems=(problem,))
