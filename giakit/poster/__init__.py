"""The poster (图解): one page of the year's figures for a site's picture explanation, with its text alternative.

What it shows is data, in ``poster.toml``.
"""

from giakit.poster.render import render_poster

__all__ = ["render_poster"]
