"""The command line: parse, call, print. One command a file."""

from stellar.cli.main import main

__all__ = ["main"]
