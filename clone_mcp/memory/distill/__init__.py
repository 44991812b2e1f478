"""What a person's own words show about them, found by rules: no model, no clock, no I/O."""

METHOD = "rules/1"
"""Named in every row these rules write. A change that alters what they write gets a new number."""
