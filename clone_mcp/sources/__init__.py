"""Where a person's history can come from: clients, exports of chat services, messages, webhooks.

The formats of client programs are read in `clients/`, those of all other services here.
"""
