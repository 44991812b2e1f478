"""Statements over memory's tables, the same on both databases."""
