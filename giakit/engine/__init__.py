"""The papermill engine: every notebook in a fresh process, forked from a warm parent.

``papermill --engine giakit …`` finds `GiakitEngine` here by its entry point. Engines are loaded when they are first
asked for: papermill reads the entry points while it is being imported itself.
"""

from __future__ import annotations

from typing import Any

__all__ = ["GiakitEngine", "StockEngine"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as wide as the public names
    if name in __all__:
        import papermill.engines  # noqa: F401 - asks for one of these names itself; must be whole before the engine's own import

        from giakit.engine import managed

        return getattr(managed, name)
    raise AttributeError(f"module 'giakit.engine' has no attribute {name!r}")
