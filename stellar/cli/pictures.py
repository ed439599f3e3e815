"""Where a picture goes: options that the drawing commands share, checked before any computation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from stellar.plots.canvas import file_type, rendered
from stellar.results.atomic import check_target, write_whole


def picture_options(default: str) -> Callable[[Callable], Callable]:
    """The options --output, with a default, and --overwrite."""

    def decorate(function: Callable) -> Callable:
        output = click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path),
            default=Path(default),
            show_default=True,
            help="Picture to write: .png, .pdf or .svg.",
        )
        replace = click.option("--overwrite", is_flag=True, help="Replace an existing picture.")
        return output(replace(function))

    return decorate


def check_picture(output: Path, overwrite: bool) -> None:
    """Raise UsageError for an unknown type of picture, OutputError where it cannot be written."""
    file_type(output)
    check_target(output, overwrite=overwrite)


def write_picture(figure: Any, output: Path, overwrite: bool) -> None:
    """Write a figure and print its path."""
    picture = rendered(figure, file_type(output))
    click.echo(str(write_whole(picture, output, overwrite=overwrite)))
