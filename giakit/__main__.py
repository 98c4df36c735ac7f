"""``giakit`` and ``python -m giakit``: choose the language, then run the command line."""

from __future__ import annotations

import atexit
import gc
import gettext
import os
import sys

from giakit import language


def run() -> None:
    """Run the command line in the language of ``GIAKIT_LANG`` or the locale.

    The commands are imported after the choice, so that their help texts are in it; click's own words come through
    gettext's default domain, which follows ``LANGUAGE``.
    """
    gc.set_threshold(50_000)  # most of what a command makes stays; looking it through so often costs a tenth
    atexit.register(gc.freeze)  # and looking through all of it once more at the end costs another
    chosen = language.from_locale()
    language.use(chosen)
    gettext.bindtextdomain("messages", str(language.LOCALE_DIR))
    # Not to be imported: jsonschema's check of IRIs, there with JupyterLab; it takes two seconds, and nothing needs it
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    os.environ["LANGUAGE"] = {"zh": "zh_CN", "en": "en"}[chosen]
    from giakit.cli import main

    main(prog_name="giakit", windows_expand_args=False)


if __name__ == "__main__":
    run()
