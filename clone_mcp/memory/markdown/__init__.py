"""Memory as markdown: what the person reads, edits and keeps. Everything else is a cache of it.

`render` reads memory and writes it out, `documents` reads it back, `plan` compares, `apply` carries out.
"""
