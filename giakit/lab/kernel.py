"""The kernel that ``giakit lab`` offers."""

from __future__ import annotations

from jupyter_client.kernelspec import KernelSpecManager


class ThisPython(KernelSpecManager):
    """Offers the kernel of this Python alone.

    A kernel that another Python once registered as `python3` would come first otherwise, and cannot import giakit.
    """

    def _kernel_dirs_default(self) -> list[str]:
        return []
