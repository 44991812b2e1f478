"""How good the predictions are. Begin with replay.py: its loop answers each question of a history in time order."""
