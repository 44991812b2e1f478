"""Work that is done later: which kind is which use case, and the loop that does it."""
