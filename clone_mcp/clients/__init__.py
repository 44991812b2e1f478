"""One folder per client program: where its files lie, and how its history reads."""
