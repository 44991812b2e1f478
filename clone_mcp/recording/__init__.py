"""Events: taken in, attributed, redacted, and appended once."""
