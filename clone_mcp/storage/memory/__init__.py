"""Statements over memory's tables, the same on both databases.

The tables are in `memory_schema.py`, and the rules in clone_mcp/memory/.
"""
