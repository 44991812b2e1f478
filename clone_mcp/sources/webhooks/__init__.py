"""What other services send when something happens there: signed, to an address of the tenant's own.

`connectors.py` knows how each service signs and what it says. `intake.py` takes it in.
"""
