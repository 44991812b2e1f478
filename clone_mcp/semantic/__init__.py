"""Adapter: a small sentence model (MiniLM and others of its layout) run with numpy.

Its embeddings are put to use in `memory/ranking.py`.
"""
