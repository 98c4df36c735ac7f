"""Working copies: a town's own notebook, in which its narrative is edited, merged with the master whenever it is used.

A copy remembers what the master said when it was made, cell by cell, in its metadata (see `giakit.copies.memory`).
`notebook_for` merges in memory and writes nothing; only `sync_copy` writes the merge into the copy.
"""

from giakit.copies.adopt import adopt_copy
from giakit.copies.make import make_copy
from giakit.copies.opened import notebook_for
from giakit.copies.place import find_copy, runs_as_copy
from giakit.copies.sync import sync_copies, sync_copy, sync_status

__all__ = [
    "adopt_copy",
    "find_copy",
    "make_copy",
    "notebook_for",
    "runs_as_copy",
    "sync_copies",
    "sync_copy",
    "sync_status",
]
