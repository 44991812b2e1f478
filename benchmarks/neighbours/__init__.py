"""Other memories that speak MCP over stdio and need no network, driven as Clone is: the same texts, the same client.

Each is installed into an environment of its own beside the benchmark's cache, never into ours, in the version named
here. One that can't be installed or does not run here is named with the reason instead of figures.

What is compared is one item stored and one context fetched, in each one's own way: entities and a word search, notes
and a full-text search; for Clone a recorded prompt, and a prediction, which reads its context and answers with it.
"""

from benchmarks.neighbours.measuring import run
from benchmarks.neighbours.table import side_by_side

__all__ = ["run", "side_by_side"]
