"""Bring the message catalogue in step with the package: `python catalogue.py`, or `--check` to be told what is not.

Messages are the literal first arguments of `Text(…)` and `translate(…)`, and of `_(…)` in templates. A message that
is gone leaves the catalogue. What click looks up by itself is marked `#. click` and stays while click has it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po
from jinja2 import Environment, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PACKAGE = Path(__file__).resolve().parents[2] / "giakit"
PO = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
OWN = {"Text", "translate"}
GETTEXT = {"_", "gettext", "ngettext"}
FIELD = re.compile(r"\{(\w*)[^{}]*\}|(%\(\w+\)s)")


class Call(NamedTuple):
    """A call for a translation; without a msgid where it is computed, without arguments where `**` hides them."""

    module: str
    line: int
    msgid: str | tuple[str, str] | None
    arguments: frozenset[str] | None
    code: str = ""


class FixedCatalog(Catalog):
    """A catalogue whose head tells no time and no tool, so that the same messages give the same bytes."""

    mime_headers = property(
        lambda self: [
            ("Language", "zh_CN"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ],
        lambda _self, _value: None,
    )


def calls(folder: Path, names: set[str]) -> Iterator[Call]:
    """Yield every call of one of `names` in the modules of a folder."""
    for path in sorted(folder.rglob("*.py")):
        module = path.relative_to(folder.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield Call(module, node.lineno, msgid_of(node), named_arguments(node), ast.unparse(node))


def template_calls(folder: Path) -> Iterator[Call]:
    """Yield every call of `_` in the templates of a folder."""
    for path in sorted(folder.rglob("*.j2")):
        for node in Environment(autoescape=True).parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(node.node, nodes.Name) and node.node.name == "_":
                msgid = node.args[0].value if isinstance(node.args[0], nodes.Const) else None
                arguments = frozenset(keyword.key for keyword in node.kwargs)
                yield Call(path.relative_to(folder.parent).as_posix(), node.lineno, msgid, arguments)


def package_calls() -> list[Call]:
    """Return every call for a translation in the package."""
    return [*calls(PACKAGE, OWN), *template_calls(PACKAGE)]


def msgid_of(node: ast.Call) -> str | tuple[str, str] | None:
    """Return the literal message of a call, both forms of it for `ngettext`."""
    literals = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if isinstance(node.func, ast.Name) and node.func.id == "ngettext":
        return (literals[0], literals[1]) if len(literals) > 1 else None
    return literals[0] if literals and isinstance(node.args[0], ast.Constant) else None


def named_arguments(node: ast.Call) -> frozenset[str] | None:
    """Return the names of a call's keyword arguments, or nothing where `**` hides them."""
    names = [keyword.arg for keyword in node.keywords]
    return None if None in names else frozenset(name for name in names if name)


def fields(text: str) -> set[str]:
    """Return the names of the placeholders in a message."""
    return {braced or percent for braced, percent in FIELD.findall(text)}


def read_catalogue() -> Catalog:
    """Return the catalogue as it is written; empty where there is none."""
    catalogue = FixedCatalog(locale="zh_CN")
    if PO.exists():
        PoFileParser(catalogue).parse(PO.read_text(encoding="utf-8").splitlines())
    return catalogue


def merge(old: Catalog, used: Iterable[Call]) -> Catalog:
    """Return the catalogue of the messages in use, and of click's, with the translations that are there."""
    new = FixedCatalog(locale="zh_CN", header_comment="# Chinese messages of giakit.", fuzzy=False)
    for call in sorted(used, key=lambda call: (call.module, call.line)):
        if call.msgid:
            prior = old.get(call.msgid) or Message(call.msgid)
            new.add(call.msgid, prior.string, [(call.module, 1)], prior.flags, user_comments=prior.user_comments)
    for message in old:
        if "click" in message.auto_comments:
            new[message.id] = message
    return new


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue as gettext reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def written(catalogue: Catalog) -> bytes:
    """Return the catalogue as people read it: without line numbers, which change daily, and without line breaks."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    return buffer.getvalue()


def call_problems(used: Iterable[Call]) -> Iterator[str]:
    """Yield every call whose message cannot be extracted or does not get what its placeholders name.

    A call may pass on a msgid that is declared elsewhere, and a `Text` without arguments may be a pattern for others.
    """
    for call in used:
        if call.msgid is None and not re.match(r"\w+\((\w+\.)?msgid\b", call.code):
            yield f"{call.module}:{call.line}: the message is not a literal"
        elif isinstance(call.msgid, str) and call.arguments and not fields(call.msgid) <= call.arguments:
            yield f"{call.module}:{call.line}: {call.msgid!r} is given {sorted(call.arguments)}"


def message_problems(catalogue: Catalog) -> Iterator[str]:
    """Yield every message that is untranslated, fuzzy, or whose translation names other figures."""
    for message in catalogue:
        forms = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string or [""]
        if not message.id:
            continue
        if not all(strings):
            yield f"untranslated: {message.id!r}"
        elif message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        elif any(fields(string) != fields(forms[-1]) for string in strings):
            yield f"placeholders differ: {message.id!r}"


def click_problems(catalogue: Catalog) -> Iterator[str]:
    """Yield the strings of click that click does not have, as after a new version of it."""
    known = {call.msgid for call in calls(Path(click.__file__).parent, GETTEXT)}
    for message in catalogue:
        if "click" in message.auto_comments and message.id not in known:
            yield f"not in click: {message.id!r}"


def problems() -> Iterator[str]:
    """Yield everything that keeps the catalogue from being in step with the package."""
    used = package_calls()
    catalogue = merge(read_catalogue(), used)
    yield from call_problems(used)
    yield from message_problems(catalogue)
    yield from click_problems(catalogue)
    if not PO.exists() or PO.read_bytes() != written(catalogue):
        yield f"{PO.name} is not what `make messages` writes"
    if not MO.exists() or MO.read_bytes() != compiled(catalogue):
        yield f"{MO.name} is not what `make messages` compiles"


def main() -> int:
    """Write the catalogue, or with `--check` leave it as it is; tell what is wrong with it."""
    if sys.argv[1:] != ["--check"]:
        catalogue = merge(read_catalogue(), package_calls())
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(written(catalogue))
        MO.write_bytes(compiled(catalogue))
    found = list(problems())
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
