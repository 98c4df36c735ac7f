"""The language of messages: English in the source, Chinese from the catalogue in ``giakit/locale``.

``GIAKIT_LANG`` (``zh`` or ``en``) decides where it is set. Without it the command line follows the locale, and
notebooks speak Chinese, so that an executed notebook does not depend on the machine that ran it.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["zh", "en"]

LOCALE_DIR = Path(__file__).parent / "locale"

_chosen: ContextVar[Language | None] = ContextVar("giakit_language", default=None)


def current() -> Language:
    """Return the language chosen for this context, else that of ``GIAKIT_LANG``, else Chinese."""
    return _chosen.get() or _environment_choice() or "zh"


def use(language: Language) -> None:
    """Choose the language of every message rendered from here on in this context."""
    _chosen.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Choose the language for the enclosed block."""
    before = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(before)


def from_locale() -> Language:
    """Return the language a command line should speak: ``GIAKIT_LANG``, else that of the POSIX locale."""
    chosen = _environment_choice()
    if chosen:
        return chosen
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def translate(msgid: str, /, **args: object) -> str:
    """Return `msgid` in the current language with `args` filled in; arguments that are `Text` are rendered too."""
    template = _catalogue(current()).gettext(msgid)
    return template.format(**args) if args else template


@dataclass(frozen=True)
class Text:
    """A message that waits for its language: an English template and what fills it.

    Rendering happens in ``str()``, so one finding reads Chinese in the notebook and English on an English terminal.
    """

    msgid: str
    args: Mapping[str, object] = field(default_factory=dict)

    def __init__(self, msgid: str, /, **args: object) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "args", args)

    def __str__(self) -> str:
        return translate(self.msgid, **self.args)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_text, (self.msgid, dict(self.args))


def _rebuild_text(msgid: str, args: dict[str, object]) -> Text:
    return Text(msgid, **args)


def _environment_choice() -> Language | None:
    value = os.environ.get("GIAKIT_LANG", "").strip().lower()[:2]
    return next((known for known in get_args(Language) if known == value), None)


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("messages", LOCALE_DIR, languages=["zh_CN"], fallback=True)
