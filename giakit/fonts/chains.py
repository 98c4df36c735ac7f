"""Which face prints which part of a report, and which one steps in for a character that it lacks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from giakit.fonts.bundled import FAMILIES, Face, font_path, metrics
from giakit.fonts.opentype import Metrics, is_invisible, read_any_metrics
from giakit.statistics import Record

Choice = Literal["bundled", "official"]
Role = Literal["title", "body", "subheading", "heading", "table", "drawing"]


class _Plan(Record):
    """A role in ``chains.toml``."""

    name: str
    official: tuple[str, ...]
    stands_in: Face
    outlined: bool


class _Plans(Record):
    """The whole of ``chains.toml``."""

    rare: tuple[str, ...]
    roles: dict[Role, _Plan]


@dataclass(frozen=True)
class Typeface:
    """A face of this machine; `index` is its place in a file of several."""

    family: str
    path: Path
    index: int = 0
    bundled: Face | None = None

    @property
    def metrics(self) -> Metrics:
        """What the face holds."""
        return metrics(self.bundled) if self.bundled else _read_once(self.path, self.index)


@dataclass(frozen=True)
class Chain:
    """The faces of a role, in the order in which they are asked for a character.

    Attributes
    ----------
    name
        What the standard calls the face, e.g. 小标宋.
    official
        The families that serve the role as the standard asks, the best first.
    outlined
        Whether the first face is a lighter one than the role asks for.
    """

    role: Role
    name: str
    official: tuple[str, ...]
    faces: tuple[Typeface, ...]
    outlined: bool
    _advances: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)
    _found: dict[str, Typeface | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def stands_in(self) -> bool:
        """Whether a bundled face serves the role, as none of its official faces does."""
        return bool(self.official) and self.faces[0].bundled is not None

    def face_for(self, character: str) -> Typeface | None:
        """Return the face that prints a character; what prints nothing by nature needs none but the first."""
        if character not in self._found:
            self._found[character] = self._find_face(character)
        return self._found[character]

    def _find_face(self, character: str) -> Typeface | None:
        if is_invisible(character):
            return self.faces[0]
        return next((face for face in self.faces if face.metrics.glyph(character)), None)

    def width(self, text: str) -> float:
        """Return the width of a line of text in em, before punctuation is squeezed."""
        return sum(self._advances.get(each) or self._advance(each) for each in text)

    def _advance(self, character: str) -> float:
        face = self.face_for(character) or self.faces[0]
        advance = self._advances[character] = face.metrics.advance(character)
        return advance


@cache
def load_chains(choice: Choice = "bundled") -> dict[Role, Chain]:
    """Return the faces of every role on this machine.

    Parameters
    ----------
    choice
        ``official`` asks for the faces that the standard names, as far as the machine has them.

    Raises
    ------
    PrerequisiteError
        If a bundled face is not installed.
    """
    found = _system_faces() if choice == "official" else {}
    plans = _plans()
    rare = _those_of(plans.rare, found)
    return {role: _chain(role, plan, found, rare) for role, plan in plans.roles.items()}


def _chain(role: Role, plan: _Plan, found: dict[str, Typeface], rare: list[Typeface]) -> Chain:
    official = _those_of(plan.official, found)[:1]
    bundled = sorted(FAMILIES, key=lambda face: face != plan.stands_in)
    own = [Typeface(FAMILIES[face], font_path(face), bundled=face) for face in bundled]
    return Chain(role, plan.name, plan.official, (*official, *own, *rare), plan.outlined and not official)


def _those_of(families: tuple[str, ...], found: dict[str, Typeface]) -> list[Typeface]:
    return [found[family.casefold()] for family in families if family.casefold() in found]


def _system_faces() -> dict[str, Typeface]:
    """Return the upright face nearest to the regular weight of every family that this machine has."""
    import typst

    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).fonts()
    upright = [each for each in found if each.style == "normal" and each.path]
    upright.sort(key=lambda each: (abs(each.weight - 400), str(each.path)), reverse=True)
    return {each.family.casefold(): Typeface(each.family, Path(str(each.path)), each.index) for each in upright}


@cache
def _read_once(path: Path, index: int) -> Metrics:
    return read_any_metrics(path, index)


@cache
def _plans() -> _Plans:
    return _Plans.model_validate(tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))
