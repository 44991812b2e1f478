"""REST: one endpoint for each thing that can be asked of Clone. Nothing is decided here.

`endpoint.py` says what an endpoint is, `answering.py` how one is answered, `application.py` which there are.
"""
