"""Radial modes of a batch of stars, F, H1, H2, ..., as searches with labels and errors."""

from parode_core import Status
from stellar.oscillations.labels import label_name
from stellar.oscillations.mode import Mode, ModeSearch, distances, radial_mode
from stellar.oscillations.radial_pencil import COARSER, radial_spectrum
from stellar.parode.short_elements import pencil_parts
from stellar.parode.trials import COPIES, TrialStars, refined

DISTANCE = 1e-3  # of omega^2 between two resolutions, over M/R^3, up to which a mode is reported


def radial_searches(stars: TrialStars, n_max: int, accuracy: float) -> list[ModeSearch]:
    """F, H1, ..., H_n_max of every star.

    Parameters
    ----------
    accuracy : relative, below which more trial functions are taken
    """
    found: dict[int, ModeSearch] = {}
    for part in pencil_parts(stars, n_max, accuracy):
        searches = _searches(part.stars, n_max, accuracy, part.sizes)
        found |= dict(zip(part.lanes.tolist(), searches, strict=True))
    return [found[lane] for lane in range(stars.star.lanes)]


def _searches(
    stars: TrialStars, n_max: int, accuracy: float, sizes: tuple[int, ...]
) -> list[ModeSearch]:
    elements = stars.star.mesh.elements
    least = COARSER + max(3, 2 + n_max // elements)

    def attempt(part: TrialStars, size: int) -> list[ModeSearch]:
        return _attempt(part, n_max, max(size, least))

    def numbers(size: int) -> int:
        return COPIES * elements * max(size, least) ** 2

    return refined(stars, numbers, attempt, accuracy, sizes)


def _attempt(stars: TrialStars, n_max: int, size: int) -> list[ModeSearch]:
    spectrum = radial_spectrum(
        stars.star, n_max + 1, size=size, tolerance=DISTANCE, rough=stars.rough
    )
    columns = zip(
        spectrum.omega_squared.tolist(),
        spectrum.errors.tolist(),
        spectrum.status.tolist(),
        stars.widths,
        stars.star.unit.tolist(),
        strict=True,
    )
    searches = []
    for values, errors, status, width, unit in columns:
        columns_of_star = zip(values, errors, distances(values, unit), strict=True)
        modes = tuple(
            _mode(n, *numbers, width, unit)
            for n, numbers in enumerate(columns_of_star)
            if status[n] == int(Status.OK)
        )
        searches.append(_search(modes, n_max, status))
    return searches


def _mode(
    n: int, omega_squared: float, error: float, apart: float, width: float, unit: float
) -> Mode:
    """One mode; at a maximum of the mass omega^2 of F is zero to what h_c is uncertain by."""
    whole = error + 2.0 * width * (abs(omega_squared) + unit)
    residual = error / max(abs(omega_squared), unit)
    return radial_mode(n, omega_squared, whole, residual=residual, nodes=n, apart=apart)


def _search(modes: tuple[Mode, ...], n_max: int, status: list[int]) -> ModeSearch:
    if len(modes) == n_max + 1:
        return ModeSearch(modes, complete=True)
    lost = next(code for code in status if code != int(Status.OK))
    if lost == int(Status.ACCURACY_NOT_REACHED):
        missing = [label_name("radial", n) for n in range(n_max + 1) if status[n] != int(Status.OK)]
        reason = f"Two resolutions do not agree on {', '.join(missing)}."
    else:
        reason = f"The radial pencil could not be solved: {Status(lost).message}"
    return ModeSearch(modes, complete=False, message=reason)
