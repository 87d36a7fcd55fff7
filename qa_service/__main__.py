"""Lets `python -m qa_service` be the same as `policy-qa`."""

from qa_service.cli.program import main

main()
