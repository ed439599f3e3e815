"""Small tables of SLy4 in every format, for the tests of readers; all written here."""

from functools import cache
from pathlib import Path

import numpy as np

from stellar.constants import MEV_FM3_TO_DYN_CM2, MEV_FM3_TO_G_CM3
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.user_tables.formats.registry import FORMATS
from stellar.eos.user_tables.resample import resampled


@cache
def rows(count=90, spec="sly4"):
    return resampled(resolve(spec), count)


@cache
def lines(name, count=90):
    """The lines of a good table, and how it has to be named to be read: (lines, options)."""
    raw = rows(count)
    if name == "lal9":
        columns = (
            raw.columns["n"],
            raw.columns["eps"] * MEV_FM3_TO_G_CM3,
            raw.columns["P"] * MEV_FM3_TO_DYN_CM2,
            raw.columns["mu_B"],
            np.nan_to_num(raw.columns["mu_e"], nan=1.0),
            np.zeros(len(raw)),
            np.nan_to_num(raw.columns["Y_p"], nan=0.4),
            raw.columns["ce2"],
        )
        body = [
            " ".join([str(i), *(f"{float(column[i]):.15e}" for column in columns)])
            for i in range(len(raw))
        ]
        return ("# nine columns", *body), ""
    if name == "text":
        keys = ("n", "eps", "P")
        body = [" ".join(f"{raw.columns[k][i]:.12e}" for k in keys) for i in range(len(raw))]
        return tuple(body), ",columns=(n[fm-3],eps[MeV/fm3],P[MeV/fm3])"
    files = FORMATS[name].write(raw)
    content = files["eos.thermo" if name == "compose" else ""]
    return tuple(content.decode().splitlines()), ",format=nmma" if name == "nmma" else ""


def write(directory: Path, name, text, count=90):
    """Write a table with the given text (of eos.thermo for CompOSE); its specification."""
    content = text if isinstance(text, bytes) else "\n".join(text).encode() + b"\n"
    options = lines(name, count)[1]
    if name == "compose":
        folder = directory / "compose"
        folder.mkdir(exist_ok=True)
        for part, good in FORMATS["compose"].write(rows(count)).items():
            (folder / part).write_bytes(content if part == "eos.thermo" else good)
        return f"table:{folder}{options}"
    path = directory / f"{name}.dat"
    path.write_bytes(content)
    return f"table:{path}{options}"


# format: (index of the first row of numbers, columns of P and of eps)
LAYOUT = {
    "csv": (1, 1, 2),
    "text": (0, 2, 1),
    "lal2": (1, 0, 1),
    "lal9": (1, 3, 2),
    "rns": (1, 1, 0),
    "lorene": (9, 3, 2),
    "nmma": (0, 2, 1),
    "compose": (1, 3, 9),
}
