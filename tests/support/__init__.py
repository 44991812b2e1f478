"""What several test folders share. Nothing here stands in for our own code, except the clock and the model."""
