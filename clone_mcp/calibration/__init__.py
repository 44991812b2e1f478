"""How far a confidence may be believed. Pure arithmetic on the standard library: no I/O, no clock, no chance.

platt        what a predictor's score is worth, learned from outcomes: raw confidence -> calibrated confidence
statistics   what a person's predictions come to: counts, and the measures below for each predictor
reliability  how well confidences came true: bins, Brier, AUROC, risk at each coverage
promise      "at most r of automatic answers wrong" -> a threshold, or how many labels are missing
binomial     what a count says of the chance behind it: Clopper-Pearson
"""
