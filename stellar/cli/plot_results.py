"""`stellar plot spectrum | eigenfunction | universal`: what a result file holds, as pictures."""

from pathlib import Path

import click

from stellar.cli.options import degrees_of, names_of
from stellar.cli.pictures import check_picture, picture_options, write_picture
from stellar.errors import InputError, UsageError
from stellar.oscillations.mode import FAMILIES
from stellar.plots.mode_curves import ALONG
from stellar.results.reader import open_results
from stellar.results.results import Results


@click.command()
@click.argument("file", metavar="FILE.h5")
@click.option(
    "--against",
    type=click.Choice(list(ALONG)),
    default="mass",
    show_default=True,
    help="The abscissa; mean-density is the square root of (M/1.4 M_sun)/(R/10 km)^3.",
)
@click.option("--l", "l", metavar="LIST", help="Only these degrees; 0 is radial.")
@click.option("--families", metavar="LIST", help=f"Only these of {','.join(FAMILIES)}.")
@picture_options("spectrum.png")
def spectrum(
    file: str, against: str, l: str | None, families: str | None, output: Path, overwrite: bool
) -> None:
    """Frequencies and damping times of the modes in FILE.h5, by family and label."""
    from stellar.plots.mode_curves import mode_rows
    from stellar.plots.spectrum import figure

    check_picture(output, overwrite)
    degrees = [] if l is None else degrees_of(l)
    chosen = [] if families is None else names_of(families)
    unknown = sorted(set(chosen) - set(FAMILIES))
    if unknown:
        raise UsageError(
            f"--families: the family '{unknown[0]}' is unknown; it is one of {', '.join(FAMILIES)}."
        )
    results = open_results(file)
    rows = mode_rows(results, against, degrees=degrees, families=chosen, source=file)
    write_picture(figure(rows), output, overwrite)


@click.command()
@click.argument("file", metavar="FILE.h5")
@click.option(
    "--relation",
    "names",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Only these of `stellar relations`.  [default: those of modes, or else of stars]",
)
@click.option("--fit", is_flag=True, help="The forms fitted to these rows instead.")
@picture_options("universal.png")
def universal(file: str, names: tuple[str, ...], fit: bool, output: Path, overwrite: bool) -> None:
    """Modes and stars in FILE.h5 beside universal relations, with residuals."""
    from stellar.cli.relation_choice import chosen_forms, chosen_relations
    from stellar.plots.universal import figure, of_fit, of_relation
    from stellar.stars.relations.fitted import fitted
    from stellar.stars.relations.residuals import residuals

    check_picture(output, overwrite)
    results = open_results(file)
    if fit:
        fits = [fitted(results, form) for form in chosen_forms(names)]
        missing = [each.missing for each in fits]
        shown = [(each.form.mode, of_fit(each)) for each in fits if each.solution]
    else:
        found = [residuals(results, relation) for relation in chosen_relations(names)]
        missing = [each.missing or "all rows failed or lie outside of the fit" for each in found]
        shown = [(each.relation.mode, of_relation(results, each)) for each in found if each.used]
    if not shown:
        raise InputError(f"{file} fits none of these relations: {missing[0]}.")
    of_modes = [panel for mode, panel in shown if mode is not None]
    panels = [panel for _, panel in shown] if names or not of_modes else of_modes
    write_picture(figure(panels), output, overwrite)


@click.command()
@click.argument("file", metavar="FILE.h5")
@click.option(
    "--mode",
    "modes",
    metavar="LIST",
    default="f",
    show_default=True,
    help="Labels such as f,p1, or numbers (mode_id).",
)
@click.option("--star", type=int, default=0, show_default=True, help="star_id, for labels.")
@click.option("--l", "l", type=int, default=2, show_default=True, help="Degree, for labels.")
@picture_options("eigenfunction.png")
def eigenfunction(file: str, modes: str, star: int, l: int, output: Path, overwrite: bool) -> None:
    """Displacement, compression and metric of modes in FILE.h5 along the radius."""
    from stellar.plots.eigenfunction import MOST_MODES, Shown, figure

    check_picture(output, overwrite)
    asked = [part.strip() for part in modes.split(",") if part.strip()]
    if not 1 <= len(asked) <= MOST_MODES:
        raise UsageError(f"--mode '{modes}' names {len(asked)} modes; give 1 to {MOST_MODES}.")
    results = open_results(file)
    if not results.modes:
        raise InputError(f"{file} holds no modes; `stellar modes ... -o FILE.h5` writes some.")
    numbers = [_mode_number(results, one, star, l, file) for one in asked]
    absent = [number for number in numbers if number not in results.eigenfunctions]
    if absent:
        raise InputError(
            f"{file} holds no eigenfunction of mode {absent[0]}; "
            "`stellar modes --eigenfunctions -o FILE.h5` stores those of the modes it finds."
        )
    shown = [Shown(_title(results, n), results.eigenfunctions[n]) for n in numbers]
    write_picture(figure(shown), output, overwrite)


def _mode_number(results: Results, asked: str, star: int, l: int, file: str) -> int:
    """mode_id of a number as typed, or of a label of one star and degree (radial: any degree)."""
    modes = results.modes
    if asked.isdecimal():
        if int(asked) >= len(modes["mode_id"]):
            raise InputError(
                f"{file} has modes 0 to {len(modes['mode_id']) - 1}, not {asked}; "
                f"`stellar export {file}` lists them."
            )
        return int(asked)
    if not 0 <= star < results.row_count("stars"):
        raise InputError(f"{file} has stars 0 to {results.row_count('stars') - 1}, not {star}.")
    of_star = modes["star_id"] == star
    degree = (modes["l"] == l) | (modes["family"] == "radial")
    here = of_star & degree & (modes["label"] == asked)
    if not here.any():
        labels = ", ".join(dict.fromkeys(modes["label"][of_star & degree].tolist())) or "none"
        raise InputError(
            f"{file} has no mode {asked} with l = {l} of star {star}; it has {labels}."
        )
    return int(modes["mode_id"][here][0])


def _title(results: Results, number: int) -> str:
    mode = {name: column[number] for name, column in results.modes.items()}
    star = {name: column[mode["star_id"]] for name, column in results.stars.items()}
    frequency = f"{mode['frequency_hz']:.6g} Hz"
    tau = mode.get("damping_time_s", float("nan"))
    damping = f", {tau:.3g} s" if tau == tau else ""
    mass = f" {star['mass_msun']:.4g} $M_\\odot$" if "mass_msun" in star else ""
    return f"{mode['label']}, l = {mode['l']}: {frequency}{damping} ({star['eos']}{mass})"
