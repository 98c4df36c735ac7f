"""matplotlib, imported by the warm parent but ready to be imported again.

matplotlib looks at its surroundings while it is imported: at ``MPLBACKEND``, and for a ``matplotlibrc`` in the working
directory. So a child finds it not imported yet. When it imports it, it gets the modules that are there already, after
a look at the child's own surroundings.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from copy import copy
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_NAME = "matplotlib"


def put_away() -> None:
    """Make this process, and what is forked from it, import matplotlib once more."""
    from matplotlib.backends.registry import backend_registry

    backend_registry.list_all()  # type: ignore[no-untyped-call] # looks through all installed packages for backends, which takes long and is kept
    sys.meta_path.insert(0, _Matplotlib())


class _Matplotlib(MetaPathFinder, Loader):
    """Finds matplotlib where it was put away."""

    def __init__(self) -> None:
        names = [name for name in sys.modules if name.partition(".")[0] == _NAME]
        self._modules = {name: sys.modules.pop(name) for name in names}
        self._package: Any = self._modules.pop(_NAME)
        self._spec: ModuleSpec = self._package.__dict__["__spec__"]
        self._settings_file = self._package.matplotlib_fname()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the interface's
        target: ModuleType | None = None,  # noqa: ARG002 - the interface's
    ) -> ModuleSpec | None:
        """Say where the package itself comes from; its modules are there with it."""
        if fullname != _NAME:
            return None
        spec: ModuleSpec = copy(self._spec)
        spec.loader = self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002 - the interface's
        """Return the package as it was put away."""
        return self._package  # type: ignore[no-any-return] # a module

    def exec_module(self, module: ModuleType) -> None:
        """Bring its modules back and do what importing it does that depends on the surroundings."""
        sys.meta_path.remove(self)
        module.__spec__ = self._spec
        sys.modules.update(self._modules)
        settings = self._package.rcParams
        if self._package.matplotlib_fname() != self._settings_file:
            settings.update(self._package.rc_params())
            self._package.rcParamsOrig.update(settings)
        if os.environ.get("MPLBACKEND"):
            settings["backend"] = os.environ["MPLBACKEND"]
