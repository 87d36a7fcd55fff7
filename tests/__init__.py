"""Tests of the service; each file mirrors a module."""
