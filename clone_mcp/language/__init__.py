"""Reading what people and agents write. Knows nothing of the rest of the program."""
