"""What is remembered of the person: four tiers that can be read, corrected and traced.

It predicts nothing: it hands a bundle to prediction/, which answers.
"""
