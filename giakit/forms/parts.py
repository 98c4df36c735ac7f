"""A package being changed: parts by name, their content types and relationships."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass, field

from giakit.forms.package import Package
from giakit.forms.splice import Splice, xml_attribute

_TYPES = "[Content_Types].xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_NO_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass
class Parts:
    """The parts of a package, changed and new ones over those of the file."""

    package: Package
    _changed: dict[str, bytes] = field(default_factory=dict)

    def __getitem__(self, name: str) -> bytes:
        return self._changed[name] if name in self._changed else self.package.archive.read(name)

    def __setitem__(self, name: str, data: bytes) -> None:
        self._changed[name] = data

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, new ones last."""
        known = self.package.archive.namelist()
        return (*known, *(name for name in self._changed if name not in known))

    def __contains__(self, name: object) -> bool:
        return name in self._changed or name in self.package.names

    def add(self, pattern: str, content_type: str, data: bytes) -> str:
        """Add a part under the first free name of a pattern such as ``xl/comments{}.xml`` and return the name."""
        taken = {name.casefold() for name in self.names}
        numbers = range(1, len(taken) + 2)
        name = next(name for number in numbers if (name := pattern.format(number)).casefold() not in taken)
        self[name] = data
        types = Splice(self[_TYPES])
        prefix = types.root.prefix
        attributes = f"PartName={xml_attribute('/' + name)} ContentType={xml_attribute(content_type)}"
        types.append(types.root, f"<{prefix}Override {attributes}/>")
        self[_TYPES] = types.result()
        return name

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part point to another, and return the relationship's id."""
        folder, name = posixpath.split(part)
        location = posixpath.join(folder, "_rels", f"{name}.rels")
        relations = Splice(self[location]) if location in self else Splice(_NO_RELATIONS)
        taken = {node.get("Id") for node in relations.root.children}
        number = next(number for number in range(1, len(taken) + 2) if f"rIdCheck{number}" not in taken)
        attributes = f'Id="rIdCheck{number}" Type="{_OFFICE}{kind}" Target={xml_attribute("/" + target)}'
        relations.append(relations.root, f"<{relations.root.prefix}Relationship {attributes}/>")
        self[location] = relations.result()
        return f"rIdCheck{number}"

    def related(self, part: str, kind: str) -> str | None:
        """Return the part of the file that a part points to by a relationship of this kind."""
        found = (target for each, target in self.package.relations(part).values() if each == kind)
        return next(found, None)

    def pack(self) -> bytes:
        """Return the package; the same parts give the same bytes."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self.names:
                info = zipfile.ZipInfo(name, _MOMENT)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                archive.writestr(info, self[name])
        return packed.getvalue()
