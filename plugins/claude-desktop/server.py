"""Starts clone-mcp over stdio."""

from clone_mcp.__main__ import main

main()
