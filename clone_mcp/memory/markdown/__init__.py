"""Memory as markdown: what the person reads, edits and keeps. Everything else is a cache of it.

`snapshot` reads memory, `render` writes it out, `documents` reads it back, `plan` compares, `apply` carries out.
"""
