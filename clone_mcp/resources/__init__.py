"""The clone:// resources: memory as clients can attach it."""
