"""Narrative cells: Markdown with figures as expressions, turned into declared prose.

`names` builds what a cell can refer to, `template` fills it in (sandboxed Jinja), `markdown` reads the small subset of
Markdown that counts, `render` puts the three together, and `magic` is the only module that knows IPython.
"""
