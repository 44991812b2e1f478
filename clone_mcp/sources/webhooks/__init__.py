"""What other services send when something happens there: signed, to an address of the tenant's own.

`github.py` and `slack.py` know how theirs sign and what they say, `intake.py` takes it in.
"""
