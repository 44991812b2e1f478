"""REST: one endpoint for each thing that can be asked of Clone. Nothing is decided here.

Each family of addresses has a file named after it: `/api/auth/` is `auth.py`, `/api/memory/facts/` is `facts.py`.
`endpoint.py` says what an endpoint is, `answering.py` how one is answered, `application.py` which there are.
"""
