"""The clone:// resources: memory as clients can attach it.

They only read: changes to memory go over REST or the command line.
"""
