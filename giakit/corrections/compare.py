"""Two versions of a report side by side: figures by their identifier, words sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from giakit.content.correction import Correction, DeclaredCorrection, FigureChange, TextChange
from giakit.content.model import MEDIA_TYPE, ListBlock, Prose
from giakit.corrections.words import load_words
from giakit.exporters.document import PREAMBLE

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.exporters.document import Document

_SENTENCE = re.compile(r"[^。！？；]*[。！？；]+[”’）]*|[^。！？；]+")

Report = Mapping[str, Any]


def compare_reports(
    correction: Correction, before: tuple[Report, Document], after: tuple[Report, Document]
) -> DeclaredCorrection:
    """Find everything that a reader of the corrected report finds changed.

    Parameters
    ----------
    before, after
        Of either version what ``data.json`` says, see `giakit.corrections.baseline.parse_report`, and the document.
    """
    figures = tuple(_compare_figures(before[0], after[0]))
    texts = (*_compare_heads(before, after), *_compare_prose(before[1], after[1]))
    return DeclaredCorrection(**correction.model_dump(), figures=figures, texts=texts)


def declare_correction(notebook: NotebookNode, correction: DeclaredCorrection) -> None:
    """Let the executed notebook declare that it is a correction, so that every exporter prints the same of it."""
    declared = correction.model_dump(mode="json", exclude_defaults=True)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            content = output.get("data", {}).get(MEDIA_TYPE)
            if content and content["kind"] == "report":
                content["correction"] = declared


# ---- figures --------------------------------------------------------------------------------------------------------


def _compare_figures(before: Report, after: Report) -> Iterator[FigureChange]:
    """Yield the figures whose print differs, in the order of the form; one that a version lacks is shown as a dash."""
    old, new = _figures(before), _figures(after)
    absent = load_words()["absent"]
    for key in (*new, *(key for key in old if key not in new)):
        label = (new.get(key) or old[key])[0]
        shown = [version[key][1] if key in version else absent for version in (old, new)]
        if shown[0] != shown[1]:
            yield FigureChange(key=key, label=label, before=shown[0], after=shown[1])


def _figures(report: Report) -> dict[str, tuple[str, str]]:
    """Return label and print of every figure by its key; a local one goes by its name."""
    words = load_words()
    statutory = {
        each["key"]: each["label"] or words["labels"].get(each["key"], each["key"]) for each in report["values"]
    }
    return {
        **{each["key"]: (statutory[each["key"]], _shown(each)) for each in report["values"]},
        **{
            f"local/{each['item']}": (words["local"].format(item=each["item"]), _shown(each))
            for each in report["local"]
        },
    }


def _shown(figure: Report) -> str:
    if figure["amount"] is None:
        answer: str = load_words()["states"].get(figure["state"], figure["state"])
    else:
        answer = f"{figure['amount']}{figure['unit'] or ''}"
    return f"{answer}（{figure['note']}）" if figure["note"] else answer


# ---- words ----------------------------------------------------------------------------------------------------------


def _compare_heads(before: tuple[Report, Document], after: tuple[Report, Document]) -> Iterator[TextChange]:
    """Yield what changed of title, names, attachments and the box of metadata."""
    old, new = (dict(_heads(*version)) for version in (before, after))
    for place in dict.fromkeys((*new, *old)):
        if old.get(place, "") != new.get(place, ""):
            yield TextChange(place=place, before=old.get(place, ""), after=new.get(place, ""))


def _heads(report: Report, document: Document) -> Iterator[tuple[str, str]]:
    places = load_words()["places"]
    yield places["title"], report["title"]
    yield places["full_name"], report["organ"]["full_name"]
    yield places["attachments"], "；".join(document.declaration.attachments)
    for label, text in document.declaration.metadata:
        yield f"{places['metadata']}/{label}", text


def _compare_prose(before: Document, after: Document) -> Iterator[TextChange]:
    old, new = _prose(before), _prose(after)
    for place in dict.fromkeys((*new, *old)):
        yield from _compare_sentences(place, old.get(place, []), new.get(place, []))


def _prose(document: Document) -> dict[str, list[str]]:
    """Return the sentences of a document by section and topic."""
    found: dict[str, list[str]] = {}
    for piece in document.preamble:
        found.setdefault(PREAMBLE, []).extend(_sentences(piece))
    for section in document.form_sections:
        for said in (piece for piece in section.pieces if isinstance(piece, Prose)):
            place = "/".join(filter(None, (section.place.heading, said.topic)))
            found.setdefault(place, []).extend(_sentences(said))
    return found


def _sentences(prose: Prose) -> Iterator[str]:
    for block in prose.blocks:
        for inlines in block.items if isinstance(block, ListBlock) else (block.inlines,):
            yield from _SENTENCE.findall("".join(run.text for run in inlines))


def _compare_sentences(place: str, before: list[str], after: list[str]) -> Iterator[TextChange]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield TextChange(place=place, before="".join(before[start:end]), after="".join(after[new_start:new_end]))
