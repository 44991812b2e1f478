"""Events: taken in, attributed, redacted, and appended once.

It calls no model and knows no facts: memory/ works on the events later.
"""
