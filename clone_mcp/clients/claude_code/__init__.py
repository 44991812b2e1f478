"""Claude Code. Transcripts are read in `history.py`, decisions in `answers.py`, the list of prompts in `pastes.py`."""
