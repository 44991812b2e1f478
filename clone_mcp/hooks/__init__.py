"""The process that clients call at every turn: it notes, asks a running Clone, and is gone.

Standard library only, and nothing else of ours: a person waits for it. An import contract holds that.
"""
