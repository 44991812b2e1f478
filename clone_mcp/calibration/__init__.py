"""How far a confidence may be believed. Pure arithmetic on the standard library: no I/O, no clock, no chance.

platt        what a predictor's score is worth, learned from outcomes: raw confidence -> calibrated confidence
reliability  how well confidences came true: bins, Brier, AUROC, risk at each coverage
promise      "at most r of automatic answers wrong" -> a threshold, or how many labels are missing
binomial     what a count says of the chance behind it: Clopper-Pearson
"""
