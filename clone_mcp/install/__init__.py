"""Putting Clone into clients' configurations and out again, and what the published plugins are made of.

It reads no histories: clients/ does. What a hook does when it is called is in hooks/.
"""
