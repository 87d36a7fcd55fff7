"""The command line: each command parses, calls the service and prints."""
