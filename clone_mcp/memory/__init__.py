"""What is remembered of the person: four tiers that can be read, corrected and traced."""
