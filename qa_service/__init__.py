"""Answers questions about a privacy policy with cited excerpts of that policy only."""

__version__ = "0.1.0"
