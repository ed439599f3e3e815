"""Exceptions that carry a sentence for the user and the exit code of the command line.

Each sentence names what was read (file, line or value), the allowed range and the remedy.
A lane that fails inside a computation never raises; it gets a `parode_core.Status` instead.
"""


class StellarError(Exception):
    """Base of every error a user can cause or meet; `exit_code` is that of the command line."""

    exit_code = 1


class UsageError(StellarError):
    """A wrong option, range or combination of options."""

    exit_code = 2


class InputError(StellarError):
    """An equation of state, result file or configuration that is missing, unknown or malformed."""

    exit_code = 3


class OutputError(StellarError):
    """The disk, the path or a lock refused what was to be written."""

    exit_code = 5
