"""Putting Clone into clients' configurations and out again, and what the published plugins are made of."""
