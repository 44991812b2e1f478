"""How good the predictions are: conversations replayed in time order, each question answered from what was known."""
