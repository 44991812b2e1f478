"""The client programs: where the files of each lie, and how its history reads."""
