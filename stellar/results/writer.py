"""Result files: rendered in memory, read back, compared, and written whole or not at all."""

import io
from pathlib import Path

from stellar.errors import OutputError
from stellar.results.atomic import check_target, write_whole
from stellar.results.image import render_image
from stellar.results.reader import read_results
from stellar.results.results import Results
from stellar.seal import sealed

__all__ = ["check_target", "write_results"]


def write_results(results: Results, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write one result file and return its path.

    Raises OutputError with one sentence; the target is then untouched and no other file is left.
    """
    target = check_target(path, overwrite=overwrite)
    image = sealed(render_image(results))
    if not read_results(io.BytesIO(image), target.name).same_data(results):
        raise OutputError(f"{target} was not written: the file read back differs from the data.")
    return write_whole(image, target, overwrite=overwrite)
