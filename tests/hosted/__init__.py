"""A service for many people: isolation, limits, several servers, and what its operator does."""
