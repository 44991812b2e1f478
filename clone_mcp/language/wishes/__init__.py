"""Statements of what a person always wants, never wants, prefers or usually does, language by language."""
