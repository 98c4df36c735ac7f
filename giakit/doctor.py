"""What giakit finds on this machine, what is missing, and the command that mends it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from giakit.content.plain import display_width
from giakit.errors import PrerequisiteError
from giakit.fonts import FAMILIES, font_path, load_chains
from giakit.lab import INSTALL
from giakit.language import Text, translate

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from giakit.fonts import Chain

_GROUPS = ("nbconvert.exporters", "papermill.engine")

# What brings 仿宋, 楷体 and 黑体 to a system; no command brings 小标宋, which its maker sells
_MORE_FACES = {
    "Linux": "apt install texlive-lang-chinese",
    "Windows": "DISM /Online /Add-Capability /CapabilityName:Language.Fonts.Hans~~~und-HANS~0.0.1.0",
}

_NAMED = 4  # families of a role that a line names; chains.toml has them all


@dataclass(frozen=True)
class Examined:
    """One thing that was looked at.

    Attributes
    ----------
    found
        What is there, or what is wrong with it.
    remedy
        The command or the step that mends it, where there is one.
    needed
        Whether giakit cannot do its work as it is.
    """

    topic: Text
    name: str
    found: Text | str
    remedy: Text | str = ""
    needed: bool = False


def examine() -> list[Examined]:
    """Look at Python, libraries, engines and typefaces of this machine."""
    return [*_python(), *_libraries(), *_engines(), *_lab(), *_bundled_faces(), *_roles()]


def describe(examined: Sequence[Examined]) -> Iterator[str]:
    """Yield the lines to show a person: a heading a topic, a line a thing, what mends it below."""
    topic = ""
    for each in examined:
        if str(each.topic) != topic:
            topic = str(each.topic)
            yield topic
        width = max(display_width(other.name) for other in examined if other.topic == each.topic)
        mark = "✗" if each.needed else " "
        yield f"{mark} {each.name}{' ' * (width - display_width(each.name))}  {each.found}"
        if each.remedy:
            yield f"    → {each.remedy}"


def _python() -> Iterator[Examined]:
    topic = Text("System")
    yield Examined(topic, "giakit", metadata.version("giakit"))
    yield Examined(topic, "Python", f"{platform.python_version()} {sys.executable}")
    yield Examined(topic, translate("System"), f"{platform.system()} {platform.machine()}")


def _libraries() -> Iterator[Examined]:
    """Compare every library that giakit asks for with the one that is installed."""
    for asked in _asked():
        wrong, found = _compare(asked)
        remedy = f'pip install "{asked.name}{asked.specifier}"' if wrong else ""
        yield Examined(Text("Libraries"), asked.name, found, remedy, needed=wrong)


def _lab() -> Iterator[Examined]:
    """Do the same with what only ``giakit lab`` asks for; what is missing stops nothing else."""
    for asked in _asked("lab"):
        wrong, found = _compare(asked)
        yield Examined(Text("JupyterLab (giakit lab)"), asked.name, found, INSTALL if wrong else "")


def _asked(extra: str = "") -> Iterator[Requirement]:
    """Yield what giakit asks for, or what one of its extras adds to that."""
    from packaging.requirements import Requirement

    for asked in map(Requirement, sorted(metadata.requires("giakit") or [])):
        always = asked.marker is None or asked.marker.evaluate({"extra": ""})
        wanted = asked.marker is None or asked.marker.evaluate({"extra": extra})
        if wanted and always is not bool(extra):
            yield asked


def _compare(asked: Requirement) -> tuple[bool, Text | str]:
    """Return whether a library is missing or of a wrong version, and what there is."""
    try:
        found = metadata.version(asked.name)
    except metadata.PackageNotFoundError:
        return True, Text("is not installed")
    if asked.specifier.contains(found, prereleases=True):
        return False, found
    return True, Text("{found}, but giakit needs {expected}", found=found, expected=asked.specifier)


def _engines() -> Iterator[Examined]:
    """Load what giakit adds to nbconvert and papermill, and look for the kernel that notebooks name."""
    topic = Text("Engines")
    for entry in sorted(metadata.distribution("giakit").entry_points, key=lambda each: (each.group, each.name)):
        if entry.group not in _GROUPS:
            continue
        try:
            entry.load()
        except (ImportError, AttributeError) as error:
            remedy = "pip install --force-reinstall --no-deps giakit"
            yield Examined(topic, entry.name, Text("cannot be loaded: {reason}", reason=error), remedy, needed=True)
        else:
            yield Examined(topic, entry.name, entry.value)
    yield _kernel(topic)


def _kernel(topic: Text) -> Examined:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Examined(
            topic, "python3", Text("Jupyter has no such kernel"), "python -m ipykernel install --user", needed=True
        )
    return Examined(topic, "python3", spec.resource_dir)


def _bundled_faces() -> Iterator[Examined]:
    topic = Text("Bundled typefaces")
    for face, family in FAMILIES.items():
        try:
            yield Examined(topic, family, str(font_path(face)))
        except PrerequisiteError as error:
            yield Examined(topic, family, Text("is not installed"), str(error), needed=True)


def _roles() -> Iterator[Examined]:
    """Say which face prints what with ``fonts: official``; missing ones stop nothing."""
    try:
        chains = load_chains("official")
    except PrerequisiteError:
        return  # said above
    for chain in chains.values():
        if chain.official:
            yield _role(chain)


def _role(chain: Chain) -> Examined:
    topic = Text("Typefaces of official documents (fonts: official)")
    face = chain.faces[0]
    if not chain.stands_in:
        return Examined(topic, chain.name, f"{face.family} {face.path}")
    found = Text("not on this machine; {face} stands in", face=face.family)
    families = "、".join(chain.official[:_NAMED])
    command = _MORE_FACES.get(platform.system(), "")
    if chain.role == "title" or not command:
        return Examined(topic, chain.name, found, Text("install one of {families}", families=families))
    remedy = Text("{command} (or one of {families})", command=command, families=families)
    return Examined(topic, chain.name, found, remedy)
