"""What the directory keeps of people."""
