"""What every test may ask for."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


# Whoever starts the tests in the background may have had Ctrl-C ignored; every process started here would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the checkout: the folder of pyproject.toml."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def _own_language() -> Iterator[None]:
    """Let no test, and no fixture of a whole module, inherit the language of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("GIAKIT_LANG", raising=False)
        yield
