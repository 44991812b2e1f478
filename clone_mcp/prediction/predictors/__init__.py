"""Predictors: they rank guesses and score them. Calibration and the decision come after, elsewhere."""
