"""Showing declared content in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from giakit.content.model import Content


def display_content(content: Content, display_id: str, *, update: bool = False) -> None:
    """Show a piece of content where its cell stands, or in place of what was shown under the same `display_id`.

    It declares all its own representations, so IPython need not ask its ten formatters for others.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    if InteractiveShell.initialized():
        display(content._repr_mimebundle_(), raw=True, display_id=display_id, update=update)
    else:  # outside of notebooks it prints as any value does
        display(content, display_id=display_id)
