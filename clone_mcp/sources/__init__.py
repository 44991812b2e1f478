"""Where a person's history can come from besides their agents."""
