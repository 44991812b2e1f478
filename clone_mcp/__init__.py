"""Clone: a calibrated model of one person that AI agents ask before they interrupt that person."""

import os

__version__ = "0.1.0"

# The arrays here are small: threads that wait for each other would take a hundred times as long. numpy reads this once.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
