"""Work that is done later: which kind is which use case, and the loop that does it.

The work itself is done by the use cases of the layers, not here.
"""
