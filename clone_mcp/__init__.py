"""Clone: a calibrated model of one person that AI agents ask before they interrupt that person."""

__version__ = "0.1.0"
