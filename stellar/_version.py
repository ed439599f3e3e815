"""The version of the package, read by the build and stored in every result file."""

__version__ = "0.1.0"
