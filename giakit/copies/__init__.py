"""Working copies: a town's own notebook, in which its narrative is edited, merged with the master whenever it is used.

A copy remembers what the master said when it was made, cell by cell, in its metadata (see `giakit.copies.memory`).
`notebook_for` merges in memory and writes nothing; only `sync_copy` writes the merge into the copy.
"""
