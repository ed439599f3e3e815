"""`stellar plot propagation`: the cavities of one star."""

from pathlib import Path

import click
import numpy as np

from stellar.cli.options import degrees_of
from stellar.cli.pictures import check_picture, picture_options, write_picture
from stellar.eos.catalogue.lookup import resolve
from stellar.errors import InputError, UsageError
from stellar.plots.propagation import ModeLine
from stellar.results.results import Results

_DEGREES = (1, 2, 3, 4)
_SAME_MASS = 1e-6  # relative


@click.command()
@click.argument("eos", metavar="EOS")
@click.option("--mass", type=float, default=1.4, show_default=True, help="Solar masses.")
@click.option("--l", "l", metavar="LIST", default="2,3,4", show_default=True, help="Degrees.")
@click.option("--modes", metavar="FILE.h5", help="Show the modes this file has of the star.")
@picture_options("propagation.png")
def propagation(
    eos: str, mass: float, l: str, modes: str | None, output: Path, overwrite: bool
) -> None:
    """Buoyancy and Lamb frequencies in a star of EOS, with its modes as level lines."""
    check_picture(output, overwrite)
    degrees = degrees_of(l)
    if not set(degrees) <= set(_DEGREES):
        raise UsageError(f"--l {l} names a degree outside {_DEGREES[0]} to {_DEGREES[-1]}.")
    from stellar.api import open as open_results
    from stellar.api import structure
    from stellar.plots.cavities import cavities
    from stellar.plots.propagation import figure

    name = resolve(eos).name
    lines = [] if modes is None else _modes_of(open_results(modes), name, mass, degrees, modes)
    star = structure(eos, mass, profiles=True)
    if star.failed:
        raise InputError(f"There is no such star: {star.stars['message'][0]}")
    title = rf"{name}, {mass:g} $M_\odot$, R = {star.stars['radius_km'][0]:.2f} km"
    drawn = figure(title, cavities(star.profiles[0], degrees), lines)
    write_picture(drawn, output, overwrite)


def _modes_of(
    known: Results, eos: str, mass: float, degrees: list[int], file: str
) -> list[ModeLine]:
    """Modes that were found of one star."""
    modes = known.modes
    if not modes or "mass_msun" not in known.stars:
        raise InputError(f"{file} holds no modes; `stellar modes ... -o FILE.h5` writes some.")
    masses = known.stars["mass_msun"][modes["star_id"]]
    here = known.stars["eos"][modes["star_id"]] == eos
    close = here & np.isclose(masses, mass, rtol=_SAME_MASS, atol=0.0)
    if not close.any():
        has = sorted({f"{value:.7g}" for value in masses[here] if np.isfinite(value)})
        what = f"of {eos} only stars of {', '.join(has[:9])}" if has else f"no star of {eos}"
        raise InputError(
            f"{file} has {what}, not of {mass:g} M_sun; write one with "
            f"`stellar modes --eos {eos} --masses {mass:g} -o FILE.h5`."
        )
    shown = close & np.isin(modes["l"], degrees) & np.isfinite(modes["frequency_hz"])
    columns = (modes[name][shown].tolist() for name in ("l", "label", "frequency_hz"))
    return [ModeLine(*values) for values in zip(*columns, strict=True)]
