"""One folder per client program: where its files lie, how its history reads, its hook payloads, its configuration."""
