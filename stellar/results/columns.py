"""The table of columns: the single source for result files, JSON, CSV, ECSV and documentation.

Every number that leaves the program has one entry here: its table, type, unit, symbol and meaning.
A column's name carries its unit; a missing suffix means a pure number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

TABLES = ("stars", "modes", "eos", "members", "profiles", "eigenfunctions")
DTYPES = ("f8", "i8", "bool", "str", "status")

ENUMERATED = "enumerated in the attributes of the column"


@dataclass(frozen=True)
class Column:
    """One column of one table.

    dtype : f8, i8, bool, str or status (a small integer with an enumeration)
    unit : a string that astropy.units parses; empty for pure numbers and text
    symbol : mathematical notation in LaTeX, without dollar signs
    missing : what an integer column holds where the quantity does not exist; None if it always does
    error_of : the column whose uncertainty this one estimates, if it is an error column
    needs : "damping" or "fluid" where the quantity exists only for damped modes (not for radial and
        Cowling modes) or only for modes of the fluid (not for w-modes), "damped fluid" for both:
        NaN elsewhere is no failure, nor where a solver does not tell what modes of the fluid have
    """

    name: str
    table: str
    dtype: str
    unit: str
    symbol: str
    description: str
    missing: int | None = None
    error_of: str | None = None
    needs: str = ""


def _stars(dtype: str, unit: str, *entries: tuple[str, str, str]) -> list[Column]:
    return [Column(name, "stars", dtype, unit, symbol, text) for name, symbol, text in entries]


def _modes(dtype: str, unit: str, *entries: tuple[str, str, str], needs: str = "") -> list[Column]:
    return [
        Column(name, "modes", dtype, unit, symbol, text, needs=needs)
        for name, symbol, text in entries
    ]


_STAR_IDENTITY = [
    *_stars("i8", "", ("star_id", "i", "number of the star in this file, from 0")),
    *_stars("str", "", ("eos", r"\mathrm{EOS}", "resolved name of the equation of state")),
]

_STRUCTURE = [
    *_stars("f8", "Msun", ("mass_msun", "M", "gravitational mass")),
    *_stars("f8", "km", ("radius_km", "R", "areal radius of the surface")),
    *_stars(
        "f8",
        "Msun",
        ("baryon_mass_msun", "M_b", "baryon mass"),
        ("binding_energy_msun", "E_b", "binding energy, baryon mass minus gravitational mass"),
    ),
    *_stars("f8", "dyn cm-2", ("central_pressure_dyn_cm2", "p_c", "pressure at the centre")),
    *_stars(
        "f8",
        "g cm-3",
        ("central_energy_density_g_cm3", r"\varepsilon_c", "energy density / c^2 at the centre"),
        ("central_density_g_cm3", r"\rho_c", "rest-mass density at the centre"),
    ),
    *_stars(
        "f8",
        "",
        ("compactness", "C", "G M / (R c^2)"),
        ("redshift", "z", "gravitational redshift of the surface"),
    ),
    *_stars("bool", "", ("stable", "", "shown to be stable against radial perturbations")),
    *_stars(
        "f8",
        "",
        ("k2", "k_2", "electric tidal Love number, l = 2"),
        ("lambda2", r"\Lambda_2", "tidal deformability 2 k_2 / (3 C^5)"),
        ("k3", "k_3", "electric tidal Love number, l = 3"),
        ("lambda3", r"\Lambda_3", "tidal deformability 2 k_3 / (15 C^7)"),
        ("k4", "k_4", "electric tidal Love number, l = 4"),
        ("lambda4", r"\Lambda_4", "tidal deformability 2 k_4 / (105 C^9)"),
        ("k2_magnetic_static", r"k_2^{\rm stat}", "magnetic Love number, l = 2, static fluid"),
        (
            "k2_magnetic_irrotational",
            r"k_2^{\rm irr}",
            "magnetic Love number, l = 2, irrotational fluid",
        ),
    ),
    *_stars("f8", "g cm2", ("moment_of_inertia_g_cm2", "I", "moment of inertia, slow rotation")),
    *_stars("f8", "", ("i_bar", r"\bar I", "I / M^3 with G = c = 1")),
    *_stars("f8", "g cm-3", ("mean_density_g_cm3", r"\bar\rho", "M / (4 pi R^3 / 3)")),
]

_ROTATION_SET = (
    ("delta_mass_over_m", r"\delta M / M", "change of gravitational mass"),
    ("delta_baryon_mass_over_mb", r"\delta M_b / M_b", "change of baryon mass"),
    ("xi0_over_r", r"\xi_0 / R", "mean shift of the surface"),
    ("xi2_over_r", r"\xi_2 / R", "P_2 coefficient of the shift of the surface"),
    ("eccentricity_squared", "e^2", "square of the invariant eccentricity of the surface"),
    ("quadrupole_over_mr2", "Q / (M R^2)", "mass quadrupole moment"),
)
_PER_SPIN = "per (Omega / sqrt(M/R^3))^2"
_AT_SPIN = "at this spin, central density unchanged"

_ROTATION = [
    *_stars(
        "f8",
        "",
        *((n, s, f"{t}, {_PER_SPIN} at fixed central density") for n, s, t in _ROTATION_SET),
        ("q_bar", r"\bar Q", "Q M / J^2 with G = c = 1"),
        *(
            (f"{n}_fixed_mb", s, f"{t}, {_PER_SPIN} at fixed baryon mass")
            for n, s, t in _ROTATION_SET
        ),
    ),
    *_stars("f8", "Hz", ("spin_hz", r"\nu_s", "spin frequency")),
    *_stars("f8", "g cm2 s-1", ("angular_momentum_cgs", "J", "angular momentum at this spin")),
    *_stars("f8", "Msun", ("mass_spinning_msun", "M_s", f"gravitational mass {_AT_SPIN}")),
    *_stars(
        "f8",
        "km",
        (
            "equatorial_radius_km",
            r"R_{\rm eq}",
            f"circumferential radius of the equator {_AT_SPIN}",
        ),
        ("polar_radius_km", r"R_{\rm p}", f"polar radius, embedded in flat space, {_AT_SPIN}"),
    ),
    *_stars("f8", "", ("eccentricity", "e", f"invariant eccentricity of the surface {_AT_SPIN}")),
]

_OUTCOME = [
    Column("status", "stars", "status", "", "", f"0: well; other values {ENUMERATED}"),
    Column("message", "stars", "str", "", "", "why the row failed, or what to know about it"),
]

_BRANCH = [
    Column(
        "branch",
        "stars",
        "i8",
        "",
        "",
        "stable branch of the sequence that holds the star, from 1 at low density; -1: none",
        missing=-1,
    )
]


def _error_column(column: Column, name: str) -> Column:
    return replace(
        column,
        name=name,
        symbol=rf"\sigma({column.symbol})",
        description=f"estimated absolute error of {column.name}",
        error_of=column.name,
    )


def _with_errors(columns: Iterable[Column]) -> list[Column]:
    """Each floating-point column followed by the column of its error."""
    both = []
    for column in columns:
        both.append(column)
        if column.dtype == "f8":
            both.append(_error_column(column, f"{column.name}_err"))
    return both


_FREQUENCY = _modes("f8", "Hz", ("frequency_hz", "f", "Re omega / (2 pi) seen from infinity"))
_DAMPING = _modes(
    "f8", "s", ("damping_time_s", r"\tau", "1 / Im omega; none if undamped"), needs="damping"
)
_ENERGY = _modes(
    "f8",
    "erg",
    (
        "mode_energy_erg",
        "E",
        "energy of fluid and field of the mode at unit amplitude, a radial displacement of the "
        "surface e^(lam/2) xi^r = R times Y_lm (radial modes: R)",
    ),
    needs="fluid",
)
_LUMINOSITY = _modes(
    "f8",
    "erg s-1",
    (
        "gw_luminosity_erg_s",
        r"L_{\rm GW}",
        "gravitational-wave power at unit amplitude; 2 E / tau where Im omega < 1e-6 Re omega",
    ),
    needs="damped fluid",
)

_MODES = [
    *_modes(
        "i8",
        "",
        ("mode_id", "j", "number of the mode in this file, from 0"),
        ("star_id", "i", "number of the star that oscillates"),
    ),
    *_modes("str", "", ("eos", r"\mathrm{EOS}", "resolved name of the equation of state")),
    *_modes("f8", "Msun", ("mass_msun", "M", "gravitational mass of the star")),
    *_modes("i8", "", ("l", "l", "spherical-harmonic degree; 0 for radial modes")),
    *_modes("str", "", ("family", "", "f, p, g, i, w or radial")),
    *_modes("i8", "", ("n", "n", "radial order: number of nodes of W in 0 < r < R")),
    *_modes(
        "str",
        "",
        (
            "label",
            "",
            "f, p1, g1, i1, w1, wII1, ..., radial: F, H1, ...; band: nothing of it was resolved",
        ),
        ("gravity", "", "full general relativity or the Cowling approximation"),
        ("solver", "", "method that found the mode"),
    ),
    *_FREQUENCY,
    *_DAMPING,
    *_modes(
        "f8",
        "s-1",
        ("omega_re_per_s", r"{\rm Re}\,\omega", "real part of the angular frequency"),
    ),
    *_modes(
        "f8",
        "s-1",
        ("omega_im_per_s", r"{\rm Im}\,\omega", "imaginary part; positive is damping"),
        needs="damping",
    ),
    *_modes("f8", "", ("m_omega_re", r"M\,{\rm Re}\,\omega", "M Re omega with G = c = 1")),
    *_modes(
        "f8",
        "",
        ("m_omega_im", r"M\,{\rm Im}\,\omega", "M Im omega with G = c = 1"),
        needs="damping",
    ),
    _error_column(_FREQUENCY[0], "frequency_err_hz"),
    _error_column(_DAMPING[0], "damping_time_err_s"),
    *_modes(
        "f8",
        "Hz",
        (
            "frequency_rayleigh_hz",
            r"f_{\rm R}",
            "frequency from the eigenfunction by a stationary functional, the Rayleigh quotient of "
            "radial modes, at points where no equation was solved: |f_R - f| is an error estimate; "
            "in full GR f has been mended by it, and frequency_err_hz holds what was to be mended",
        ),
        needs="fluid",
    ),
    *_ENERGY,
    _error_column(_ENERGY[0], "mode_energy_err_erg"),
    *_LUMINOSITY,
    _error_column(_LUMINOSITY[0], "gw_luminosity_err_erg_s"),
    *_modes("f8", "", ("residual", "", "relative residual of the matching condition")),
    Column(
        "nodes",
        "modes",
        "i8",
        "",
        "",
        "zeros of W (radial: xi^r) counted in 0 < r < R; -1: not counted",
        missing=-1,
    ),
    *_modes("bool", "", ("complete", "", "search shown to have missed no mode of this kind")),
    *(replace(column, table="modes") for column in _OUTCOME),
]


def _matter(table: str) -> list[Column]:
    """Columns of matter along log-enthalpy, shared by tabulated equations of state and profiles."""
    return [
        Column("h", table, "f8", "", "h", "log-enthalpy, int dp / (eps + p); 0 at the surface"),
        Column("pressure_dyn_cm2", table, "f8", "dyn cm-2", "p", "pressure"),
        Column(
            "energy_density_g_cm3", table, "f8", "g cm-3", r"\varepsilon", "energy density / c^2"
        ),
        Column("density_g_cm3", table, "f8", "g cm-3", r"\rho", "rest-mass density"),
        Column("cs2_equilibrium", table, "f8", "", "c_e^2", "d p / d eps in equilibrium, c = 1"),
        Column(
            "cs2_difference", table, "f8", "", "c_s^2 - c_e^2", "frozen minus equilibrium, c = 1"
        ),
    ]


_PROFILES = [
    *_matter("profiles"),
    Column("radius_km", "profiles", "f8", "km", "r", "areal radius"),
    Column("enclosed_mass_msun", "profiles", "f8", "Msun", "m", "gravitational mass inside r"),
    Column("nu", "profiles", "f8", "", r"\nu", "metric function, g_tt = -e^nu"),
    Column("lam", "profiles", "f8", "", r"\lambda", "metric function, g_rr = e^lam"),
]

_AT_POINTS = (  # the factor of Y_lm (d Y_lm / d theta for the tangential displacement)
    ("radial_displacement", r"\xi_r/R", "radial displacement e^(lam/2) xi^r / R"),
    ("tangential_displacement", r"\xi_\perp/R", "tangential displacement r xi^theta / R"),
    ("density_change", r"\Delta n/n", "Lagrangian change of the baryon density, relative"),
    ("metric_h0", "r^l H_0", "metric perturbation (r/R)^l H0"),
    ("metric_h1", "r^l H_1", "metric perturbation (r/R)^l H1"),
    ("metric_k", "r^l K", "metric perturbation (r/R)^l K"),
)

_MEMBERS = [
    Column("eos", "members", "str", "", "", "name of the draw, as in the table of stars"),
    Column("spec", "members", "str", "", "", "specification that recreates it, with parameters"),
    Column("draws", "members", "str", "", "", "file and line of the draw"),
    Column("rejected", "members", "str", "", "", "why it is no matter of stars; empty if it is"),
    Column("maximum_mass_msun", "members", "f8", "Msun", r"M_{\rm max}", "maximum mass"),
    Column("maximum_mass_radius_km", "members", "f8", "km", r"R_{\rm max}", "radius of that star"),
    Column(
        "maximum_mass_central_density_g_cm3",
        "members",
        "f8",
        "g cm-3",
        r"\rho_{\rm max}",
        "rest-mass density at its centre",
    ),
]

_EIGENFUNCTIONS = [
    Column("radius_km", "eigenfunctions", "f8", "km", "r", "areal radius"),
    *(
        Column(
            f"{name}_{part}",
            "eigenfunctions",
            "f8",
            "",
            rf"{{\rm {part.capitalize()}}}({symbol})",
            f"{text}, {words} part, at unit amplitude",
        )
        for name, symbol, text in _AT_POINTS
        for part, words in (("re", "real"), ("im", "imaginary"))
    ),
]

COLUMNS: tuple[Column, ...] = (
    *_STAR_IDENTITY,
    *_with_errors([*_STRUCTURE, *_ROTATION]),
    *_BRANCH,
    *_OUTCOME,
    *_MODES,
    *_matter("eos"),
    *_MEMBERS,
    *_PROFILES,
    *_EIGENFUNCTIONS,
)

_BY_TABLE = {
    table: {column.name: column for column in COLUMNS if column.table == table} for table in TABLES
}
_ERROR_NAMES = {
    (column.table, column.error_of): column.name for column in COLUMNS if column.error_of
}


def columns_of(table: str) -> dict[str, Column]:
    """All columns of one table by name, in the order in which they are shown."""
    return dict(_BY_TABLE[table])


def error_name(name: str, table: str = "stars") -> str:
    """Name of the column that holds the error of column `name`; KeyError if it has none."""
    return _ERROR_NAMES[table, name]


def markdown_table(table: str, *, errors: bool = False) -> str:
    """The columns of one table as Markdown, for the guide; error columns only if asked for."""
    lines = ["| column | unit | symbol | meaning |", "| --- | --- | --- | --- |"]
    for column in _BY_TABLE[table].values():
        if errors or column.error_of is None:
            symbol = f"${column.symbol}$" if column.symbol else ""
            lines.append(f"| `{column.name}` | {column.unit} | {symbol} | {column.description} |")
    return "\n".join(lines)
