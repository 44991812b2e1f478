"""Adapter: a small sentence model (MiniLM and others of its layout) run with numpy."""
