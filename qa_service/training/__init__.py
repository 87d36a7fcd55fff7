"""Turns text pairs and topics into the embedding model that the service ships with.

Run once by a maintainer; the service loads the finished folder and never imports this package.
"""
