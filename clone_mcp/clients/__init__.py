"""The client programs: where the files of each lie, and how its history reads.

It records nothing and writes into no client's files: sources/ imports, install/ changes configurations.
"""
