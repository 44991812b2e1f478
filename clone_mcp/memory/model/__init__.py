"""What a language model makes of memory, on top of what rules find. Nothing here runs unless a model is allowed."""
