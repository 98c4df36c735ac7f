"""A further revision of the form is a further file: no code changes, and a report comes out in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import giakit

PACKAGE = Path(giakit.__file__).parent

# Written with the copied package, whose only change is the added file.
FILL = """
import sys
from pathlib import Path
from giakit import formats
from giakit.forms.write import write_workbook
from giakit.statistics import Entry, Problem, Statistics, Value

form = formats.for_year(2031)
assert form.revision == "2031"
facts = {"key": "河口镇", "full_name": "河口镇人民政府", "name": "河口镇", "level": "乡镇"}
texts = {f"work.{topic.id}": f"{topic.label}工作按计划完成" for topic in form.sections[0].topics}
entries = {**{f"organ.{key}": text for key, text in facts.items()}, **texts, "text.other_matters": "无"}
statistics = Statistics(
    year=2031,
    revision=form.revision,
    values=tuple(Value(key=leaf.key, amount=int(leaf.table.id == "answers"), unit=leaf.unit) for leaf in form.leaves),
    entries=tuple(Entry(key=key, text=text) for key, text in entries.items()),
    problems=(Problem(problem=Entry(key="p", text="更新慢"), measure=Entry(key="m", text="每周检查")),),
)
write_workbook(Path(sys.argv[1]), [statistics])
"""


CHANGES = [
    ('revision = "2021"', 'revision = "2031"'),
    ("first_year = 2021", "first_year = 2031"),
    ("〔2021〕30号", "〔2031〕8号"),
    (
        '{ id = "supervision", label = "监督保障" },',
        '{ id = "supervision", label = "监督保障" }, { id = "assistants", label = "智能问答" },',
    ),
    (
        '{ id = "publications", label = "3.要求提供公开出版物" },',
        """{ id = "publications", label = "3.要求提供公开出版物", rows = [
            { id = "books", label = "图书" }, { id = "papers", label = "报刊" }] },""",
    ),
    (
        'heading = "六、其他需要报告的事项"',
        """heading = "六、其他需要报告的事项"

[[sections]]
id = "answers"
numeral = "七"
heading = "七、智能问答情况"
table = "answers\"""",
    ),
    (
        "# ---- rules",
        """[[tables]]
id = "answers"
caption = "智能问答情况"

[[tables.bands]]
corner = "渠道"
columns = [
    { id = "asked", label = "提问", kind = "count", unit = "次" },
    { id = "answered", label = "答复", kind = "count", unit = "次" },
]
rows = [{ id = "web", label = "网站" }, { id = "phone", label = "热线" }]

# ---- rules""",
    ),
]


def third_revision() -> str:
    """Make a form of 2031 out of that of 2021: a new notice, a new topic, a deeper row, a new section with table."""
    text = (PACKAGE / "formats" / "2021.toml").read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def installation(tmp_path):
    """Copy the package and add the file; return the environment in which it is the installed one."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "lib" / "giakit", ignore=ignore)
    (tmp_path / "lib" / "giakit" / "formats" / "2031.toml").write_text(third_revision(), encoding="utf-8")
    project = tmp_path / "项目"
    for name in ("params", "notebooks"):
        (project / name).mkdir(parents=True)
    shutil.copy(PACKAGE.parent / "notebooks" / "annual_report.ipynb", project / "notebooks")
    return project, {**os.environ, "PYTHONPATH": str(tmp_path / "lib"), "GIAKIT_LANG": "en"}


def test_a_made_up_third_revision_renders_without_a_change_of_code(installation):
    project, environment = installation

    def run(*command: str) -> None:
        done = subprocess.run(
            [sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    run("-c", FILL, "params/河口镇.xlsx")
    (project / "params" / "河口镇.yaml").write_text(
        "town: 河口镇\nyear: 2031\nworkbook: params/河口镇.xlsx\n", encoding="utf-8"
    )
    run("-m", "giakit", "--debug", "render", "params/河口镇.yaml")
    public = project / "outputs" / "2031" / "河口镇" / "public"
    page = (public / "report.html").read_text(encoding="utf-8")
    for text in ("〔2031〕8号", "七、智能问答情况", "热线", "图书", "报刊"):
        assert text in page, text
    assert (public / "report.pdf").read_bytes().startswith(b"%PDF")
