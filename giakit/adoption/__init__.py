"""What was edited in Word comes back: prose as narrative of the working copy; figures that were changed are refused.

`package` opens the file within limits, `styles` and `body` read what it says, `fixed` compares what nobody may change,
`place` finds the narrative cell of each paragraph, `rewrite` writes edited prose as Markdown with its expressions, and
`adopt` puts the whole together.
"""

from giakit.adoption.adopt import AdoptedDocument, adopt_document

__all__ = ["AdoptedDocument", "adopt_document"]
