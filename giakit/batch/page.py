"""The index page of a year: every organ with its status, findings and files, for the office, on one offline page.

Everything is escaped by Jinja, and the page's own policy lets no other script or style act than the two it was made
with. Without scripts it is a plain table, those first that ask for work.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from markupsafe import Markup

from giakit.batch.manifest import NAME as MANIFEST
from giakit.batch.page_likeness import describe_likeness
from giakit.content.html import environment
from giakit.findings import SEVERITIES, Finding
from giakit.language import speaking

if TYPE_CHECKING:
    from jinja2 import Template

    from giakit.batch.manifest import Change, Changed, Manifest, ManifestEntry, Release
    from giakit.findings import Message
    from giakit.likeness import Likeness
    from giakit.outputs import ReportRecord


Status = Literal["timed_out", "failed", "refused", "draft", "pending", "done", "sealed"]

# In the order of the page
STATUSES: dict[Status, str] = {
    "timed_out": "超时",
    "failed": "运行失败",
    "refused": "未通过核对",
    "draft": "草稿",
    "pending": "待更正",
    "done": "已完成",
    "sealed": "已签发",
}
_CHANGES: dict[Change, str] = {
    "new": "新增",
    "outcome": "状态改变",
    "released": "新签发",
    "rendered": "有更新",
    "no_longer_published": "不再列出",
}
_MARKS = {"kept": "较早的一版仍在公布", "warning": "有提醒", "changed": "有变化"}
# Other files are linked by their path, on demand
_FILES = {
    "public/report.html": "HTML",
    "public/report.pdf": "PDF",
    "public/report.docx": "Word",
    "public/fragment.html": "网页片段",
    "public/poster.png": "图解",
    "public/data.json": "数据",
    "public/changes.csv": "更正对照表",
    "internal/changes.csv": "更正对照表（含单元格）",
    "internal/findings.json": "核对结果",
    "internal/annual_report.ipynb": "笔记本",
    "findings.json": "核对结果",
    "annual_report.ipynb": "笔记本",
    "traceback.txt": "程序出错记录",
}
_DATA = {"public/values.csv": "CSV 表", "public/datapackage.json": "数据说明"}
_FILE_ORDER = {path: place for place, path in enumerate(_FILES)}
_MOST_OPEN = 5  # of what stands above the table; more is shown on demand
_HERE = Path(__file__).parent


def render_index(manifest: Manifest, changes: Sequence[Changed], likeness: Likeness | None = None) -> bytes:
    """Return the index page of a year.

    Parameters
    ----------
    manifest
        What stands in the outputs; links are relative to the year's folder.
    changes
        What the last run changed, see `giakit.batch.manifest.compare_manifests`.
    likeness
        Whose texts are alike; where it is not given, the page does not speak of it.
    """
    by_organ = {each.organ: each for each in changes}
    rows = sorted(
        (Row(entry, by_organ.get(entry.organ), manifest.notices.get(entry.organ)) for entry in manifest.reports),
        key=lambda row: (row.rank, row.organ),
    )
    with speaking("zh"):
        page = _template().render(
            year=manifest.year,
            rows=rows,
            statuses=STATUSES,
            views=_views(rows),
            findings=_total_findings(rows),
            changes=_count_changes(changes),
            gone=[each.organ for each in changes if each.change == "no_longer_published"],
            unreadable=manifest.unreadable,
            data=[Link(f"./{quote(file.path)}", _DATA[file.path], minor=False) for file in manifest.data],
            manifest=MANIFEST,
            most_open=_MOST_OPEN,
            likeness=likeness and describe_likeness(likeness, {each.organ: each.name for each in manifest.reports}),
        )
    return page.encode()


@dataclass(frozen=True)
class Link:
    """A file of a report, relative to the page; a `minor` one is shown on demand."""

    href: str
    label: str
    minor: bool


@dataclass(frozen=True)
class Row:
    """What the page says about one organ."""

    entry: ManifestEntry
    changed: Changed | None
    notice: Message | None

    @property
    def organ(self) -> str:
        """The organ's key."""
        return self.entry.organ

    @cached_property
    def last(self) -> ReportRecord:
        """The record of the last attempt."""
        record = self.entry.failure or self.entry.published
        assert record is not None  # noqa: S101 - an entry has one of them
        return record

    @cached_property
    def status(self) -> Status:
        """How the last attempt ended, and how far a report that is done has come."""
        if self.last.outcome != "done":
            return self.last.outcome
        if self.entry.releases:
            return "pending" if self.notice or self.entry.correction else "sealed"
        return "draft" if self.last.draft else "done"

    @property
    def rank(self) -> int:
        """The place of the status on the page."""
        return tuple(STATUSES).index(self.status)

    @property
    def kept(self) -> bool:
        """Whether an older version stays published although the last attempt failed."""
        return bool(self.entry.failure and self.entry.published)

    @cached_property
    def counts(self) -> tuple[int | None, ...]:
        """How many findings there are of each severity; ``None`` where the last attempt did not come to count them.

        A refusal holds what stops publication and nothing else.
        """
        if self.last.outcome == "refused":
            return len(self.last.problems), None, None
        known = self.last.findings if self.last.outcome == "done" else {}
        return tuple(known.get(severity) for severity in SEVERITIES)

    @property
    def change(self) -> str:
        """What the last run changed."""
        if self.changed and self.changed.change == "outcome" and self.changed.before:
            return f"原为{STATUSES[self.changed.before]}"
        return _CHANGES[self.changed.change] if self.changed else ""

    @property
    def tags(self) -> list[str]:
        """By what the row can be filtered: its status, then what else holds of it."""
        holds = {"kept": self.kept, "warning": self.counts[1], "changed": self.changed}
        return [self.status, *(mark for mark in _MARKS if holds[mark])]

    @cached_property
    def published(self) -> list[Link]:
        """The files to publish."""
        return _links(self.entry.published, self.entry.folder, public=True)

    @cached_property
    def internal(self) -> list[Link]:
        """What the last attempt left for the office."""
        if self.entry.failure:
            return _links(self.entry.failure, self.entry.failure_folder, public=False)
        return self.kept_internal

    @property
    def correction(self) -> list[Link]:
        """The files of the open correction."""
        return _links(self.entry.correction, self.entry.correction_folder, public=True)

    @property
    def correction_internal(self) -> list[Link]:
        """What the open correction left for the office."""
        return _links(self.entry.correction, self.entry.correction_folder, public=False)

    @property
    def releases(self) -> list[tuple[Release, list[Link]]]:
        """The versions that were released, the newest first, each with its files where a later one replaced it."""
        return [(each, _links(each.record, each.folder, public=True)) for each in reversed(self.entry.releases)]

    @property
    def kept_internal(self) -> list[Link]:
        """What the published version left for the office."""
        return _links(self.entry.published, self.entry.folder, public=False)


def _links(record: ReportRecord | None, folder: str, *, public: bool) -> list[Link]:
    """Return the links to a record's files, known ones first and in their order."""
    if record is None:
        return []
    paths = [file.path for file in record.outputs if file.path.startswith("public/") == public]
    base = "./" + quote(folder)  # the dot keeps a folder from being taken for the name of a host
    return [
        Link(f"{base}/{quote(path)}", _FILES.get(path) or path.removeprefix("public/"), path not in _FILES)
        for path in sorted(paths, key=lambda path: (_FILE_ORDER.get(path, len(_FILES)), path))
    ]


def _views(rows: Sequence[Row]) -> list[tuple[str, str, int]]:
    """Return tag, label and number of rows of everything the page can be narrowed down to."""
    count = Counter(tag for row in rows for tag in row.tags)
    labels = [*reversed(STATUSES.items()), *_MARKS.items()]
    return [("all", "全部", len(rows)), *((tag, label, count[tag]) for tag, label in labels if count[tag])]


def _total_findings(rows: Iterable[Row]) -> list[int]:
    counts = [row.counts for row in rows]
    return [sum(each[column] or 0 for each in counts) for column in range(len(SEVERITIES))]


def _count_changes(changes: Iterable[Changed]) -> list[tuple[str, int]]:
    count = Counter(each.change for each in changes)
    return [(label, count[change]) for change, label in _CHANGES.items() if count[change]]


@cache
def _template() -> Template:
    """Return the page's template with its style and script, and with their hashes for the page's policy."""
    made = environment([_HERE])
    style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    made.globals.update(
        style=Markup(style),  # noqa: S704 - a file of this package
        script=Markup(script),  # noqa: S704 - a file of this package
        style_hash=_policy_hash(style),
        script_hash=_policy_hash(script),
    )
    made.tests["finding"] = lambda problem: isinstance(problem, Finding)
    return made.get_template("page.html.j2")


def _policy_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
