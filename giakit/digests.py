"""What tells whether a content has changed: its SHA-256."""

from __future__ import annotations

import hashlib


def digest_of(content: str | bytes) -> str:
    """Return the SHA-256 of a text in UTF-8 or of bytes, in hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
