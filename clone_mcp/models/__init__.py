"""The values Clone works with, one file per layer. Nothing here does I/O."""
