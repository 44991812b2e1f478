"""Questions answered: what the person would type, how sure that is, and whether an agent may act on it."""
